import { randomUUID } from 'node:crypto'
import { messageId, threadId } from '@skein/events'
import { Problem, type CallerOf } from '@skein/http'
import { CommandRefused, NoWriter } from '@skein/log'
import { z } from 'zod'
import type { OutboxParts } from '../parts.js'
import { headerText } from './mail-request.js'
import { ownMail } from './outbox-list.js'

const reason = headerText(500).default('')
export const reasonBody = z.strictObject({ reason }).default({ reason: '' })
export type ReasonBody = z.infer<typeof reasonBody>
/** What a person found out of a mail whose outcome is unknown. */
export const settleBody = z.strictObject({ as: z.enum(['sent', 'failed']), reason })
export type SettleBody = z.infer<typeof settleBody>

/** Where a decision was recorded; `wait_for` lets a read see it. */
export const decidedAnswer = z.object({
  message_id: messageId,
  partition: z.number(),
  sequence: z.number(),
  wait_for: z.string(),
  events: z.array(z.object({ type: z.string(), thread: threadId })),
})
export type DecidedAnswer = z.infer<typeof decidedAnswer>

const recorded = decidedAnswer.pick({ sequence: true, events: true })

const problemOf = (error: unknown): unknown => {
  if (error instanceof NoWriter)
    return new Problem(503, 'no-writer', 'No writer', `Nobody can write just now: ${error.message}.`, {
      fix: 'Send it again in a moment.',
      retry_after: 1,
    })
  if (error instanceof CommandRefused) {
    const field = error.field === undefined ? {} : { field: error.field }
    return new Problem(409, error.code, 'The command was refused', error.detail, field)
  }
  return error
}

/** What a person decides about a mail on its way out. */
export type Decision =
  | { readonly name: 'CancelSend' | 'RetrySend'; readonly reason: string }
  | { readonly name: 'SettleSend'; readonly as: 'sent' | 'failed'; readonly reason: string }

/** Passes a decision on to the writer of the mail's partition. @throws Problem 404, 409 with the writer's reason, 503 */
export const decide = async (
  parts: OutboxParts,
  caller: CallerOf,
  id: string,
  { name, ...what }: Decision,
): Promise<DecidedAnswer> => {
  const { message, space, partition } = await ownMail(parts, caller, id)
  try {
    const payload = { id: randomUUID(), space, actor: caller.key, message, ...what }
    const { sequence, events } = recorded.parse(await parts.log.command(partition, name, payload))
    return { message_id: message, partition, sequence, wait_for: `${partition}:${sequence}`, events }
  } catch (error) {
    throw problemOf(error)
  }
}
