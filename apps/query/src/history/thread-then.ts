import type { InboxId, MessageId, StoredEvent, ThreadId } from '@skein/events'
import { MemoryLinkIndex } from '@skein/threading'
import type { Moment } from './as-of.js'

type Threaded = StoredEvent & { type: 'MessageThreaded' }
interface DeliveryThen {
  inbox: InboxId
  role: string
  receivedAt: string
}

export interface MessageThen {
  readonly event: Threaded
  readonly deliveries: readonly DeliveryThen[]
  /** Whether its content is gone, whenever that was. */
  readonly isErased: boolean
}

/** A thread as it was. */
export interface ThreadThen {
  /** Where its id led to then. */
  readonly id: ThreadId
  /** What had been merged into it. */
  readonly absorbed: readonly ThreadId[]
  /** In reading order: by when they were written, then by id. */
  readonly messages: readonly MessageThen[]
  /** The last event that counts. */
  readonly last: StoredEvent
}

const isUpTo = (event: StoredEvent, moment: Moment): boolean =>
  'sequence' in moment ? event.sequence <= moment.sequence : Date.parse(event.time) <= moment.time

const inReadingOrder = ({ event: a }: MessageThen, { event: b }: MessageThen): number => {
  const [left, right] = [a.data.sentAt + a.data.message, b.data.sentAt + b.data.message]
  return left < right ? -1 : left > right ? 1 : 0
}

const deliveryOf = (event: StoredEvent): [MessageId, DeliveryThen] | null => {
  if (event.type !== 'MessageThreaded' && event.type !== 'MessageDelivered') return null
  const { message, inbox, role, receivedAt } = event.data
  return [message, { inbox, role, receivedAt }]
}

/** Each inbox once, by its first delivery, as the views have it. */
const deliveriesIn = (events: readonly StoredEvent[]): Map<MessageId, Map<InboxId, DeliveryThen>> => {
  const deliveries = new Map<MessageId, Map<InboxId, DeliveryThen>>()
  for (const event of events) {
    const [message, delivery] = deliveryOf(event) ?? []
    if (message === undefined || delivery === undefined) continue
    const known = deliveries.get(message) ?? new Map<InboxId, DeliveryThen>()
    if (!known.has(delivery.inbox)) known.set(delivery.inbox, delivery)
    deliveries.set(message, known)
  }
  return deliveries
}

/**
 * What a thread held at a moment: the fold, up to there, of the events that say what it has held (`threadStory`), in order.
 * `null` for a moment before there was such a thread. Pure.
 */
export const threadThen = (id: ThreadId, story: readonly StoredEvent[], moment: Moment): ThreadThen | null => {
  const past = story.filter((event) => isUpTo(event, moment))
  const index = new MemoryLinkIndex()
  for (const event of past) index.apply(event)
  const last = past.at(-1)
  if (last === undefined || index.thread(id) === undefined) return null
  const living = index.resolve(id)
  const threaded = new Map(
    past.flatMap((event) => (event.type === 'MessageThreaded' ? [[event.data.message, event]] : [])),
  )
  const erased = new Set(story.flatMap((event) => (event.type === 'MessageErased' ? [event.data.message] : [])))
  const deliveries = deliveriesIn(past)
  const messages = index.messagesOf(living).flatMap(({ message }): MessageThen[] => {
    const event = threaded.get(message)
    if (event === undefined) return []
    return [{ event, deliveries: [...(deliveries.get(message)?.values() ?? [])], isErased: erased.has(message) }]
  })
  return {
    id: living,
    absorbed: index.family(living).filter((one) => one !== living),
    messages: messages.sort(inReadingOrder),
    last,
  }
}
