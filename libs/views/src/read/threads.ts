import type { AccountId, InboxId, Relation, SpaceId, ThreadId } from '@skein/events'
import type { Address } from '@skein/mail'
import type { Database } from '../database.js'
import type { Cursors, Place } from './cursor.js'
import { isoTime } from './iso-time.js'
import { searchCondition } from './search.js'

/** A thread as lists show it; of an inbox's list, counts and times are that inbox's. */
export interface ThreadSummary {
  readonly id: ThreadId
  readonly space: SpaceId
  readonly partition: number
  readonly subject: string
  readonly snippet: string
  readonly lastFrom: Address | null
  readonly messageCount: number
  readonly unreadCount: number
  readonly attachmentCount: number
  readonly participantCount: number
  readonly participants: readonly Address[]
  /** ISO 8601 UTC, when the first and the last message were written. */
  readonly firstAt: string
  readonly lastAt: string
  readonly relation: Relation | null
  /** Sequence of the last event that touched it. */
  readonly version: number
}

export interface ThreadFilter {
  readonly account: AccountId
  /** Only what this inbox has. */
  readonly inbox?: InboxId
  readonly isRead?: boolean
  /** A part of the subject, or of somebody's name or address, in any case. */
  readonly search?: string
}

export interface ThreadPage {
  readonly threads: readonly ThreadSummary[]
  /** `null` on the last page. */
  readonly nextCursor: string | null
}

const COLUMNS = `t.id, t.space, t.partition, t.subject, t.snippet, t.last_from, t.attachment_count, t.participant_count,
  t.participants, t.first_at, t.relation, t.version`

interface Row {
  id: ThreadId
  space: SpaceId
  partition: number
  subject: string
  snippet: string
  last_from: Address | null
  message_count: number
  unread_count: number
  attachment_count: number
  participant_count: number
  participants: Address[]
  first_at: string
  listed_at: string
  relation: Relation | null
  version: string
}

const summaryOf = (row: Row): ThreadSummary => ({
  id: row.id,
  space: row.space,
  partition: row.partition,
  subject: row.subject,
  snippet: row.snippet,
  lastFrom: row.last_from,
  messageCount: row.message_count,
  unreadCount: row.unread_count,
  attachmentCount: row.attachment_count,
  participantCount: row.participant_count,
  participants: row.participants,
  firstAt: isoTime(row.first_at),
  lastAt: isoTime(row.listed_at),
  relation: row.relation,
  version: Number(row.version),
})

/** What a cursor is bound to: an account's list with these filters. */
const listName = ({ account, inbox, isRead, search }: ThreadFilter): string =>
  JSON.stringify(['threads', account, inbox, isRead, search])

/** The statement of a list, and its name as a prepared one: one for each combination of filters. `listed` has the order. */
const statement = (filter: ThreadFilter, after: Place | null, limit: number, search: Condition | null) => {
  const parameters: unknown[] = [filter.account, limit]
  const parameter = (value: unknown): string => `$${parameters.push(value)}`
  const [listed, idColumn] = filter.inbox === undefined ? ['t', 'id'] : ['i', 'thread']
  const conditions = ['t.account = $1']
  if (filter.inbox !== undefined) conditions.push(`i.inbox = ${parameter(filter.inbox)}`)
  if (filter.isRead !== undefined) conditions.push(`${listed}.unread_count ${filter.isRead ? '= 0' : '> 0'}`)
  if (after) {
    conditions.push(
      `(${listed}.last_at, ${listed}.${idColumn}) < (${parameter(after.at)}::timestamptz, ${parameter(after.id)})`,
    )
  }
  if (search) conditions.push(search.sql(parameter))
  const from = filter.inbox === undefined ? 'thread t' : 'thread_inbox i join thread t on t.id = i.thread'
  const sql = `select ${COLUMNS}, ${listed}.message_count, ${listed}.unread_count, ${listed}.last_at as listed_at from ${from}
    where ${conditions.join(' and ')} order by ${listed}.last_at desc, ${listed}.${idColumn} desc limit $2`
  const name = ['threads', filter.inbox && 'inbox', filter.isRead, after && 'after', search?.name].filter(
    (part) => part !== null,
  )
  return { sql, parameters, name: name.join(' ') }
}

/** A further condition on the thread `t`. */
export interface Condition {
  readonly name: string
  readonly sql: (parameter: (value: unknown) => string) => string
}

/** One page of threads, newest first. A thread keeps its place while the walk goes on, unless mail arrives in it. */
export const listThreads = async (
  database: Database,
  cursors: Cursors,
  filter: ThreadFilter,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<ThreadPage> => {
  const list = listName(filter)
  const after = cursor === undefined ? null : cursors.read(cursor, list)
  const search = filter.search === undefined ? null : await searchCondition(database, filter.account, filter.search)
  const { sql, parameters, name } = statement(filter, after, limit + 1, search)
  const rows = await database.run<Row>(sql, parameters, name)
  const threads = rows.slice(0, limit).map(summaryOf)
  const last = threads.at(-1)
  const nextCursor = rows.length > limit && last ? cursors.write({ at: last.lastAt, id: last.id }, list) : null
  return { threads, nextCursor }
}

/** How many threads an account has. */
export const countThreads = async (database: Database, account: AccountId): Promise<number> => {
  const [row] = await database.run<{ count: number }>('select count(*)::int as count from thread where account = $1', [
    account,
  ])
  return row?.count ?? 0
}

/** What one inbox has of a thread. */
export interface InboxPart {
  readonly inbox: InboxId
  readonly messageCount: number
  readonly unreadCount: number
  readonly lastAt: string
}
export interface ThreadDetail extends ThreadSummary {
  readonly inboxes: readonly InboxPart[]
  /** At most `MOST_PARTICIPANTS`, by when they first took part. */
  readonly participants: readonly Address[]
}
const MOST_PARTICIPANTS = 500

/** A thread by any id that it ever had, of this account; `null` where there is none. */
export const findThread = async (database: Database, account: AccountId, id: string): Promise<ThreadDetail | null> => {
  const [row] = await database.run<Row & { inboxes: InboxPart[] | null; people: Address[] | null }>(
    `select ${COLUMNS}, t.message_count, t.unread_count, t.last_at as listed_at,
       (select jsonb_agg(jsonb_build_object('inbox', inbox, 'messageCount', message_count, 'unreadCount', unread_count,
          'lastAt', last_at) order by inbox) from thread_inbox where thread = t.id) as inboxes,
       (select jsonb_agg(jsonb_build_object('name', coalesce(substr(name_key, 25), ''), 'address', address)
          order by first_at, address)
        from (select * from thread_participant where thread = t.id order by first_at, address limit ${MOST_PARTICIPANTS}) p
       ) as people
     from thread t
     where t.id = coalesce((select survivor from thread_alias where absorbed = $1), $1) and t.account = $2`,
    [id, account],
    'thread by id',
  )
  if (!row) return null
  const inboxes = (row.inboxes ?? []).map((part) => ({ ...part, lastAt: isoTime(part.lastAt) }))
  return { ...summaryOf(row), inboxes, participants: row.people ?? [] }
}
