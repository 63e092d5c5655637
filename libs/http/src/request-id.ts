import { randomUUID } from 'node:crypto'
import type { NextFunction, Request, Response } from 'express'

const SANE = /^[\w.:-]{1,128}$/

/** The id of a request: the caller's own `X-Request-Id` where it is short and plain, else a fresh one. */
export const requestIdOf = (request: Request): string => {
  const given = request.headers['x-request-id']
  if (typeof given === 'string' && SANE.test(given)) return given
  return (request.headers['x-request-id'] = randomUUID())
}

/** What every answer carries: its request's id, and headers that keep a browser from making more of it than data. */
export const standardHeaders = (request: Request, response: Response, next: NextFunction): void => {
  response.setHeader('X-Request-Id', requestIdOf(request))
  response.setHeader('X-Content-Type-Options', 'nosniff')
  response.setHeader('Referrer-Policy', 'no-referrer')
  response.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
  response.setHeader('Cache-Control', 'no-store')
  next()
}
