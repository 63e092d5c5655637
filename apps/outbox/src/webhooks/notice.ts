import type { EventType, InboxId, MessageId, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import type { Directory, Webhook } from '@skein/log'
import { REGROUP } from '@skein/threading'

/** What is told of an event: where it is and what it is about, and nothing of any mail's content or people. */
export interface Notice {
  id: string
  type: EventType
  time: string
  partition: number
  sequence: number
  space: SpaceId
  thread: ThreadId
  message: MessageId | null
  /** The inboxes that it names; none for an event of the whole thread. */
  inboxes: readonly InboxId[]
}

const messageIn = (event: StoredEvent): MessageId | null => ('message' in event.data ? event.data.message : null)

const inboxesIn = (event: StoredEvent): readonly InboxId[] => {
  if ('inbox' in event.data) return [event.data.inbox]
  return 'inboxes' in event.data ? event.data.inboxes : []
}

export const noticeOf = (event: StoredEvent): Notice => ({
  id: event.id,
  type: event.type,
  time: event.time,
  partition: event.partition,
  sequence: event.sequence,
  space: event.space,
  thread: event.thread,
  message: messageIn(event),
  inboxes: inboxesIn(event),
})

/**
 * What is told of events as they come. Other rules that were applied to stored mail are a matter of the operator, and may move
 * thousands of old messages at once: they are told only to whom a replay of them is asked for.
 */
export const noticesOf = (events: readonly StoredEvent[]): Notice[] =>
  events.filter(({ cause }) => cause.kind !== 'command' || cause.name !== REGROUP).map(noticeOf)

/** Whether the inbox has, or had, this message. */
export type IsDelivered = (message: MessageId, inbox: InboxId) => Promise<boolean>

/**
 * Whether an endpoint gets an event: one of its account's spaces, of its types, and of its inboxes. An event that names a message
 * but no inbox (its mail was sent, it bounced …) goes to the inboxes that have the message; one about a whole thread goes only to
 * endpoints that take all inboxes.
 */
export const isFor = async (
  { account, types, inboxes }: Pick<Webhook, 'account' | 'types' | 'inboxes'>,
  notice: Notice,
  directory: Pick<Directory, 'space'>,
  isDelivered: IsDelivered,
): Promise<boolean> => {
  if (directory.space(notice.space)?.account !== account) return false
  if (types !== null && !types.includes(notice.type)) return false
  if (inboxes === null) return true
  if (notice.inboxes.length > 0 || notice.message === null)
    return notice.inboxes.some((inbox) => inboxes.includes(inbox))
  for (const inbox of inboxes) if (await isDelivered(notice.message, inbox)) return true
  return false
}
