import type { AccountId } from '@skein/events'
import { KEY_OCTETS, keysInOrder } from '../word-keys.js'
import type { Parameter } from './narrowings.js'

/** A word, or words that stand one after the other: the keys of each, in order. */
type Term = Buffer

/** It holds for a message that has all of these terms, and none of those. */
interface Alternative {
  readonly all: readonly Term[]
  readonly none: readonly Term[]
}

/** What a person typed. It holds where one alternative does. */
export interface WordQuery {
  readonly alternatives: readonly Alternative[]
}

/** `"a phrase"` (the closing quote may be missing) or a run without blanks, with `-` before it where it shall not be there. */
const TERM = /(-?)(?:"([^"]*)"?|(\S+))/g

/**
 * Reads what a person typed: all words; `"a phrase"`; `-not`; `or`, which binds less than what stands together. What is
 * several words though typed as one (`anna@example.com`) is a phrase. `null` where no word is in it.
 */
export const wordQueryOf = (q: string, account: AccountId): WordQuery | null => {
  const alternatives: { all: Term[]; none: Term[] }[] = []
  let isOr = true
  for (const [typed, not = '', phrase, run = ''] of q.matchAll(TERM)) {
    if (typed.toLowerCase() === 'or' && alternatives.length > 0) {
      isOr = true
      continue
    }
    const term = keysInOrder(account, phrase ?? run)
    if (term.length === 0) continue
    if (isOr) alternatives.push({ all: [], none: [] })
    alternatives.at(-1)?.[not === '' ? 'all' : 'none'].push(term)
    isOr = false
  }
  return alternatives.length === 0 ? null : { alternatives }
}

const isPhrase = (term: Term): boolean => term.length > KEY_OCTETS

// A run of octets may begin within a key: that two neighbours have another's octets between them is as seldom as words with one key.

/** The keys of terms as an array of the server's, in its text. */
const keysOf = (terms: readonly Term[]): string => {
  const keys = terms.flatMap((term) =>
    Array.from({ length: term.length / KEY_OCTETS }, (_, i) => term.readBigInt64BE(i * KEY_OCTETS)),
  )
  return `{${keys.join(',')}}`
}

const hasAll = (terms: readonly Term[], parameter: Parameter): string[] => [
  ...(terms.length === 0 ? [] : [`w.keys @> ${parameter(keysOf(terms))}::bigint[]`]),
  ...terms.filter(isPhrase).map((phrase) => `position(${parameter(phrase)}::bytea in w.places) > 0`),
]

/** Whether a query holds for the message whose words are `w`. */
export const holdsForWords = ({ alternatives }: WordQuery, parameter: Parameter): string => {
  const each = alternatives.map(({ all, none }) =>
    [...hasAll(all, parameter), ...none.map((term) => `not (${hasAll([term], parameter).join(' and ')})`)].join(
      ' and ',
    ),
  )
  return each.length === 1 ? `${each[0]}` : `(${each.map((one) => `(${one})`).join(' or ')})`
}

/** Whether the statement of a query is that of every other query that is plain: only its values differ. */
export const isPlain = ({ alternatives }: WordQuery): boolean =>
  alternatives.length === 1 && alternatives.every(({ all, none }) => none.length === 0 && !all.some(isPhrase))

/**
 * How well the message that answers best does, of the thread `t`: the mean of the terms, of which each counts 1 where it begins the
 * subject, 1 / (1 + ln n) where it first stands as the n-th word of subject, people and text, and nothing where it is not there.
 */
export const rankOf = (query: WordQuery, parameter: Parameter): string => {
  const asked = query.alternatives.flatMap(({ all }) => all)
  // the words are brought here once, however many terms are looked for
  return `(select coalesce(max((
      select avg(coalesce(1 / (1 + ln(nullif((position(term in found.places) + ${KEY_OCTETS - 1}) / ${KEY_OCTETS}, 0)::float8)), 0))
      from unnest(${parameter(asked)}::bytea[]) as term)), 0)::real
    from (select w.places || '' as places from message_words w
      where w.thread = t.id and ${holdsForWords(query, parameter)} offset 0) found)`
}
