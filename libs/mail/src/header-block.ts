import { COLON, CR, LF, SPACE, standsAt, TAB } from './bytes.js'
import { decodeUnlabelled } from './charset.js'

/**
 * Octets of the header block that are looked at. Reading is linear, so this only bounds memory; real blocks are some
 * kB.
 */
export const HEADER_BLOCK_LIMIT = 16 * 1024 * 1024
/** Fields that are looked at; those after them are passed over. */
export const FIELD_LIMIT = 20_000
/** Octets of a field name. RFC 5322 §2.1.1 leaves no room for longer ones that could still carry a value. */
const FIELD_NAME_LIMIT = 200

/**
 * One field (RFC 5322 §2.2) as places in the raw bytes: name from `start` to `nameEnd`, value from `valueStart` to
 * `end`, still folded.
 */
export interface Field {
  start: number
  /** A number that names in equal letters, upper or lower case, share; it spares most comparisons of octets. */
  key: number
  nameEnd: number
  valueStart: number
  end: number
}

export interface HeaderBlock {
  raw: Uint8Array
  fields: Field[]
  /** Where the body starts: after the first empty line, or the length of the mail where there is none. */
  bodyStart: number
  /** Lines that are neither a field nor the continuation of one. */
  strayLines: number
  /** Whether the block, or the number of its fields, is over the limit. */
  isCut: boolean
}

const isWhite = (octet: number | undefined): boolean => octet === SPACE || octet === TAB

/**
 * The key of a name after one more octet; `| 0x20` takes upper for lower case, and that it mixes up some marks does no
 * harm.
 */
const nextKey = (key: number, octet: number): number => (Math.imul(key, 31) + (octet | 0x20)) | 0

const keyOfName = (name: string): number => {
  let key = 0
  for (let i = 0; i < name.length; i++) key = nextKey(key, name.charCodeAt(i))
  return key
}

/**
 * The field that starts at `start`, `null` where no name and colon stand there (RFC 5322 §3.6.8, white space before the
 * colon as in §4.5).
 */
const fieldAt = (raw: Uint8Array, start: number, end: number): Field | null => {
  let at = start
  let key = 0
  const limit = Math.min(end, start + FIELD_NAME_LIMIT)
  for (; at < limit && raw[at]! > SPACE && raw[at]! < 0x7f && raw[at] !== COLON; at++) key = nextKey(key, raw[at]!)
  const nameEnd = at
  while (at < limit && isWhite(raw[at])) at++
  return nameEnd === start || raw[at] !== COLON || at >= end ? null : { start, key, nameEnd, valueStart: at + 1, end }
}

/**
 * Where lines end. A mail without any LF ends its lines with CR; in any other a lone CR is a stray control, unless a
 * field follows it.
 */
const lineEnds = (raw: Uint8Array, start: number, limit: number) => {
  const first = raw.indexOf(LF, start)
  const mark = first >= 0 && first < limit ? LF : CR
  return (from: number): number => {
    const at = raw.indexOf(mark, from)
    return at < 0 || at >= limit ? limit : at
  }
}

/** Adds a line to the block, as a field or to the field before it. */
const addLine = (block: HeaderBlock, start: number, end: number): void => {
  const { raw, fields } = block
  const last = fields[fields.length - 1]
  if (isWhite(raw[start]) && last !== undefined) last.end = end
  else {
    const field = fieldAt(raw, start, end)
    if (field === null) block.strayLines += 1
    else if (fields.length < FIELD_LIMIT) fields.push(field)
    else block.isCut = true
  }
}

/** Finds CR from growing places, so that a mail without any is searched once and not once for each line. */
const crsIn = (raw: Uint8Array) => {
  let found = 0
  return (from: number): number => {
    if (found >= 0 && found < from) found = raw.indexOf(CR, from)
    return found
  }
}

const addLines = (block: HeaderBlock, start: number, end: number, crFrom: (from: number) => number): void => {
  let from = start
  let cr = crFrom(from)
  while (cr >= 0 && cr < end) {
    if (cr > from && fieldAt(block.raw, cr + 1, end) !== null) {
      addLine(block, from, cr)
      from = cr + 1
    }
    cr = crFrom(cr + 1)
  }
  addLine(block, from, end)
}

const isFromLine = (raw: Uint8Array, at: number): boolean => standsAt(raw, at, 'from ') || standsAt(raw, at, '>from ')

/** Where the first field may start: after a byte order mark, empty lines and the `From ` line of an mbox. */
const blockStart = (raw: Uint8Array): number => {
  let at = raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf ? 3 : 0
  while (raw[at] === CR || raw[at] === LF) at++
  return at
}

/**
 * The fields of the header block that starts a mail or a part of one, in order. Any mix of CRLF, LF and CR ends lines;
 * white space at the start of a line continues the field before it (RFC 5322 §2.2.3). Linear, and never throws.
 */
export const readHeaderBlock = (raw: Uint8Array): HeaderBlock => {
  const start = blockStart(raw)
  const limit = Math.min(raw.length, start + HEADER_BLOCK_LIMIT)
  const block: HeaderBlock = { raw, fields: [], bodyStart: raw.length, strayLines: 0, isCut: limit < raw.length }
  const endOfLine = lineEnds(raw, start, limit)
  const crFrom = crsIn(raw)
  for (let at = start; at < limit;) {
    const mark = endOfLine(at)
    let end = mark
    while (end > at && raw[end - 1] === CR) end--
    if (end === at) {
      block.isCut = block.fields.length >= FIELD_LIMIT
      block.bodyStart = Math.min(mark + 1, raw.length)
      return block
    }
    if (at !== start || !isFromLine(raw, at)) addLines(block, at, end, crFrom)
    at = mark + 1
  }
  return block
}

/** Controls (C0 but tab, DEL, C1): line ends of folds, NUL and whatever else no header may hold (RFC 5322 §2.2). */
const CONTROLS = /[\0-\x08\x0a-\x1f\x7f-\x9f]+/g

/** Text without controls and without white space around it. */
export const withoutControls = (text: string): string => text.replace(CONTROLS, '').trim()

/** The unfolded text of a field, controls gone, encoded-words still encoded; at most `limit` octets of it are read. */
export const fieldText = (block: HeaderBlock, field: Field, limit = HEADER_BLOCK_LIMIT): string =>
  withoutControls(decodeUnlabelled(block.raw.subarray(field.valueStart, Math.min(field.end, field.valueStart + limit))))

/** The fields of this name (lower case), in order. */
export const fieldsNamed = ({ raw, fields }: HeaderBlock, name: string): Field[] => {
  const wanted = keyOfName(name)
  return fields.filter(
    ({ key, start, nameEnd }) => key === wanted && nameEnd - start === name.length && standsAt(raw, start, name),
  )
}

/** The texts of all fields of this name (lower case), in order. */
export const allTexts = (block: HeaderBlock, name: string, limit?: number): string[] =>
  fieldsNamed(block, name).map((field) => fieldText(block, field, limit))

/** The text of the first field of this name (lower case), `null` where there is none. */
export const firstText = (block: HeaderBlock, name: string, limit?: number): string | null => {
  const [field] = fieldsNamed(block, name)
  return field === undefined ? null : fieldText(block, field, limit)
}

const isNameOctet = (octet: number): boolean =>
  (octet >= 0x30 && octet <= 0x39) ||
  (octet >= 0x41 && octet <= 0x5a) ||
  (octet >= 0x61 && octet <= 0x7a) ||
  octet === 0x2d ||
  octet === 0x2e ||
  octet === 0x5f

/**
 * Whether bytes look like a mail at all: a field whose name is of letters, digits, `-`, `_` and `.` before the first
 * empty line. RFC 5322 allows stranger names, but with those JSON and HTML would count.
 */
export const isMail = (raw: Uint8Array): { ok: true } | { ok: false; reason: string } => {
  if (raw.length === 0) return { ok: false, reason: 'it is empty' }
  const { fields } = readHeaderBlock(raw)
  const isNamed = fields.some(({ start, nameEnd }) => raw.subarray(start, nameEnd).every(isNameOctet))
  return isNamed ? { ok: true } : { ok: false, reason: 'no header line stands before the first empty line' }
}
