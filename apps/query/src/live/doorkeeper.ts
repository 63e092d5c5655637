import {
  callerWith,
  hasScope,
  Problem,
  takeRequest,
  type CallerOf,
  type KeyLookup,
  type RateLimiter,
} from '@skein/http'
import type { OpenStreams } from './open-streams.js'

/** A reader that may listen; `release` says that it does no more. */
export interface Admitted {
  readonly caller: CallerOf
  readonly release: () => void
}

/** Lets readers of WebSockets in, whom no guard of HTTP sees: by key, scope, rate and what the key has open. */
export class Doorkeeper {
  constructor(
    private readonly keys: KeyLookup,
    private readonly limiter: RateLimiter | null,
    private readonly streams: OpenStreams,
  ) {}

  /** @throws Problem 401, 403, 429 */
  async admit(authorization: string | undefined): Promise<Admitted> {
    const caller = callerWith(this.keys, authorization)
    if (!hasScope(caller, 'read')) {
      const fix = 'Use a key with the scope read.'
      throw new Problem(403, 'scope-missing', 'The key may not do this', 'Live updates need the scope read.', { fix })
    }
    await this.request(caller)
    return { caller, release: this.streams.take(caller.key) }
  }

  /** Each wish counts as a request. @throws Problem 429 */
  request({ key }: CallerOf): Promise<void> {
    return takeRequest(this.limiter, key)
  }
}
