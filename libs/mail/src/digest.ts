import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { CR, LF, SPACE, TAB } from './bytes.js'

/** Hex digits that are kept of the SHA-256. */
const DIGITS = 32
/** Octets that are hashed at once: lines are gathered, since a call for each line would cost more than the hash. */
const BUFFER_SIZE = 8 * 1024

interface Gathering {
  hash: ReturnType<typeof sha256.create>
  buffer: Uint8Array
  used: number
}

const flush = (into: Gathering): void => {
  into.hash.update(into.buffer.subarray(0, into.used))
  into.used = 0
}

/**
 * Takes the octets from `start` to `end`. Copied one by one: for the few octets of a line that is faster than a view
 * and a call.
 */
const gather = (into: Gathering, bytes: Uint8Array, start: number, end: number): void => {
  if (end - start > into.buffer.length) {
    flush(into)
    into.hash.update(bytes.subarray(start, end))
    return
  }
  if (into.used + end - start > into.buffer.length) flush(into)
  for (let at = start; at < end; at++) into.buffer[into.used++] = bytes[at]!
}

const NEWLINE = Uint8Array.of(LF)

const isBlank = (octet: number | undefined): boolean => octet === SPACE || octet === TAB || octet === CR

/** Finds `octet` from growing places; where there is none more, once for all. */
const finder = (raw: Uint8Array, octet: number) => {
  let found = 0
  return (from: number): number => {
    if (found < from) found = raw.indexOf(octet, from)
    if (found < 0) found = raw.length
    return found
  }
}

/**
 * Lines without the white space at their ends, each ended by LF; the empty lines at the end of the body are left out.
 */
const gatherBody = (into: Gathering, raw: Uint8Array, bodyStart: number): void => {
  const lfFrom = finder(raw, LF)
  const crFrom = finder(raw, CR)
  let emptyLines = 0
  for (let start = bodyStart; start < raw.length;) {
    const mark = Math.min(lfFrom(start), crFrom(start))
    let end = mark
    while (end > start && isBlank(raw[end - 1])) end--
    if (end === start) emptyLines += 1
    else {
      for (; emptyLines > 0; emptyLines--) gather(into, NEWLINE, 0, 1)
      gather(into, raw, start, end)
      gather(into, NEWLINE, 0, 1)
    }
    start = raw[mark] === CR && raw[mark + 1] === LF ? mark + 2 : mark + 1
  }
}

/**
 * What stays the same when one mail is delivered twice: SHA-256, `DIGITS` hex digits of it, over the given header texts
 * and the body from `bodyStart`, its line ends normalised and the white space at line ends and at the end gone.
 */
export const digestOf = (headers: readonly string[], raw: Uint8Array, bodyStart: number): string => {
  const size = Math.min(BUFFER_SIZE, raw.length - bodyStart + 1_024)
  const gathering: Gathering = { hash: sha256.create(), buffer: new Uint8Array(size), used: 0 }
  const text = utf8ToBytes(headers.map((header) => `${header}\0`).join(''))
  gather(gathering, text, 0, text.length)
  gatherBody(gathering, raw, bodyStart)
  flush(gathering)
  return bytesToHex(gathering.hash.digest()).slice(0, DIGITS)
}
