import { Agent, request as requestOf, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as TlsAgent, request as tlsRequestOf } from 'node:https'
import type { NextFunction, Request, Response } from 'express'
import { forwardedHeaders, hasBody, passedHeaders } from './passed-headers.js'
import { lost, away, silent } from './refusals.js'

/** How long the other service is waited for, milliseconds. */
export interface GatewayPatience {
  /** For a connection. */
  readonly connectMs: number
  /** For any octet, in either direction. */
  readonly idleMs: number
}

export const GATEWAY_PATIENCE: GatewayPatience = { connectMs: 5_000, idleMs: 60_000 }

/** Another service of this instance, which answers some of the calls of the public address. */
export interface Upstream {
  readonly name: 'ingest' | 'outbox'
  readonly url: URL
  /** Keeps connections for the next request; closed by `destroy()`. */
  readonly agent: Agent
  readonly patience: GatewayPatience
}

export const upstreamAt = (name: Upstream['name'], address: string, patience: GatewayPatience): Upstream => {
  const url = new URL(address)
  const agent = url.protocol === 'https:' ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true })
  return { name, url, agent, patience }
}

/** What is on its way: a request and the answer to it. */
interface Passing {
  readonly request: Request
  readonly response: Response
  readonly next: NextFunction
  readonly upstream: Upstream
}

/**
 * Passes a request on and its answer back, both as they come: nothing is held here but what the slower side has not taken yet.
 * Whoever goes away in the middle takes the other side along.
 */
export const passOn = (upstream: Upstream, request: Request, response: Response, next: NextFunction): void =>
  attempt({ upstream, request, response, next }, true)

const attempt = (passing: Passing, mayRepeat: boolean): void => {
  const { request, response, upstream } = passing
  const onward = open(passing)
  const isWithBody = hasBody(request.headers)
  let isConnected = false
  let isAnswered = false
  const patience = setTimeout(() => onward.destroy(new Error('no connection')), upstream.patience.connectMs)
  const connected = (): void => {
    isConnected = true
    clearTimeout(patience)
  }
  onward.once('socket', (socket) => (socket.connecting ? socket.once('connect', connected) : connected()))
  onward.once('response', (answer) => {
    isAnswered = true
    giveBack(answer, passing)
  })
  const goneAway = (): void => void (response.writableFinished || onward.destroy())
  response.once('close', goneAway)
  onward.once('error', (error: NodeJS.ErrnoException) => {
    clearTimeout(patience)
    response.off('close', goneAway)
    // an answer that breaks off says so itself
    if (isAnswered || response.destroyed) return
    // the other side closed a connection that was kept, and has seen nothing of this request
    if (mayRepeat && onward.reusedSocket && error.code === 'ECONNRESET' && !isWithBody) return attempt(passing, false)
    refuse(passing, error, isConnected)
  })
  onward.setTimeout(upstream.patience.idleMs, () => onward.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })))
  if (isWithBody) request.pipe(onward)
  else onward.end()
}

const open = ({ request, upstream: { url, agent } }: Passing): ClientRequest => {
  const send = url.protocol === 'https:' ? tlsRequestOf : requestOf
  return send(url, {
    agent,
    method: request.method,
    path: request.originalUrl,
    headers: forwardedHeaders(request.headers, request.socket.remoteAddress),
  })
}

const giveBack = (answer: IncomingMessage, { request, response }: Passing): void => {
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, passedHeaders(answer.headers))
  answer.once('error', () => response.destroy())
  answer.pipe(response)
  // an answer may come before all of the body was read; what is left of that is let go
  answer.once('end', () => request.unpipe().resume())
}

const refuse = ({ request, response, next, upstream }: Passing, error: NodeJS.ErrnoException, wasThere: boolean) => {
  if (response.headersSent) return void response.destroy()
  request.unpipe().resume()
  if (!wasThere) return next(away(upstream.name))
  next(error.code === 'ETIMEDOUT' ? silent(upstream, request.complete) : lost(upstream.name))
}
