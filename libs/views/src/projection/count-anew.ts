import type { AccountId, InboxId, MessageId, Relation, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import type { Address, MailKind } from '@skein/mail'
import type { Run } from '../database.js'
import type { RowWriter } from '../row-writer.js'
import { isoTime } from '../read/iso-time.js'
import { Batch, NOTHING_KNOWN } from './batch.js'
import { rootKey } from './evolve.js'
import { InboxChanges, putInboxes } from './inbox-changes.js'
import { putPeople } from './participants.js'
import { peopleOf } from './people.js'
import { addEnds, emptyChange, saidBy } from './thread-change.js'
import type { Start, ThreadChange } from './thread-change.js'
import { putThreads } from './thread-rows.js'
import { loadStates, NO_STATE, statesToPut } from './thread-state.js'
import type { ThreadState } from './thread-state.js'

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
  position: string
  kind: MailKind
  direction: 'in' | 'out'
  has_record: boolean
}

/** Makes the rows of these threads again from their messages and deliveries; the event is the last that touched them. */
export const countAnew = async (writer: RowWriter, event: StoredEvent, threads: ThreadId[]): Promise<void> => {
  const { run } = writer
  const states = await statesAfter(run, threads)
  const before = await run<ThreadRow>('delete from thread where id = any($1) returning *', [threads])
  await run('delete from thread_inbox where thread = any($1)', [threads])
  await run('delete from thread_participant where thread = any($1)', [threads])
  const starts = await startsOf(run, event, threads, before)
  const account = before.find((one) => one.account !== null)?.account ?? null
  const changes = new Map(threads.map((id) => [id, unfilled(id, event, starts.get(id) ?? null)]))
  const batch = new Batch(NOTHING_KNOWN)
  for (const row of await run<MessageRow>(MESSAGES, [threads])) {
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
  const changed = { changes, partition: event.partition, isNew: () => false }
  await putPeople(writer, batch, changed)
  await putInboxes(writer, inboxes.all(), changed)
  await putThreads(writer, changed, { people: new Map(), states: statesToPut(states, new Map()) })
}

const MESSAGES = `select m.*, exists (select from message_body b where b.message = m.id) as has_record
  from message m where m.thread = any($1)`

/** What people said of the threads: as it was; a thread that comes out of the first one begins with what was said of that. */
const statesAfter = async (run: Run, threads: readonly ThreadId[]): Promise<Map<ThreadId, ThreadState>> => {
  const known = await loadStates(run, threads)
  const [first] = threads
  const origin = first && known.get(first)
  return new Map(threads.map((id) => [id, known.get(id) ?? { ...(origin ?? NO_STATE), claim: null }]))
}

const PARTS = `select d.thread, d.inbox, count(*)::int as messages, count(*) filter (where not d.is_read)::int as unread,
    max(m.sent_at) as last
  from message m join delivery d on d.message = m.id where m.thread = any($1) group by d.thread, d.inbox`

/** How each thread started: as its row said, or for one that comes out of a merge its alias, or else with this event. */
const startsOf = async (
  run: Run,
  event: StoredEvent,
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

/** A thread without its messages, touched by this event. */
const unfilled = (id: ThreadId, event: StoredEvent, start: Start | null): ThreadChange => ({
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
    ...saidBy({ message: row.id, sentAt, position: Number(row.position), kind: row.kind, direction: row.direction }),
    firstAt: sentAt,
    lastAt: sentAt,
  })
  const whose = { thread: row.thread, sentAt, account: row.has_record ? account : null }
  batch.people.push(...peopleOf(whose, [...row.from_, ...row.reply_to, ...row.to_, ...row.cc]))
}
