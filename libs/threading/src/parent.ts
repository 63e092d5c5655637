import type { MailFacts } from '@skein/mail'

/** The id that a mail answers, whether or not anybody has received it. */
export interface NamedParent {
  id: string
  fact: 'in-reply-to' | 'references'
}

/**
 * Which mail this one answers, by its own headers alone: the single id of In-Reply-To; else the last of References; else, of
 * several ids in In-Reply-To, the first (RFC 5322 §3.6.4, RFC 5256 step 1). `null` where it names none.
 */
export const namedParent = (
  facts: Pick<MailFacts, 'messageId' | 'aliases' | 'inReplyTo' | 'references'>,
): NamedParent | null => {
  const isOther = (id: string) => id !== facts.messageId && !facts.aliases.includes(id)
  const answered = facts.inReplyTo.filter(isOther)
  const [first, second] = answered
  if (first !== undefined && second === undefined) return { id: first, fact: 'in-reply-to' }
  const last = facts.references.findLast(isOther)
  if (last !== undefined) return { id: last, fact: 'references' }
  return first === undefined ? null : { id: first, fact: 'in-reply-to' }
}
