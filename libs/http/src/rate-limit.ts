import { Injectable } from '@nestjs/common'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import type { Request, Response } from 'express'
import { callerIn } from './api-key.js'
import { Problem } from './problem.js'

interface Taken {
  readonly allowed: boolean
  readonly remaining: number
  readonly reset: number
}
/** Counts requests of a key in windows of a minute. */
export interface RateLimiter {
  readonly limit: number
  take(key: string): Taken | Promise<Taken>
}

const WINDOW_S = 60

/**
 * Tells every caller how many requests its key has left (draft-ietf-httpapi-ratelimit-headers: `RateLimit-Policy`, `RateLimit`),
 * and refuses what is more than its limit.
 */
@Injectable()
export class RateGuard implements CanActivate {
  constructor(private readonly limiter: RateLimiter) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    if (context.getType() !== 'http') return true
    const http = context.switchToHttp()
    const caller = callerIn(http.getRequest<Request>())
    if (!caller) return true
    const response = http.getResponse<Response>()
    const taken = this.limiter.take(caller.key)
    return taken instanceof Promise ? taken.then((one) => this.answer(one, response)) : this.answer(taken, response)
  }

  private answer({ allowed, remaining, reset }: Taken, response: Response): boolean {
    const { limit } = this.limiter
    response.setHeader('RateLimit-Policy', `"default";q=${limit};w=${WINDOW_S}`)
    response.setHeader('RateLimit', `"default";r=${remaining};t=${reset}`)
    if (allowed) return true
    throw tooMany(limit, reset)
  }
}

const tooMany = (limit: number, reset: number): Problem => {
  const detail = `The key has made its ${limit} requests of this minute.`
  const extra = { fix: 'Wait for the time in Retry-After.', retry_after: reset, limit }
  return new Problem(429, 'too-many-requests', 'Too many requests', detail, extra)
}

/** Takes one request of a key where no response is to be told of it: a WebSocket's. @throws Problem 429 */
export const takeRequest = async (limiter: RateLimiter | null, key: string): Promise<void> => {
  const taken = await limiter?.take(key)
  if (limiter && taken?.allowed === false) throw tooMany(limiter.limit, taken.reset)
}
