import { createHmac } from 'node:crypto'
import type { IdempotencyStore } from '@skein/http'
import { KeyUsedOtherwise, type Idempotency, type Secrets } from '@skein/log'
import { z } from 'zod'

const kept = z.object({ status: z.number(), location: z.string().nullable(), body: z.unknown() })
const ABOUT = 'idempotent answer'

/**
 * Idempotency-Keys as the log remembers them. Answers may show a key or a secret for the one time that it is shown, and what is
 * made from a seed may be one: so answers are sealed, and the seed that is handed on is not the one that is stored.
 */
export const sealedIdempotency = (idempotency: Idempotency, secrets: Secrets): IdempotencyStore => ({
  begin: async (owner, key, request) => {
    try {
      const { at, seed, answer } = await idempotency.begin(owner, key, request)
      const own = createHmac('sha256', secrets.keys('seal')[0]).update(`idempotency ${seed}`).digest()
      const answered = typeof answer === 'string' ? kept.parse(JSON.parse(secrets.open(answer, ABOUT))) : null
      return { at, seed: new Uint8Array(own), answer: answered }
    } catch (error) {
      if (error instanceof KeyUsedOtherwise) return undefined
      throw error
    }
  },
  settle: (owner, key, answer) => idempotency.settle(owner, key, secrets.seal(JSON.stringify(answer), ABOUT)),
  forget: (owner, key) => idempotency.forget(owner, key),
})
