import type { AccountId, InboxId, MessageId, Relation, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import type { Address } from '@skein/mail'
import type { Run } from '../database.js'
import { isoTime } from '../read/iso-time.js'
import { Batch } from './batch.js'
import { InboxChanges, putInboxes, putPeople, putThreads } from './counts.js'
import { rootKey } from './evolve.js'
import { peopleOf } from './people.js'
import { addEnds, emptyChange } from './thread-change.js'
import type { ThreadChange } from './thread-change.js'
import { insertRows } from './write.js'

type Split = StoredEvent & { type: 'ThreadSplit' }

/**
 * Puts some messages of a thread under a thread of their own. What a thread row holds can be added to but not taken from, so
 * both threads are counted anew; that costs as much as they are long, and happens when somebody's mail was in the wrong place.
 */
export const applySplit = async (run: Run, event: Split): Promise<void> => {
  const { into, messages } = event.data
  await run('delete from thread_alias where absorbed = $1', [into])
  const [alias] = await run<{ survivor: ThreadId }>('select survivor from thread_alias where absorbed = $1', [
    event.thread,
  ])
  const from = alias?.survivor ?? event.thread
  await run('update message set thread = $1 where id = any($2)', [into, messages])
  await run('update delivery set thread = $1 where message = any($2)', [into, messages])
  const notes = new Batch({ aliases: new Map(), messages: new Map(), delivered: new Set() })
  notes.note(event, event.data.message)
  await insertRows(run, notes, event.partition)
  await countAnew(run, event, [from, into])
}

interface ThreadRow {
  id: ThreadId
  space: SpaceId
  account: AccountId | null
  subject: string
  relation: Relation | null
  version: string
  started: string | null
}
interface MessageRow {
  id: MessageId
  thread: ThreadId
  subject: string
  base_subject: string
  parent_id: string | null
  snippet: string
  attachment_count: number
  sent_at: string
  from_: Address[]
  reply_to: Address[]
  to_: Address[]
  cc: Address[]
}

const countAnew = async (run: Run, event: Split, threads: ThreadId[]): Promise<void> => {
  const before = await run<ThreadRow>('delete from thread where id = any($1) returning *', [threads])
  await run('delete from thread_inbox where thread = any($1)', [threads])
  await run('delete from thread_participant where thread = any($1)', [threads])
  const account = before.find((row) => row.account !== null)?.account ?? null
  const changes = new Map(threads.map((id) => [id, startOf(id, event, before)]))
  const batch = new Batch({ aliases: new Map(), messages: new Map(), delivered: new Set() })
  for (const row of await run<MessageRow>('select * from message where thread = any($1)', [threads])) {
    const change = changes.get(row.thread)
    if (change) addMessage(change, row, account, batch)
  }
  const inboxes = new InboxChanges(batch)
  const parts = await run<{ thread: ThreadId; inbox: InboxId; messages: number; unread: number; last: string }>(
    `select d.thread, d.inbox, count(*)::int as messages, count(*) filter (where not d.is_read)::int as unread, max(m.sent_at) as last
     from message m join delivery d on d.message = m.id where m.thread = any($1) group by d.thread, d.inbox`,
    [threads],
  )
  for (const { thread, inbox, messages, unread, last } of parts) {
    inboxes.add(thread, inbox, { messages, unread, lastAt: isoTime(last) })
    const change = changes.get(thread)
    if (change) change.unread += unread
  }
  await putPeople(run, batch, changes, event.partition)
  await putInboxes(run, inboxes.all(), event.partition)
  await putThreads(run, changes.values(), event.partition)
}

/** A thread without its messages: how it started, and that this event touched it. */
const startOf = (id: ThreadId, event: Split, before: readonly ThreadRow[]): ThreadChange => {
  const row = before.find((one) => one.id === id)
  const change = emptyChange(id, event.space)
  change.version = event.sequence
  const sequence = row?.started == null ? null : Number(row.started)
  change.start = { sequence: sequence ?? event.sequence, subject: row?.subject ?? '', relation: row?.relation ?? null }
  return change
}

const addMessage = (change: ThreadChange, row: MessageRow, account: AccountId | null, batch: Batch): void => {
  const sentAt = isoTime(row.sent_at)
  change.account = account
  change.messages += 1
  change.attachments += row.attachment_count > 0 ? 1 : 0
  addEnds(change, {
    root: { key: rootKey(row.id, sentAt, row.parent_id), subject: row.subject, baseSubject: row.base_subject },
    newest: { key: `${sentAt}${row.id}`, snippet: row.snippet, from: row.from_[0] ?? null },
    firstAt: sentAt,
    lastAt: sentAt,
  })
  batch.people.push(...peopleOf(row.thread, sentAt, [...row.from_, ...row.reply_to, ...row.to_, ...row.cc]))
}
