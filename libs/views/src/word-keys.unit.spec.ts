import type { AccountId } from '@skein/events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bigintsAsText } from './binary-array.js'
import { KEY_OCTETS, keysInOrder, wordKeysOf } from './word-keys.js'
import { wordsOf } from './words.js'

const account = 'acc_demo' as AccountId
const NO_WORD = Buffer.alloc(KEY_OCTETS)

const numbersOf = (places: Buffer): bigint[] =>
  Array.from({ length: places.length / KEY_OCTETS }, (_, i) => places.readBigInt64BE(i * KEY_OCTETS))
const listOf = (array: Buffer): bigint[] =>
  bigintsAsText(array)
    .slice(1, -1)
    .split(',')
    .filter((number) => number !== '')
    .map(BigInt)
const inOrder = (numbers: Iterable<bigint>): bigint[] => [...new Set(numbers)].sort((a, b) => (a < b ? -1 : 1))

describe('words of a message', () => {
  it('stand in order, each text with an end, and once each in order of number', () => {
    const { keys, places } = wordKeysOf(account, ['Kettle, kettle!', 'Anna', 'The kettle of Zoë'])
    const [kettle, anna, the, of, zoë] = ['kettle', 'anna', 'the', 'of', 'zoë'].map((word) =>
      keysInOrder(account, word),
    )
    const all = [kettle, kettle, NO_WORD, anna, NO_WORD, the, kettle, of, zoë, NO_WORD] as Buffer[]
    expect(places).toEqual(Buffer.concat(all))
    expect(listOf(keys)).toEqual(inOrder(numbersOf(places).filter((key) => key !== 0n)))
    expect(listOf(keys)).toHaveLength(5)
  })

  it('are the words of the text, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const words = wordsOf(text.toWellFormed()).map((word) => keysInOrder(account, word))
        const { keys, places } = wordKeysOf(account, [text.toWellFormed()])
        expect(places).toEqual(Buffer.concat([...words, NO_WORD]))
        expect(listOf(keys)).toEqual(inOrder(numbersOf(Buffer.concat(words))))
      }),
    )
  })

  it.each<[string, string]>([
    ['words without end', Array.from({ length: 40_000 }, (_, n) => `w${n}`).join(' ')],
    ['one word without end', 'a '.repeat(90_000)],
    ['a run without end', 'x'.repeat(60_000)],
    ['letters that stand for many', '\ufdfa'.repeat(60_000)],
    ['pairs without end', Array.from({ length: 20_000 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join('')],
  ])('have an end: %s', (_, text) => {
    const { keys, places } = wordKeysOf(account, [text, text, text])
    expect(places.length).toBeLessThanOrEqual(65_536 * KEY_OCTETS)
    const all = numbersOf(places)
    expect(listOf(keys)).toEqual(inOrder(all.filter((key) => key !== 0n)))
    expect(all[0]).toBe(keysInOrder(account, text).readBigInt64BE(0))
  })

  it('of one message leave nothing in the next', () => {
    const once = wordKeysOf(account, ['a b a'])
    wordKeysOf('acc_other' as AccountId, ['b b b c d e f'])
    expect(wordKeysOf(account, ['a b a'])).toEqual(once)
    expect(listOf(wordKeysOf(account, ['', '?!']).keys)).toEqual([])
  })

  it('are told apart: half a million short ones that look alike have a key each, and halves of keys meet by chance alone', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz']
    const keys = letters.flatMap((a) => {
      const words = letters.flatMap((b) => letters.flatMap((c) => letters.map((d) => a + b + c + d)))
      return numbersOf(keysInOrder(account, words.join(' ')))
    })
    expect(new Set(keys).size).toBe(26 ** 4)
    const byChance = 26 ** 8 / 2 ** 33
    for (const half of [(key: bigint) => key & 0xffffffffn, (key: bigint) => key >> 32n]) {
      const met = 26 ** 4 - new Set(keys.map(half)).size
      expect(met).toBeLessThan(3 * byChance)
    }
  })
})
