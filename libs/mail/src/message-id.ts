import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { decodeWords } from './encoded-word.js'
import { isJunkId } from './junk-ids.js'

/** An id of fewer characters counts only where it is `local@domain`. */
export const SHORTEST_ID = 6
/**
 * No line can carry an id of more than 996 octets (RFC 5322 §2.1.1); far above that it is known by its hash, so that no
 * record bursts.
 */
export const LONGEST_ID = 3_000

/** White space, controls and what no one sees: never part of an id. */
const NOT_IN_IDS = /[\s\0-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff]+/g

/** A domain compares without case, a local part exactly. */
const withLowerDomain = (id: string): string => {
  const at = id.lastIndexOf('@')
  return at < 0 ? id : id.slice(0, at + 1) + id.slice(at + 1).toLowerCase()
}

/** The text without these characters at its start and end. By hand: a pattern that ends with `+$` is quadratic. */
const trimmed = (text: string, atStart: string, atEnd: string): string => {
  let start = 0
  let end = text.length
  while (start < end && atStart.includes(text[start]!)) start++
  while (end > start && atEnd.includes(text[end - 1]!)) end--
  return text.slice(start, end)
}

const hashed = (id: string): string => `sha256-${bytesToHex(sha256(utf8ToBytes(id)))}@long.invalid`

/**
 * An id in the form in which ids compare: without brackets, white space and controls, its domain in lower case (RFC
 * 5322 §3.6.4). One of more than `LONGEST_ID` characters becomes the hash of that form, never a cut. Doing it twice
 * changes nothing.
 */
export const normaliseId = (text: string): string => {
  const cleaned = withLowerDomain(trimmed(text.replace(NOT_IN_IDS, ''), '<', '>'))
  return cleaned.length > LONGEST_ID ? hashed(cleaned) : cleaned
}

const isLocalAtDomain = (id: string): boolean => {
  const at = id.lastIndexOf('@')
  return at > 0 && at < id.length - 1
}

/**
 * The id between two brackets, `null` where it is none: fewer than six characters unless it is `local@domain`, nothing
 * before its `@`, or known junk. Nothing behind the `@` is fine: mailers on machines without a name write that. White
 * space counts for the length, as the writer of the id counted it.
 */
const idBetweenBrackets = (inner: string): string | null => {
  const id = normaliseId(inner)
  const isLongEnough = isLocalAtDomain(id) || (id.indexOf('@') !== 0 && inner.trim().length >= SHORTEST_ID)
  return isLongEnough && !isJunkId(id) ? id : null
}

/**
 * The text without its comments (RFC 5322 §3.2.2), which may name a person's address in brackets; those inside `<…>`
 * stay, being no comments. As it was where a comment never closes, since prose has lone parentheses.
 */
const withoutComments = (text: string): string => {
  if (!text.includes('(')) return text
  const kept: string[] = []
  let depth = 0
  let from = 0
  let isInside = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (depth === 0 && char === '<') isInside = true
    else if (char === '>') isInside = false
    else if (isInside) continue
    else if (char === '(' && depth++ === 0) kept.push(text.slice(from, i))
    else if (char === ')' && depth > 0 && --depth === 0) from = i + 1
  }
  return depth > 0 ? text : kept.join(' ') + text.slice(from)
}

/**
 * Brackets that never close hold an id up to the first white space: a cut Message-ID is still the one that replies will
 * name.
 */
const unclosedId = (text: string): string | null => {
  const [word = ''] = text.trim().split(/\s/, 1)
  return isLocalAtDomain(word) ? idBetweenBrackets(word) : null
}

/**
 * Each text between a `<` and the next `>`, of nested brackets (`<<a@b>>`, `<junk <a@b>`) the innermost, and what is
 * left after them.
 */
const textsInBrackets = (text: string): { inner: string[]; unclosed: string | null } => {
  const inner: string[] = []
  let open = text.indexOf('<')
  let close = open < 0 ? -1 : text.indexOf('>', open)
  while (close >= 0) {
    inner.push(text.slice(text.lastIndexOf('<', close) + 1, close))
    open = text.indexOf('<', close)
    close = open < 0 ? -1 : text.indexOf('>', open)
  }
  return { inner, unclosed: open < 0 ? null : text.slice(text.lastIndexOf('<') + 1) }
}

/**
 * Tokens of one field that are looked at: the first and the last ones. More than any References has, and few enough to
 * be quick.
 */
const FIRST_TOKENS = 2_000
const LAST_TOKENS = 18_000

const firstAndLastTokens = (tokens: string[]): string[] =>
  tokens.length <= FIRST_TOKENS + LAST_TOKENS
    ? tokens
    : [...tokens.slice(0, FIRST_TOKENS), ...tokens.slice(-LAST_TOKENS)]

const idsBetweenBrackets = (text: string): string[] => {
  const { inner, unclosed } = textsInBrackets(text)
  const ids = firstAndLastTokens(inner).map(idBetweenBrackets)
  if (unclosed !== null) ids.push(unclosedId(unclosed))
  return ids.filter((id) => id !== null)
}

const decoded = (text: string): string => (text.includes('=?') ? decodeWords(text) : text)

/**
 * The ids of a References, In-Reply-To or Message-ID text, in order, normalised: every token in brackets, whatever
 * stands between them. Prose and comments are passed over, an encoded-word that wraps ids is decoded (some gateways
 * write that). Linear.
 */
export const parseIds = (text: string): string[] => idsBetweenBrackets(withoutComments(decoded(text)))

/** Bare tokens of one field that are looked at. */
const BARE_ID_LIMIT = 100

/** Characters of a field in which they are looked for. */
const BARE_TEXT_LIMIT = 100_000
const LONGEST_BARE_ID = 998

/** Tokens with an `@` that stand outside of brackets: ids only where they equal one that is known already. */
export const parseBareIds = (text: string): string[] => {
  const outside = decoded(text)
    .slice(0, BARE_TEXT_LIMIT)
    .replace(/<[^<>]*>/g, ' ')
  const ids: string[] = []
  for (const word of outside.split(/[\s,;]+/)) {
    if (!word.includes('@') || word.length > LONGEST_BARE_ID) continue
    const id = idBetweenBrackets(trimmed(word, '<>"\'`([{:', '<>"\'`)]}:.'))
    if (id !== null && isLocalAtDomain(id)) ids.push(id)
    if (ids.length === BARE_ID_LIMIT) break
  }
  return ids
}

/**
 * The id of a field that holds one, such as Message-ID: the first in brackets, else the whole text where it is one bare
 * word.
 */
export const parseSingleId = (text: string): string | null => {
  const [first] = parseIds(text)
  if (first !== undefined) return first
  const bare = withoutComments(decoded(text)).trim()
  return bare === '' || /[\s<>]/.test(bare) ? null : idBetweenBrackets(bare)
}

/**
 * The local part of an id that Amazon SES gave, which is all that its API tells a sender; `null` for any other id. So
 * two ids may match by this part alone.
 */
export const sesLocalPart = (id: string): string | null => {
  const at = id.lastIndexOf('@')
  const domain = id.slice(at + 1)
  const isSes = at > 0 && (domain === 'amazonses.com' || domain.endsWith('.amazonses.com'))
  return isSes ? id.slice(0, at) : null
}
