import { eventTypes, inboxId, messageId, spaceId, threadId, type EventType, type InboxId } from '@skein/events'
import type { MessageId, StoredEvent } from '@skein/events'
import { z } from 'zod'

/** Members of events that are for the machinery alone: keys of the index, digests, places in the log. */
const HIDDEN: ReadonlySet<string> = new Set([
  ...['message', 'keys', 'key', 'digest', 'input', 'order', 'cuts', 'mentions', 'baseSubject', 'aliases', 'people'],
])
/** Message-IDs of headers: in brackets, as everywhere in the API (RFC 5322 §3.6.4). */
const HEADER_IDS: ReadonlySet<string> = new Set(['messageId', 'inReplyTo', 'references', 'wireId'])

const nameOf = (member: string): string =>
  member === 'messageId' ? 'message_id_header' : member.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`)

const bracketed = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(bracketed) : typeof value === 'string' ? `<${value}>` : value

/** The data of an event as a consumer gets it. */
const shownData = (data: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(data)
      .filter(([member]) => !HIDDEN.has(member))
      .map(([member, value]) => [nameOf(member), HEADER_IDS.has(member) ? bracketed(value) : value]),
  )

const isEventType = (name: string): name is EventType => Object.hasOwn(eventTypes, name)
export const eventTypeNames = Object.keys(eventTypes).filter(isEventType)

const envelope = {
  id: z.string().describe('The place after this event: what `Last-Event-ID` and `after` take'),
  position: z.string().describe('`<partition>:<sequence>` of the event itself; orders the events of a space'),
  wait_for: z.string().describe('Given to a read, it shows what this event did'),
  event_id: z.string().describe('Unique in the instance, and the same after every replay'),
  time: z.iso.datetime(),
  space: spaceId,
  thread_id: threadId,
  message_id: messageId.nullable(),
  inbox: inboxId.nullable().describe('Where the event is about one inbox'),
}

export const liveEvent = z.object({
  ...envelope,
  type: z.enum(eventTypeNames),
  data: z.record(z.string(), z.unknown()).describe('What it says, by its type: see the page on events'),
})
export type LiveEvent = z.infer<typeof liveEvent>

export const messageOf = ({ data }: StoredEvent): MessageId | null => ('message' in data ? data.message : null)

/** The inboxes that an event names; none for one about a whole thread, or about a message wherever it is. */
export const inboxesOf = ({ data }: StoredEvent): readonly InboxId[] =>
  'inbox' in data ? [data.inbox] : 'inboxes' in data ? data.inboxes : []

/** `id`: the reader's place after it. */
export const liveEventJson = (event: StoredEvent, id: string): LiveEvent => {
  const position = `${event.partition}:${event.sequence}`
  const inboxes = inboxesOf(event)
  return {
    id,
    type: event.type,
    position,
    wait_for: position,
    event_id: event.id,
    time: event.time,
    space: event.space,
    thread_id: event.thread,
    message_id: messageOf(event),
    inbox: inboxes.length === 1 ? (inboxes[0] ?? null) : null,
    data: shownData(event.data),
  }
}
