import { isKnownCharset } from '@skein/mail'
import type { CutMail } from './head.js'
import { MAX_TEXT_PART_BYTES } from './limits.js'
import type { TextFormat } from './text-part.js'
import { textOfPart } from './text-part.js'

const PARAMETER = /;\s*([a-z0-9_-]+)\s*=\s*(?:"([^"\\]*)"|([^\s;"]+))\s*/gy

/**
 * The text of a mail that is one plain text and nothing else, which most mail between people is; `null` for every other mail,
 * and for one whose header is odd in any way. Takes microseconds where a parser of whole mails takes a good part of a
 * millisecond, and linear time for any bytes.
 */
export const readPlain = ({ fields, body }: CutMail): string | null => {
  const [contentType = 'text/plain', ...otherTypes] = fields['content-type']
  const [encoding = '7bit', ...otherEncodings] = fields['content-transfer-encoding']
  if (otherTypes.length > 0 || otherEncodings.length > 0 || fields['content-disposition'].length > 0) return null
  const format = plainFormat(contentType)
  if (!format || !isKnownCharset(format.charset ?? '') || body.length > MAX_TEXT_PART_BYTES) return null
  const bytes = decodeTransfer(body, encoding.toLowerCase())
  return bytes && textOfPart(bytes, format)
}

/** Reads a Content-Type of `text/plain`; `null` for other types and for anything but plain parameters. */
const plainFormat = (contentType: string): TextFormat | null => {
  const type = contentType.toLowerCase().replace(/\s+/g, ' ')
  if (type !== 'text/plain' && !/^text\/plain ?;/.test(type)) return null
  const parameters = new Map<string, string>()
  const start = type.indexOf(';')
  PARAMETER.lastIndex = start < 0 ? type.length : start
  while (PARAMETER.lastIndex < type.length) {
    const found = PARAMETER.exec(type)
    if (!found?.[1] || parameters.has(found[1])) return null
    parameters.set(found[1], found[2] ?? found[3] ?? '')
  }
  if (parameters.has('name')) return null
  return {
    charset: parameters.get('charset') ?? null,
    flowed: parameters.get('format') === 'flowed',
    delSp: parameters.get('delsp') === 'yes',
  }
}

const decodeTransfer = (body: Uint8Array, encoding: string): Uint8Array | null => {
  if (encoding === '7bit' || encoding === '8bit' || encoding === 'binary') return body
  if (encoding === 'base64')
    return Buffer.from(Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1'), 'base64')
  if (encoding === 'quoted-printable') return decodeQuotedPrintable(body)
  return null
}

const hex = (c: number | undefined): number => {
  if (c === undefined) return -1
  if (c >= 0x30 && c <= 0x39) return c - 0x30
  const upper = c & 0xdf
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : -1
}

/** RFC 2045 §6.7; what is no escape stays as it is. White space at the end of a line was added on the way and goes. */
export const decodeQuotedPrintable = (body: Uint8Array): Uint8Array => {
  const out = new Uint8Array(body.length)
  let n = 0
  let solid = 0
  for (let i = 0; i < body.length; i++) {
    const c = body[i] ?? 0
    if (c === 0x3d) {
      const high = hex(body[i + 1])
      const low = hex(body[i + 2])
      if (high >= 0 && low >= 0) {
        out[n++] = high * 16 + low
        i += 2
        solid = n
        continue
      }
      const soft = softBreak(body, i + 1)
      if (soft > 0) {
        i = soft - 1
        solid = n
        continue
      }
    }
    if (c === 0x0a) {
      const isCrLf = body[i - 1] === 0x0d && n > 0 && out[n - 1] === 0x0d
      n = solid
      if (isCrLf) out[n++] = 0x0d
    }
    out[n++] = c
    if (c !== 0x20 && c !== 0x09 && c !== 0x0d) solid = n
  }
  return out.subarray(0, body[body.length - 1] === 0x0a ? n : solid)
}

/** Where the line goes on after a `=` at its end; 0 where the `=` is no soft line break. */
const softBreak = (body: Uint8Array, from: number): number => {
  let i = from
  while (body[i] === 0x20 || body[i] === 0x09) i++
  if (body[i] === 0x0d && body[i + 1] === 0x0a) return i + 2
  return body[i] === 0x0a ? i + 1 : i >= body.length ? i : 0
}
