import type { MessageId, ReceivedRecord, StoredEvent } from '@skein/events'
import { storable, storableTime } from '../bulk.js'
import type { Batch } from './batch.js'
import type { Regrouping } from './regroup.js'
import { offerOf } from './offers.js'
import { searchedPeople } from './people.js'
import { addEnds, saidBy } from './thread-change.js'

type EventOf<T extends StoredEvent['type']> = StoredEvent & { type: T }

/** What the projection reads beside the events: the input records of new messages, by sequence. */
export type Records = ReadonlyMap<number, ReceivedRecord>

export type Together = Exclude<StoredEvent, Regrouping>

/** Puts one event into the batch; one that regroups is no part of it. What an event changes is a function of it, of its input record, and of the rows before it. */
export const evolve = (batch: Batch, event: Together, records: Records): void => {
  switch (event.type) {
    case 'ThreadStarted':
      return threadStarted(batch, event)
    case 'MessageThreaded':
      return messageThreaded(batch, event, records.get(event.data.input.sequence))
    case 'MessageDelivered':
      return messageDelivered(batch, event)
    case 'ThreadsMerged':
      batch.merge(event.thread, event.data.absorbed, event)
      batch.touch(event)
      return batch.note(event, event.data.message)
    case 'ThreadRead':
      batch.touch(event)
      return batch.setRead(event.thread, event.data.inboxes, event.data.upTo)
    case 'ThreadUnread':
      batch.touch(event)
      return batch.setRead(event.thread, event.data.inboxes, null)
    case 'ThreadClaimed':
    case 'ThreadReleased':
    case 'ThreadHandled':
    case 'ThreadReopened':
    case 'ThreadLabelled':
      batch.touch(event)
      return batch.setState(event)
    case 'MessageQueued':
    case 'SendStarted':
    case 'MessageSent':
    case 'SendDeferred':
    case 'SendFailed':
    case 'SendUnknown':
    case 'SendCancelled':
    case 'SendRetried':
    case 'SendSettled':
    case 'MessageBounced':
      batch.touch(event)
      return batch.send(event, records)
    case 'MessageRekeyed':
    case 'RulesApplied':
      return
    case 'AnchorDemoted':
      return batch.note(event, null)
    case 'WireIdLearned':
      batch.touch(event)
      batch.wireIds.push({ message: event.data.message, wireId: storable(event.data.wireId) })
      return
    case 'JoinAccepted':
    case 'JoinRefused':
    case 'JoinSuggested':
    case 'JoinQuarantined':
      batch.offers.push(offerOf(event))
      batch.touch(event)
      return batch.note(event, event.data.message)
    case 'MentionsReplaced':
    case 'SubjectChanged':
    case 'MessageIdCollided':
      batch.touch(event)
      return batch.note(event, event.data.message)
  }
}

const threadStarted = (batch: Batch, event: EventOf<'ThreadStarted'>): void => {
  const { subject, relation } = event.data
  batch.touch(event).start = { sequence: event.sequence, subject: storable(subject), relation }
}

/** Smallest for the message that stands at the top: one that answers nothing before all others, then by time, then by id. */
export const rootKey = (message: MessageId, sentAt: string, parent: string | null): string =>
  `${parent === null ? 0 : 1}${sentAt}${message}`

const messageThreaded = (batch: Batch, event: EventOf<'MessageThreaded'>, record: ReceivedRecord | undefined): void => {
  const { data, thread, partition, sequence: position } = event
  const sentAt = storableTime(data.sentAt)
  const change = batch.touch(event)
  change.account ??= record?.account ?? null
  change.messages += 1
  change.attachments += data.attachments > 0 ? 1 : 0
  addEnds(change, {
    root: {
      key: rootKey(data.message, sentAt, data.parent?.id ?? null),
      subject: storable(data.subject),
      baseSubject: storable(data.baseSubject),
    },
    newest: { key: `${sentAt}${data.message}`, snippet: storable(data.snippet), from: data.from[0] ?? null },
    ...saidBy({ message: data.message, sentAt, position, kind: data.kind, direction: data.direction }),
    firstAt: sentAt,
    lastAt: sentAt,
  })
  batch.messages.set(data.message, { event, sentAt })
  batch.addPeople(event, sentAt, record?.account ?? null)
  batch.deliver({
    message: data.message,
    inbox: data.inbox,
    thread,
    partition,
    position,
    role: data.role,
    isRead: data.read,
    own: data.direction === 'out',
    receivedAt: storableTime(data.receivedAt),
    rule: data.rule,
    sentAt,
  })
  if (record) batch.bodies.push(bodyOf(record, event))
}

const bodyOf = (record: ReceivedRecord, { thread, data, partition }: EventOf<'MessageThreaded'>) => ({
  message: record.message,
  thread,
  partition,
  account: record.account,
  subject: storable(data.subject),
  people: searchedPeople([...data.from, ...data.replyTo, ...data.to, ...data.cc]),
  text: storable(record.text),
  html: record.html === null ? null : storable(record.html),
  attachments: record.attachments,
  authentication: record.facts.authentication,
  problems: record.facts.problems,
})

const messageDelivered = (batch: Batch, event: EventOf<'MessageDelivered'>): void => {
  const { data, partition, sequence: position } = event
  const here = batch.messageHere(data.message)
  batch.touch(here === undefined ? event : { ...event, thread: here.thread })
  if (data.copy !== null) batch.copies.push({ event, copy: data.copy })
  if (here === undefined) return
  batch.deliver({
    message: data.message,
    inbox: data.inbox,
    thread: here.thread,
    partition,
    position,
    role: data.role,
    isRead: data.read,
    own: false,
    receivedAt: storableTime(data.receivedAt),
    rule: data.rule,
    sentAt: here.sentAt,
  })
}
