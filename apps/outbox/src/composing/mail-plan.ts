import { forwardSubject, replySubject, type Address } from '@skein/mail'
import type { Draft, Remark } from './draft.js'
import { mailIds, type MailIds } from './mail-ids.js'
import { warningsOf } from './warnings.js'

/** A mail as it will be: who gets it, its fields, and what the caller should know. */
export interface MailPlan extends MailIds {
  readonly from: Address
  readonly draft: Draft
  readonly subject: string
  readonly subjectReason: string
  /** The envelope (RFC 5321 §3.3): the return path, and everybody, blind copies too. */
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  readonly automatic: 'auto-generated' | 'auto-replied' | null
  readonly notes: readonly Remark[]
  readonly warnings: readonly Remark[]
}

interface Subject {
  readonly text: string
  readonly reason: string
  readonly notes: readonly Remark[]
}

const trimmed = (text: string): string => text.replace(/\s+/g, ' ').trim()

const IGNORED: Remark = {
  code: 'subject-ignored',
  detail: 'A reply keeps the subject of its thread; the one that was sent along was left out.',
}

/** The subject of a reply to a thread is the thread's; of a reply to one message, and of a forward, the caller may say another. */
const subjectOf = ({ about, words }: Draft): Subject => {
  const given = words.subject === undefined ? null : trimmed(words.subject)
  if (about.kind === 'new') return { text: given ?? '', reason: 'asked for by the caller', notes: [] }
  const { subject, inReplyTo, references } = about.answered.facts
  const options = { carriesIds: inReplyTo.length + references.length > 0 }
  const ofMail = trimmed((about.kind === 'reply' ? replySubject : forwardSubject)(subject, options))
  const isOfThread = about.kind === 'reply' && about.ofThread
  if (given !== null && !isOfThread) return { text: given, reason: 'asked for by the caller', notes: [] }
  const prefix = about.kind === 'reply' ? 'Re:' : 'Fwd:'
  const reason = `${prefix} and the subject of the mail without its prefixes`
  return { text: ofMail, reason, notes: given !== null && given !== ofMail ? [IGNORED] : [] }
}

const envelopeOf = ({ inbox, recipients }: Draft): MailPlan['envelope'] => ({
  from: inbox.address,
  to: [...recipients.to, ...recipients.cc, ...recipients.bcc].map(({ address }) => address),
})

/** What will be sent. Pure: the same draft makes the same plan. */
export const planMail = (draft: Draft): MailPlan => {
  const { inbox, about, named, words } = draft
  const isAnswer = about.kind === 'reply' || named !== null
  const { text: subject, reason, notes } = subjectOf(draft)
  const ids = mailIds(draft, subject)
  return {
    ...ids,
    draft,
    from: { name: inbox.name, address: inbox.address },
    subject,
    subjectReason: reason,
    envelope: envelopeOf(draft),
    automatic: words.auto_submitted ? (isAnswer ? 'auto-replied' : 'auto-generated') : null,
    notes,
    warnings: warningsOf(draft, ids, subject),
  }
}
