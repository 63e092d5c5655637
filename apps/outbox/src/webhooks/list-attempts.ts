import type { CallerOf } from '@skein/http'
import type { Log, WebhookAttempt } from '@skein/log'
import { z } from 'zod'
import { endpointSeen } from './endpoint-seen.js'

export const attemptsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'is no cursor of this list')
    .optional(),
  event: z.string().min(1).max(200).optional().describe('Only of this event: its id, or its position.'),
})
export type AttemptsQuery = z.infer<typeof attemptsQuery>

export const attemptJson = z.object({
  event_id: z.string(),
  type: z.string(),
  position: z.string().nullable().describe('`<partition>:<sequence>` of the event; null for a test.'),
  kind: z.enum(['event', 'replay', 'test']),
  attempt: z.int(),
  at: z.string(),
  ms: z.int().describe('How long the endpoint took.'),
  status: z.int().nullable().describe('What it answered; null where no answer came.'),
  error: z.string().nullable().describe('Why it counts as failed; null where it did not.'),
  next_at: z.string().nullable().describe('When it is tried again; null where it is not.'),
})
export type AttemptJson = z.infer<typeof attemptJson>
export const attemptList = z.object({
  attempts: z.array(attemptJson),
  next_cursor: z.string().nullable().describe('A page may be short, even empty, while this is not null.'),
})
export type AttemptList = z.infer<typeof attemptList>

const positionOf = ({ partition, sequence }: WebhookAttempt): string => `${partition}:${sequence}`

export const attemptJsonOf = (attempt: WebhookAttempt): AttemptJson => {
  const { event, type, kind, at, ms, status, error, nextAt } = attempt
  const position = kind === 'test' ? null : positionOf(attempt)
  return { event_id: event, type, position, kind, attempt: attempt.attempt, at, ms, status, error, next_at: nextAt }
}

/** What was tried with an endpoint within the last 30 days, newest first. @throws Problem 404 */
export const listAttempts = async (
  log: Log,
  caller: CallerOf,
  id: string,
  { limit, cursor, event }: AttemptsQuery,
): Promise<AttemptList> => {
  const endpoint = endpointSeen(log.directory, caller, id)
  const wanted = (attempt: WebhookAttempt): boolean =>
    event === undefined || attempt.event === event || positionOf(attempt) === event
  const before = cursor === undefined ? {} : { before: Number(cursor) }
  const { attempts, next } = await log.webhooks.attempts(endpoint.id, { limit, wanted, ...before })
  return {
    attempts: attempts.map(({ attempt }) => attemptJsonOf(attempt)),
    next_cursor: next === null ? null : String(next),
  }
}
