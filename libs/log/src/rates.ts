import { headers, type NatsConnection } from '@nats-io/transport-node'
import { z } from 'zod'

/** Stream of the counters: in memory, one message for each key and window, gone soon after the window is over. */
export const RATES_STREAM = 'RATES'
export const RATES_SUBJECTS = 'skein.rates.>'
export const RATES_AGE_MS = 3 * 60_000

const WINDOW_MS = 60_000
const ANSWER_MS = 250
/** A block is this part of the limit, and no more than so many. */
const BLOCKS = 20
const LARGEST_BLOCK = 100
/** Keys that are kept in mind before those of windows that are over are dropped. */
const MANY_KEYS = 10_000

/** What a request is told of its key's limit. */
export interface Taken {
  readonly allowed: boolean
  /** Requests that are left in this window; with several processes, about. */
  readonly remaining: number
  /** Seconds until the next window. */
  readonly reset: number
}

interface Window {
  readonly number: number
  /** Requests that this process may still let through without asking. */
  held: number
  /** Requests that all processes together have taken from the counter. */
  reserved: number
  pending: Promise<void> | null
}

/**
 * How many requests a key may make in a minute, over all processes: a counter on the server for each key and minute
 * (`Nats-Incr`), of which each process takes blocks and counts down by itself. So one request in many asks the server, and
 * hardly ever one waits for it. A server that is away stops nobody: then each process counts alone.
 */
export class Rates {
  private readonly windows = new Map<string, Window>()
  private readonly block: number

  constructor(
    private readonly connection: Pick<NatsConnection, 'request'>,
    /** Requests in a minute. */
    readonly limit: number,
    private readonly now: () => number = Date.now,
  ) {
    this.block = Math.min(LARGEST_BLOCK, Math.ceil(limit / BLOCKS))
  }

  /** Takes one request of a key; a promise only where the server has to be asked first. */
  take(key: string): Taken | Promise<Taken> {
    const window = this.windowOf(key)
    if (window.held === 0 && window.reserved < this.limit) return this.askedFirst(key, window)
    return this.taken(key, window)
  }

  private async askedFirst(key: string, window: Window): Promise<Taken> {
    while (window.held === 0 && window.reserved < this.limit) await this.more(key, window)
    return this.taken(key, window)
  }

  private taken(key: string, window: Window): Taken {
    const allowed = window.held > 0
    if (allowed) window.held--
    if (window.held < this.block / 4 && window.reserved < this.limit) void this.more(key, window)
    const reset = Math.max(1, Math.ceil(((window.number + 1) * WINDOW_MS - this.now()) / 1_000))
    return { allowed, remaining: Math.max(0, this.limit - window.reserved) + window.held, reset }
  }

  /** Several that wait ask once. */
  private more(key: string, window: Window): Promise<void> {
    window.pending ??= this.reserve(key, window).finally(() => {
      window.pending = null
    })
    return window.pending
  }

  private async reserve(key: string, window: Window): Promise<void> {
    const total = await this.count(`skein.rates.${key}.${window.number}`).catch(() => window.reserved + this.block)
    const over = Math.max(0, total - this.limit)
    window.reserved = Math.min(this.limit, total)
    window.held += Math.max(0, this.block - over)
  }

  /** Adds a block to a counter; what it stands at then. */
  private async count(subject: string): Promise<number> {
    const increment = headers()
    increment.set('Nats-Incr', `+${this.block}`)
    const answer = await this.connection.request(subject, '', { headers: increment, timeout: ANSWER_MS })
    return counted.parse(answer.json()).val
  }

  private windowOf(key: string): Window {
    const number = Math.floor(this.now() / WINDOW_MS)
    const known = this.windows.get(key)
    if (known?.number === number) return known
    if (this.windows.size > MANY_KEYS) this.forgetBefore(number)
    const fresh: Window = { number, held: 0, reserved: 0, pending: null }
    this.windows.set(key, fresh)
    return fresh
  }

  private forgetBefore(number: number): void {
    for (const [key, window] of this.windows) if (window.number < number) this.windows.delete(key)
  }
}

const counted = z.object({ val: z.coerce.number() })
