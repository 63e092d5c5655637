import { messageIdOf, type ComposedRecord } from '@skein/events'
import { badRequest, Problem, type CallerOf } from '@skein/http'
import type { MailFacts } from '@skein/mail'
import { PARSER_VERSION, type MailBodies } from '@skein/mime'
import type { MailPlan } from './mail-plan.js'

/** Octets of a record as JSON; see the ingest's own limit. */
const LONGEST_RECORD = 4 * 1024 * 1024

export type NewComposedRecord = Omit<ComposedRecord, 'raw'>

const differs = (one: readonly string[], other: readonly string[]): boolean => one.join(' ') !== other.join(' ')

/** What we wrote has to be what our own rules read, or the mail would not be threaded as it was planned. @throws Problem 400 */
const checkReadBack = (plan: MailPlan, facts: MailFacts): void => {
  const wrong = (field: string, detail: string): Problem =>
    badRequest(`${field}: ${detail}`, { field, fix: 'Use another one, or leave it out.' })
  if (facts.messageId !== plan.messageId) throw wrong('message_id', 'mailers would not take it for a Message-ID.')
  if (differs(facts.inReplyTo, plan.inReplyTo === null ? [] : [plan.inReplyTo]))
    throw wrong('in_reply_to', 'mailers would not take it for a Message-ID.')
  if (differs(facts.references, plan.references))
    throw wrong('references', 'mailers would not take all of them for Message-IDs.')
  if (facts.aliases.length > 0) throw wrong('headers', 'one of them would give the mail another Message-ID.')
}

/** How our own inbox has the mail: as its headers say, like a copy of sent mail that is imported. */
const roleOf = ({ inbox }: MailPlan['draft'], { to, cc }: MailFacts): ComposedRecord['role'] => {
  const own = new Set([inbox.address, ...inbox.aliases].map((address) => address.toLowerCase()))
  const isIn = (people: MailFacts['to']): boolean => people.some(({ address }) => own.has(address.toLowerCase()))
  return isIn(to) ? 'to' : isIn(cc) ? 'cc' : 'bcc'
}

const outgoingOf = ({ draft, envelope, automatic }: MailPlan, caller: CallerOf): ComposedRecord['outgoing'] => {
  const { about, words } = draft
  const { answered } = about
  return {
    from: envelope.from,
    to: [...envelope.to],
    answers: answered?.message.id ?? null,
    sendAt: words.send_at ?? null,
    automatic: automatic !== null,
    onUnknown: words.on_unknown,
    seenUpTo:
      about.kind === 'reply' ? { thread: about.answered.thread.id, sequence: about.answered.thread.version } : null,
    actor: caller.key,
  }
}

/** The Message-ID that the mail answers as we know for ourselves; a forward as attachment is a thread of its own. */
const answeredId = ({ draft: { about, named } }: MailPlan): string | null => {
  if (about.kind === 'forward' && about.asAttachment) return null
  return about.answered?.facts.messageId ?? named?.facts.messageId ?? null
}

/** The input record of a mail that we wrote, out of its octets. @throws Problem 400, 413 */
export const composedRecordOf = (
  plan: MailPlan,
  mail: { raw: Uint8Array; facts: MailFacts; bodies: MailBodies },
  caller: CallerOf,
): NewComposedRecord => {
  const { inbox, chance } = plan.draft
  const { raw, facts, bodies } = mail
  checkReadBack(plan, facts)
  const record: NewComposedRecord = {
    v: 1,
    message: messageIdOf({ space: inbox.space, messageId: facts.messageId, digest: facts.digest }),
    account: inbox.account,
    space: inbox.space,
    inbox: inbox.id,
    role: roleOf(plan.draft, facts),
    direction: 'out',
    door: 'outbox',
    receivedAt: chance.at,
    envelope: null,
    size: raw.length,
    facts: { ...facts, problems: [...facts.problems, ...bodies.problems] },
    text: bodies.text,
    html: bodies.html,
    attachments: bodies.attachments,
    parserVersion: PARSER_VERSION,
    replyToken: answeredId(plan),
    outgoing: outgoingOf(plan, caller),
  }
  if (Buffer.byteLength(JSON.stringify(record)) <= LONGEST_RECORD) return record
  throw new Problem(
    413,
    'too-large',
    'The mail is too large',
    'Its text has more octets than can be kept beside the mail.',
    {
      field: 'text',
      fix: 'Send a shorter text, and what is long as an attachment.',
    },
  )
}
