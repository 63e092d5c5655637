import { CR, DASH, LF, SPACE, TAB } from './bytes.js'
import { CONTENT_TYPE_LIMIT, parseContentType, type ContentType } from './content-type.js'
import { firstText, readHeaderBlock, type HeaderBlock } from './header-block.js'

/** Parts of one mail that are looked at, and how deep multiparts may stand in one another. */
export const PART_LIMIT = 500
export const DEPTH_LIMIT = 20
/** Octets of the header block of a part. */
const PART_HEADER_LIMIT = 64 * 1024
/** Longer boundaries than RFC 2046 §5.1.1 allows (70) exist; past this they are an attack. */
const BOUNDARY_LIMIT = 200

/** A part that is no multipart, as a place in the raw bytes of the mail. */
export interface Part {
  contentType: ContentType
  /** Content-Transfer-Encoding in lower case, `7bit` where nothing is said. */
  encoding: string
  start: number
  end: number
}

/** The boundaries that are open, outermost first, and the parts found so far. */
interface Scan {
  raw: Uint8Array
  boundaries: Uint8Array[]
  parts: Part[]
  /** The part whose body is being read; its end is not known yet. */
  open: Part | null
  seen: number
}

const startsWith = (raw: Uint8Array, at: number, bytes: Uint8Array): boolean => {
  if (at + bytes.length > raw.length) return false
  for (let i = 0; i < bytes.length; i++) if (raw[at + i] !== bytes[i]) return false
  return true
}

const endOfLine = (raw: Uint8Array, from: number): number => {
  let at = from
  while (at < raw.length && raw[at] !== LF) at++
  return at
}

const isRestBlank = (raw: Uint8Array, from: number, end: number): boolean => {
  for (let i = from; i < end; i++) if (raw[i] !== SPACE && raw[i] !== TAB && raw[i] !== CR) return false
  return true
}

/**
 * Which open boundary the line at `at` is (RFC 2046 §5.1.1), the innermost first, and whether it closes its multipart.
 */
const boundaryAt = (scan: Scan, at: number, end: number): { depth: number; isClosing: boolean } | null => {
  const { raw, boundaries } = scan
  if (raw[at] !== DASH || raw[at + 1] !== DASH) return null
  for (let depth = boundaries.length - 1; depth >= 0; depth--) {
    const boundary = boundaries[depth]!
    if (!startsWith(raw, at + 2, boundary)) continue
    const after = at + 2 + boundary.length
    const isClosing = raw[after] === DASH && raw[after + 1] === DASH
    if (isClosing || isRestBlank(raw, after, end)) return { depth, isClosing }
  }
  return null
}

const closePart = (scan: Scan, boundaryStart: number): void => {
  if (scan.open === null) return
  const { raw } = scan
  let end = boundaryStart
  if (end > scan.open.start && raw[end - 1] === LF) end--
  if (end > scan.open.start && raw[end - 1] === CR) end--
  scan.parts.push({ ...scan.open, end })
  scan.open = null
}

const bytesOfBoundary = (boundary: string): Uint8Array => Uint8Array.from(boundary, (char) => char.charCodeAt(0) & 0xff)

/** The boundary of a multipart; `null` where it has none that can be used. */
const boundaryOf = ({ type, params }: ContentType): Uint8Array | null => {
  const boundary = params.get('boundary')?.trimEnd() ?? ''
  return type.startsWith('multipart/') && boundary !== '' && boundary.length <= BOUNDARY_LIMIT
    ? bytesOfBoundary(boundary)
    : null
}

export const contentTypeOf = (block: HeaderBlock): ContentType =>
  parseContentType(firstText(block, 'content-type', CONTENT_TYPE_LIMIT))

/**
 * Opens what a header block describes: a multipart adds its boundary, anything else is a part that starts at `start`.
 */
const openPart = (scan: Scan, block: HeaderBlock, start: number): void => {
  const contentType = contentTypeOf(block)
  const boundary = boundaryOf(contentType)
  if (boundary !== null && scan.boundaries.length < DEPTH_LIMIT) scan.boundaries.push(boundary)
  else {
    const encoding = firstText(block, 'content-transfer-encoding', 100)?.toLowerCase() ?? '7bit'
    scan.open = { contentType, encoding, start, end: start }
  }
}

/**
 * Where the header block of the part that starts at `start` ends: at its first empty line or, in a broken mail, at a
 * boundary.
 */
const endOfPartHeaders = (scan: Scan, start: number): number => {
  const { raw } = scan
  for (let at = start; at < raw.length && at - start < PART_HEADER_LIMIT;) {
    const end = endOfLine(raw, at)
    if (isRestBlank(raw, at, end)) return end + 1
    if (boundaryAt(scan, at, end) !== null) return at
    at = end + 1
  }
  return Math.min(raw.length, start + PART_HEADER_LIMIT)
}

/**
 * The line that starts at `at`, and where reading goes on after it: past the headers of a part where it is a boundary.
 */
const readLine = (scan: Scan, at: number): number => {
  const end = endOfLine(scan.raw, at)
  const boundary = boundaryAt(scan, at, end)
  if (boundary === null) return end + 1
  closePart(scan, at)
  scan.boundaries.length = boundary.isClosing ? boundary.depth : boundary.depth + 1
  if (boundary.isClosing) return end + 1
  scan.seen += 1
  const bodyStart = endOfPartHeaders(scan, end + 1)
  openPart(scan, readHeaderBlock(scan.raw.subarray(end + 1, bodyStart)), bodyStart)
  return bodyStart
}

/**
 * The parts of a mail that are no multiparts, in order. A mail that is no multipart is its only part. One pass over the
 * lines of the body with a stack of boundaries and no recursion; mails inside the mail (message/rfc822) are parts and
 * not opened.
 */
export const readParts = (raw: Uint8Array, block: HeaderBlock): Part[] => {
  const scan: Scan = { raw, boundaries: [], parts: [], open: null, seen: 0 }
  openPart(scan, block, block.bodyStart)
  let at = block.bodyStart
  while (scan.boundaries.length > 0 && at < raw.length && scan.seen <= PART_LIMIT) at = readLine(scan, at)
  closePart(scan, raw.length)
  return scan.parts
}
