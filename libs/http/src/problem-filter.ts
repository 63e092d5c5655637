import { Catch, HttpException, Logger } from '@nestjs/common'
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common'
import type { Request, Response } from 'express'
import { Problem } from './problem.js'
import { requestIdOf } from './request-id.js'

/** What express and its body parser report, by status: `[slug, title, fix]`. */
const BY_STATUS: Readonly<Record<number, readonly [string, string, string?]>> = {
  400: ['invalid-request', 'The request is not valid'],
  401: ['key-needed', 'An API key is needed', 'Send Authorization: Bearer sk_….'],
  403: ['not-allowed', 'Not allowed'],
  404: ['no-such-call', 'There is no such call', 'See /openapi.json for the calls that there are.'],
  405: ['method-not-allowed', 'Method not allowed'],
  406: ['not-acceptable', 'Not acceptable'],
  408: ['timeout', 'The request took too long'],
  413: ['too-large', 'The body is too large', 'Send a smaller body.'],
  415: ['unsupported-body', 'The body cannot be read', 'Send application/json in UTF-8, plain or with gzip.'],
  429: ['too-many-requests', 'Too many requests', 'Wait for the time in Retry-After.'],
  503: ['unavailable', 'Not available just now', 'Try again in a moment.'],
}

/** The `type` that body-parser gives its errors. */
const bodyErrorType = (error: unknown): string | undefined =>
  error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : undefined

const fromHttpException = (error: HttpException): Problem => {
  const status = error.getStatus()
  if (bodyErrorType(error.cause) === 'entity.parse.failed' || error.cause instanceof SyntaxError) {
    const fix = 'Send one JSON object in UTF-8.'
    return new Problem(400, 'not-json', 'The body is not JSON', error.message, { field: 'body', fix })
  }
  const [slug, title, fix] = BY_STATUS[status] ?? ['http-error', error.message]
  const body = status === 413 || status === 415 ? { field: 'body' } : {}
  return new Problem(status, slug, title, error.message, { ...body, ...(fix === undefined ? {} : { fix }) })
}

/** Codes of a server that is not there, of node's sockets and of Postgres (class 08 and shut-downs, appendix A). */
const AWAY = /^(?:ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN|08\d\d\d|57P0[123])$/

const isAway = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  if ('code' in error && typeof error.code === 'string' && AWAY.test(error.code)) return true
  return /^Connection terminated/.test(error.message) || isAway(error.cause)
}

/** Postgres keeps no U+0000 in a text, so nothing that it stores is named by one (`character_not_in_repertoire`). */
const holdsNul = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && error.code === '22021') || holdsNul(error.cause))

/** Any error as a problem; what nobody foresaw tells the caller nothing but where to find it in the log. */
export const problemFrom = (error: unknown, requestId: string): Problem => {
  if (error instanceof Problem) return error
  if (error instanceof HttpException) return fromHttpException(error)
  if (isAway(error)) {
    const fix = 'Try again in a moment.'
    return new Problem(503, 'unavailable', 'Not available just now', 'A server that this call needs is away.', {
      fix,
      retry_after: 1,
    })
  }
  if (holdsNul(error)) {
    const fix = 'Leave the character U+0000 out.'
    return new Problem(400, 'invalid-request', 'The request is not valid', 'A text holds U+0000.', { fix })
  }
  const detail = `Something failed here that should not have. The log has it under ${requestId}.`
  return new Problem(500, 'internal', 'Internal error', detail)
}

/** The JSON of a problem (RFC 9457 §3). `instance` names the request, as the response header `X-Request-Id` does. */
export const problemBody = (problem: Problem, requestId: string): Record<string, unknown> => ({
  type: `urn:skein:problem:${problem.slug}`,
  title: problem.title,
  status: problem.status,
  detail: problem.detail,
  ...problem.extra,
  instance: `urn:skein:request:${requestId}`,
})

/** Every error that leaves a handler, a guard, a pipe or the body parser becomes `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http')

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp()
    const request = http.getRequest<Request>()
    const response = http.getResponse<Response>()
    const requestId = requestIdOf(request)
    const problem = problemFrom(error, requestId)
    if (!(error instanceof Problem) && problem.status >= 500)
      this.logger.error(`${requestId} ${request.method} ${request.path}: ${stackOf(error)}`)
    if (response.headersSent) {
      response.destroy()
      return
    }
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer')
    if (typeof problem.extra['retry_after'] === 'number') {
      response.setHeader('Retry-After', String(problem.extra['retry_after']))
    }
    response
      .status(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(problemBody(problem, requestId)))
  }
}

const stackOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))
