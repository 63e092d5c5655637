import { decodeWords } from './encoded-word.js'
import type { Address } from './facts.js'
import { withoutControls } from './header-block.js'

/** Mailboxes of one field that are kept. */
export const ADDRESS_LIMIT = 1_000
/** Longer than any real address (RFC 5321 §4.5.3.1: 64 + 1 + 255), shorter than an attack. */
const LONGEST_ADDRESS = 1_000
const LONGEST_NAME = 500

/** What was read of one mailbox so far: words, the text in angle brackets, comments. */
interface Draft {
  words: string[]
  word: string
  hasQuotes: boolean
  angle: string | null
  comment: string
}

const emptyDraft = (): Draft => ({ words: [], word: '', hasQuotes: false, angle: null, comment: '' })

const endWord = (draft: Draft): void => {
  if (draft.word !== '') draft.words.push(draft.word)
  draft.word = ''
}

/** `local@domain` with the domain in lower case; a source route (`@a,@b:user@c`, RFC 5322 §4.4) loses its route. */
export const normaliseAddress = (text: string): string => {
  const bare = text.replace(/[\s\0-\x1f\x7f-\x9f]+/g, '')
  const routed = bare.startsWith('@') ? bare.slice(bare.indexOf(':') + 1) : bare
  const at = routed.lastIndexOf('@')
  return at < 0 ? routed : routed.slice(0, at + 1) + routed.slice(at + 1).toLowerCase()
}

const displayName = (text: string): string =>
  withoutControls(decodeWords(text)).replace(/\s+/g, ' ').slice(0, LONGEST_NAME).trim()

/** The end of a quoted string or comment that starts at `from`, past its closing mark; backslashes quote (RFC 5322 §3.2.1, §3.2.4). */
const endOfQuoted = (text: string, from: number): number => {
  let at = from + 1
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1
  return Math.min(at + 1, text.length)
}

const endOfComment = (text: string, from: number): number => {
  let depth = 0
  let at = from
  do {
    if (text[at] === '(') depth += 1
    else if (text[at] === ')') depth -= 1
    else if (text[at] === '\\') at += 1
    at += 1
  } while (depth > 0 && at < text.length)
  return at
}

const unquoted = (text: string): string => text.replace(/\\(.)/g, '$1')

/** `bob at example.org`: list archives hide addresses so. */
const hiddenAddress = ({ words, angle, hasQuotes }: Draft): string | null => {
  const [local, at, domain] = words
  const isHidden = words.length === 3 && at === 'at' && domain!.includes('.') && angle === null && !hasQuotes
  return isHidden ? normaliseAddress(`${local}@${domain}`) : null
}

/** The mailbox of a finished draft: `<a@b>` with words before it, or a lone `a@b`, its name in a comment (RFC 822 style). */
const mailboxOf = (draft: Draft): Address | null => {
  endWord(draft)
  if (draft.angle !== null) {
    const name = displayName(draft.words.join(' ') || draft.comment)
    return { name, address: normaliseAddress(draft.angle) }
  }
  const at = draft.words.findLastIndex((word) => word.includes('@'))
  if (at >= 0) {
    const rest = draft.words.filter((_, i) => i !== at).join(' ')
    return { name: displayName(rest || draft.comment), address: normaliseAddress(draft.words[at]!) }
  }
  const hidden = hiddenAddress(draft)
  if (hidden !== null) return { name: displayName(draft.comment), address: hidden }
  const isLoneWord = draft.words.length === 1 && !draft.hasQuotes
  return isLoneWord ? { name: displayName(draft.comment), address: normaliseAddress(draft.words[0]!) } : null
}

/** Where reading goes on after the special at `at`: quoted strings, comments and angle brackets are taken whole. */
const readSpecial = (text: string, at: number, draft: Draft): number => {
  if (text[at] === '(') {
    const end = endOfComment(text, at)
    draft.comment ||= unquoted(text.slice(at + 1, text[end - 1] === ')' ? end - 1 : end))
    return end
  }
  if (text[at] === '"') {
    const end = endOfQuoted(text, at)
    draft.hasQuotes = true
    const isLocalPart = text[end] === '@'
    draft.word += isLocalPart
      ? text.slice(at, end)
      : unquoted(text.slice(at + 1, text[end - 1] === '"' ? end - 1 : end))
    return end
  }
  endWord(draft)
  const close = text.indexOf('>', at)
  const end = close < 0 ? text.length : close
  draft.angle ??= text.slice(text.lastIndexOf('<', end) + 1, end)
  return end + 1
}

interface Reading {
  kept: Address[]
  /** Words before a comma that are no mailbox: `Doe, John <j@x>`, a name that nobody quoted. */
  loose: string[]
  total: number
}

const LOOSE_WORD_LIMIT = 10

/** Whether these words are the first half of an unquoted name rather than a mailbox; the mailbox comes after the comma. */
const isHalfName = (draft: Draft, mailbox: Address | null): boolean =>
  draft.angle === null && !(mailbox?.address.includes('@') ?? false)

const keep = (reading: Reading, draft: Draft, mailbox: Address): void => {
  const half = draft.angle === null ? '' : displayName(reading.loose.join(' '))
  reading.loose = []
  if (mailbox.address === '' || mailbox.address.length > LONGEST_ADDRESS) return
  reading.total += 1
  if (reading.kept.length >= ADDRESS_LIMIT) return
  const name = [half, mailbox.name].filter((part) => part !== '').join(', ')
  reading.kept.push({ name, address: mailbox.address })
}

const endMailbox = (reading: Reading, draft: Draft, mark: string): void => {
  const mailbox = mailboxOf(draft)
  if (mark === ',' && isHalfName(draft, mailbox)) {
    if (reading.loose.length < LOOSE_WORD_LIMIT) reading.loose.push(...draft.words.slice(0, LOOSE_WORD_LIMIT))
  } else if (mailbox !== null) keep(reading, draft, mailbox)
}

/** A colon ends the name of a group (`friends: a@x, b@y;`), unless it is part of an address or a domain literal. */
const startsGroup = (draft: Draft): boolean => draft.angle === null && !draft.word.includes('@')

/**
 * The mailboxes of an address field (RFC 5322 §3.4), groups opened, at most `ADDRESS_LIMIT` of them, and how many there were. Names
 * are decoded after the marks were read, so no encoded-word can forge an address. One pass, no recursion.
 */
export const parseAddressList = (text: string): { kept: Address[]; total: number } => {
  const reading: Reading = { kept: [], loose: [], total: 0 }
  let draft = emptyDraft()
  let at = 0
  while (at < text.length) {
    const char = text[at]!
    if (char === '(' || char === '"' || char === '<') {
      at = readSpecial(text, at, draft)
      continue
    }
    if (char === ',' || char === ';') {
      endMailbox(reading, draft, char)
      draft = emptyDraft()
    } else if (char === ':' && startsGroup(draft)) draft = emptyDraft()
    else if (char === ' ' || char === '\t') endWord(draft)
    else draft.word += char
    at += 1
  }
  endMailbox(reading, draft, '')
  return { kept: reading.kept, total: reading.total }
}

/** The mailboxes of an address field; see `parseAddressList`. */
export const parseAddresses = (text: string): Address[] => parseAddressList(text).kept
