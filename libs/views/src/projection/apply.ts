import type { InboxId, MessageId, StoredEvent, ThreadId } from '@skein/events'
import type { Run } from '../database.js'
import type { RowWriter } from '../row-writer.js'
import { Batch, deliveryKey, NOTHING_KNOWN } from './batch.js'
import type { Known } from './batch.js'
import { evolve } from './evolve.js'
import type { Records, Together } from './evolve.js'
import { isRegrouping, regroup } from './regroup.js'
import { InboxChanges, putInboxes } from './inbox-changes.js'
import { moveRows, takeMerged } from './merged-threads.js'
import { putOffers } from './offers.js'
import { loadOutgoing, putOutgoing } from './outgoing.js'
import { isSendEvent } from './send-state.js'
import { putPeople } from './participants.js'
import { applyReads } from './read-state.js'
import type { ThreadChange } from './thread-change.js'
import { putThreads } from './thread-rows.js'
import { isStateEvent, loadStates, statesToPut } from './thread-state.js'
import { addAliases, addRows } from './write.js'

const threadsNamed = (events: readonly StoredEvent[]): ThreadId[] => [
  ...new Set(events.flatMap((event) => [event.thread, ...(event.type === 'ThreadsMerged' ? event.data.absorbed : [])])),
]

const messagesDelivered = (events: readonly StoredEvent[]): MessageId[] =>
  events.flatMap((event) => (event.type === 'MessageDelivered' ? [event.data.message] : []))

/** Threads of which what people said of them is needed. */
const threadsStated = (events: readonly Together[]): ThreadId[] => [
  ...new Set(
    events.flatMap((event) => {
      if (event.type === 'ThreadsMerged') return [event.thread, ...event.data.absorbed]
      return isStateEvent(event) ? [event.thread] : []
    }),
  ),
]

const messagesSent = (events: readonly StoredEvent[]): MessageId[] =>
  events.flatMap((event) => (isSendEvent(event) ? [event.data.message] : []))

/** What the tables say already of the threads and messages that the events name. */
const loadKnown = async (run: Run, events: readonly Together[]): Promise<Known> => {
  const aliases = await run<{ absorbed: ThreadId; survivor: ThreadId }>(
    'select absorbed, survivor from thread_alias where absorbed = any($1)',
    [threadsNamed(events)],
  )
  const again = messagesDelivered(events)
  const byId = new Map(aliases.map(({ absorbed, survivor }) => [absorbed, survivor]))
  const outgoing = await loadOutgoing(run, messagesSent(events))
  const states = await loadStates(
    run,
    threadsStated(events).map((thread) => byId.get(thread) ?? thread),
  )
  const known = { ...NOTHING_KNOWN, aliases: byId, states, outgoing }
  if (again.length === 0) return known
  const messages = await run<{ id: MessageId; thread: ThreadId; sent_at: string }>(
    'select id, thread, sent_at from message where id = any($1)',
    [again],
  )
  const delivered = await run<{ message: MessageId; inbox: InboxId }>(
    'select message, inbox from delivery where message = any($1)',
    [again],
  )
  return {
    ...known,
    messages: new Map(
      messages.map(({ id, thread, sent_at }) => [id, { thread, sentAt: new Date(sent_at).toISOString() }]),
    ),
    delivered: new Set(delivered.map(({ message, inbox }) => deliveryKey(message, inbox))),
  }
}

/**
 * Applies events of one partition to the tables, within the caller's transaction. An event that regroups stands for itself; all
 * between two of them is one batch. However the events are cut, they leave the same rows.
 */
export const applyEvents = async (
  writer: RowWriter,
  events: readonly StoredEvent[],
  records: Records,
): Promise<void> => {
  let together: Together[] = []
  for (const event of events) {
    if (!isRegrouping(event)) together.push(event)
    else {
      await applyTogether(writer, together, records)
      together = []
      await regroup(writer, event)
    }
  }
  await applyTogether(writer, together, records)
}

/**
 * Steps: read what the tables say of what the events name; fold the events in memory; then, as SQL over arrays, reads of rows
 * that are there, counts and rows of merged threads, the new rows, people, counts.
 */
const applyTogether = async (writer: RowWriter, events: readonly Together[], records: Records): Promise<void> => {
  const partition = events[0]?.partition
  if (partition === undefined) return
  const { run } = writer
  const batch = new Batch(await loadKnown(run, events))
  for (const event of events) evolve(batch, event, records)

  const changes = batch.livingChanges()
  const inboxes = new InboxChanges(batch)
  await applyReads(run, batch.reads, inboxes)
  for (const { thread, inbox, isRead, sentAt } of batch.deliveries.values()) {
    inboxes.add(thread, inbox, { messages: 1, unread: isRead ? 0 : 1, lastAt: sentAt })
  }
  for (const { thread, unread } of inboxes.all()) {
    const change = changes.get(thread)
    if (change) change.unread += unread
  }
  await takeMerged(run, batch, changes, inboxes)
  await moveRows(run, batch)
  await addRows(writer, batch, partition)
  await addAliases(run, batch.wireIds)
  await putOffers(run, batch.offers)
  await putOutgoing(run, [...batch.outgoing.values()])
  const changed = { changes, partition, isNew: writer.copies ? startIn(changes) : () => false }
  const people = await putPeople(writer, batch, changed)
  await putInboxes(writer, inboxes.all(), changed)
  await putThreads(writer, changed, { people, states: statesToPut(batch.states, batch.known.states) })
}

/** A thread that starts in a batch has no rows before it. */
const startIn =
  (changes: ReadonlyMap<ThreadId, ThreadChange>) =>
  (thread: ThreadId): boolean =>
    changes.get(thread)?.start != null
