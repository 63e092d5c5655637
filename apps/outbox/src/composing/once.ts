import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { idempotencyKeyOf, keyReused, Problem, type CallerOf, type Chance } from '@skein/http'
import { KeyUsedOtherwise, type Begun, type Log } from '@skein/log'
import type { Request } from 'express'
import { z } from 'zod'
import { sendAnswer, type SendAnswer } from './answers.js'

/** How long a request waits for the first one with its key, before it does the same work itself. */
const PATIENCE_MS = 5_000
const LOOK_AGAIN_MS = 50

export type ChanceOfMail = Chance & {
  /** Whether no request came before with the same key; `true` without a key. */
  readonly first: boolean
  /** The same for every request with this key, and for no other one. */
  readonly seed: string
}

const chanceOf = ({ at, seed, first }: Omit<Begun, 'answer'>): ChanceOfMail => ({
  at,
  first,
  seed: createHash('sha256').update(`composing ${seed}`).digest('hex'),
  bytes: (purpose, length) =>
    new Uint8Array(hkdfSync('sha256', Buffer.from(seed, 'hex'), '', `compose ${purpose}`, length)),
})
export const freshChance = (now: Date): ChanceOfMail =>
  chanceOf({ at: now.toISOString(), seed: randomBytes(32).toString('hex'), first: true })

/** Octets count by their hash, so that a form and its retry are the same though their boundaries differ. */
const withHashes = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? createHash('sha256').update(value).digest('hex') : value

interface Asked {
  readonly request: Request
  readonly caller: CallerOf
  readonly body: unknown
  readonly now: Date
}

const kept = z.object({ sent: sendAnswer })

/** Waits a while for the first request's answer; `null` where that never came to its end, so that its work is to be done again. */
const begun = async (begin: () => Promise<Begun>): Promise<{ begun: Begun; answer: SendAnswer | null }> => {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const found = await begin()
    const answer = kept.safeParse(found.answer)
    if (answer.success) return { begun: found, answer: answer.data.sent }
    if (found.first || Date.now() > until) return { begun: found, answer: null }
    await wait(LOOK_AGAIN_MS)
  }
}

/**
 * Does the work of a request once for each `Idempotency-Key`, for a day. Whoever comes again gets the first one's answer; where
 * that one died on the way the work is done again with its time and chance, and makes the very same mail. A refused request leaves
 * its key free. @throws Problem 409 for a key that came with another request
 */
export const once = async (
  { idempotency }: Pick<Log, 'idempotency'>,
  { request, caller, body, now }: Asked,
  work: (chance: ChanceOfMail) => Promise<SendAnswer>,
): Promise<{ answer: SendAnswer; replayed: boolean }> => {
  const key = idempotencyKeyOf(request)
  if (key === undefined) return { answer: await work(freshChance(now)), replayed: false }
  const owner = `${caller.account} ${caller.key}`
  const identity = `${request.method} ${request.originalUrl}\n${JSON.stringify(body, withHashes)}`
  try {
    const found = await begun(() => idempotency.begin(owner, key, identity))
    if (found.answer !== null) return { answer: found.answer, replayed: true }
    const answer = await work(chanceOf(found.begun))
    await idempotency.settle(owner, key, { sent: answer })
    return { answer, replayed: !found.begun.first }
  } catch (error) {
    if (error instanceof KeyUsedOtherwise) throw keyReused(key)
    if (error instanceof Problem && error.status < 500) await idempotency.forget(owner, key)
    throw error
  }
}
