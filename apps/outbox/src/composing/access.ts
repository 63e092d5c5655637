import { setTimeout as wait } from 'node:timers/promises'
import type { InboxId } from '@skein/events'
import { mayUse, mayUseSpace, notFound, Problem, type CallerOf } from '@skein/http'
import type { Inbox } from '@skein/log'
import type { MessageDetail, ThreadDetail } from '@skein/views'
import type { OutboxParts } from '../parts.js'

type Parts = Pick<OutboxParts, 'log' | 'views'>

const A_MOMENT_MS = 500
const LOOK_AGAIN_MS = 20

/**
 * Looks again for a moment: what another process has just put into the directory is known here some milliseconds later, and whoever
 * makes an inbox and then writes by it expects it to be there.
 */
export const soon = async <T>(find: () => T | null | undefined): Promise<T | null> => {
  for (const until = Date.now() + A_MOMENT_MS; ;) {
    const found = find()
    if (found != null) return found
    if (Date.now() > until) return null
    await wait(LOOK_AGAIN_MS)
  }
}

/** An inbox of the caller, by id or address. @throws Problem 404 */
export const inboxOf = async ({ log: { directory } }: Parts, caller: CallerOf, id: string): Promise<Inbox> => {
  const inbox = await soon(() => directory.inbox(id) ?? directory.inboxByAddress(id))
  if (!inbox || !mayUse(caller, inbox)) throw notFound('inbox', id)
  return inbox
}

const sees = (caller: CallerOf, space: ThreadDetail['space'], inboxes: readonly { inbox: InboxId }[]): boolean =>
  mayUseSpace(caller, space) || inboxes.some(({ inbox }) => caller.inboxes?.includes(inbox) ?? false)

/** A thread that the caller may see. @throws Problem 404 */
export const threadOf = async ({ views }: Parts, caller: CallerOf, id: string): Promise<ThreadDetail> => {
  const thread = await views.thread(caller.account, id)
  if (!thread || !sees(caller, thread.space, thread.inboxes)) throw notFound('thread', id)
  return thread
}

/** A message that the caller may see. @throws Problem 404 */
export const messageOf = async ({ views }: Parts, caller: CallerOf, id: string): Promise<MessageDetail> => {
  const message = await views.message(caller.account, id)
  if (!message || !sees(caller, message.space, [...message.deliveries, ...message.copies]))
    throw notFound('message', id)
  return message
}

const ROLES = ['to', 'cc', 'list', 'bcc'] as const

/**
 * The inbox that answers a message: the one that is named, else the one that sent it, else the one that it was addressed to most
 * plainly, of those that the caller may use. @throws Problem 404, 409
 */
export const answeringInbox = async (
  parts: Parts,
  caller: CallerOf,
  message: MessageDetail,
  wanted?: string,
): Promise<Inbox> => {
  if (wanted !== undefined) {
    const inbox = await inboxOf(parts, caller, wanted)
    if (inbox.space === message.space) return inbox
    const fix = 'Name an inbox of the space that the message is in, or leave inbox out.'
    throw new Problem(409, 'other-space', 'The inbox is of another space', `${inbox.id} cannot answer this message.`, {
      field: 'inbox',
      fix,
    })
  }
  const delivered = ROLES.flatMap((role) => message.deliveries.filter((one) => one.role === role))
  const ids = [...(message.sending ? [message.sending.inbox] : []), ...delivered.map(({ inbox }) => inbox)]
  const usable = ids
    .map((id) => parts.log.directory.inbox(id))
    .find((inbox) => inbox !== undefined && mayUse(caller, inbox))
  if (usable) return usable
  throw new Problem(409, 'no-inbox', 'No inbox can answer', 'No inbox of this key has the message any more.', {
    fix: 'Name the inbox that answers, as inbox.',
  })
}
