import { decodeUnlabelled } from './charset.js'
import { allTexts, readHeaderBlock, type HeaderBlock } from './header-block.js'
import { parseSingleId } from './message-id.js'
import { contentOf } from './part-content.js'
import type { Part } from './parts.js'

/** Parts of a report that hold the answered mail or its header block (RFC 3462 §2, RFC 6533 §4). */
const RETURNED_MAIL = new Set([
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/rfc822-headers',
  'message/global-headers',
])
/** Parts that say what became of it, in groups of fields. */
const STATUS = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
  'message/disposition-notification',
  'message/global-disposition-notification',
])
/** Groups of fields in a status: the first is of the report, the others of one recipient each. */
const GROUP_LIMIT = 50
/** Octets of a bounce without parts in which the returned header block is looked for. */
const PLAIN_LIMIT = 64 * 1024

const firstId = (block: HeaderBlock, names: readonly string[]): string | null => {
  for (const name of names)
    for (const text of allTexts(block, name, 10_000)) {
      const id = parseSingleId(text)
      if (id !== null) return id
    }
  return null
}

const idOfReturnedMail = (content: Uint8Array): string | null => firstId(readHeaderBlock(content), ['message-id'])

/** Original-Message-ID of a receipt (RFC 8098 §3.2.5); some servers write it into delivery reports too. */
const idInStatus = (content: Uint8Array): string | null => {
  let rest = content
  for (let group = 0; group < GROUP_LIMIT && rest.length > 0; group++) {
    const block = readHeaderBlock(rest)
    const id = firstId(block, ['original-message-id', 'x-original-message-id'])
    if (id !== null) return id
    rest = rest.subarray(block.bodyStart)
  }
  return null
}

/**
 * Reports from before RFC 3464 (qmail, Exim and others) are plain text that ends with the returned mail: the first line
 * of the text that is a Message-ID.
 */
const idInPlainText = (content: Uint8Array): string | null => {
  for (const line of decodeUnlabelled(content.subarray(0, PLAIN_LIMIT)).split(/\r\n|\r|\n/)) {
    const field = line.slice(0, 1_100).replace(/^[>\s]+/, '')
    if (!field.toLowerCase().startsWith('message-id:')) continue
    const id = parseSingleId(field.slice('message-id:'.length))
    if (id !== null) return id
  }
  return null
}

const isPlainText = (type: string): boolean => type === 'text/plain'

/** What is looked into, best first: the returned mail knows its id for certain. */
const SOURCES: readonly (readonly [(type: string) => boolean, (content: Uint8Array) => string | null])[] = [
  [(type) => RETURNED_MAIL.has(type), idOfReturnedMail],
  [(type) => STATUS.has(type), idInStatus],
  [isPlainText, idInPlainText],
]

/** The id of the mail that a bounce or receipt is about, from its parts; `null` where no part says it. */
export const originalIdIn = (raw: Uint8Array, parts: readonly Part[]): string | null => {
  for (const [isSource, read] of SOURCES)
    for (const part of parts) {
      const id = isSource(part.contentType.type) ? read(contentOf(raw, part)) : null
      if (id !== null) return id
    }
  return null
}
