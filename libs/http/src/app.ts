import { STATUS_CODES } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { DynamicModule, LoggerService, LogLevel, Type } from '@nestjs/common'
import { NestFactory, Reflector } from '@nestjs/core'
import { ExpressAdapter } from '@nestjs/platform-express'
import type { NestExpressApplication } from '@nestjs/platform-express'
import express from 'express'
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express'
import { ApiKeyGuard, KEYS } from './api-key.js'
import type { KeyLookup } from './api-key.js'
import { cors } from './cors.js'
import { SchemaPipe } from './invalid-input.js'
import { JSON_BODY_LIMIT, jsonBody, onlyJson } from './json-body.js'
import { DEFAULT_MANNERS } from './manners.js'
import type { Manners } from './manners.js'
import { measured } from './metrics.js'
import { Problem } from './problem.js'
import { problemBody, ProblemFilter } from './problem-filter.js'
import { RateGuard } from './rate-limit.js'
import type { RateLimiter } from './rate-limit.js'
import { standardHeaders } from './request-id.js'

/** Where an app listens; `shared` when another server in the process hands it its requests. Port 0 takes any free one. */
export type HttpPlace = { readonly port: number; readonly host: string } | 'shared'

export interface HttpAppOptions {
  readonly http: HttpPlace
  /** The app has calls whose body is not JSON, and reads those itself from the request. */
  readonly otherBodies?: boolean
  readonly jsonLimit?: number
  /** Calls that read their body themselves though it may be JSON, once the key has let the caller in. */
  readonly ownBody?: (method: string, path: string) => boolean
  /** Sees each request before its body is read, and passes those on that are another service's. */
  readonly passOn?: RequestHandler | undefined
  /** What is left out is as in `DEFAULT_MANNERS`. */
  readonly manners?: Partial<Manners> | undefined
  /** Makes what counts the requests of each key; without it they are not limited. */
  readonly rates?: (perMinute: number) => RateLimiter
  readonly logger?: LoggerService | LogLevel[] | false
}

export interface HttpApp {
  /** Not yet initialised, so that microservices can be connected. */
  readonly app: NestExpressApplication
  /** The express instance: what a shared server calls with a request and a response, after `start()`. */
  readonly handler: Express
  /** Initialises, and listens unless the place is shared. Gives the address, `null` where shared. */
  start(): Promise<string | null>
  close(): Promise<void>
}

/**
 * A Nest app over express with this system's manners: problems for errors, schemas in route decorators, a key for every call
 * that is not public, request ids. The module provides `KEYS`.
 */
export const createHttpApp = async (module: Type | DynamicModule, options: HttpAppOptions): Promise<HttpApp> => {
  const handler = express()
  handler.disable('x-powered-by')
  handler.set('etag', false)
  const adapter = new ExpressAdapter(handler)
  const app = await NestFactory.create<NestExpressApplication>(module, adapter, {
    bodyParser: false,
    abortOnError: false,
    forceCloseConnections: true,
    logger: options.logger ?? ['fatal', 'error', 'warn'],
  })
  app.use(measured)
  app.use(standardHeaders)
  const { corsOrigins, requestsPerMinute } = { ...DEFAULT_MANNERS, ...options.manners }
  if (corsOrigins.length > 0) app.use(cors(corsOrigins))
  if (options.passOn) app.use(options.passOn)
  if (!options.otherBodies) app.use(onlyJson)
  const readJson = jsonBody(options.jsonLimit ?? JSON_BODY_LIMIT)
  app.use((request: Request, response: Response, next: NextFunction) =>
    options.ownBody?.(request.method, request.path) ? next() : readJson(request, response, next),
  )
  app.useGlobalFilters(new ProblemFilter())
  app.useGlobalPipes(new SchemaPipe())
  app.useGlobalGuards(new ApiKeyGuard(app.get<KeyLookup>(KEYS, { strict: false }), app.get(Reflector)))
  if (options.rates && requestsPerMinute !== null) app.useGlobalGuards(new RateGuard(options.rates(requestsPerMinute)))
  return { app, handler, start: () => startOn(app, options.http), close: () => app.close() }
}

const startOn = async (app: NestExpressApplication, place: HttpPlace): Promise<string | null> => {
  if (place === 'shared') {
    await app.init()
    return null
  }
  await app.listen(place.port, place.host)
  const server: Server = app.getHttpServer()
  prepareServer(server)
  return addressOf(server)
}

/** `http://host:port` of a listening server; an IPv6 host stands in brackets. */
export const addressOf = (server: Server): string => {
  const { address, family, port } = server.address() as AddressInfo
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** Milliseconds: longer than proxies and clients keep an idle connection, so that no request comes while we close it. */
const IDLE_MS = 75_000

/**
 * How a server deals with connections. Those that are kept may be idle for 75 s. Requests that node's own HTTP parser refuses (no
 * request line, headers over 16 KiB …) get a problem as well.
 */
export const prepareServer = (server: Server): void => {
  server.keepAliveTimeout = IDLE_MS
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
    const title = STATUS_CODES[status] ?? 'Bad Request'
    const detail = 'What was sent is not a well-formed HTTP/1.1 request.'
    const body = JSON.stringify(problemBody(new Problem(status, 'not-http', title, detail), 'none'))
    const head = [
      `HTTP/1.1 ${status} ${title}`,
      'Connection: close',
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
    ]
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
  })
}
