import { decodeWords } from './encoded-word.js'
import { firstText, type HeaderBlock } from './header-block.js'

/** Fields that name a list, best first: RFC 2919, then what older list software writes. */
const LIST_FIELDS = ['list-id', 'x-mailing-list', 'x-beenthere', 'x-list-id', 'mailing-list', 'list-post'] as const
const LIST_TEXT_LIMIT = 2_000
const LIST_ID_LIMIT = 255

const bracketed = (text: string): string | null => {
  const close = text.lastIndexOf('>')
  const open = text.lastIndexOf('<', close)
  return open >= 0 && close > open ? text.slice(open + 1, close) : null
}

/**
 * The list's name in one of its forms: `Name <list.example>`, `<mailto:list@example>`, `list@example`, `contact
 * list@example; run by ezmlm`.
 */
const nameIn = (text: string): string | null => {
  const plain = bracketed(text) ?? text.split(';', 1)[0]!.trim().split(/\s+/).at(-1)!
  const name = plain
    .replace(/^mailto:/i, '')
    .split('?', 1)[0]!
    .replace(/\s+/g, '')
    .toLowerCase()
  return name === '' || name === 'no' ? null : name.slice(0, LIST_ID_LIMIT)
}

/**
 * The list through which a mail came, in lower case (RFC 2919 §3: compared without case); `null` where none is named.
 */
export const readListId = (block: HeaderBlock): string | null => {
  for (const field of LIST_FIELDS) {
    const text = firstText(block, field, LIST_TEXT_LIMIT)
    const name = text === null ? null : nameIn(decodeWords(text))
    if (name !== null) return name
  }
  return null
}
