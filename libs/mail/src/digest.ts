import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { CR, LF, SPACE, TAB } from './bytes.js'

/** Hex digits that are kept of the SHA-256. */
const DIGITS = 32
/** Octets that are hashed at once: lines are gathered, since a call for each line would cost more than the hash. */
const BUFFER_SIZE = 64 * 1024

interface Gathering {
  hash: ReturnType<typeof sha256.create>
  buffer: Uint8Array
  used: number
}

const gather = (into: Gathering, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length;) {
    if (into.used === into.buffer.length) {
      into.hash.update(into.buffer)
      into.used = 0
    }
    const length = Math.min(bytes.length - at, into.buffer.length - into.used)
    into.buffer.set(bytes.subarray(at, at + length), into.used)
    into.used += length
    at += length
  }
}

const NEWLINE = Uint8Array.of(LF)

/** Lines without the white space at their ends, each ended by LF; the empty lines at the end of the body are left out. */
const gatherBody = (into: Gathering, raw: Uint8Array, bodyStart: number): void => {
  let emptyLines = 0
  for (let start = bodyStart; start < raw.length;) {
    let mark = start
    while (mark < raw.length && raw[mark] !== LF && raw[mark] !== CR) mark++
    let end = mark
    while (end > start && (raw[end - 1] === SPACE || raw[end - 1] === TAB)) end--
    if (end === start) emptyLines += 1
    else {
      for (; emptyLines > 0; emptyLines--) gather(into, NEWLINE)
      gather(into, raw.subarray(start, end))
      gather(into, NEWLINE)
    }
    start = raw[mark] === CR && raw[mark + 1] === LF ? mark + 2 : mark + 1
  }
}

/**
 * What stays the same when one mail is delivered twice: SHA-256, `DIGITS` hex digits of it, over the given header texts and the body
 * from `bodyStart`, its line ends normalised and the white space at line ends and at the end gone.
 */
export const digestOf = (headers: readonly string[], raw: Uint8Array, bodyStart: number): string => {
  const size = Math.min(BUFFER_SIZE, raw.length - bodyStart + 1_024)
  const gathering: Gathering = { hash: sha256.create(), buffer: new Uint8Array(size), used: 0 }
  gather(gathering, utf8ToBytes(headers.map((text) => `${text}\0`).join('')))
  gatherBody(gathering, raw, bodyStart)
  gathering.hash.update(gathering.buffer.subarray(0, gathering.used))
  return bytesToHex(gathering.hash.digest()).slice(0, DIGITS)
}
