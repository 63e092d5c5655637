import { inboxId, messageId, threadId } from '@skein/events'
import { z } from 'zod'
import { nameOf, type TransportChoice } from '../sending/transport-for.js'
import type { Remark } from './draft.js'
import type { MailPlan } from './mail-plan.js'

const person = z.object({ name: z.string(), address: z.string() })
const remark = z.object({ code: z.string(), detail: z.string() })

/** The 202 of a mail that is stored and will be sent. */
export const sendAnswer = z.object({
  message_id: messageId,
  /** The Message-ID of the mail, in brackets as it stands there. */
  message_id_header: z.string(),
  /** The thread of a reply; `null` for a first mail, which is placed after it was accepted. */
  thread_id: threadId.nullable(),
  /** `MAIL-<p>:<sequence>`: what `wait_for` takes. */
  sequence: z.string(),
  status: z.literal('queued'),
  to: z.array(person),
  cc: z.array(person),
  bcc: z.array(person),
  notes: z.array(remark),
})
export type SendAnswer = z.infer<typeof sendAnswer>

/** What would be sent. */
export const planAnswer = z.object({
  inbox: z.object({ id: inboxId, address: z.string() }),
  thread_id: threadId.nullable(),
  /** The message that is answered or forwarded. */
  answers: messageId.nullable(),
  from: person,
  to: z.array(person),
  cc: z.array(person),
  bcc: z.array(person),
  /** Why everybody gets it, or does not. */
  recipients: z.array(z.object({ address: z.string(), field: z.string(), reason: z.string() })),
  subject: z.object({ value: z.string(), reason: z.string() }),
  headers: z.array(z.object({ name: z.string(), value: z.string(), reason: z.string() })),
  envelope: z.object({ from: z.string(), to: z.array(z.string()) }),
  /** By what it would leave; `null` where nothing can send it. */
  transport: z.object({ id: z.string(), by: z.string(), reason: z.string() }).nullable(),
  /** Octets of the mail. */
  size: z.number(),
  text: z.string(),
  notes: z.array(remark),
  warnings: z.array(remark),
})
export type PlanAnswer = z.infer<typeof planAnswer>

const CHOSEN_BY = {
  inbox: 'the inbox names it',
  domain: 'it is for the domain of the inbox',
  instance: 'neither the inbox nor its domain has one: the server of the instance',
} as const

const transportJson = (choice: TransportChoice | null): PlanAnswer['transport'] =>
  choice === null ? null : { id: nameOf(choice), by: choice.by, reason: CHOSEN_BY[choice.by] }

const bracketed = (id: string): string => `<${id}>`

const headersOf = (plan: MailPlan): PlanAnswer['headers'] => {
  const { words, about } = plan.draft
  const asked = 'asked for by the caller'
  const chain = words.in_reply_to !== undefined || words.references !== undefined
  const made = 'made for this plan; the mail gets one of its own'
  const hasIndex = about.answered?.facts.threadIndex != null
  const field = (name: string, value: string, reason: string) => ({ name, value, reason })
  const replyTo = plan.replyTo?.isToken
    ? 'the signed token leads the answer back, whatever a mailer does to headers'
    : asked
  return [
    field('Message-ID', bracketed(plan.messageId), words.message_id === undefined ? made : asked),
    ...(plan.inReplyTo === null
      ? []
      : [
          field('In-Reply-To', bracketed(plan.inReplyTo), chain ? asked : 'the answered mail, as its receivers saw it'),
        ]),
    ...(plan.references.length === 0
      ? []
      : [
          field(
            'References',
            plan.references.map(bracketed).join(' '),
            chain ? asked : 'what the answered mail refers to, then itself',
          ),
        ]),
    field(
      'Thread-Index',
      plan.threadIndex,
      hasIndex
        ? 'the conversation index of the answered mail, one block longer'
        : 'starts the conversation for Outlook',
    ),
    ...(plan.threadTopic === ''
      ? []
      : [field('Thread-Topic', plan.threadTopic, 'the topic that Outlook keeps the conversation under')]),
    ...(plan.replyTo === null ? [] : [field('Reply-To', plan.replyTo.address, replyTo)]),
    ...(plan.automatic === null ? [] : [field('Auto-Submitted', plan.automatic, 'nobody wrote it by hand (RFC 3834)')]),
    ...Object.entries(words.headers).map(([name, value]) => field(name, value, asked)),
  ]
}

const NO_TRANSPORT: Remark = {
  code: 'no-transport',
  detail: 'The inbox has no transport, so this mail would be refused.',
}

/** A plan as the API shows it. */
export const planJson = (
  plan: MailPlan,
  mail: { size: number; text: string },
  transport: TransportChoice | null,
): PlanAnswer => {
  const { inbox, recipients, about } = plan.draft
  return {
    inbox: { id: inbox.id, address: inbox.address },
    thread_id: about.answered?.thread.id ?? null,
    answers: about.answered?.message.id ?? null,
    from: plan.from,
    to: [...recipients.to],
    cc: [...recipients.cc],
    bcc: [...recipients.bcc],
    recipients: [...recipients.reasons],
    subject: { value: plan.subject, reason: plan.subjectReason },
    headers: headersOf(plan),
    envelope: { from: plan.envelope.from, to: [...plan.envelope.to] },
    transport: transportJson(transport),
    size: mail.size,
    text: mail.text,
    notes: [...plan.notes],
    warnings: [...plan.warnings, ...(transport === null ? [NO_TRANSPORT] : [])],
  }
}
