import type { AccountId, InboxId, MessageId, SpaceId, ThreadId } from '@skein/events'
import type { Inbox } from '@skein/log'
import type { Address, MailFacts } from '@skein/mail'
import {
  answerRecipients,
  givenRecipients,
  planMail,
  writeMail,
  type Answered,
  type Draft,
  type MailPlan,
} from '@skein/outbox'

const inboxAt = (address: string): Inbox => ({
  id: `inb_${address.slice(0, address.indexOf('@')).toLowerCase()}` as InboxId,
  account: 'acc_a' as AccountId,
  space: 'spc_a' as SpaceId,
  ...{ name: 'We', address, aliases: [], plusAddressing: true, catchAll: [], transport: null },
})

/** A directory of these inboxes; mail to a plus-tag of one reaches it. */
const directoryOf = (inboxes: readonly Inbox[]) => ({
  inboxes: () => [...inboxes],
  inboxFor: (address: string) =>
    inboxes.find((one) => one.address.toLowerCase() === address.toLowerCase().replace(/\+[^@]*/, '')),
})

const answeredMail = (facts: MailFacts, wireId: string, role: Answered['role']): Answered => {
  const people = [...facts.from, ...facts.to, ...facts.cc]
  const message = {
    id: 'msg_a' as MessageId,
    sentAt: facts.date ?? '2026-03-02T12:00:00.000Z',
    direction: 'in',
    forward: false,
  }
  const thread = { id: 'thr_a' as ThreadId, version: 7, messageCount: 2, participants: people }
  return {
    ...{ facts, wireId, role, threadIndex: facts.threadIndex, text: 'Their words.\n', attachments: 0 },
    ...{ raw: { stream: 'MAIL-0', sequences: [1] } },
    message: message as Answered['message'],
    thread,
  }
}

export const WORDS: Draft['words'] = {
  ...{ text: 'Our words.', attachments: [], headers: {}, auto_submitted: false, on_unknown: 'hold', quote: true },
}

export interface Composing {
  /** Addresses of the inboxes; the first one answers. */
  readonly inboxes: readonly string[]
  /** What is answered; left out for a first mail. */
  readonly answered?: MailFacts
  readonly wireId?: string
  readonly role?: Answered['role']
  readonly toAll?: boolean
  readonly given?: { to?: readonly Address[]; cc?: readonly Address[]; bcc?: readonly Address[] }
  readonly words?: Partial<Draft['words']>
  readonly keep?: readonly string[]
  readonly at?: string
  /** The one octet of chance in a conversation index; other chance is made of it too. */
  readonly random?: number
}

/** A mail as the composer makes it, of nothing but these arguments: its plan, and its octets. */
export const compose = async (asked: Composing): Promise<{ plan: MailPlan; raw: Buffer }> => {
  const inboxes = asked.inboxes.map(inboxAt)
  const [inbox] = inboxes
  if (inbox === undefined) throw new Error('somebody has to write the mail')
  const given = { to: [], cc: [], bcc: [], ...asked.given }
  const answered =
    asked.answered && answeredMail(asked.answered, asked.wireId ?? asked.answered.messageId, asked.role ?? 'to')
  const recipients = answered
    ? answerRecipients(directoryOf(inboxes), inbox, answered, { given, toAll: asked.toAll ?? false })
    : givenRecipients(given)
  const random = asked.random ?? 7
  const plan = planMail({
    about: answered ? { kind: 'reply', answered, ofThread: false } : { kind: 'new', answered: null },
    ...{ inbox, recipients, taken: [], keep: asked.keep ?? [], named: null, instance: 'i1' },
    words: { ...WORDS, ...asked.words },
    chance: { at: asked.at ?? '2026-03-02T13:00:00.000Z', bytes: (_, length) => new Uint8Array(length).fill(random) },
    keys: { token: new Uint8Array(32).fill(1), messageId: new Uint8Array(32).fill(2) },
  })
  return { plan, raw: await writeMail(plan) }
}
