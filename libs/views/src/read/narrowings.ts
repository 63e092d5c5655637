import type { AccountId } from '@skein/events'
import { domainOf } from '../projection/people.js'
import { IS_HANDLED, IS_OPEN } from './thread-row.js'
import type { ThreadFilter } from './threads.js'
import { holdsForWords, type WordQuery } from './word-query.js'

/** Writes a value as a further parameter of a statement: `$3`. */
export type Parameter = (value: unknown) => string

/** One way for a condition to hold. */
export interface Way {
  /** Ids of threads of the account for which it holds, by an index; `null` where no index helps. */
  readonly find: ((parameter: Parameter) => string) | null
  /** The same, asked of one thread after the other. */
  readonly holds: (parameter: Parameter, id: string) => string
  readonly needsThread: boolean
  /** Up to √(`reach` n) are found beforehand instead of asked on the walk; see `narrow`. 0 where asking is hardly dearer. */
  readonly reach: number
}

/** A condition that may hold for a few threads or for most. */
export interface Narrowing {
  readonly name: string
  /** It holds where one of them does. */
  readonly ways: readonly Way[]
  /** Whether only the server's statistics tell beforehand how many there are: such indexes give all or nothing. */
  readonly isGuessed: boolean
  /** Up to √(`fewReach` n) are looked up before the walk; see `narrow`. */
  readonly fewReach: number
  /** Of words: statistics know those that are common well, and of all others say the same share of the texts. */
  readonly isOfWords?: boolean
  /** An account's own list has an index for it. */
  readonly isOrdered?: boolean
}

/** Characters that a trigram index needs to be of use. */
const SHORTEST_INDEXED = 3
const PERSON = `(p.address || coalesce(substr(p.name_key, 25), ''))`
export const asPattern = (part: string): string => `%${part.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`

const within = (alias: string, account: AccountId | null, parameter: Parameter): string =>
  account === null ? '' : `${alias}.account = ${parameter(account)} and `

// A scalar subquery is run for each thread that the walk meets; an `exists` would be hashed over everybody first.

/** People of a thread for whom `sql` holds; of all accounts where none is named. */
const byPeople = (account: AccountId | null, sql: (parameter: Parameter) => string, reach: number): Way => ({
  find: (parameter) =>
    `select p.thread as id from thread_participant p where ${within('p', account, parameter)}${sql(parameter)}`,
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

/**
 * `isMost`: the account has most of what there is. To find its own, such an index would read a list of all that it has, beside the
 * short ones of the part that somebody looks for; so it finds those of others too, which no list of the account shows.
 */
const bySearch = (part: string, { account, inbox }: ThreadFilter, isMost: boolean): Narrowing => {
  const owner = isMost ? null : account
  const pattern = asPattern(part)
  const inSubject = (parameter: Parameter): string => `t.subject ilike ${parameter(pattern)}`
  const subject: Way = {
    find: (parameter) => `select t.id from thread t where ${within('t', owner, parameter)}${inSubject(parameter)}`,
    holds: inSubject,
    needsThread: true,
    reach: 0,
  }
  const people = byPeople(owner, (parameter) => isPerson(part, parameter), 125)
  const isIndexed = part.length >= SHORTEST_INDEXED
  return {
    name: 'search',
    ways: [subject, people].map((way) => (isIndexed ? way : { ...way, find: null })),
    isGuessed: true,
    // an inbox's list is in no order of threads: each that is asked is a page of the table of its own
    fewReach: inbox === undefined ? 25 : 80,
  }
}

const byWords = (query: WordQuery): Narrowing => {
  const words: Way = {
    find: (parameter) => `select w.thread as id from message_words w where ${holdsForWords(query, parameter)}`,
    holds: (parameter, id) =>
      `(select true from message_words w where w.thread = ${id} and ${holdsForWords(query, parameter)} limit 1)`,
    needsThread: false,
    reach: 0,
  }
  return { name: 'q', ways: [words], isGuessed: true, isOfWords: true, fewReach: 600 }
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

/** What a filter asks for that may hold for few or for most, in the order in which it is looked for. */
export const narrowingsOf = (filter: ThreadFilter, query: WordQuery | null, isMost: boolean): Narrowing[] => [
  ...(query === null ? [] : [byWords(query)]),
  ...(filter.address === undefined ? [] : [byAddress(filter.address, filter.account)]),
  ...(filter.domain === undefined ? [] : [byDomain(filter.domain, filter.account)]),
  ...(filter.label === undefined ? [] : [byLabel(filter.label, filter.account)]),
  ...(filter.search === undefined ? [] : [bySearch(filter.search, filter, isMost)]),
  ...(filter.isHandled === true ? [byIndexed('handled', IS_HANDLED, filter.account)] : []),
  ...(filter.isHandled === false ? [byIndexed('open', IS_OPEN, filter.account)] : []),
  ...(filter.hasAttachment === true ? [byIndexed('attached', 't.attachment_count > 0', filter.account)] : []),
]
