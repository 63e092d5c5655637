import { createHash, randomBytes } from 'node:crypto'
import { JetStreamApiError } from '@nats-io/jetstream'
import type { KV } from '@nats-io/kv'
import { z } from 'zod'

/** How long an Idempotency-Key is remembered. */
export const IDEMPOTENCY_TTL_MS = 24 * 60 * 60 * 1_000

const entry = z.object({
  request: z.string(),
  at: z.iso.datetime(),
  seed: z.string(),
  answer: z.unknown().nullable(),
})

/** What a repeated request is told of the first: the same time and chance to work with, and its answer once there is one. */
export interface Begun {
  /** Whether this is the first request with the key. */
  first: boolean
  /** ISO 8601 UTC, when the first one came. */
  at: string
  /** 32 octets in hex, for all that must come out the same however often it is done. */
  seed: string
  /** What `settle` was given; `null` while the first is under way, or where it never came to its end. */
  answer: unknown
}

/** The key was used before, for another request. */
export class KeyUsedOtherwise extends Error {
  override readonly name = 'KeyUsedOtherwise'
}

/**
 * Idempotency-Keys of all processes, remembered for 24 hours. Whoever comes with a key again gets the time and the chance of the
 * first, so that doing the work again makes the very same thing: no lock is held, and a crash between the steps costs nothing.
 */
export class Idempotency {
  constructor(private readonly bucket: KV) {}

  /** `request`: what has to be the same, body and call. @throws KeyUsedOtherwise */
  async begin(account: string, key: string, request: string | Uint8Array): Promise<Begun> {
    const name = nameOf(account, key)
    const made = {
      request: digestOf(request),
      at: new Date().toISOString(),
      seed: randomBytes(32).toString('hex'),
      answer: null,
    }
    try {
      await this.bucket.create(name, JSON.stringify(made))
      return { first: true, at: made.at, seed: made.seed, answer: null }
    } catch (error) {
      if (!(error instanceof JetStreamApiError)) throw error
    }
    const stored = await this.bucket.get(name)
    if (stored?.operation !== 'PUT') return this.begin(account, key, request)
    const { request: first, at, seed, answer } = entry.parse(stored.json())
    if (first !== made.request)
      throw new KeyUsedOtherwise(`the Idempotency-Key ${key} came before with another request`)
    return { first: false, at, seed, answer }
  }

  /** Notes the answer for those who come again. It is what JSON can hold. */
  async settle(account: string, key: string, answer: unknown): Promise<void> {
    const name = nameOf(account, key)
    const stored = await this.bucket.get(name)
    if (stored?.operation !== 'PUT') return
    await this.bucket.put(name, JSON.stringify({ ...entry.parse(stored.json()), answer }))
  }

  /** The key's request failed for good: the same key may come with another one. */
  async forget(account: string, key: string): Promise<void> {
    await this.bucket.delete(nameOf(account, key))
  }
}

const digestOf = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')
const nameOf = (account: string, key: string): string => digestOf(`${account}\n${key}`)
