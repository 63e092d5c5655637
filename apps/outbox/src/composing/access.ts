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

/** Puts one of them behind all others. */
const last =
  (one: InboxId) =>
  (a: InboxId, b: InboxId): number =>
    Number(a === one) - Number(b === one)

const ROLES = ['to', 'cc', 'list', 'bcc'] as const

/** Whether a mail went to nobody but inboxes of its own space. */
const isAmongUs = ({ log: { directory } }: Parts, { to, cc, space }: MessageDetail): boolean =>
  [...to, ...cc].every(({ address }) => directory.inboxFor(address)?.space === space)

/**
 * The inbox that answers a message, of those that the caller may use: the one that is named, else the one that sent it (it writes
 * to the same people again), else the one that it was addressed to most plainly. Of a mail from one inbox to another the one that
 * got it answers. @throws Problem 404, 409
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
  const sender = message.sending?.inbox
  const got = delivered.map(({ inbox }) => inbox)
  const ids = sender === undefined ? got : isAmongUs(parts, message) ? got.toSorted(last(sender)) : [sender, ...got]
  const usable = ids
    .map((id) => parts.log.directory.inbox(id))
    .find((inbox) => inbox !== undefined && mayUse(caller, inbox))
  if (usable) return usable
  throw new Problem(409, 'no-inbox', 'No inbox can answer', 'No inbox of this key has the message any more.', {
    fix: 'Name the inbox that answers, as inbox.',
  })
}
