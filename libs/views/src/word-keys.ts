import { endianness } from 'node:os'
import type { AccountId } from '@skein/events'
import { ARRAY_HEAD, writeArrayHead } from './binary-array.js'
import { formatOf } from './binary-format.js'
import { digestOf } from './bulk.js'
import { IS_PLAIN, LONGEST, wordsOf } from './words.js'

/**
 * The words of a message, each as 64 bits that stand for it within its account: a search finds what this account has without reading
 * what others do. That any two of a million words share them is to be expected in one of tens of millions of accounts.
 */
export interface WordKeys {
  /** In order of number, each once: a `bigint[]` in the server's binary format. */
  readonly keys: Buffer
  /** Eight octets of each word, in order of the texts, and eight zeros after each text: a phrase is a run of octets. */
  readonly places: Buffer
}

/** Octets of a key. */
export const KEY_OCTETS = 8

/** Words of a message that count, so that a text whose letters each stand for many has an end. */
const MOST_WORDS = 65_535

/** Octets that words are made of once a text is folded: a–z, 0–9, and all that is not ASCII. */
const IS_WORD = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x80 || /[a-z0-9]/.test(String.fromCharCode(octet)) ? 1 : 0,
)

/** A text as octets in which words are what stands between others, and how many octets of a word count. */
const folded = (text: string): [octets: Buffer, longest: number] =>
  IS_PLAIN.test(text)
    ? [Buffer.from(text.toLowerCase(), 'latin1'), LONGEST]
    : [Buffer.from(wordsOf(text).join(' ')), Infinity]

const IS_LITTLE = endianness() === 'LE'
const [LOW, HIGH] = IS_LITTLE ? [0, 1] : [1, 0]

/** Odd factors with bits all over them; the last two finish a hash (those of MurmurHash3, by Austin Appleby, public domain). */
const [FACTOR_LOW, FACTOR_HIGH, FINISH_1, FINISH_2] = [0x9e3779b1, 0x85ebca77, 0x85ebca6b, 0xc2b2ae35]

const finished = (hash: number): number => {
  const once = Math.imul(hash ^ (hash >>> 16), FINISH_1)
  const twice = Math.imul(once ^ (once >>> 13), FINISH_2)
  return twice ^ (twice >>> 16)
}

/**
 * Words of texts, one after the other. They are octets of the folded texts, and go into arrays that serve for all messages: strings
 * and lists for a few hundred words of each mail would be a third of the work of a rebuild.
 */
class WordReader {
  /** A key is two halves of 32 bits, as this machine keeps a number of 64. */
  private readonly words = new BigInt64Array(MOST_WORDS + 1)
  private readonly halves = new Int32Array(this.words.buffer)
  private readonly sorted = new BigInt64Array(MOST_WORDS + 1)
  private readonly sortedHalves = new Int32Array(this.sorted.buffer)
  private count = 0
  private low = 0
  private high = 0

  /** Begins anew, with the words of an account. */
  begin(account: AccountId): void {
    const seed = digestOf('words', account)
    this.low = seed.readInt32LE(0)
    this.high = seed.readInt32LE(4)
    this.count = 0
  }

  add(text: string): void {
    const [octets, longest] = folded(text)
    const end = octets.length
    for (let at = 0; at < end && this.count < MOST_WORDS;) {
      if (IS_WORD[octets[at] as number] === 0) {
        at++
        continue
      }
      let low = this.low
      let high = this.high
      for (const start = at; at < end && IS_WORD[octets[at] as number] === 1; at++) {
        if (at - start >= longest) continue
        low = Math.imul(low ^ (octets[at] as number), FACTOR_LOW)
        low ^= low >>> 15
        high = Math.imul(high ^ (octets[at] as number), FACTOR_HIGH)
        high ^= high >>> 13
      }
      // all zeros are no word
      this.put(finished(low) || 1, finished(high))
    }
  }

  /** What no phrase goes over. */
  endText(): void {
    if (this.count <= MOST_WORDS) this.put(0, 0)
  }

  private put(low: number, high: number): void {
    const at = 2 * this.count++
    this.halves[at + LOW] = low
    this.halves[at + HIGH] = high
  }

  places(): Buffer {
    const places = Buffer.from(Buffer.from(this.words.buffer, 0, this.count * KEY_OCTETS))
    return IS_LITTLE ? places.swap64() : places
  }

  keys(): Buffer {
    const { sorted, sortedHalves: halves } = this
    sorted.set(this.words.subarray(0, this.count))
    sorted.subarray(0, this.count).sort()
    const into = Buffer.allocUnsafe(ARRAY_HEAD + this.count * (4 + KEY_OCTETS))
    const view = new DataView(into.buffer, into.byteOffset, into.length)
    let [at, lowBefore, highBefore, kept] = [ARRAY_HEAD, 0, 0, 0]
    // by halves, one by one: a number of 64 bits would be an object of its own, as would a pair
    for (let half = 0; half < 2 * this.count; half += 2) {
      const low = halves[half + LOW] as number
      const high = halves[half + HIGH] as number
      if ((low === lowBefore && high === highBefore) || (low === 0 && high === 0)) continue
      view.setInt32(at, KEY_OCTETS)
      view.setInt32(at + 4, high)
      view.setInt32(at + 8, low)
      lowBefore = low
      highBefore = high
      at += 4 + KEY_OCTETS
      kept++
    }
    writeArrayHead(into, { oid: formatOf('bigint').oid, length: kept, hasNull: false })
    return into.subarray(0, at)
  }
}

const reader = new WordReader()

/** The words of a message's texts; the first come first where one stands before another. */
export const wordKeysOf = (account: AccountId, texts: readonly string[]): WordKeys => {
  reader.begin(account)
  for (const text of texts) {
    reader.add(text)
    reader.endText()
  }
  return { keys: reader.keys(), places: reader.places() }
}

/** The keys of a text's words, in order, eight octets each. */
export const keysInOrder = (account: AccountId, text: string): Buffer => {
  reader.begin(account)
  reader.add(text)
  return reader.places()
}
