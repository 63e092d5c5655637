import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { MailFacts } from './facts.js'

/** Ids that References of a reply holds at most: the first, and the last ones. */
export const REPLY_REFERENCES = 20
/** Octets that References may take at most, so that the header block stays well below what servers accept. */
export const REFERENCES_BUDGET = 4_096
/** The longest id that fits a line with its brackets (RFC 5322 §2.1.1). */
const LONGEST_SENDABLE_ID = 996
/** Where lines are folded, and what no line may exceed, without CRLF (RFC 5322 §2.1.1). */
const FOLD_AT = 78
const LINE_LIMIT = 998

export type AnsweredMail = Pick<MailFacts, 'messageId' | 'synthetic' | 'inReplyTo' | 'references'>

const isSendable = (id: string): boolean => id.length <= LONGEST_SENDABLE_ID && /^[\x21-\x7e]+$/.test(id)

/** The first id, those that are to be kept, and as many of the last as the number and the octets allow; in their order. */
const withinBudget = (ids: readonly string[], limit: number, keep: readonly string[], budget: number): string[] => {
  const wanted = [...ids.slice(0, 1), ...ids.slice(-1), ...keep.filter((id) => ids.includes(id)), ...ids.toReversed()]
  const chosen = new Set<string>()
  let size = 'References:'.length
  for (const id of new Set(wanted)) {
    size += id.length + 5
    if (chosen.size >= limit || (chosen.size > 0 && size > budget)) break
    chosen.add(id)
  }
  return ids.filter((id) => chosen.has(id))
}

/**
 * References of a reply (RFC 5322 §3.6.4), ids without brackets: those of the answered mail, else its In-Reply-To where
 * that is one id, then its own id. At most `limit` ids and `budget` octets: the first and the last ones. Ids
 * that no line can carry are left out, and so is one that we made because the mail had none. `keep`: ids that stay where others
 * are cut, since somebody who gets the reply has seen no other one.
 */
export const replyReferences = (
  parent: AnsweredMail,
  limit = REPLY_REFERENCES,
  keep: readonly string[] = [],
  budget = REFERENCES_BUDGET,
): string[] => {
  const { references, inReplyTo, messageId, synthetic } = parent
  const before = references.length > 0 || inReplyTo.length !== 1 ? references : inReplyTo
  const own = synthetic ? [] : [messageId]
  const ids = [...before.filter((id) => id !== messageId), ...own].filter(isSendable)
  return withinBudget([...new Set(ids)], limit, keep, budget)
}

/** In-Reply-To of a reply: the id of the answered mail, `null` where it had none of its own or no line can carry it. */
export const replyInReplyTo = ({ messageId, synthetic }: AnsweredMail): string | null =>
  synthetic || !isSendable(messageId) ? null : messageId

/** Whether text may go into a header: no CR, LF or NUL, with which a caller could add fields of his own. */
export const isHeaderText = (text: string): boolean => !/[\r\n\0]/.test(text)

const octets = (text: string): number => utf8ToBytes(text).length

/**
 * `Name: text` folded at white space before column 78 (RFC 5322 §2.2.3), lines ended by CRLF, none at the end. A word
 * that no line of 998 octets can hold is cut, since a longer line would be refused. `text` must pass `isHeaderText`.
 */
export const foldHeader = (name: string, text: string): string => {
  const lines: string[] = []
  let line = `${name}:`
  for (const word of text.split(/[ \t]+/)) {
    if (word === '') continue
    const isFresh = line === `${name}:`
    const fits =
      octets(line) + 1 + octets(word) <= FOLD_AT || (isFresh && octets(line) + 1 + octets(word) <= LINE_LIMIT)
    if (fits) line += ` ${word}`
    else {
      lines.push(line)
      line = ` ${word}`
    }
    while (octets(line) > LINE_LIMIT) {
      const head = [...line].slice(0, LINE_LIMIT / 4).join('')
      lines.push(head)
      line = ` ${line.slice(head.length)}`
    }
  }
  return [...lines, line].join('\r\n')
}

/** The References or In-Reply-To line of these ids, folded. */
export const idsHeader = (name: string, ids: readonly string[]): string =>
  foldHeader(name, ids.map((id) => `<${id}>`).join(' '))

export interface MessageIdParts {
  /** 16 octets; nothing else makes two ids differ. */
  random: Uint8Array
  /** Which installation sent it: letters, digits and `-`. */
  instance: string
  /** The sending domain. */
  domain: string
}

const SIGNATURE_DIGITS = 20

const signatureOf = (random: string, instance: string, domain: string, key: Uint8Array): string =>
  bytesToHex(hmac(sha256, key, utf8ToBytes(`${random}.${instance}@${domain}`))).slice(0, SIGNATURE_DIGITS)

/**
 * A Message-ID of our own, without brackets: `<random>.<instance>.<signature>@<domain>`, signed so that we know it when
 * it comes back.
 */
export const makeMessageId = ({ random, instance, domain }: MessageIdParts, key: Uint8Array): string => {
  const digits = bytesToHex(random)
  const lowered = domain.toLowerCase()
  return `${digits}.${instance}.${signatureOf(digits, instance, lowered, key)}@${lowered}`
}

const isSame = (one: string, other: string): boolean => {
  let difference = one.length ^ other.length
  for (let i = 0; i < one.length; i++) difference |= one.charCodeAt(i) ^ other.charCodeAt(i)
  return difference === 0
}

/** A Message-ID that we made, taken apart; `random` in hex. */
export interface OurMessageId {
  readonly random: string
  readonly instance: string
  readonly domain: string
}

/** What this id is made of, `null` where this key did not make it. Takes the same time for any wrong signature. */
export const ourMessageId = (id: string, key: Uint8Array): OurMessageId | null => {
  const found = /^([0-9a-f]{32})\.([A-Za-z0-9-]{1,64})\.([0-9a-f]{20})@([^@]{1,255})$/.exec(id)
  if (found === null) return null
  const [, random = '', instance = '', signature = '', domain = ''] = found
  return isSame(signature, signatureOf(random, instance, domain, key)) ? { random, instance, domain } : null
}

/** The instance that made this id with this key, `null` where it is not one of ours. */
export const instanceOfMessageId = (id: string, key: Uint8Array): string | null =>
  ourMessageId(id, key)?.instance ?? null
