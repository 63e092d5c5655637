import { hkdfSync, randomBytes } from 'node:crypto'
import { applyDecorators, createParamDecorator, Inject, Injectable, SetMetadata, UseInterceptors } from '@nestjs/common'
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common'
import type { Request, Response } from 'express'
import { defer, lastValueFrom } from 'rxjs'
import type { Observable } from 'rxjs'
import { callerOf } from './api-key.js'
import { badRequest, Problem } from './problem.js'

/** An answer as it is kept for those who come again. */
export interface KeptAnswer {
  readonly status: number
  readonly location: string | null
  readonly body: unknown
}
/** What is known of an Idempotency-Key: the time and chance of its first request, and that one's answer once there is one. */
export interface BegunRequest {
  readonly at: string
  /** A secret, the same for every request with this key. */
  readonly seed: Uint8Array
  readonly answer: KeptAnswer | null
}

/** Where Idempotency-Keys are remembered. An app binds this token. */
export const IDEMPOTENCY = Symbol('IDEMPOTENCY')
export interface IdempotencyStore {
  /** `undefined` where the key came before with another request. */
  begin(owner: string, key: string, request: string): Promise<BegunRequest | undefined>
  settle(owner: string, key: string, answer: KeptAnswer): Promise<void>
  forget(owner: string, key: string): Promise<void>
}

/** Time and chance for a request: the same again where it comes again with its Idempotency-Key. */
export interface Chance {
  /** ISO 8601 UTC. */
  readonly at: string
  /** So many octets for a purpose; those of one purpose tell nothing of those of another. */
  bytes(purpose: string, length: number): Uint8Array
}

const chanceOf = ({ at, seed }: Pick<BegunRequest, 'at' | 'seed'>): Chance => ({
  at,
  bytes: (purpose, length) => new Uint8Array(hkdfSync('sha256', seed, '', purpose, length)),
})
export const freshChance = (): Chance => chanceOf({ at: new Date().toISOString(), seed: randomBytes(32) })

const chances = new WeakMap<Request, Chance>()

/** Where the ids, secrets and times of what a call makes are from. */
export const ChanceOf = createParamDecorator(
  (_: unknown, context: ExecutionContext): Chance =>
    chances.get(context.switchToHttp().getRequest<Request>()) ?? freshChance(),
)

const KEY = /^[\x21-\x7e]{1,255}$/

/** The request's `Idempotency-Key`, where it has one. @throws Problem 400 */
export const idempotencyKeyOf = (request: Request): string | undefined => {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && KEY.test(key)) return key
  const fix = 'Send 1 to 255 visible ASCII characters, for instance a UUID.'
  throw badRequest('Idempotency-Key: it is not such a key.', { field: 'Idempotency-Key', fix })
}

/** What has to be the same for a request to be the same: the call and its body. */
const identityOf = (request: Request): string =>
  `${request.method} ${request.originalUrl}\n${JSON.stringify(request.body ?? null)}`

/** The refusal of a key that came before with another request. */
export const keyReused = (key: string): Problem =>
  new Problem(
    409,
    'idempotency-key-reused',
    'The key belongs to another request',
    `${key} came with another request.`,
    {
      field: 'Idempotency-Key',
      fix: 'Use a fresh key for each request, and the same one only to send the very same request again.',
    },
  )

/** Answers a request that came before as it was answered then, and lets one that never came to its end make the same again. */
@Injectable()
class IdempotencyInterceptor implements NestInterceptor {
  constructor(@Inject(IDEMPOTENCY) private readonly store: IdempotencyStore) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp()
    const request = http.getRequest<Request>()
    const key = idempotencyKeyOf(request)
    if (key === undefined) return next.handle()
    return defer(() => this.answer(key, request, http.getResponse<Response>(), next))
  }

  private async answer(key: string, request: Request, response: Response, next: CallHandler): Promise<unknown> {
    const caller = callerOf(request)
    const owner = `${caller.account} ${caller.key}`
    const begun = await this.store.begin(owner, key, identityOf(request))
    if (!begun) throw keyReused(key)
    if (begun.answer) return replayed(begun.answer, response)
    chances.set(request, chanceOf(begun))
    const body = await this.made(owner, key, next)
    const location = response.getHeader('Location')
    const answer = { status: response.statusCode, location: typeof location === 'string' ? location : null, body }
    await this.store.settle(owner, key, answer)
    return body
  }

  /** A request that was refused leaves its key free. */
  private async made(owner: string, key: string, next: CallHandler): Promise<unknown> {
    try {
      return await lastValueFrom(next.handle())
    } catch (error) {
      if (error instanceof Problem && error.status < 500) await this.store.forget(owner, key)
      throw error
    }
  }
}

const replayed = ({ status, location, body }: KeptAnswer, response: Response): unknown => {
  response.status(status).setHeader('Idempotency-Replayed', 'true')
  if (location !== null) response.setHeader('Location', location)
  return body
}

export const IDEMPOTENT = 'skein:idempotent'
/**
 * The call takes an `Idempotency-Key`: the same request with the same key gets the same answer for a day, another request with
 * it 409. What the call makes takes its ids and secrets from `@ChanceOf()`, so that doing it again makes the very same thing.
 */
export const Idempotent = () => applyDecorators(SetMetadata(IDEMPOTENT, true), UseInterceptors(IdempotencyInterceptor))
