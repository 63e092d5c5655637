import { Problem } from '@skein/http'
import type { Upstream } from './pass-on.js'

const AGAIN =
  'Send it again, with the same Idempotency-Key where the call takes one; a mail that is in already is not stored twice.'

/** The service does not take connections: nothing of the request got there. */
export const away = (name: string): Problem =>
  new Problem(503, 'unavailable', 'Not available just now', `The service ${name}, which answers this call, is away.`, {
    fix: 'Try again in a moment.',
    retry_after: 1,
  })

export const lost = (name: string): Problem => {
  const detail = `The connection to the service ${name} was lost before it answered. Whether it did what was asked is not known here.`
  return new Problem(502, 'answer-lost', 'The answer was lost', detail, { fix: AGAIN })
}

/** `isComplete`: the whole request was there, so that it is not the caller who kept silent. */
export const silent = ({ name, patience }: Upstream, isComplete: boolean): Problem => {
  const seconds = Math.round(patience.idleMs / 1_000)
  if (!isComplete)
    return new Problem(408, 'timeout', 'The request took too long', `Nothing of the body came for ${seconds} s.`)
  const detail = `The service ${name} said nothing for ${seconds} s. Whether it did what was asked is not known here.`
  return new Problem(504, 'answer-late', 'The answer is late', detail, { fix: AGAIN })
}
