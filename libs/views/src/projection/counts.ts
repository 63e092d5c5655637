import type { InboxId, Relation, SpaceId, ThreadId } from '@skein/events'
import type { Address } from '@skein/mail'
import { arrays, insertSql, storableJson, unnest } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Run } from '../database.js'
import type { Batch } from './batch.js'
import { gatherPeople } from './people.js'
import type { Person } from './people.js'
import type { ReadChange } from './rows.js'
import { addChange } from './thread-change.js'
import type { ThreadChange } from './thread-change.js'

/** People that a thread in a list is shown with. */
export const SHOWN_PARTICIPANTS = 10

/** What a batch adds to one inbox's part of a thread. */
interface InboxChange {
  readonly thread: ThreadId
  readonly inbox: InboxId
  messages: number
  unread: number
  lastAt: string | null
}

/** Changes of the counts per thread and inbox, under the threads' living ids. */
export class InboxChanges {
  private readonly changes = new Map<string, InboxChange>()

  constructor(private readonly batch: Batch) {}

  add(named: ThreadId, inbox: InboxId, { messages, unread, lastAt }: Omit<InboxChange, 'thread' | 'inbox'>): void {
    const thread = this.batch.resolve(named)
    const key = `${thread} ${inbox}`
    const change = this.changes.get(key) ?? { thread, inbox, messages: 0, unread: 0, lastAt: null }
    change.messages += messages
    change.unread += unread
    if (lastAt !== null && (change.lastAt === null || lastAt > change.lastAt)) change.lastAt = lastAt
    this.changes.set(key, change)
  }

  all(): InboxChange[] {
    return [...this.changes.values()]
  }
}

/** The reads of rows that are in the tables, in order; runs of one kind go as one statement. */
export const applyReads = async (run: Run, reads: readonly ReadChange[], changes: InboxChanges): Promise<void> => {
  const columns: Columns = { thread: 'text', inbox: 'text', up_to: 'bigint' }
  for (let start = 0; start < reads.length;) {
    const unread = reads[start]?.upTo === null
    const end = reads.findIndex(({ upTo }, i) => i > start && (upTo === null) !== unread)
    const some = reads.slice(start, end === -1 ? reads.length : end)
    const given = arrays(columns, some, ({ thread, inbox, upTo }) => ({ thread, inbox, up_to: upTo }))
    const rows = await run<{ thread: ThreadId; inbox: InboxId; count: number }>(unread ? UNREAD : READ, given)
    for (const { thread, inbox, count } of rows) {
      changes.add(thread, inbox, { messages: 0, unread: unread ? count : -count, lastAt: null })
    }
    start += some.length
  }
}

const COUNT_CHANGED = 'select thread, inbox, count(*)::int from changed group by thread, inbox'
const GIVEN_READS = unnest({ thread: 'text', inbox: 'text', up_to: 'bigint' }, 'given')
const READ = `with changed as (
    update delivery d set is_read = true from ${GIVEN_READS}
    where d.thread = given.thread and d.inbox = given.inbox and not d.is_read and d.position <= given.up_to
    returning d.thread, d.inbox) ${COUNT_CHANGED}`
const UNREAD = `with changed as (
    update delivery d set is_read = false from ${GIVEN_READS}, message m
    where m.thread = given.thread and d.message = m.id and d.inbox = given.inbox and d.is_read and not d.own
    returning d.thread, d.inbox) ${COUNT_CHANGED}`

interface ThreadRow {
  id: ThreadId
  space: SpaceId
  account: ThreadChange['account']
  version: string
  message_count: number
  attachment_count: number
  unread_count: number
  root_key: string | null
  subject: string
  base_subject: string
  last_key: string | null
  snippet: string
  last_from: Address | null
  relation: Relation | null
  started: string | null
  first: string | null
  last: string | null
}

/** Takes the rows of threads merged away out of the tables and into the changes of their survivors. */
export const takeMerged = async (
  run: Run,
  batch: Batch,
  changes: Map<ThreadId, ThreadChange>,
  inboxes: InboxChanges,
) => {
  const merged = [...batch.merged.keys()]
  if (merged.length === 0) return
  const threads = await run<ThreadRow>(
    `delete from thread where id = any($1) returning *, ${ISO('first_at')} as first, ${ISO('last_at')} as last`,
    [merged],
  )
  for (const row of threads) {
    const { subject, relation } = row
    if (row.started !== null) batch.starts.set(row.id, { sequence: Number(row.started), subject, relation })
    const into = changes.get(batch.resolve(row.id))
    if (into) addChange(into, changeOfRow(row))
  }
  const parts = await run<{ thread: ThreadId; inbox: InboxId; messages: number; unread: number; last: string }>(
    `delete from thread_inbox where thread = any($1)
     returning thread, inbox, message_count as messages, unread_count as unread, ${ISO('last_at')} as last`,
    [merged],
  )
  for (const { thread, inbox, messages, unread, last } of parts)
    inboxes.add(thread, inbox, { messages, unread, lastAt: last })
}

/** A timestamp as the 24 characters that everything here compares. */
const ISO = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const changeOfRow = (row: ThreadRow) => ({
  account: row.account,
  version: Number(row.version),
  messages: row.message_count,
  attachments: row.attachment_count,
  unread: row.unread_count,
  root: row.root_key === null ? null : { key: row.root_key, subject: row.subject, baseSubject: row.base_subject },
  newest: row.last_key === null ? null : { key: row.last_key, snippet: row.snippet, from: row.last_from },
  firstAt: row.first,
  lastAt: row.last,
})

const PERSON: Columns = {
  thread: 'text',
  address: 'text',
  partition: 'smallint',
  first_at: 'timestamptz',
  name_key: 'text',
}
const PUT_PEOPLE = `with put as (${insertSql('thread_participant as t', PERSON, '')}
    on conflict (thread, address) do update
      set first_at = least(t.first_at, excluded.first_at), name_key = least(t.name_key, excluded.name_key)
      where excluded.first_at < t.first_at or excluded.name_key < t.name_key
        or (t.name_key is null and excluded.name_key is not null)
    returning thread, xmax = 0 as fresh)
  select thread, count(*) filter (where fresh)::int as fresh from put group by thread`

interface PersonRow {
  thread: ThreadId
  address: string
  first: string
  name_key: string | null
}
const TAKE_PEOPLE = `delete from thread_participant where thread = any($1)
  returning thread, address, ${ISO('first_at')} as first, name_key`

/** Puts the people in, those of threads merged away too, and counts who is new to their thread. */
export const putPeople = async (run: Run, batch: Batch, changes: Map<ThreadId, ThreadChange>, partition: number) => {
  const merged = [...batch.merged.keys()]
  const moved = merged.length === 0 ? [] : await run<PersonRow>(TAKE_PEOPLE, [merged])
  const before = moved.map((row): Person => ({ ...row, firstAt: row.first, nameKey: row.name_key }))
  const living = [...batch.people, ...before].map((person) => ({ ...person, thread: batch.resolve(person.thread) }))
  const people = gatherPeople(living)
  if (people.length === 0) return
  const given = arrays(PERSON, people, ({ thread, address, firstAt, nameKey }) => ({
    thread,
    address,
    partition,
    first_at: firstAt,
    name_key: nameKey,
  }))
  for (const { thread, fresh } of await run<{ thread: ThreadId; fresh: number }>(PUT_PEOPLE, given)) {
    const change = changes.get(thread)
    if (change) change.participants += fresh
  }
}

const INBOX: Columns = {
  thread: 'text',
  inbox: 'text',
  partition: 'smallint',
  message_count: 'int',
  unread_count: 'int',
  last_at: 'timestamptz',
}
const PUT_INBOXES = insertSql(
  'thread_inbox as t',
  INBOX,
  `on conflict (thread, inbox) do update set message_count = t.message_count + excluded.message_count,
     unread_count = t.unread_count + excluded.unread_count, last_at = greatest(t.last_at, excluded.last_at)`,
)
/** Where only the read state changes, the row is there: an insert of it would have no time. */
const UPDATE_INBOXES = `update thread_inbox t set unread_count = t.unread_count + given.unread_count
  from ${unnest({ thread: 'text', inbox: 'text', unread_count: 'int' }, 'given')}
  where t.thread = given.thread and t.inbox = given.inbox`

export const putInboxes = async (run: Run, changes: readonly InboxChange[], partition: number): Promise<void> => {
  const fuller = changes.filter(({ lastAt }) => lastAt !== null)
  if (fuller.length > 0) {
    const cells = (c: InboxChange) => ({
      thread: c.thread,
      inbox: c.inbox,
      partition,
      message_count: c.messages,
      unread_count: c.unread,
      last_at: c.lastAt,
    })
    await run(PUT_INBOXES, arrays(INBOX, fuller, cells))
  }
  const others = changes.filter(({ lastAt, unread }) => lastAt === null && unread !== 0)
  if (others.length > 0) {
    const columns: Columns = { thread: 'text', inbox: 'text', unread_count: 'int' }
    await run(
      UPDATE_INBOXES,
      arrays(columns, others, (c) => ({ thread: c.thread, inbox: c.inbox, unread_count: c.unread })),
    )
  }
}

const THREAD: Columns = {
  id: 'text',
  partition: 'smallint',
  space: 'text',
  account: 'text',
  subject: 'text',
  base_subject: 'text',
  root_key: 'text',
  message_count: 'int',
  attachment_count: 'int',
  unread_count: 'int',
  participant_count: 'int',
  first_at: 'timestamptz',
  last_at: 'timestamptz',
  last_key: 'text',
  snippet: 'text',
  last_from: 'jsonb',
  relation: 'jsonb',
  version: 'bigint',
  started: 'bigint',
}
const PUT_THREADS = `insert into thread as t (${Object.keys(THREAD).join(', ')}, participants)
  select given.*, coalesce((
      select jsonb_agg(jsonb_build_object('name', coalesce(substr(name_key, 25), ''), 'address', address) order by first_at, address)
      from (select * from thread_participant p where p.thread = given.id order by first_at, address limit ${SHOWN_PARTICIPANTS}) as first
    ), '[]'::jsonb)
  from ${unnest(THREAD, 'given')}
  on conflict (id) do update set
    account = coalesce(t.account, excluded.account),
    subject = case when excluded.root_key < coalesce(t.root_key, '~') then excluded.subject else t.subject end,
    base_subject = case when excluded.root_key < coalesce(t.root_key, '~') then excluded.base_subject else t.base_subject end,
    root_key = least(t.root_key, excluded.root_key),
    message_count = t.message_count + excluded.message_count,
    attachment_count = t.attachment_count + excluded.attachment_count,
    unread_count = t.unread_count + excluded.unread_count,
    participant_count = t.participant_count + excluded.participant_count,
    participants = excluded.participants,
    first_at = least(t.first_at, excluded.first_at),
    last_at = greatest(t.last_at, excluded.last_at),
    snippet = case when excluded.last_key > coalesce(t.last_key, '') then excluded.snippet else t.snippet end,
    last_from = case when excluded.last_key > coalesce(t.last_key, '') then excluded.last_from else t.last_from end,
    last_key = greatest(t.last_key, excluded.last_key),
    relation = coalesce(t.relation, excluded.relation),
    version = greatest(t.version, excluded.version),
    started = coalesce(t.started, excluded.started)`

export const putThreads = async (run: Run, changes: Iterable<ThreadChange>, partition: number): Promise<void> => {
  const cells = (c: ThreadChange) => ({
    id: c.id,
    partition,
    space: c.space,
    account: c.account,
    subject: c.root?.subject ?? c.start?.subject ?? '',
    base_subject: c.root?.baseSubject ?? '',
    root_key: c.root?.key ?? null,
    message_count: c.messages,
    attachment_count: c.attachments,
    unread_count: c.unread,
    participant_count: c.participants,
    first_at: c.firstAt,
    last_at: c.lastAt,
    last_key: c.newest?.key ?? null,
    snippet: c.newest?.snippet ?? '',
    last_from: c.newest?.from ? storableJson(c.newest.from) : null,
    relation: c.start?.relation ? storableJson(c.start.relation) : null,
    version: c.version,
    started: c.start?.sequence ?? null,
  })
  const rows = [...changes]
  if (rows.length > 0) await run(PUT_THREADS, arrays(THREAD, rows, cells))
}
