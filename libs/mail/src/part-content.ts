import { decodeBase64 } from './base64.js'
import { CR, LF } from './bytes.js'
import { decodeCharset } from './charset.js'
import type { Part } from './parts.js'

/** Octets of a part, as sent, that are decoded: reports, header blocks and invitations are small. */
export const PART_CONTENT_LIMIT = 256 * 1024

const hexDigit = (octet: number | undefined): number => {
  if (octet === undefined) return -1
  if (octet >= 0x30 && octet <= 0x39) return octet - 0x30
  const letter = octet | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** Octets of quoted-printable (RFC 2045 §6.7): `=41` is `A`, `=` at the end of a line joins it to the next. */
const decodeQuotedPrintable = (bytes: Uint8Array): Uint8Array => {
  const decoded = new Uint8Array(bytes.length)
  let length = 0
  for (let at = 0; at < bytes.length; at++) {
    const high = bytes[at] === 0x3d ? hexDigit(bytes[at + 1]) : -1
    const low = high < 0 ? -1 : hexDigit(bytes[at + 2])
    if (low >= 0) {
      decoded[length++] = high * 16 + low
      at += 2
    } else if (bytes[at] === 0x3d && bytes[at + 1] === LF) at += 1
    else if (bytes[at] === 0x3d && bytes[at + 1] === CR && bytes[at + 2] === LF) at += 2
    else decoded[length++] = bytes[at]!
  }
  return decoded.subarray(0, length)
}

const asAscii = (bytes: Uint8Array): string => decodeCharset(bytes, 'windows-1252')

/** The decoded octets of a part, of at most `PART_CONTENT_LIMIT` octets of it as sent. */
export const contentOf = (raw: Uint8Array, part: Part): Uint8Array => {
  const bytes = raw.subarray(part.start, Math.min(part.end, part.start + PART_CONTENT_LIMIT))
  if (part.encoding === 'base64') return decodeBase64(asAscii(bytes))
  return part.encoding === 'quoted-printable' ? decodeQuotedPrintable(bytes) : bytes
}

/** The text of a part; see `contentOf`. */
export const textOf = (raw: Uint8Array, part: Part): string =>
  decodeCharset(contentOf(raw, part), part.contentType.params.get('charset') ?? '')
