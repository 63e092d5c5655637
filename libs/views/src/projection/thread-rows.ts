import type { ThreadId } from '@skein/events'
import { arrays, storableJson, unnest } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Run } from '../database.js'
import type { RowWriter } from '../row-writer.js'
import { shownPeople, SHOWN_PARTICIPANTS } from './people.js'
import type { Person } from './people.js'
import type { Changed, ThreadChange } from './thread-change.js'
import { NO_STATE, SET_STATE, STATE, stateCells } from './thread-state.js'
import type { ThreadState } from './thread-state.js'

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
  said_key: 'text',
  said_by: 'text',
  work: 'bigint',
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
    said_by = case when excluded.said_key > coalesce(t.said_key, '') then excluded.said_by else t.said_by end,
    said_key = greatest(t.said_key, excluded.said_key),
    work = greatest(t.work, excluded.work),
    relation = coalesce(t.relation, excluded.relation),
    version = greatest(t.version, excluded.version),
    started = coalesce(t.started, excluded.started)`

const TOUCHED: Columns = { id: 'text', unread_count: 'int', version: 'bigint' }
const TOUCH = (columns: Columns, also: string): string => `update thread t
  set unread_count = t.unread_count + given.unread_count, version = greatest(t.version, given.version)${also}
  from ${unnest(columns, 'given')} where t.id = given.id returning t.id`
const STATED: Columns = { ...TOUCHED, ...STATE }
const TOUCH_THREADS = TOUCH(TOUCHED, '')
const STATE_THREADS = TOUCH(STATED, `, ${SET_STATE}`)

/** Whether no mail came into it and nobody: a row that is there stays as it is, but for what is counted and said. */
const isTouched = (c: ThreadChange): boolean =>
  c.messages === 0 && c.participants === 0 && c.start === null && c.account === null

const cellsOf = (c: ThreadChange, partition: number) => ({
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
  said_key: c.said?.key ?? null,
  said_by: c.said?.direction ?? null,
  work: c.work,
  relation: c.start?.relation ? storableJson(c.start.relation) : null,
  version: c.version,
  started: c.start?.sequence ?? null,
})

/**
 * Puts rows of changed threads in, or adds the changes to those that are there, with what people said of them. `people`: everybody
 * in the threads that are new.
 */
export const putThreads = async (
  writer: RowWriter,
  { changes, partition, isNew }: Changed,
  { people, states }: { people: ReadonlyMap<ThreadId, Person[]>; states: ReadonlyMap<ThreadId, ThreadState> },
): Promise<void> => {
  const threads = [...changes.values()]
  await writer.add(
    {
      table: 'thread',
      columns: { ...THREAD, participants: 'jsonb', ...STATE },
      cells: (c: ThreadChange) => ({
        ...cellsOf(c, partition),
        participants: storableJson(shownPeople(people.get(c.id) ?? [])),
        ...stateCells(states.get(c.id) ?? NO_STATE),
      }),
    },
    threads.filter(({ id }) => isNew(id)),
  )
  const known = threads.filter(({ id }) => !isNew(id))
  const there = await touchThreads(writer.run, known.filter(isTouched), states)
  const fuller = known.filter(({ id }) => !there.has(id))
  if (fuller.length === 0) return
  await writer.run(
    PUT_THREADS,
    arrays(THREAD, fuller, (c) => cellsOf(c, partition)),
  )
  const stated = fuller.map(({ id }) => ({ id, unread: 0, version: 0, state: states.get(id) }))
  await stateThreads(writer.run, stated)
}

interface Touched {
  readonly id: ThreadId
  readonly unread: number
  readonly version: number
  readonly state: ThreadState | undefined
}

/** Counts, and says what there is to say, on rows that are there; answers which are. */
const touchThreads = async (
  run: Run,
  changes: readonly ThreadChange[],
  states: ReadonlyMap<ThreadId, ThreadState>,
): Promise<Set<ThreadId>> => {
  const touched = changes.map(({ id, unread, version }) => ({ id, unread, version, state: states.get(id) }))
  const plain = touched.filter(({ state }) => state === undefined)
  const rows = await stateThreads(run, touched)
  if (plain.length > 0)
    rows.push(
      ...(await run<{ id: ThreadId }>(
        TOUCH_THREADS,
        arrays(TOUCHED, plain, ({ id, unread, version }) => ({ id, unread_count: unread, version })),
      )),
    )
  return new Set(rows.map(({ id }) => id))
}

const stateThreads = async (run: Run, touched: readonly Touched[]): Promise<{ id: ThreadId }[]> => {
  const stated = touched.flatMap(({ id, unread, version, state }) =>
    state === undefined ? [] : [{ id, unread_count: unread, version, ...stateCells(state) }],
  )
  return stated.length === 0
    ? []
    : run<{ id: ThreadId }>(
        STATE_THREADS,
        arrays(STATED, stated, (row) => row),
      )
}
