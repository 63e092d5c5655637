import type { MessageId } from '@skein/events'
import type { IncomingMail } from './incoming-mail.js'
import { digestKey, type LinkKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import type { MessageRow } from './link-rows.js'
import { ownersOf } from './links.js'

export interface SameMail {
  message: MessageId
  /** `duplicate`: the same content. `own-echo`: mail of ours that came back. `copy`: another way that it took, a list's for instance. */
  rule: 'duplicate' | 'own-echo' | 'copy'
}

const authorOf = ({ facts }: IncomingMail): string => facts.from[0]?.address.toLowerCase() ?? ''

/** Base subjects of copies: equal, or one has a list's tag before it that the other lacks (`[list] [PATCH] x`, `[PATCH] x`). */
const isOneSubject = (a: string, b: string): boolean =>
  a === b || (a.startsWith('[') && a.endsWith(b)) || (b.startsWith('[') && b.endsWith(a))

/** How this mail is the same as one that is there under one of its ids, or `null` where it is another that uses the id again. */
const sameness = (mail: IncomingMail, there: MessageRow): SameMail['rule'] | null => {
  const isSame = there.digest === mail.facts.digest
  const isOfOneAuthor =
    there.author === authorOf(mail) &&
    there.author !== '' &&
    isOneSubject(there.baseSubject, digestKey(mail.facts.baseSubject))
  if (there.direction === 'out' && mail.direction === 'in' && (isSame || isOfOneAuthor)) return 'own-echo'
  if (isSame) return 'duplicate'
  return isOfOneAuthor && mail.facts.date !== null && there.date === mail.facts.date ? 'copy' : null
}

/** The messages received under one of the mail's own ids. */
export const underSameId = (keys: LinkKey[], index: LinkIndex): MessageRow[] => {
  const rows = new Set<MessageRow>()
  for (const key of keys) {
    if (key.role !== 'owned' || (key.fact !== 'message-id' && key.fact !== 'alias')) continue
    for (const row of ownersOf(key.key, index)) rows.add(row)
  }
  return [...rows]
}

/** The message that this mail is a second delivery or another copy of, by its ids and content. */
export const sameMail = (mail: IncomingMail, under: MessageRow[]): SameMail | null => {
  for (const there of under) {
    const rule = sameness(mail, there)
    if (rule !== null) return { message: there.message, rule }
  }
  return null
}
