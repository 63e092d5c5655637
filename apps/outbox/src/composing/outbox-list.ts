import { inboxId, messageId, spaceId, threadId } from '@skein/events'
import { badRequest, hasWholeAccount, mayUse, notFound, Problem, type CallerOf } from '@skein/http'
import { InvalidCursor, type OutboxEntry, type OutboxFilter } from '@skein/views'
import { z } from 'zod'
import type { OutboxParts } from '../parts.js'
import { inboxOf } from './access.js'

const state = z.enum(['queued', 'sending', 'sent', 'deferred', 'failed', 'unknown', 'bounced', 'cancelled'])

export const outboxQuery = z.strictObject({
  state: state.optional(),
  /** Id or address. */
  inbox: z.string().min(1).max(320).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().min(1).max(400).optional(),
})
export type OutboxQuery = z.infer<typeof outboxQuery>

const refused = z.object({ address: z.string(), response: z.string() })
const entry = z.object({
  message_id: messageId,
  /** In brackets. */
  message_id_header: z.string(),
  thread_id: threadId,
  space: spaceId,
  inbox: inboxId,
  subject: z.string(),
  status: state,
  attempt: z.number(),
  from: z.string(),
  to: z.array(z.string()),
  answers: messageId.nullable(),
  automatic: z.boolean(),
  on_unknown: z.enum(['hold', 'retry']),
  send_at: z.string().nullable(),
  next_try_at: z.string().nullable(),
  reason: z.string().nullable(),
  response: z.string().nullable(),
  refused: z.array(refused),
  queued_at: z.string(),
  updated_at: z.string(),
  sent_at: z.string().nullable(),
})
export const outboxList = z.object({ messages: z.array(entry), next_cursor: z.string().nullable() })
export type OutboxList = z.infer<typeof outboxList>

const entryJson = (one: OutboxEntry): z.infer<typeof entry> => ({
  message_id: one.message,
  message_id_header: `<${one.messageId}>`,
  thread_id: one.thread,
  space: one.space,
  inbox: one.inbox,
  subject: one.subject,
  status: one.state,
  attempt: one.attempt,
  from: one.from,
  to: [...one.to],
  answers: one.answers,
  automatic: one.automatic,
  on_unknown: one.onUnknown,
  send_at: one.sendAt,
  next_try_at: one.nextAt,
  reason: one.reason,
  response: one.response,
  refused: [...one.refused],
  queued_at: one.queuedAt,
  updated_at: one.updatedAt,
  sent_at: one.sentAt,
})

const needsInbox = (): Problem =>
  badRequest('inbox: the key is for a part of the account.', {
    field: 'inbox',
    fix: 'Say which of its inboxes to list.',
  })

/** Mails of ours, newest first, with what has become of them. @throws Problem 400, 404 */
export const listOutbox = async (parts: OutboxParts, caller: CallerOf, query: OutboxQuery): Promise<OutboxList> => {
  const { state, limit, cursor } = query
  const inbox = query.inbox === undefined ? undefined : await inboxOf(parts, caller, query.inbox)
  if (inbox === undefined && !hasWholeAccount(caller)) throw needsInbox()
  const filter: OutboxFilter = { ...(state && { state }), ...(inbox && { inbox: inbox.id }) }
  try {
    const page = { limit, ...(cursor === undefined ? {} : { cursor }) }
    const { sends, nextCursor } = await parts.views.listOutbox(caller.account, filter, page)
    return { messages: sends.map(entryJson), next_cursor: nextCursor }
  } catch (error) {
    if (!(error instanceof InvalidCursor)) throw error
    throw badRequest('cursor: it is not of this list.', { field: 'cursor', fix: 'Start again without a cursor.' })
  }
}

/** A mail of ours that the caller may decide about: it left, or is to leave, by one of its inboxes. @throws Problem 404, 409 */
export const ownMail = async ({ log, views }: OutboxParts, caller: CallerOf, id: string) => {
  const message = await views.message(caller.account, id)
  if (!message) throw notFound('message', id)
  const { sending, space, partition } = message
  const inbox = sending && log.directory.inbox(sending.inbox)
  const isOwn = inbox ? mayUse(caller, inbox) : hasWholeAccount(caller)
  if (!isOwn) throw notFound('message', id)
  if (sending) return { message: message.id, space, partition }
  throw new Problem(
    409,
    'not-sent-here',
    'The mail is not one that was sent here',
    `${id} did not leave from this instance.`,
  )
}
