import type { AccountId, InboxId, MessageId, Relation, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import type { Address } from '@skein/mail'
import type { Run } from '../database.js'
import { isoTime } from '../read/iso-time.js'
import { Batch } from './batch.js'
import { InboxChanges, putInboxes, putPeople, putThreads } from './counts.js'
import { rootKey } from './evolve.js'
import { peopleOf } from './people.js'
import { addEnds, emptyChange } from './thread-change.js'
import type { Start, ThreadChange } from './thread-change.js'
import { insertRows } from './write.js'

/** Events after which threads are counted anew: what a thread row holds can be added to, but not taken from. */
export type Regrouping = StoredEvent & { type: 'ThreadSplit' | 'MergeUndone' | 'MessageMoved' | 'MessageErased' }

const REGROUPING: ReadonlySet<string> = new Set<Regrouping['type']>([
  'ThreadSplit',
  'MergeUndone',
  'MessageMoved',
  'MessageErased',
])
export const isRegrouping = (event: StoredEvent): event is Regrouping => REGROUPING.has(event.type)

/**
 * Puts messages elsewhere, or empties one, and counts the threads that it touches anew. That costs as much as they are long, and
 * happens when a person corrects something, or when mail comes to light late that shows how others belong together.
 */
export const regroup = async (run: Run, event: Regrouping): Promise<void> => {
  const [alias] = await run<{ survivor: ThreadId }>('select survivor from thread_alias where absorbed = $1', [
    event.thread,
  ])
  const from = alias?.survivor ?? event.thread
  const threads = await rearrange(run, event, from)
  const notes = new Batch({ aliases: new Map(), messages: new Map(), delivered: new Set() })
  notes.note(event, messageOf(event))
  await insertRows(run, notes, event.partition)
  await countAnew(run, event, threads)
}

const messageOf = (event: Regrouping): MessageId | null => {
  switch (event.type) {
    case 'ThreadSplit':
    case 'MessageErased':
      return event.data.message
    case 'MessageMoved':
    case 'MergeUndone':
      return event.data.messages[0] ?? null
  }
}

/** Moves rows; answers the threads to be counted. */
const rearrange = async (run: Run, event: Regrouping, from: ThreadId): Promise<ThreadId[]> => {
  switch (event.type) {
    case 'ThreadSplit':
      await place(run, event.data.messages, event.data.into)
      return [from, event.data.into]
    case 'MessageMoved':
      await place(run, event.data.messages, event.data.to)
      return [from, event.data.to]
    case 'MergeUndone':
      await undoMerge(run, event.data)
      return [from, event.data.absorbed]
    case 'MessageErased':
      await erase(run, event.data.message)
      return [from]
  }
}

const place = async (run: Run, messages: readonly MessageId[], into: ThreadId): Promise<void> => {
  await run('update message set thread = $1, placed = $1 where id = any($2)', [into, messages])
  await run('update delivery set thread = $1 where message = any($2)', [into, messages])
}

/** The absorbed thread gets back what was put into it or into those that it had taken in, and what is named beside. */
const undoMerge = async (run: Run, { absorbed, messages, threads }: DataOf<'MergeUndone'>): Promise<void> => {
  const family = [absorbed, ...threads.map(({ thread }) => thread)]
  await run('update message set placed = $1 where id = any($2)', [absorbed, messages])
  await run(
    `with moved as (update message set thread = $1 where placed = any($2) and thread <> $1 returning id)
     update delivery set thread = $1 where message in (select id from moved)`,
    [absorbed, family],
  )
  await run('update thread_alias set survivor = $1 where absorbed = any($2)', [absorbed, family])
}

/** Takes out what a mail said and who wrote it; its ids and its place stay, so that answers to it still find their thread. */
const erase = async (run: Run, message: MessageId): Promise<void> => {
  await run(
    `update message set erased = true, subject = '', base_subject = '', snippet = '', digest = '', from_ = '[]', reply_to = '[]',
       to_ = '[]', cc = '[]', attachment_count = 0, list_id = null, thread_index = null, evidence = '[]', rivals = '[]'
     where id = $1`,
    [message],
  )
  await run('update delivery set is_read = true where message = $1', [message])
  await run('delete from message_body where message = $1', [message])
  await run(`update note set data = '{}' where message = $1`, [message])
}

type DataOf<T extends StoredEvent['type']> = Extract<StoredEvent, { type: T }>['data']

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

const countAnew = async (run: Run, event: Regrouping, threads: ThreadId[]): Promise<void> => {
  const before = await run<ThreadRow>('delete from thread where id = any($1) returning *', [threads])
  await run('delete from thread_inbox where thread = any($1)', [threads])
  await run('delete from thread_participant where thread = any($1)', [threads])
  const starts = await startsOf(run, event, threads, before)
  const account = await accountOf(run, threads, before)
  const changes = new Map(threads.map((id) => [id, unfilled(id, event, starts.get(id) ?? null)]))
  const batch = new Batch({ aliases: new Map(), messages: new Map(), delivered: new Set() })
  for (const row of await run<MessageRow>('select * from message where thread = any($1)', [threads])) {
    const change = changes.get(row.thread)
    if (change) addMessage(change, row, account, batch)
  }
  const inboxes = new InboxChanges(batch)
  const parts = await run<{ thread: ThreadId; inbox: InboxId; messages: number; unread: number; last: string }>(PARTS, [
    threads,
  ])
  for (const { thread, inbox, messages, unread, last } of parts) {
    inboxes.add(thread, inbox, { messages, unread, lastAt: isoTime(last) })
    const change = changes.get(thread)
    if (change) change.unread += unread
  }
  await putPeople(run, batch, changes, event.partition)
  await putInboxes(run, inboxes.all(), event.partition)
  await putThreads(run, changes.values(), event.partition)
}

const PARTS = `select d.thread, d.inbox, count(*)::int as messages, count(*) filter (where not d.is_read)::int as unread,
    max(m.sent_at) as last
  from message m join delivery d on d.message = m.id where m.thread = any($1) group by d.thread, d.inbox`

/** How each thread started: as its row said, or for one that comes out of a merge its alias, or else with this event. */
const startsOf = async (
  run: Run,
  event: Regrouping,
  threads: readonly ThreadId[],
  before: readonly ThreadRow[],
): Promise<Map<ThreadId, Start>> => {
  const freed = await run<Pick<ThreadRow, 'id' | 'started' | 'relation'>>(
    'delete from thread_alias where absorbed = any($1) returning absorbed as id, started, relation',
    [threads],
  )
  const known = new Map([...freed, ...before].map((row) => [row.id, row]))
  return new Map(
    threads.map((id) => {
      const row = known.get(id)
      const subject = before.find((one) => one.id === id)?.subject ?? ''
      return [id, { sequence: Number(row?.started ?? event.sequence), subject, relation: row?.relation ?? null }]
    }),
  )
}

/** The account, as long as the input record of some message is there to say it. */
const accountOf = async (run: Run, threads: ThreadId[], before: readonly ThreadRow[]): Promise<AccountId | null> => {
  const known = before.find(({ account }) => account !== null)?.account ?? null
  const [body] = await run(
    'select 1 from message m join message_body b on b.message = m.id where m.thread = any($1) limit 1',
    [threads],
  )
  return body ? known : null
}

/** A thread without its messages, touched by this event. */
const unfilled = (id: ThreadId, event: Regrouping, start: Start | null): ThreadChange => ({
  ...emptyChange(id, event.space),
  version: event.sequence,
  start,
})

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
