import type { AccountId } from '@skein/events'
import { IS_PLAIN, LONGEST, markOf, wordsOf } from './words.js'

/** What a word counts in the rank of a message: that of a subject most, then people, then text. */
export type Weight = 'A' | 'B' | 'D'
const WEIGHTS: Readonly<Record<Weight, number>> = { A: 3 << 14, B: 2 << 14, D: 0 }

/** What a `tsvector` can hold: the last place, places of one word, octets of all words (Postgres, “Text Search Limitations”). */
const [LAST_PLACE, MOST_PLACES, MOST_OCTETS] = [16_383, 255, 900_000]
/** Between two texts, so that a phrase does not begin in one and end in the other. */
const GAP = 8

/** Octets that words are made of once a text is folded: a–z, 0–9, and all that is not ASCII. */
const IS_WORD = Uint8Array.from({ length: 256 }, (_, octet) =>
  octet >= 0x80 || /[a-z0-9]/.test(String.fromCharCode(octet)) ? 1 : 0,
)

/** A text as octets in which words are what stands between others, and how many octets of a word count. */
const folded = (text: string): [octets: Buffer, longest: number] =>
  IS_PLAIN.test(text)
    ? [Buffer.from(text.toLowerCase(), 'latin1'), LONGEST]
    : [Buffer.from(wordsOf(text).join(' ')), Infinity]

const SLOTS = 1 << 15
const WORDS = LAST_PLACE + 1

/**
 * The words of the message at hand, each with where it stands. They are octets of the folded texts, found again by their hash
 * (FNV-1a), in arrays that serve for all messages: strings and lists for a few hundred words of each mail would be a third of the
 * work of a rebuild.
 */
class WordTable {
  private readonly slots = new Uint16Array(SLOTS)
  private readonly text = new Uint8Array(WORDS)
  private readonly start = new Uint32Array(WORDS)
  private readonly length = new Uint16Array(WORDS)
  private readonly count = new Uint16Array(WORDS)
  /** The places of a word as a list: its first, its last, and the next after each. */
  private readonly first = new Uint16Array(WORDS)
  private readonly last = new Uint16Array(WORDS)
  private readonly next = new Uint16Array(WORDS)
  private readonly weight = new Uint16Array(WORDS)
  private texts: Buffer[] = []
  private words = 0
  private place = 0
  private octets = 0

  clear(): void {
    this.slots.fill(0)
    this.texts = []
    this.words = this.place = this.octets = 0
  }

  add(text: string, weight: Weight): void {
    const [octets, longest] = folded(text)
    const end = octets.length
    this.texts.push(octets)
    for (let at = 0; at < end;) {
      if (IS_WORD[octets[at] as number] === 0) {
        at++
        continue
      }
      const start = at
      let hash = 0x811c9dc5
      for (; at < end && IS_WORD[octets[at] as number] === 1; at++)
        if (at - start < longest) hash = Math.imul(hash ^ (octets[at] as number), 0x01000193)
      if (++this.place > LAST_PLACE || this.octets > MOST_OCTETS) break
      this.weight[this.place] = WEIGHTS[weight]
      this.put(octets, start, Math.min(at - start, longest), hash)
    }
    this.place += GAP
  }

  /** One more place of a word. Numbers of words begin with 1, as places do: 0 is none. */
  private put(octets: Buffer, start: number, length: number, hash: number): void {
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
    for (;;) {
      const word = this.slots[slot] as number
      if (word === 0) break
      if (this.isWord(word, octets, start, length)) return this.putAgain(word)
      slot = (slot + 1) & (SLOTS - 1)
    }
    const word = ++this.words
    this.slots[slot] = word
    this.text[word] = this.texts.length - 1
    this.start[word] = start
    this.length[word] = length
    this.count[word] = 1
    this.first[word] = this.last[word] = this.place
    this.next[this.place] = 0
    this.octets += length + OVERHEAD
  }

  private putAgain(word: number): void {
    const count = this.count[word] as number
    if (count === MOST_PLACES) return
    this.count[word] = count + 1
    this.next[this.last[word] as number] = this.place
    this.last[word] = this.place
    this.next[this.place] = 0
    this.octets += 2
  }

  private isWord(word: number, octets: Buffer, start: number, length: number): boolean {
    if (this.length[word] !== length) return false
    const [other, from] = [this.texts[this.text[word] as number] as Buffer, this.start[word] as number]
    for (let i = 0; i < length; i++) if (other[from + i] !== octets[start + i]) return false
    return true
  }

  /** The number of words; of each `mark` and the word, ended by a zero, the number of its places, and those with their weights. */
  encoded(mark: Buffer): Buffer {
    const into = Buffer.allocUnsafe(4 + this.octets)
    let at = into.writeInt32BE(this.words, 0)
    for (let word = 1; word <= this.words; word++) {
      for (const octet of mark) into[at++] = octet
      const [text, start] = [this.texts[this.text[word] as number] as Buffer, this.start[word] as number]
      for (let i = start; i < start + (this.length[word] as number); i++) into[at++] = text[i] as number
      into[at++] = 0
      at = into.writeUInt16BE(this.count[word] as number, at)
      for (let place = this.first[word] as number; place !== 0; place = this.next[place] as number)
        at = into.writeUInt16BE(place | (this.weight[place] as number), at)
    }
    return into
  }
}
/** Of a word besides its own octets: mark, zero, number of places, and the first of them. */
const OVERHEAD = 4 + 1 + 2 + 2

const table = new WordTable()

/** Texts as one `tsvector` in the server's binary format (`tsvectorrecv` of Postgres); what it cannot hold is left out. */
export const tsvectorOf = (account: AccountId, texts: readonly (readonly [text: string, weight: Weight])[]): Buffer => {
  table.clear()
  for (const [text, weight] of texts) table.add(text, weight)
  return table.encoded(Buffer.from(markOf(account)))
}
