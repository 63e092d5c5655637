import { readSubject, withoutReplyToken } from '@skein/mail'
import type { Draft, Remark } from './draft.js'
import type { MailIds } from './mail-ids.js'

/** After so many messages Gmail starts another conversation. */
const GMAIL_MOST = 100
const NO_REPLY = /^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|mailer-daemon|bounces?|notifications?)(?:[+\-_.].*)?$/i

const baseOf = (subject: string): string => readSubject(subject, { carriesIds: true }).base

const ofRecipients = ({ recipients, about }: Draft): Remark[] => {
  const all = [...recipients.to, ...recipients.cc, ...recipients.bcc].map(({ address }) => address)
  const deaf = all.filter((address) => NO_REPLY.test(address.slice(0, address.lastIndexOf('@'))))
  const known = new Set(about.answered?.thread.participants.map(({ address }) => address.toLowerCase()) ?? [])
  const isKnown = (address: string): boolean => known.has(withoutReplyToken(address).toLowerCase())
  const strangers = about.kind === 'reply' ? all.filter((address) => !isKnown(address)) : []
  return [
    ...deaf.map((address) => ({ code: 'no-reply-address', detail: `Nobody reads mail to ${address}.` })),
    ...strangers.map((address) => ({ code: 'stranger', detail: `${address} has taken no part in this thread.` })),
  ]
}

const ofAnswered = ({ about, inbox }: Draft): Remark[] => {
  if (about.kind === 'new') return []
  const { facts, message, role } = about.answered
  const remarks: Remark[] = []
  if (facts.synthetic)
    remarks.push({
      code: 'no-message-id',
      detail: 'The mail has no Message-ID, so no In-Reply-To can name it; mailers may show the reply apart.',
    })
  if (about.kind === 'reply' && message.forward)
    remarks.push({
      code: 'forward-branch',
      detail: 'The mail is a forward: a branch of the thread with people of its own.',
    })
  const isOwn = message.direction === 'out' && (message.sending === null || message.sending.inbox === inbox.id)
  if (about.kind === 'reply' && role === 'bcc' && !isOwn)
    remarks.push({ code: 'blind-copy', detail: 'The inbox was a blind copy; a reply tells that it has the mail.' })
  if (about.kind === 'reply' && (facts.kind === 'bounce' || facts.kind === 'auto-reply' || facts.kind === 'receipt'))
    remarks.push({
      code: 'automatic-mail',
      detail: `A machine wrote the mail (${facts.kind}); nobody may read the answer.`,
    })
  return remarks
}

/** Why Gmail would show the mail in another conversation, as far as that can be told. */
const ofGmail = ({ about, named }: Draft, ids: MailIds, subject: string): Remark[] => {
  const parent = about.kind === 'reply' ? about.answered : named
  if (parent === null) return []
  const split = (why: string): Remark[] => [{ code: 'would-split', detail: `Gmail starts a new conversation: ${why}.` }]
  if (baseOf(subject) !== baseOf(parent.facts.subject)) return split('the subject is another one')
  if (ids.references.length === 0) return split('no reference names an earlier mail')
  if (about.kind === 'reply' && about.answered.thread.messageCount >= GMAIL_MOST)
    return split(`the thread has ${about.answered.thread.messageCount} messages, and ${GMAIL_MOST} are its most`)
  return []
}

/** What may not come out as the caller thinks. */
export const warningsOf = (draft: Draft, ids: MailIds, subject: string): Remark[] => [
  ...ofAnswered(draft),
  ...ofRecipients(draft),
  ...ofGmail(draft, ids, subject),
]
