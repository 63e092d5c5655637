import type { AccountId } from '@skein/events'
import type { Database } from '../database.js'
import { domainOf } from '../projection/people.js'
import { IS_HANDLED, IS_OPEN } from './thread-row.js'
import type { ThreadFilter } from './threads.js'

/** Writes a value as a further parameter of a statement: `$3`. */
export type Parameter = (value: unknown) => string

/** A condition on the thread `t` that may hold for a few threads or for most. */
interface Narrowing {
  readonly name: string
  /** Threads of the account for which it holds, by an index, with `values` as `$1 …`. Without it they cannot be looked up. */
  readonly find: readonly string[]
  readonly values: readonly unknown[]
  /** An account's own list has an index for it. */
  readonly isOrdered?: boolean
  /** The same, asked of one thread after the other. */
  readonly holds: (parameter: Parameter) => string
}

/** What is left to be asked of each thread, and the threads that come into question where those are few. */
export interface Narrowed {
  readonly ids: readonly string[] | null
  readonly conditions: readonly { readonly name: string; readonly sql: (parameter: Parameter) => string }[]
}

/**
 * Up to so many threads are looked up by an index and then sorted; above that the newest are looked at in turn. A page of 50 out
 * of m threads among n meets 50 n / m on the walk, each of which costs about as much as one that is looked up: so up to √(50 n).
 */
const fewOf = (threads: number): number =>
  Math.round(Math.min(7_000, Math.max(1_000, Math.sqrt(50 * Math.max(0, threads)))))
/** How far the server's guess may be above that before looking them up is not even tried. */
const GUESS = 1.5
/** Characters that a trigram index needs to be of use. */
const SHORTEST_INDEXED = 3

const PERSON = `(p.address || coalesce(substr(p.name_key, 25), ''))`
const asPattern = (part: string): string => `%${part.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`

// A scalar subquery is run for each thread that the walk meets; an `exists` would be hashed over everybody first.

const bySearch = (part: string, account: AccountId): Narrowing => ({
  name: 'search',
  find:
    part.length < SHORTEST_INDEXED
      ? []
      : [
          'select t.id from thread t where t.account = $1 and t.subject ilike $2',
          `select p.thread as id from thread_participant p where p.account = $1 and ${PERSON} ilike $2`,
        ],
  values: [account, asPattern(part)],
  holds: (parameter) => {
    const given = parameter(asPattern(part))
    const person = `(select true from thread_participant p where p.thread = t.id and ${PERSON} ilike ${given} limit 1)`
    return `(t.subject ilike ${given} or ${person})`
  },
})

/** The word that every text of an account has is asked for too. */
const byWords = (query: string, account: AccountId): Narrowing => ({
  name: 'q',
  find: ['select w.thread as id from message_words w where w.words @@ ($1::tsquery && $2::tsquery)'],
  values: [query, `'${`@${account}`.replaceAll(/['\\]/g, (sign) => sign + sign)}'`],
  holds: (parameter) =>
    `(select true from message_words w where w.thread = t.id and w.words @@ ${parameter(query)}::tsquery limit 1)`,
})
const byAddress = (address: string, account: AccountId): Narrowing => ({
  name: 'address',
  find: ['select p.thread as id from thread_participant p where p.account = $1 and p.domain = $2 and p.address = $3'],
  values: [account, domainOf(address), address],
  holds: (parameter) =>
    `(select true from thread_participant p where p.thread = t.id and p.address = ${parameter(address)} limit 1)`,
})
const byDomain = (domain: string, account: AccountId): Narrowing => ({
  name: 'domain',
  find: ['select p.thread as id from thread_participant p where p.account = $1 and p.domain = $2'],
  values: [account, domain],
  holds: (parameter) =>
    `(select true from thread_participant p where p.thread = t.id and p.domain = ${parameter(domain)} limit 1)`,
})

const byLabel = (label: string, account: AccountId): Narrowing => ({
  name: 'label',
  find: [`select t.id from thread t where t.account = $1 and t.labels ? $2 and t.labels <> '[]'`],
  values: [account, label],
  holds: (parameter) => `t.labels ? ${parameter(label)}`,
})

/** Of what an account's own list has an index of: needed where the order is that of an inbox. */
const byIndexed = (name: string, sql: string, account: AccountId): Narrowing => ({
  name,
  find: [`select t.id from thread t where t.account = $1 and ${sql}`],
  values: [account],
  isOrdered: true,
  holds: () => sql,
})

const narrowingsOf = (filter: ThreadFilter, query: string | null): Narrowing[] => [
  ...(query === null ? [] : [byWords(query, filter.account)]),
  ...(filter.address === undefined ? [] : [byAddress(filter.address, filter.account)]),
  ...(filter.domain === undefined ? [] : [byDomain(filter.domain, filter.account)]),
  ...(filter.label === undefined ? [] : [byLabel(filter.label, filter.account)]),
  ...(filter.search === undefined ? [] : [bySearch(filter.search, filter.account)]),
  ...(filter.isHandled === true ? [byIndexed('handled', IS_HANDLED, filter.account)] : []),
  ...(filter.isHandled === false ? [byIndexed('open', IS_OPEN, filter.account)] : []),
  ...(filter.hasAttachment === true ? [byIndexed('attached', 't.attachment_count > 0', filter.account)] : []),
]

/** How many rows the server expects, by its statistics. */
const expected = async (database: Database, sql: string, parameters: readonly unknown[]): Promise<number> => {
  const [row] = await database.run<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>(
    `explain (format json) ${sql}`,
    parameters,
  )
  return row?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0
}

/** How many threads there are, as the server last counted; -1 where it never did. */
const threadsGuessed = async (database: Database): Promise<number> => {
  const sql = `select reltuples::int8 as threads from pg_class where oid = 'thread'::regclass`
  const [row] = await database.run<{ threads: string }>(sql, [], 'number of threads')
  return Number(row?.threads ?? -1)
}

/** Whose number only the server's statistics tell beforehand: their indexes give all or nothing. */
const GUESSED: ReadonlySet<string> = new Set(['q', 'search', 'label'])

/** Threads for which it holds; `null` where they are too many, or cannot be looked up. */
const findFew = async (
  database: Database,
  { name, find, values }: Narrowing,
  few: number,
): Promise<string[] | null> => {
  if (find.length === 0) return null
  for (const sql of GUESSED.has(name) ? find : [])
    if ((await expected(database, sql, values)) > few * GUESS) return null
  const parts = find.map((sql) => `(${sql} limit ${few + 1})`)
  const found = await database.run<{ id: string }>(parts.join(' union all '), values)
  return found.length > few ? null : [...new Set(found.map(({ id }) => id))]
}

/**
 * Makes conditions of a filter. A rare one is looked up by its index, which takes sorting what was found; a common one is met
 * soon on the walk through the newest threads. Which it is, the server's statistics say, or it is tried out.
 */
export const narrow = async (database: Database, filter: ThreadFilter, query: string | null): Promise<Narrowed> => {
  let ids: readonly string[] | null = null
  const conditions: Narrowed['conditions'][number][] = []
  const narrowings = narrowingsOf(filter, query)
  const most = narrowings.length === 0 ? 0 : fewOf(await threadsGuessed(database))
  for (const narrowing of narrowings) {
    const inOrder = narrowing.isOrdered === true && filter.inbox === undefined
    const few: string[] | null = inOrder ? null : await findFew(database, narrowing, most)
    if (few === null) conditions.push({ name: narrowing.name, sql: narrowing.holds })
    else {
      const known: ReadonlySet<string> = new Set(few)
      ids = ids === null ? few : ids.filter((id) => known.has(id))
    }
    if (ids?.length === 0) break
  }
  return { ids, conditions }
}
