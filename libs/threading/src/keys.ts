import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { MailFacts } from '@skein/mail'

/**
 * How a mail holds a key.
 * - `owned`: it is what the key names. Ties it to all that hold the key in any way.
 * - `mentioned`: it names somebody else's key. Ties it to the owners and to the others that mention it (a ghost links).
 * - `same-subject`: it names somebody else's key. Ties it to all of these that have its base subject.
 * - `waiting`: it names the key, but too weakly to be tied to others that do so. Ties it to the owners only.
 */
export type KeyRole = 'owned' | 'mentioned' | 'same-subject' | 'waiting'

/** One key of a mail, with the header that it came from (`fact`) and what stood there (`value`): the later evidence. */
export interface LinkKey {
  key: string
  role: KeyRole
  fact: string
  value: string
}

/** The longest text that is stored as it is: an index entry stays small, whatever a sender puts into an id. */
const LONGEST = 200

/** The text itself, or where it is long a SHA-256 of it. Never cut: two long ids with one beginning stay two. */
export const digestKey = (text: string): string =>
  text.length > LONGEST ? `sha256:${bytesToHex(sha256(utf8ToBytes(text)))}` : text

/** Amazon SES names its region in the domain, and callers are told the local part alone: the region says nothing. */
const idForKey = (id: string): string =>
  id.endsWith('.amazonses.com') ? `${id.slice(0, id.indexOf('@') + 1)}amazonses.com` : id

export const idKey = (id: string): string => `id:${digestKey(idForKey(id))}`

/** Whether a key names a mail, rather than something that several mails are about. */
export const isIdKey = (key: string): boolean => key.startsWith('id:')

/** An id under one base subject. The blank keeps the two apart: no id holds white space. */
export const idAndSubjectKey = (id: string, baseSubject: string): string =>
  `id:${digestKey(`${idForKey(id)} ${baseSubject}`)}`

export const calendarKey = (uid: string): string => `cal:${digestKey(uid)}`

/** A conversation index or the beginning of one, in hex, under one base subject (MS-OXOMSG 2.2.1.3). */
export const threadIndexKey = (hex: string, baseSubject: string): string => `ti:${digestKey(`${hex} ${baseSubject}`)}`

export const senderSubjectKey = (sender: string, baseSubject: string): string =>
  `from:${digestKey(`${sender} ${baseSubject}`)}`

/** The mail's own ids: its Message-ID, then its aliases. */
export const ownIds = (facts: MailFacts): string[] => [facts.messageId, ...facts.aliases]

/** How a mailing list takes part in a thread beside the people who do. */
export const listAddress = (listId: string): string => `list:${listId.toLowerCase()}`
