import type { DeliveryRecord } from '@skein/events'
import { backOff } from './back-off.js'
import type { SmtpOutcome } from './smtp-attempt.js'
import type { Send } from './schedule.js'

/** A server's answer may be long; what it has to say is at its start. */
const LONGEST_TEXT = 1_000

/** An outcome that something came of. */
export type Ended = Exclude<SmtpOutcome, { outcome: 'not-granted' }>

export interface DeliveryRules {
  readonly retryBaseMs: number
  readonly maxAttempts: number
}

const short = (text: string): string => (text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text)

/** The record of what came of an attempt. A no that may turn into a yes is tried again, until there were enough attempts. */
export const deliveryOf = (
  { message, space }: Pick<Send, 'message' | 'space'>,
  attempt: number,
  ended: Ended,
  { now, wireId, rules }: { now: Date; wireId: string | null; rules: DeliveryRules },
): DeliveryRecord => {
  const notBegun = ended.outcome === 'no' && !ended.begun ? { begun: false } : {}
  const of = { v: 1, message, space, attempt, at: now.toISOString(), ...notBegun } as const
  if (ended.outcome === 'unknown') return { ...of, outcome: 'unknown', reason: short(ended.reason) }
  const refused = ended.refused.map(({ address, response }) => ({ address, response: short(response) }))
  if (ended.outcome === 'sent') return { ...of, outcome: 'sent', response: short(ended.response), refused, wireId }
  const reason = short(ended.reason)
  if (!ended.temporary) return { ...of, outcome: 'failed', reason, refused }
  if (attempt >= rules.maxAttempts)
    return { ...of, outcome: 'failed', reason: `${reason} (given up after attempt ${attempt})`, refused }
  const nextAt = new Date(now.getTime() + backOff(message, attempt, rules.retryBaseMs)).toISOString()
  return { ...of, outcome: 'deferred', reason, nextAt }
}
