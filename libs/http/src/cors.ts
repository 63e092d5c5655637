import type { NextFunction, Request, Response } from 'express'

const METHODS = 'GET, HEAD, POST, PATCH, DELETE'
const TAKEN = 'Authorization, Content-Type, If-Match, Idempotency-Key, Last-Event-ID, X-Request-Id'
const SHOWN =
  'ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id, Idempotency-Replayed, Content-Disposition'
const REMEMBERED_S = 600

/**
 * Lets web pages of these origins call the API (CORS), `*` for all. Keys travel in a header and not in cookies, so credentials of
 * the browser are never asked for.
 */
export const cors = (origins: readonly string[]) => (request: Request, response: Response, next: NextFunction) => {
  const { origin } = request.headers
  response.vary('Origin')
  const isIn = origin !== undefined && (origins.includes('*') || origins.includes(origin))
  if (isIn) {
    response.setHeader('Access-Control-Allow-Origin', origin)
    response.setHeader('Access-Control-Expose-Headers', SHOWN)
  }
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return next()
  if (isIn) {
    response.setHeader('Access-Control-Allow-Methods', METHODS)
    response.setHeader('Access-Control-Allow-Headers', TAKEN)
    response.setHeader('Access-Control-Max-Age', String(REMEMBERED_S))
  }
  response.status(204).end()
}
