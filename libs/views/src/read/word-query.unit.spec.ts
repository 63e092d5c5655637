import type { AccountId } from '@skein/events'
import { describe, expect, it } from 'vitest'
import { KEY_OCTETS, keysInOrder } from '../word-keys.js'
import { wordsOf } from '../words.js'
import { holdsForWords, isPlain, rankOf, wordQueryOf } from './word-query.js'

const account = 'acc_demo' as AccountId

/** A query with its words instead of their keys: `[has all of] - [has none of]`. */
const spelled = (q: string): string | null => {
  const words = new Map(wordsOf(q).map((word) => [keysInOrder(account, word).toString('hex'), word]))
  const term = (keys: Buffer): string =>
    Array.from({ length: keys.length / KEY_OCTETS }, (_, i) =>
      words.get(keys.subarray(i * KEY_OCTETS, (i + 1) * KEY_OCTETS).toString('hex')),
    ).join(' ')
  const query = wordQueryOf(q, account)
  return (
    query &&
    query.alternatives
      .map(({ all, none }) => [...all.map(term), ...none.map((one) => `-${term(one)}`)].join(', '))
      .join(' | ')
  )
}

describe('a query', () => {
  it.each<[string, string | null]>([
    ['kettle', 'kettle'],
    ['Broken Kettle', 'broken, kettle'],
    ['"no longer works"', 'no longer works'],
    ['kettle -cheap', 'kettle, -cheap'],
    ['-cheap', '-cheap'],
    ['kettle -"no thanks"', 'kettle, -no thanks'],
    ['tea or coffee', 'tea | coffee'],
    ['hot tea OR coffee', 'hot, tea | coffee'],
    ['tea or coffee -cold or milk', 'tea | coffee, -cold | milk'],
    ['"never closed', 'never closed'],
    ['anna@example.com', 'anna example com'],
    ['会議室', '会議 議室'],
    ['or', 'or'],
    ['tea or', 'tea'],
    ['a - b', 'a, b'],
    ["O'Brien \\ : * ! ( ) <->", 'o brien'],
    ['', null],
    ['"" - ?', null],
  ])('%s', (q, query) => expect(spelled(q)).toBe(query))

  it('asks for the words of its account', () => {
    const asked = (of: AccountId): string[] => {
      const values: unknown[] = []
      const query = wordQueryOf('tea', of)
      expect(query && holdsForWords(query, (value) => `$${values.push(value)}`)).toBe('w.keys @> $1::bigint[]')
      return values.map(String)
    }
    expect(asked(account)).toEqual([expect.stringMatching(/^\{-?\d+\}$/)])
    expect(asked('acc_other' as AccountId)).not.toEqual(asked(account))
  })

  it.each([
    ['tea', 'hot green tea', true],
    ['tea', '"hot tea"', false],
    ['tea', 'tea -cold', false],
    ['tea', 'tea or coffee', false],
  ])('%s and %s are one statement: %s', (one, other, same) => {
    const statementOf = (q: string): string => {
      const query = wordQueryOf(q, account)
      let count = 0
      const parameter = (): string => `$${++count}`
      return query === null ? '' : `${holdsForWords(query, parameter)} ${rankOf(query, parameter)}`
    }
    expect(statementOf(one) === statementOf(other)).toBe(same)
    const query = wordQueryOf(other, account)
    expect(query && isPlain(query)).toBe(same)
  })
})
