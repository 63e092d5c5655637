import express from 'express'
import type { NextFunction, Request, Response } from 'express'
import { Problem } from './problem.js'

/** Octets of a JSON body; far above any command, far below what would hurt. Raw mail is not JSON and has its own limit. */
export const JSON_BODY_LIMIT = 1024 * 1024

const JSON_TYPES = ['application/json', 'application/*+json']

/** Reads JSON bodies; other types are left unread for the handler. A deflated body may not grow over the limit either. */
export const jsonBody = (limit: number) => express.json({ limit, type: JSON_TYPES, strict: true })

const hasBody = (request: Request): boolean =>
  request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0

/** For apps all of whose calls take JSON: a body of another type is refused before anybody looks for its members. */
export const onlyJson = (request: Request, _: Response, next: NextFunction): void => {
  if (!hasBody(request) || request.is(JSON_TYPES)) return next()
  const type = request.headers['content-type'] ?? 'none'
  const detail = `This call takes JSON; the body's content type is ${type.slice(0, 100)}.`
  const fix = 'Send Content-Type: application/json.'
  next(new Problem(415, 'unsupported-body', 'The body cannot be read', detail, { field: 'Content-Type', fix }))
}
