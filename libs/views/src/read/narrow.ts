import type { AccountId } from '@skein/events'
import type { Database } from '../database.js'
import { asPattern, narrowingsOf } from './narrowings.js'
import type { Narrowing, Parameter, Way } from './narrowings.js'
import type { ThreadFilter } from './threads.js'
import type { WordQuery } from './word-query.js'

/** A condition on the thread `t`, or on an id of one: what a statement says with the parameters that it has. */
interface Condition {
  readonly name: string
  /** Whether what it holds for is found beforehand. */
  readonly findsFirst: boolean
  readonly sql: (parameter: Parameter, id: string) => string
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
/** From so many on it costs less that the statement of the page looks them up itself than to bring them here and back. */
const MANY = 2_000
/** What the server takes as the share of messages with a word that its statistics do not know (`DEFAULT_CONTAIN_SEL` of Postgres). */
const UNKNOWN_WORD = 0.005
/** Bounds of what is few, whatever the number of threads. */
const [LEAST_FEW, MOST_FEW] = [1_000, 40_000]

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

/** How many threads and messages there are, as the server last counted; 0 where it never did. */
const sizesGuessed = async (database: Database): Promise<{ threads: number; messages: number }> => {
  const sql = `select sum(greatest(reltuples, 0)) filter (where oid = 'thread'::regclass) as threads,
      sum(greatest(reltuples, 0)) filter (where oid = 'message_words'::regclass) as messages
    from pg_class where oid in ('thread'::regclass, 'message_words'::regclass)`
  const [row] = await database.run<{ threads: number; messages: number }>(sql, [], 'number of threads')
  return row ?? { threads: 0, messages: 0 }
}

/** How many threads the account has, as far as the server knows. */
const ownGuessed = (database: Database, account: AccountId): Promise<number> =>
  expected(database, (parameter) => `select from thread t where t.account = ${parameter(account)}`)

/** Which share of the account's newest threads has a part in its subject; 0 where they are so few that it may be chance. */
const shareOfNewest = async (database: Database, { account, search }: ThreadFilter): Promise<number> => {
  if (search === undefined) return 0
  const [row] = await database.run<{ hits: number }>(
    `select count(*)::int as hits from (select t.subject from thread t where t.account = $1
       order by t.last_at desc, t.id desc limit ${LOOKED_AT}) newest where newest.subject ilike $2`,
    [account, asPattern(search)],
    'common subject',
  )
  const hits = row?.hits ?? 0
  return hits < COMMON ? 0 : hits / LOOKED_AT
}

/** What is known of the whole before anything is looked for, asked for at once. */
const surveyOf = async (database: Database, filter: ThreadFilter) => {
  const [sizes, own, share] = await Promise.all([
    sizesGuessed(database),
    filter.search === undefined ? 0 : ownGuessed(database, filter.account),
    shareOfNewest(database, filter),
  ])
  return { ...sizes, isMost: own * 2 > sizes.threads, share }
}
type Survey = Awaited<ReturnType<typeof surveyOf>>

/** How many the server expects of each way; of words that its statistics do not know it says the same of every one. */
const mostOf = (database: Database, { ways, isOfWords = false }: Narrowing, { messages }: Survey): Promise<number[]> =>
  Promise.all(
    ways.map(async ({ find }) => {
      const rows = find === null ? Infinity : await expected(database, find)
      return isOfWords && rows <= messages * UNKNOWN_WORD ? 0 : rows
    }),
  )

/** Looked up before the page is made, looked up by the statement that makes it, or asked of each thread that the walk meets. */
type Asking = 'before' | 'within' | 'of each'

interface Plan {
  readonly asking: Asking
  readonly few: number
  /** How many the server expects of each way; 0 where it does not know. */
  readonly most: readonly number[]
  readonly threads: number
}

const planOf = async (
  database: Database,
  { inbox }: ThreadFilter,
  narrowing: Narrowing,
  survey: Survey,
): Promise<Plan> => {
  const { threads, share } = survey
  const few = Math.round(Math.min(MOST_FEW, Math.max(LEAST_FEW, Math.sqrt(narrowing.fewReach * threads))))
  const plan = (asking: Asking, most: readonly number[] = []): Plan => ({ asking, few, most, threads })
  if (narrowing.isOrdered === true && inbox === undefined) return plan('of each')
  const isCommon = narrowing.name === 'search' && share > 0
  if (isCommon && inbox !== undefined && share * threads <= few) return plan('within')
  const most = await mostOf(database, narrowing, survey)
  if (isCommon) return plan('of each', most)
  const isMany = narrowing.isOfWords === true && most.every((rows) => rows > MANY && rows <= few)
  return plan(isMany ? 'within' : 'before', most)
}

/** Threads for which it holds; `null` where they are too many, or cannot be looked up. `most` of each way are expected. */
const findFew = async (
  database: Database,
  { ways, isGuessed }: Narrowing,
  { few, most }: Plan,
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

/**
 * What the row of a thread says, asked of an id; of `t.id` that row is at hand. Not by a join: the server would begin it in several
 * processes at once, and read twice as far as the page needs.
 */
export const ofThread = (sql: string, id: string): string =>
  id === 't.id' ? sql : `(select ${sql} from thread t where t.id = ${id})`

const conditionOf = ({ name, ways }: Narrowing, { most, threads, asking }: Plan): Condition => {
  const asked = ways.map((way, i) => {
    const isFew = way.reach > 0 && (most[i] ?? Infinity) ** 2 <= way.reach * threads
    const isFound = way.find !== null && (asking === 'within' || isFew)
    if (isFound) return { isFound, holds: amongFound(way.find) }
    const { holds, needsThread } = way
    return {
      isFound,
      holds: needsThread ? (...[parameter, id]: Parameters<Way['holds']>) => ofThread(holds(parameter, id), id) : holds,
    }
  })
  return {
    name,
    findsFirst: asked.some(({ isFound }) => isFound),
    sql: (parameter, id) => `(${asked.map(({ holds }) => holds(parameter, id)).join(' or ')})`,
  }
}

/**
 * Makes conditions of a filter. A page of 50 out of m threads among n meets 50 n / m on a walk from the newest. Up to m = √(`fewReach` n)
 * it costs less to look all m up by an index, and to walk by an index alone asking whether a thread is one of them; above that the
 * walk asks each thread itself. So a page costs no more than grows with the root of n, however many hold. How many that are about,
 * the server's statistics say.
 */
export const narrow = async (database: Database, filter: ThreadFilter, query: WordQuery | null): Promise<Narrowed> => {
  let ids: Found | null = null
  const conditions: Condition[] = []
  if (narrowingsOf(filter, query, false).length === 0) return { ids, conditions }
  const survey = await surveyOf(database, filter)
  for (const narrowing of narrowingsOf(filter, query, survey.isMost)) {
    const plan = await planOf(database, filter, narrowing, survey)
    const found = plan.asking === 'before' ? await findFew(database, narrowing, plan) : null
    if (found === null) conditions.push(conditionOf(narrowing, plan))
    else ids = inBoth(ids, found)
    if (ids?.count === 0) break
  }
  return { ids, conditions }
}
