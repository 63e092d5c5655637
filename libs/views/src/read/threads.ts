import type { AccountId, InboxId, SpaceId } from '@skein/events'
import type { Address } from '@skein/mail'
import type { Database } from '../database.js'
import type { Cursors, Place } from './cursor.js'
import { isoTime } from './iso-time.js'
import { narrow, ofThread } from './narrow.js'
import type { Narrowed } from './narrow.js'
import { COLUMNS, summaryOf } from './thread-row.js'
import type { Row, ThreadSummary } from './thread-row.js'
import { isPlain, rankOf, wordQueryOf, type WordQuery } from './word-query.js'

/** A part of an account: threads of these spaces, and those that one of these inboxes has. */
export interface ThreadsWithin {
  readonly spaces: readonly SpaceId[]
  readonly inboxes: readonly InboxId[]
}

/** All that is given has to hold. */
export interface ThreadFilter {
  readonly account: AccountId
  /** Only what this inbox has; read state, counts and times are then the inbox's. */
  readonly inbox?: InboxId
  readonly within?: ThreadsWithin
  readonly isRead?: boolean
  /** A part of the subject, or of somebody's name or address, in any case. */
  readonly search?: string
  /** Words of one of its messages: subject, people or text; quoted phrases, `or`, `-not`. */
  readonly q?: string
  /** The whole domain of somebody's address, in lower case. */
  readonly domain?: string
  /** Somebody's address, in lower case. */
  readonly address?: string
  readonly label?: string
  readonly isHandled?: boolean
  readonly hasAttachment?: boolean
  /** Of the last message, ISO 8601: earlier than `before`, not earlier than `after`. */
  readonly before?: string
  readonly after?: string
}

export interface ThreadPage {
  readonly threads: readonly ThreadSummary[]
  /** `null` on the last page. */
  readonly nextCursor: string | null
}

/** What a cursor is bound to: an account's list with these filters. */
const listName = (filter: ThreadFilter): string =>
  JSON.stringify(['threads', ...Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))])

/** A row of a page; one without its thread is of another account. */
interface Placed {
  readonly place: string
  readonly is_there: boolean
}
interface Asked {
  readonly filter: ThreadFilter
  readonly after: Place | null
  readonly limit: number
  readonly query: WordQuery | null
  readonly narrowed: Narrowed
}

const isWithin = ({ spaces, inboxes }: ThreadsWithin, parameter: (value: unknown) => string): string =>
  `(t.space = any(${parameter(spaces)}) or exists (select 1 from thread_inbox own
    where own.thread = t.id and own.inbox = any(${parameter(inboxes)})))`

/** Rows that are asked for: the server plans by the number itself, and prepares a statement for each. */
const SIZES = [11, 26, 51, 101]
/** So many ids are looked up one by one and sorted; among more it is asked on the walk through the newest. */
const SORTED = 700

/** What a list asks of a thread; an inbox's list asks what only the thread's own row says of that (`ofThread`). */
const conditionsOf = ({ filter, after, narrowed }: Asked, parameter: (value: unknown) => string) => {
  const [listed, id] = filter.inbox === undefined ? ['t', 't.id'] : ['i', 'i.thread']
  const conditions: string[] = []
  const names: string[] = []
  const add = (name: string, sql: string): void => {
    names.push(name)
    conditions.push(sql)
  }
  if (filter.inbox === undefined) conditions.push('t.account = $1')
  else add('inbox', `i.inbox = ${parameter(filter.inbox)}`)
  if (filter.within !== undefined) add('within', ofThread(isWithin(filter.within, parameter), id))
  if (filter.isRead !== undefined) add(String(filter.isRead), `${listed}.unread_count ${filter.isRead ? '= 0' : '> 0'}`)
  if (filter.hasAttachment === false) add('plain', ofThread('t.attachment_count = 0', id))
  if (filter.before !== undefined) add('before', `${listed}.last_at < ${parameter(filter.before)}::timestamptz`)
  if (filter.after !== undefined) add('since', `${listed}.last_at >= ${parameter(filter.after)}::timestamptz`)
  if (after) add('after', `(${listed}.last_at, ${id}) < (${parameter(after.at)}::timestamptz, ${parameter(after.id)})`)
  const { ids } = narrowed
  if (ids && ids.count <= SORTED) add('few', `${id} = any(string_to_array(${parameter(ids.ids)}, ' '))`)
  if (ids && ids.count > SORTED)
    add('some', `(${id} in (select string_to_table(${parameter(ids.ids)}, ' ') collate "C")) is true`)
  for (const { name, sql } of narrowed.conditions) add(name, sql(parameter, id))
  return { conditions, names }
}

/**
 * The statement of a list, and its name as a prepared one: one for each combination of filters. Which threads are on the page is
 * found out first, by an index alone where that says enough; their rows are read then.
 */
export const listStatement = (asked: Asked) => {
  const { filter, query } = asked
  const limit = SIZES.find((size) => size >= asked.limit) ?? asked.limit
  const parameters: unknown[] = [filter.account]
  const parameter = (value: unknown): string => `$${parameters.push(value)}`
  const { conditions, names } = conditionsOf(asked, parameter)
  if (query !== null) names.push('rank')
  const [listed, id] = filter.inbox === undefined ? ['t', 't.id'] : ['i', 'i.thread']
  const from = filter.inbox === undefined ? 'thread t' : 'thread_inbox i'
  const rank = query === null ? '' : `, ${rankOf(query, parameter)} as rank`
  // an inbox's own counts are in a narrow row beside its index; those of a thread are read with the rest of it
  const [own, counted] = filter.inbox === undefined ? ['', 't'] : [', i.message_count, i.unread_count', 'page']
  const sql = `with page as (select ${id} as id, ${listed}.last_at as at${own} from ${from}
      where ${conditions.join(' and ')} order by ${listed}.last_at desc, ${id} desc limit ${limit})
    select page.id as place, t.id is not null as is_there, ${COLUMNS}, ${counted}.message_count, ${counted}.unread_count, page.at as listed_at${rank}
    from page left join thread t on t.id = page.id and t.account = $1 order by page.at desc, page.id desc`
  // how many are found is the values' own matter, and a prepared plan is for any; the server cuts a name after 63 bytes
  const isForAny =
    asked.narrowed.conditions.every(({ findsFirst }) => !findsFirst) && (query === null || isPlain(query))
  const name = isForAny ? `threads ${limit} ${names.map((one) => one.slice(0, 2)).join(' ')}` : undefined
  return { sql, parameters, name }
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
  const query = filter.q === undefined ? null : wordQueryOf(filter.q, filter.account)
  if (filter.q !== undefined && query === null) return { threads: [], nextCursor: null }
  const narrowed = await narrow(database, filter, query)
  if (narrowed.ids?.count === 0) return { threads: [], nextCursor: null }
  const { sql, parameters, name } = listStatement({ filter, after, limit: limit + 1, query, narrowed })
  const rows = await database.run<Row & Placed>(sql, parameters, name)
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const nextCursor =
    rows.length > limit && last ? cursors.write({ at: isoTime(last.listed_at), id: last.place }, list) : null
  return { threads: page.filter(({ is_there }) => is_there).map(summaryOf), nextCursor }
}

/** How many threads an account has, or a part of it. */
export const countThreads = async (
  database: Database,
  account: AccountId,
  within: ThreadsWithin | undefined,
): Promise<number> => {
  const parameters: unknown[] = [account]
  const only = within ? ` and ${isWithin(within, (value) => `$${parameters.push(value)}`)}` : ''
  const sql = `select count(*)::int as count from thread t where t.account = $1${only}`
  const [row] = await database.run<{ count: number }>(sql, parameters)
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
