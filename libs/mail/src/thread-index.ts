import { md5 } from '@noble/hashes/legacy.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { decodeBase64, encodeBase64 } from './base64.js'

/** Octets of the header and of the block that each reply adds (MS-OXOMSG §2.2.1.3). */
const HEADER_SIZE = 22
const BLOCK_SIZE = 5
/** Replies in an index that is read; past this it is an attack. */
const BLOCK_LIMIT = 1_000

/** FILETIME counts ticks of 100 ns from 1601; this many milliseconds lie between that and 1970. */
const EPOCH_MS = 11_644_473_600_000n
const TICKS_PER_MS = 10_000n
/**
 * Up to this distance (about 650 days) a block holds time in steps of 2^18 ticks (DC 0), past it in steps of 2^23 (DC
 * 1).
 */
const FINE_RANGE = 1n << 49n
const FINE_SHIFT = 18n
const COARSE_SHIFT = 23n
const DELTA_MASK = 0x7fff_ffffn
/**
 * A reply may seem this many ticks older than its conversation, since senders' clocks differ, before its time counts as
 * wrapped.
 */
const CLOCK_SLACK = 1n << 30n

export interface ThreadIndexReply {
  /** ISO 8601 UTC. Never a reason to order mails: it can be off by the sender's distance from UTC. */
  at: string
  /** The block's last octet: random, or a sequence number. */
  random: number
}

/** An Outlook conversation index, taken apart. */
export interface ThreadIndex {
  /** The canonical form: padded, no white space. */
  base64: string
  form: 'classic' | 'modern'
  /** 32 hex digits; the same in all mails of a conversation. */
  guid: string
  startedAt: string
  replies: ThreadIndexReply[]
}

const bigEndian = (bytes: Uint8Array, from: number, to: number): bigint => {
  let value = 0n
  for (let i = from; i < to; i++) value = (value << 8n) | BigInt(bytes[i]!)
  return value
}

const isoOf = (ticks: bigint): string => new Date(Number(ticks / TICKS_PER_MS - EPOCH_MS)).toISOString()
const ticksOf = (ms: number): bigint => (BigInt(Math.trunc(ms)) + EPOCH_MS) * TICKS_PER_MS

/** Exchange 2013 and later put 0x01 before the time and so keep less of it. */
const isModern = (bytes: Uint8Array): boolean => bytes[0] === 1 && bytes[1]! < 0x80

const startTicks = (bytes: Uint8Array): bigint =>
  isModern(bytes) ? bigEndian(bytes, 1, 6) << 24n : bigEndian(bytes, 0, 6) << 16n

/** What the first block counts from: the classic reading of the first six octets, for modern headers too. */
const firstAnchor = (bytes: Uint8Array): bigint => bigEndian(bytes, 0, 6) << 16n

const readBlock = (bytes: Uint8Array, at: number) => {
  const word = bigEndian(bytes, at, at + 4)
  const shift = word >> 31n === 0n ? FINE_SHIFT : COARSE_SHIFT
  return { shift, step: (word & DELTA_MASK) << shift, random: bytes[at + 4]! }
}

const blockStarts = (bytes: Uint8Array): number[] =>
  Array.from({ length: (bytes.length - HEADER_SIZE) / BLOCK_SIZE }, (_, i) => HEADER_SIZE + i * BLOCK_SIZE)

/** The delta has 31 bits and wraps: the first time that is not before the conversation. */
const unwrapped = (ticks: bigint, shift: bigint, earliest: bigint): bigint => {
  const lap = 1n << (31n + shift)
  return ticks >= earliest ? ticks : ticks + ((earliest - ticks + lap - 1n) / lap) * lap
}

const readReplies = (bytes: Uint8Array): ThreadIndexReply[] => {
  const earliest = startTicks(bytes) - CLOCK_SLACK
  let anchor = firstAnchor(bytes)
  return blockStarts(bytes).map((at) => {
    const { shift, step, random } = readBlock(bytes, at)
    anchor += step
    return { at: isoOf(unwrapped(anchor, shift, earliest)), random }
  })
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** The octets of an index, `null` where the text is not base64 or its length is not 22 + 5n. */
const bytesOf = (text: string): Uint8Array | null => {
  if (text.length > 4 * (HEADER_SIZE + BLOCK_SIZE * BLOCK_LIMIT)) return null
  const packed = text.replace(/\s+/g, '')
  if (!BASE64.test(packed)) return null
  const bytes = decodeBase64(packed)
  const blocks = (bytes.length - HEADER_SIZE) / BLOCK_SIZE
  return Number.isInteger(blocks) && blocks >= 0 && blocks <= BLOCK_LIMIT ? bytes : null
}

/** A Thread-Index header taken apart (MS-OXOMSG §2.2.1.3), `null` where it is not well-formed. */
export const parseThreadIndex = (text: string): ThreadIndex | null => {
  const bytes = bytesOf(text)
  if (bytes === null) return null
  return {
    base64: encodeBase64(bytes),
    form: isModern(bytes) ? 'modern' : 'classic',
    guid: bytesToHex(bytes.subarray(6, HEADER_SIZE)),
    startedAt: isoOf(startTicks(bytes)),
    replies: readReplies(bytes),
  }
}

/** The index in its canonical form, `null` where it is not well-formed. */
export const normaliseThreadIndex = (text: string): string | null => {
  const bytes = bytesOf(text)
  return bytes === null ? null : encodeBase64(bytes)
}

/** The GUID of a conversation index, 32 hex digits; `null` where the index is not well-formed. */
export const threadIndexGuid = (text: string): string | null => {
  const bytes = bytesOf(text)
  return bytes === null ? null : bytesToHex(bytes.subarray(6, HEADER_SIZE))
}

/**
 * How many blocks `descendant` adds to `ancestor`; -1 where it does not start with it or one is not well-formed. 0 is
 * the same index.
 */
export const threadIndexDistance = (ancestor: string, descendant: string): number => {
  const [older, newer] = [bytesOf(ancestor), bytesOf(descendant)]
  if (older === null || newer === null || newer.length < older.length) return -1
  for (let i = 0; i < older.length; i++) if (older[i] !== newer[i]) return -1
  return (newer.length - older.length) / BLOCK_SIZE
}

/** The classic index of a conversation's first mail: `at` in milliseconds since 1970, a GUID of 16 octets. */
export const startThreadIndex = (at: number, guid: Uint8Array): string => {
  const bytes = new Uint8Array(HEADER_SIZE)
  let time = ticksOf(at) >> 16n
  for (let i = 5; i >= 0; i--, time >>= 8n) bytes[i] = Number(time & 0xffn)
  bytes.set(guid.subarray(0, 16), 6)
  return encodeBase64(bytes)
}

/**
 * The index of a reply to the mail that has `parent`: one block more, with the time `at` (milliseconds since 1970) as
 * distance from all that is before it, and one random octet. `null` where `parent` is not well-formed or already has
 * `BLOCK_LIMIT` blocks.
 */
export const replyThreadIndex = (parent: string, at: number, random: number): string | null => {
  const bytes = bytesOf(parent)
  if (bytes === null || bytes.length === HEADER_SIZE + BLOCK_SIZE * BLOCK_LIMIT) return null
  const anchor = blockStarts(bytes).reduce((sum, start) => sum + readBlock(bytes, start).step, firstAnchor(bytes))
  const signed = (ticksOf(at) & ~0xffffn) - anchor
  const distance = signed < 0n ? -signed : signed
  const isFine = distance < FINE_RANGE
  let word = (distance >> (isFine ? FINE_SHIFT : COARSE_SHIFT)) & DELTA_MASK
  if (!isFine) word |= 1n << 31n
  const reply = new Uint8Array(bytes.length + BLOCK_SIZE)
  reply.set(bytes)
  for (let i = 3; i >= 0; i--, word >>= 8n) reply[bytes.length + i] = Number(word & 0xffn)
  reply[bytes.length + 4] = random & 0xff
  return encodeBase64(reply)
}

const TOPIC_LENGTH = 255

/**
 * The conversation id that Exchange gives a mail without an index: MD5, in hex, of its upper-cased topic as UTF-16LE.
 */
export const topicConversationId = (topic: string): string => {
  const upper = topic.toUpperCase().slice(0, TOPIC_LENGTH)
  const bytes = new Uint8Array(upper.length * 2)
  for (let i = 0; i < upper.length; i++) {
    bytes[2 * i] = upper.charCodeAt(i) & 0xff
    bytes[2 * i + 1] = upper.charCodeAt(i) >> 8
  }
  return bytesToHex(md5(bytes))
}
