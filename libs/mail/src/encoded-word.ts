import { utf8ToBytes } from '@noble/hashes/utils.js'
import { decodeBase64 } from './base64.js'
import { decodeCharset } from './charset.js'

/** Longest name of a character set, with a language after `*` (RFC 2231 §5), that is taken for one. */
const CHARSET_NAME_LIMIT = 60

interface Word {
  charset: string
  bytes: Uint8Array
  start: number
  end: number
}

const hexValue = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30
  const letter = code | 0x20
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1
}

/** Octets of the Q encoding (RFC 2047 §4.2); a `=` without two hex digits stands for itself. */
export const decodeQ = (text: string): Uint8Array => {
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x5f) bytes.push(0x20)
    else if (code > 0x7f) bytes.push(...utf8ToBytes(text[i]!))
    else if (code === 0x3d && i + 2 < text.length) {
      const octet = hexValue(text.charCodeAt(i + 1)) * 16 + hexValue(text.charCodeAt(i + 2))
      const isHex = hexValue(text.charCodeAt(i + 1)) >= 0 && hexValue(text.charCodeAt(i + 2)) >= 0
      bytes.push(isHex ? octet : code)
      if (isHex) i += 2
    } else bytes.push(code)
  }
  return Uint8Array.from(bytes)
}

/**
 * Finds `?=` from growing places; a text of openings that nobody closes is searched once and not once for each opening.
 */
const closings = (text: string) => {
  let found = 0
  return (from: number): number => {
    if (found >= 0 && found < from) found = text.indexOf('?=', from)
    return found
  }
}

const wordAt = (text: string, start: number, closingFrom: (from: number) => number): Word | null => {
  const charsetEnd = text.indexOf('?', start + 2)
  const length = charsetEnd - start - 2
  if (length < 1 || length > CHARSET_NAME_LIMIT || text[charsetEnd + 2] !== '?') return null
  const encoding = text[charsetEnd + 1]!.toLowerCase()
  if (encoding !== 'q' && encoding !== 'b') return null
  const end = closingFrom(charsetEnd + 3)
  if (end < 0) return null
  const content = text.slice(charsetEnd + 3, end)
  const charset = text
    .slice(start + 2, charsetEnd)
    .split('*', 1)[0]!
    .toLowerCase()
  return { charset, bytes: encoding === 'q' ? decodeQ(content) : decodeBase64(content), start, end: end + 2 }
}

const isBlank = (text: string, from: number, to: number): boolean => {
  for (let i = from; i < to; i++) if (text[i] !== ' ' && text[i] !== '\t') return false
  return true
}

/**
 * ISO-2022-… switches sets by escapes, each word begins anew (RFC 1468), and escapes with nothing between them are an
 * error.
 */
const isStateful = (charset: string): boolean => charset.startsWith('iso-2022-')

/**
 * One text of neighbouring words: joined as octets where they share a character set, since many mailers cut inside a
 * character.
 */
const decodeRun = (run: Word[]): string => {
  let text = ''
  for (let first = 0; first < run.length;) {
    let next = first + 1
    const { charset } = run[first]!
    while (next < run.length && run[next]!.charset === charset && !isStateful(charset)) next++
    const words = run.slice(first, next)
    const bytes = new Uint8Array(words.reduce((sum, word) => sum + word.bytes.length, 0))
    let at = 0
    for (const word of words) {
      bytes.set(word.bytes, at)
      at += word.bytes.length
    }
    text += decodeCharset(bytes, charset)
    first = next
  }
  return text
}

/**
 * Header text with its encoded-words (RFC 2047, RFC 2231 §5) decoded. White space between two of them goes (§6.2). More
 * tolerant than the RFC, as senders are: words inside quotes and against other text count, spaces inside a word too.
 * What is no encoded-word stays as it is. Linear in the length of the text.
 */
export const decodeWords = (text: string): string => {
  let open = text.indexOf('=?')
  if (open < 0) return text
  const closingFrom = closings(text)
  const pieces: string[] = []
  let run: Word[] = []
  let at = 0
  while (open >= 0) {
    const word = wordAt(text, open, closingFrom)
    if (word !== null) {
      if (run.length === 0 || !isBlank(text, at, open)) {
        pieces.push(decodeRun(run), text.slice(at, open))
        run = []
      }
      run.push(word)
      at = word.end
    }
    open = text.indexOf('=?', word === null ? open + 2 : at)
  }
  pieces.push(decodeRun(run), text.slice(at))
  return pieces.join('')
}
