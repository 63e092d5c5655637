/** The web-standard decoder, declared here because neither the DOM's nor Node's types belong in a pure package. */
declare class TextDecoder {
  constructor(label: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes: Uint8Array): string
}

/** Names that mailers write and the Encoding Standard does not know, with the name that it knows. */
const ALIASES: Record<string, string> = {
  ansi: 'windows-1252',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  'iso-8859-1-windows-3.1-latin-1': 'windows-1252',
  'latin-1': 'windows-1252',
  ms932: 'shift_jis',
  ms936: 'gbk',
  utf8mb4: 'utf-8',
  'x-mac-roman': 'macintosh',
}

/** Unknown names are remembered too, since the constructor's throw is slow; the set starts again at this size. */
const REMEMBERED_NAMES = 200
const LONGEST_NAME = 50

const decoders = new Map<string, TextDecoder | null>()

const makeDecoder = (label: string): TextDecoder | null => {
  try {
    return new TextDecoder(ALIASES[label] ?? label)
  } catch {
    return null
  }
}

/** A name as the Encoding Standard writes it; `cp-1251` and the like are those of Windows. */
const labelOf = (charset: string): string =>
  charset
    .slice(0, LONGEST_NAME)
    .trim()
    .toLowerCase()
    .replace(/^cp-?(?=125\d$)/, 'windows-')

const decoderFor = (charset: string): TextDecoder | null => {
  const label = labelOf(charset)
  const known = decoders.get(label)
  if (known !== undefined) return known
  if (decoders.size >= REMEMBERED_NAMES) decoders.clear()
  const decoder = makeDecoder(label)
  decoders.set(label, decoder)
  return decoder
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
const windows1252 = new TextDecoder('windows-1252')
const iso2022jp = new TextDecoder('iso-2022-jp')

const isContinuation = (octet: number | undefined): boolean => octet !== undefined && (octet & 0xc0) === 0x80

/** Octets of the UTF-8 sequence at `at` (RFC 3629), 0 where there is none. */
const sequenceLength = (bytes: Uint8Array, at: number): number => {
  const first = bytes[at]!
  const second = bytes[at + 1]
  if (!isContinuation(second)) return 0
  if (first >= 0xc2 && first <= 0xdf) return 2
  if (!isContinuation(bytes[at + 2])) return 0
  if (first >= 0xe0 && first <= 0xef) {
    if (first === 0xe0 && second! < 0xa0) return 0
    return first === 0xed && second! > 0x9f ? 0 : 3
  }
  if (first < 0xf0 || first > 0xf4 || !isContinuation(bytes[at + 3])) return 0
  if (first === 0xf0 && second! < 0x90) return 0
  return first === 0xf4 && second! > 0x8f ? 0 : 4
}

/** Looked at by hand and not by a `fatal` decoder: a throw for each of ten thousand bad fields would cost seconds. */
export const isUtf8 = (bytes: Uint8Array): boolean => {
  let at = 0
  while (at < bytes.length) {
    if (bytes[at]! < 0x80) at += 1
    else {
      const length = sequenceLength(bytes, at)
      if (length === 0) return false
      at += length
    }
  }
  return true
}

const ESCAPE = 0x1b

/** `ESC $` or `ESC (`: Japanese in seven bits that nobody wrapped in an encoded-word (RFC 1468). */
const isIso2022Jp = (bytes: Uint8Array): boolean => {
  const at = bytes.indexOf(ESCAPE)
  return at >= 0 && (bytes[at + 1] === 0x24 || bytes[at + 1] === 0x28)
}

/** Text of octets that name no character set: UTF-8 where they are that, else windows-1252. Never throws. */
export const decodeUnlabelled = (bytes: Uint8Array): string => {
  if (isIso2022Jp(bytes)) return iso2022jp.decode(bytes)
  return isUtf8(bytes) ? utf8.decode(bytes) : windows1252.decode(bytes)
}

/** ASCII under these names is often something else, so their octets are looked at instead. */
const SAYS_NOTHING = new Set([
  '',
  'us-ascii',
  'ascii',
  'ansi_x3.4-1968',
  'unknown',
  'unknown-8bit',
  'x-unknown',
  'default',
  '8bit',
  '7bit',
])

/** Whether there is one character of several octets: then a text that is said to be UTF-8 is, and is only damaged elsewhere. */
const hasUtf8Character = (bytes: Uint8Array): boolean => {
  for (let at = 0; at < bytes.length; at++) if (bytes[at]! >= 0x80 && sequenceLength(bytes, at) > 0) return true
  return false
}

/**
 * Text of octets in a named character set, by the labels of the Encoding Standard, which are those of mail (`iso-8859-1` is
 * windows-1252, `gb2312` is GBK). A name that is unknown or says nothing counts as no name, and so does UTF-8 where none of the
 * octets are. Never throws.
 */
export const decodeCharset = (bytes: Uint8Array, charset: string): string => {
  const label = labelOf(charset)
  if (SAYS_NOTHING.has(label)) return decodeUnlabelled(bytes)
  if ((label === 'utf-8' || label === 'utf8') && !hasUtf8Character(bytes)) return decodeUnlabelled(bytes)
  const decoder = decoderFor(charset)
  return decoder === null ? decodeUnlabelled(bytes) : decoder.decode(bytes)
}

/** Whether text in this character set can be read; names that say nothing count. */
export const isKnownCharset = (charset: string): boolean =>
  SAYS_NOTHING.has(labelOf(charset)) || decoderFor(charset) !== null
