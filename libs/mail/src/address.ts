import { decodeWords } from './encoded-word.js'
import type { Address } from './facts.js'
import { withoutControls } from './header-block.js'

/** Mailboxes of one field that are kept. */
export const ADDRESS_LIMIT = 1_000
/** Longer than any real address (RFC 5321 §4.5.3.1: 64 + 1 + 255), shorter than an attack. */
const LONGEST_ADDRESS = 1_000
const LONGEST_NAME = 500
/** Words of one mailbox that are kept; names have a few. */
const WORD_LIMIT = 50

/** What was read of one mailbox so far: words, the text in angle brackets, the first comment. */
interface Draft {
  words: string[]
  word: string
  hasQuotes: boolean
  angle: string | null
  comment: string
}

interface Reading {
  text: string
  at: number
  draft: Draft
  kept: Address[]
  total: number
  /** Words before a comma that are no mailbox: `Doe, John <j@x>`, a name that nobody quoted. */
  loose: string[]
  /** Set once a quote or comment was found that nobody closes: from there on these marks are plain text. */
  isUnclosed: boolean
}

const emptyDraft = (): Draft => ({ words: [], word: '', hasQuotes: false, angle: null, comment: '' })

const endWord = (draft: Draft): void => {
  const { word, words } = draft
  if (word !== '' && (words.length < WORD_LIMIT || word.includes('@'))) words[Math.min(words.length, WORD_LIMIT)] = word
  draft.word = ''
}

/** `local@domain` with the domain in lower case; a source route (`@a,@b:user@c`, RFC 5322 §4.4) loses its route. */
export const normaliseAddress = (text: string): string => {
  const bare = text.replace(/[\s\0-\x1f\x7f-\x9f]+/g, '')
  const routed = bare.startsWith('@') ? bare.slice(bare.indexOf(':') + 1) : bare
  const at = routed.lastIndexOf('@')
  return at < 0 ? routed : routed.slice(0, at + 1) + routed.slice(at + 1).toLowerCase()
}

/** A name as people read it. Mailers that encode a name together with its quotes have them taken off. */
const displayName = (text: string): string => {
  const cut = text.slice(0, 10 * LONGEST_NAME)
  const decoded = decodeWords(cut)
  const name = withoutControls(decoded).replace(/\s+/g, ' ').slice(0, LONGEST_NAME).trim()
  const hasOuterQuotes = decoded !== cut && name.length > 2 && name.startsWith('"') && name.endsWith('"')
  return hasOuterQuotes ? name.slice(1, -1).trim() : name
}

/**
 * Past the closing mark of the quoted string at `from`, -1 where it is not closed; backslashes quote (RFC 5322 §3.2.4).
 */
const endOfQuoted = (text: string, from: number): number => {
  let at = from + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return at < text.length ? at + 1 : -1
}

/** Past the end of the comment at `from`, comments in it included (RFC 5322 §3.2.2), -1 where it is not closed. */
const endOfComment = (text: string, from: number): number => {
  let depth = 0
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '(') depth += 1
    else if (text[at] === ')' && --depth === 0) return at + 1
  }
  return -1
}

const unquoted = (text: string): string => text.slice(0, 10 * LONGEST_NAME).replace(/\\(.)/g, '$1')

/** `bob at example.org`: list archives hide addresses so. */
const hiddenAddress = ({ words, hasQuotes }: Draft): string | null => {
  const [local, at, domain] = words
  return words.length === 3 && at === 'at' && domain!.includes('.') && !hasQuotes ? `${local}@${domain}` : null
}

/** The address among the words of a mailbox without angle brackets, and the words that are left for its name. */
const addressInWords = (draft: Draft): { address: string; rest: string[] } | null => {
  const { words } = draft
  const at = words.findLastIndex((word) => word.includes('@'))
  const found = words[at]
  if (found !== undefined) {
    const isTorn = found.startsWith('@') || found.endsWith('@')
    return isTorn ? { address: words.join(''), rest: [] } : { address: found, rest: words.toSpliced(at, 1) }
  }
  const hidden = hiddenAddress(draft)
  if (hidden !== null) return { address: hidden, rest: [] }
  return words.length === 1 && !draft.hasQuotes ? { address: words[0]!, rest: [] } : null
}

/**
 * The mailbox of a finished draft: `<a@b>` with words before it, or a lone `a@b`, its name in a comment (RFC 822
 * style).
 */
const mailboxOf = (draft: Draft): Address | null => {
  endWord(draft)
  const found = draft.angle === null ? addressInWords(draft) : { address: draft.angle, rest: draft.words }
  if (found === null) return null
  return { name: displayName(found.rest.join(' ') || draft.comment), address: normaliseAddress(found.address) }
}

const isEmpty = ({ words, word, angle, comment }: Draft): boolean =>
  words.length === 0 && word === '' && angle === null && comment === ''

const keep = (reading: Reading, mailbox: Address): void => {
  const half = reading.draft.angle === null ? '' : displayName(reading.loose.join(' '))
  reading.loose = []
  if (mailbox.address === '' || mailbox.address === '@' || mailbox.address.length > LONGEST_ADDRESS) return
  reading.total += 1
  if (reading.kept.length >= ADDRESS_LIMIT) return
  const name = [half, mailbox.name].filter((part) => part !== '').join(', ')
  reading.kept.push({ name, address: mailbox.address })
}

/**
 * Ends the mailbox that was being read. Words before a comma without an address are the first half of a name, not a
 * mailbox.
 */
const endMailbox = (reading: Reading, mark: string): void => {
  const { draft, loose } = reading
  if (isEmpty(draft)) return
  const mailbox = mailboxOf(draft)
  const isHalfName = mark === ',' && draft.angle === null && !(mailbox?.address.includes('@') ?? false)
  if (isHalfName) loose.push(...draft.words.slice(0, WORD_LIMIT - loose.length))
  else if (mailbox !== null) keep(reading, mailbox)
  reading.draft = emptyDraft()
}

const readQuoted = (reading: Reading, end: number): void => {
  const { text, at, draft } = reading
  draft.hasQuotes = true
  draft.word += text[end] === '@' ? text.slice(at, end) : unquoted(text.slice(at + 1, end - 1))
  reading.at = end
}

const readAngle = (reading: Reading): void => {
  const { text, at, draft } = reading
  const close = text.indexOf('>', at)
  const end = close < 0 ? text.length : close
  endWord(draft)
  draft.angle ??= text.slice(text.lastIndexOf('<', end) + 1, end).slice(0, 2 * LONGEST_ADDRESS)
  reading.at = end + 1
  while (text[reading.at] === '>') reading.at++
}

/** Reads the quoted string or comment at the current place; `false` where it is not closed and so is plain text. */
const readEnclosed = (reading: Reading, mark: string): boolean => {
  const { text, at, draft } = reading
  const end = mark === '"' ? endOfQuoted(text, at) : endOfComment(text, at)
  if (end < 0) {
    reading.isUnclosed = true
    return false
  }
  if (mark === '"') readQuoted(reading, end)
  else {
    draft.comment ||= unquoted(text.slice(at + 1, end - 1))
    reading.at = end
  }
  return true
}

/** Marks that mean something outside of quotes, comments and brackets. */
const MARK = /[\s"(<,;:]/g

/**
 * Plain text up to the next mark. Taken as one piece: appending character by character costs memory that an attacker
 * chooses.
 */
const readPlain = (reading: Reading): void => {
  MARK.lastIndex = reading.at + 1
  const end = MARK.exec(reading.text)?.index ?? reading.text.length
  const { draft } = reading
  if (draft.word.length <= LONGEST_ADDRESS)
    draft.word += reading.text.slice(reading.at, end).slice(0, 2 * LONGEST_ADDRESS)
  reading.at = end
}

/** A colon ends the name of a group (`friends: a@x, b@y;`), unless it is part of an address with a domain literal. */
const isGroupColon = ({ angle, word }: Draft): boolean => angle === null && !word.includes('@')

const readNext = (reading: Reading): void => {
  const mark = reading.text[reading.at]!
  if (mark === '<') return readAngle(reading)
  if ((mark === '"' || mark === '(') && !reading.isUnclosed && readEnclosed(reading, mark)) return
  if (mark === ',' || mark === ';') endMailbox(reading, mark)
  else if (mark === ':' && isGroupColon(reading.draft)) reading.draft = emptyDraft()
  else if (mark === ' ' || mark === '\t') endWord(reading.draft)
  else return readPlain(reading)
  reading.at += 1
}

/**
 * The mailboxes of an address field (RFC 5322 §3.4), groups opened, at most `ADDRESS_LIMIT` of them, and how many there
 * were. Names are decoded after the marks were read, so no encoded-word can forge an address. One pass, no recursion.
 */
export const parseAddressList = (text: string): { kept: Address[]; total: number } => {
  const reading: Reading = { text, at: 0, draft: emptyDraft(), kept: [], total: 0, loose: [], isUnclosed: false }
  while (reading.at < text.length) readNext(reading)
  endMailbox(reading, '')
  return { kept: reading.kept, total: reading.total }
}

/** The mailboxes of an address field; see `parseAddressList`. */
export const parseAddresses = (text: string): Address[] => parseAddressList(text).kept
