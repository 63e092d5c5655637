import type { AccountId } from '@skein/events'
import type { Database } from '../database.js'
import { domainOf } from '../projection/people.js'
import { IS_HANDLED, IS_OPEN } from './thread-row.js'
import type { ThreadFilter } from './threads.js'

/** Writes a value as a further parameter of a statement: `$3`. */
export type Parameter = (value: unknown) => string

/** A condition on the thread `t`, or on an id of one: what a statement says with the parameters that it has. */
interface Condition {
  readonly name: string
  /** Whether a row of the thread is needed to tell; else its id is enough. */
  readonly needsThread: boolean
  /** Whether what it holds for is found beforehand. */
  readonly findsFirst: boolean
  readonly sql: (parameter: Parameter, id: string) => string
}

/** One way for a condition to hold. */
interface Way {
  /** Ids of threads of the account for which it holds, by an index; `null` where no index helps. */
  readonly find: ((parameter: Parameter) => string) | null
  /** The same, asked of one thread after the other. */
  readonly holds: (parameter: Parameter, id: string) => string
  readonly needsThread: boolean
  /** Up to √(`reach` n) are found beforehand instead of asked on the walk; see `narrow`. 0 where asking is hardly dearer. */
  readonly reach: number
}

/** A condition that may hold for a few threads or for most. */
interface Narrowing {
  readonly name: string
  /** It holds where one of them does. */
  readonly ways: readonly Way[]
  /** Whether only the server's statistics tell beforehand how many there are: such indexes give all or nothing. */
  readonly isGuessed: boolean
  /** Up to √(`fewReach` n) are looked up before the walk; see `narrow`. */
  readonly fewReach: number
  /** An account's own list has an index for it. */
  readonly isOrdered?: boolean
}

/** Ids of threads with blanks between; one may stand there twice. Thousands as one value are read and sent much faster than as rows. */
export interface Found {
  readonly ids: string
  readonly count: number
}

/** What is left to be asked of each thread, and the threads that come into question where those are few. */
export interface Narrowed {
  readonly ids: Found | null
  readonly conditions: readonly Condition[]
}

/** Of so many newest threads a look tells whether a subject is common: statistics know nothing of parts of texts. */
const [LOOKED_AT, COMMON] = [600, 3]
/** How far the server's guess may be above what is few before looking them up is not even tried. */
const GUESS = 1.5
/** Characters that a trigram index needs to be of use. */
const SHORTEST_INDEXED = 3
/** Bounds of what is few, whatever the number of threads. */
const [LEAST_FEW, MOST_FEW] = [1_000, 40_000]

const PERSON = `(p.address || coalesce(substr(p.name_key, 25), ''))`
const asPattern = (part: string): string => `%${part.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`

// A scalar subquery is run for each thread that the walk meets; an `exists` would be hashed over everybody first.

/** People of a thread for whom `sql` holds. */
const byPeople = (account: AccountId, sql: (parameter: Parameter) => string, reach: number): Way => ({
  find: (parameter) =>
    `select p.thread as id from thread_participant p where p.account = ${parameter(account)} and ${sql(parameter)}`,
  holds: (parameter, id) =>
    `(select true from thread_participant p where p.thread = ${id} and ${sql(parameter)} limit 1)`,
  needsThread: false,
  reach,
})

/** Signs before the `@` of an address that its index is asked for. */
const TELLING = 7

/**
 * Of an address the index is asked for the signs around its `@` alone: a trigram index reads what it has of every three signs, and
 * everybody has the `com` of a domain. The rest is compared.
 */
const isPerson = (part: string, parameter: Parameter): string => {
  const [at, pattern] = [part.indexOf('@'), asPattern(part)]
  if (at < SHORTEST_INDEXED) return `${PERSON} ilike ${parameter(pattern)}`
  const telling = asPattern(part.slice(Math.max(0, at - TELLING), at + 1))
  return `${PERSON} ilike ${parameter(telling)} and (${PERSON} || '') ilike ${parameter(pattern)}`
}

const bySearch = (part: string, { account, inbox }: ThreadFilter): Narrowing => {
  const pattern = asPattern(part)
  const inSubject = (parameter: Parameter): string => `t.subject ilike ${parameter(pattern)}`
  const subject: Way = {
    find: (parameter) =>
      `select t.id from thread t where t.account = ${parameter(account)} and ${inSubject(parameter)}`,
    holds: inSubject,
    needsThread: true,
    reach: 0,
  }
  const people = byPeople(account, (parameter) => isPerson(part, parameter), 125)
  const isIndexed = part.length >= SHORTEST_INDEXED
  return {
    name: 'search',
    ways: [subject, people].map((way) => (isIndexed ? way : { ...way, find: null })),
    isGuessed: true,
    // an inbox's list is in no order of threads: each that is asked is a page of the table of its own
    fewReach: inbox === undefined ? 25 : 125,
  }
}

const byWords = (query: string): Narrowing => {
  const words: Way = {
    find: (parameter) => `select w.thread as id from message_words w where w.words @@ ${parameter(query)}::tsquery`,
    holds: (parameter, id) =>
      `(select true from message_words w where w.thread = ${id} and w.words @@ ${parameter(query)}::tsquery limit 1)`,
    needsThread: false,
    reach: 0,
  }
  return { name: 'q', ways: [words], isGuessed: true, fewReach: 600 }
}

const byAddress = (address: string, account: AccountId): Narrowing => {
  const isAt = (parameter: Parameter): string =>
    `p.domain = ${parameter(domainOf(address))} and p.address = ${parameter(address)}`
  return { name: 'address', ways: [byPeople(account, isAt, 0)], isGuessed: true, fewReach: 500 }
}
const byDomain = (domain: string, account: AccountId): Narrowing => {
  const isAt = (parameter: Parameter): string => `p.domain = ${parameter(domain)}`
  return { name: 'domain', ways: [byPeople(account, isAt, 0)], isGuessed: true, fewReach: 500 }
}

/** Threads whose own row says whether it holds. */
const byThread = (account: AccountId, sql: (parameter: Parameter) => string): Way => ({
  find: (parameter) => `select t.id from thread t where t.account = ${parameter(account)} and ${sql(parameter)}`,
  holds: sql,
  needsThread: true,
  reach: 0,
})
const byLabel = (label: string, account: AccountId): Narrowing => {
  const isLabelled = (parameter: Parameter): string => `t.labels ? ${parameter(label)} and t.labels <> '[]'`
  return { name: 'label', ways: [byThread(account, isLabelled)], isGuessed: true, fewReach: 25 }
}
/** Of what an account's own list has an index of: needed where the order is that of an inbox. */
const byIndexed = (name: string, sql: string, account: AccountId): Narrowing => ({
  ...{ name, ways: [byThread(account, () => sql)], isGuessed: name !== 'handled', fewReach: 2.5, isOrdered: true },
})

const narrowingsOf = (filter: ThreadFilter, query: string | null): Narrowing[] => [
  ...(query === null ? [] : [byWords(query)]),
  ...(filter.address === undefined ? [] : [byAddress(filter.address, filter.account)]),
  ...(filter.domain === undefined ? [] : [byDomain(filter.domain, filter.account)]),
  ...(filter.label === undefined ? [] : [byLabel(filter.label, filter.account)]),
  ...(filter.search === undefined ? [] : [bySearch(filter.search, filter)]),
  ...(filter.isHandled === true ? [byIndexed('handled', IS_HANDLED, filter.account)] : []),
  ...(filter.isHandled === false ? [byIndexed('open', IS_OPEN, filter.account)] : []),
  ...(filter.hasAttachment === true ? [byIndexed('attached', 't.attachment_count > 0', filter.account)] : []),
]

/** A statement with the values of its parameters. */
const statement = (write: (parameter: Parameter) => string): [sql: string, values: unknown[]] => {
  const values: unknown[] = []
  return [write((value) => `$${values.push(value)}`), values]
}

/** How many rows the server expects, by its statistics. */
const expected = async (database: Database, find: (parameter: Parameter) => string): Promise<number> => {
  const [sql, values] = statement(find)
  const [row] = await database.run<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    `explain (format json) ${sql}`,
    values,
  )
  return row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0
}

/** How many threads there are, as the server last counted; 0 where it never did. */
const threadsGuessed = async (database: Database): Promise<number> => {
  const sql = `select reltuples::int8 as threads from pg_class where oid = 'thread'::regclass`
  const [row] = await database.run<{ threads: string }>(sql, [], 'number of threads')
  return Math.max(0, Number(row?.threads ?? 0))
}

/** Whether a part stands in so many of the newest subjects that a walk fills its page soon. */
const isCommon = async (database: Database, { account, inbox, search }: ThreadFilter): Promise<boolean> => {
  if (search === undefined || inbox !== undefined) return false
  const [row] = await database.run<{ hits: number }>(
    `select count(*)::int as hits from (select t.subject from thread t where t.account = $1
       order by t.last_at desc, t.id desc limit ${LOOKED_AT}) newest where newest.subject ilike $2`,
    [account, asPattern(search)],
    'common subject',
  )
  return (row?.hits ?? 0) >= COMMON
}

/** Threads for which it holds; `null` where they are too many, or cannot be looked up. `most` of each way are expected. */
const findFew = async (
  database: Database,
  { ways, isGuessed }: Narrowing,
  { few, most }: { few: number; most: readonly number[] },
): Promise<Found | null> => {
  const finds = ways.flatMap(({ find }) => find ?? [])
  if (finds.length < ways.length || (isGuessed && most.some((rows) => rows > few * GUESS))) return null
  const [sql, values] = statement((parameter) =>
    finds.map((find) => `(${find(parameter)} limit ${few + 1})`).join(' union all '),
  )
  const [found] = await database.run<{ count: number; ids: string | null }>(
    `select count(*)::int as count, string_agg(id, ' ') as ids from (${sql}) found`,
    values,
  )
  return found === undefined || found.count > few ? null : { ids: found.ids ?? '', count: found.count }
}

const inBoth = (some: Found | null, others: Found): Found => {
  if (some === null) return others
  const known = new Set(others.ids.split(' '))
  const ids = some.count === 0 || others.count === 0 ? [] : some.ids.split(' ').filter((id) => known.has(id))
  return { ids: ids.join(' '), count: ids.length }
}

/** All that hold, found once and kept in a hash table; as a condition by itself the server would join it, and sort. */
const amongFound = (find: (parameter: Parameter) => string): Way['holds'] => {
  return (parameter, id) => `(${id} in (${find(parameter)})) is true`
}

const conditionOf = ({ name, ways }: Narrowing, most: readonly number[], threads: number): Condition => {
  const asked = ways.map((way, i) => {
    const isFound = way.find !== null && (most[i] ?? Infinity) ** 2 <= way.reach * threads
    return isFound ? { ...way, isFound, holds: amongFound(way.find), needsThread: false } : { ...way, isFound }
  })
  return {
    name,
    findsFirst: asked.some(({ isFound }) => isFound),
    needsThread: asked.some(({ needsThread }) => needsThread),
    sql: (parameter, id) => `(${asked.map(({ holds }) => holds(parameter, id)).join(' or ')})`,
  }
}

/**
 * Makes conditions of a filter. A page of 50 out of m threads among n meets 50 n / m on a walk from the newest. Up to m = √(`fewReach` n)
 * it costs less to look all m up by an index, and to walk by an index alone asking whether a thread is one of them; above that the
 * walk asks each thread itself. So a page costs no more than grows with the root of n, however many hold. How many that are about,
 * the server's statistics say.
 */
export const narrow = async (database: Database, filter: ThreadFilter, query: string | null): Promise<Narrowed> => {
  let ids: Found | null = null
  const conditions: Condition[] = []
  const narrowings = narrowingsOf(filter, query)
  const threads = narrowings.length === 0 ? 0 : await threadsGuessed(database)
  for (const narrowing of narrowings) {
    if (narrowing.isOrdered === true && filter.inbox === undefined) {
      conditions.push(conditionOf(narrowing, [], threads))
      continue
    }
    const most: number[] = []
    for (const { find } of narrowing.ways) most.push(find === null ? Infinity : await expected(database, find))
    const few = Math.round(Math.min(MOST_FEW, Math.max(LEAST_FEW, Math.sqrt(narrowing.fewReach * threads))))
    const isWalked = narrowing.name === 'search' && (await isCommon(database, filter))
    const found = isWalked ? null : await findFew(database, narrowing, { few, most })
    if (found === null) conditions.push(conditionOf(narrowing, most, threads))
    else ids = inBoth(ids, found)
    if (ids?.count === 0) break
  }
  return { ids, conditions }
}
