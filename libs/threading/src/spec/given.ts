import type { Decided, InboxId, MessageId, ThreadId } from '@skein/events'
import { readFacts } from '@skein/mail'
import { decide } from '../decide.js'
import type { IncomingMail } from '../incoming-mail.js'
import { MemoryLinkIndex } from '../memory-link-index.js'
import type { RuleSet } from '../rule-set.js'

export interface GivenMail {
  /** With its brackets left out; `null` for a mail without Message-ID. */
  id: string | null
  inReplyTo?: string | undefined
  references?: string[] | undefined
  subject?: string
  from?: string
  to?: string
  date?: string
  body?: string
  /** Further header lines. */
  lines?: string[]
  inbox?: string
  direction?: 'in' | 'out'
  /** What makes its message id, where two mails have one Message-ID. */
  name?: string
}

const NOON = '2026-03-02T12:00:00.000Z'

export const inboxNamed = (name: string): InboxId => `inb_${name}` as InboxId
/** The message id that the mail of this name gets: names are made safe, as ids have to be. */
export const messageNamed = (name: string): MessageId =>
  `msg_${Array.from(new TextEncoder().encode(name), (octet) => octet.toString(16).padStart(2, '0'))
    .join('')
    .slice(-64)}` as MessageId

const headerLines = (given: GivenMail): string[] => [
  `From: ${given.from ?? 'alice@a.test'}`,
  `To: ${given.to ?? 'support@us.test'}`,
  `Date: ${new Date(given.date ?? NOON).toUTCString().replace('GMT', '+0000')}`,
  `Subject: ${given.subject ?? 'Q'}`,
  ...(given.id === null ? [] : [`Message-ID: <${given.id}>`]),
  ...(given.inReplyTo === undefined ? [] : [`In-Reply-To: ${given.inReplyTo}`]),
  ...(given.references === undefined ? [] : [`References: ${given.references.join(' ')}`]),
  ...(given.lines ?? []),
]

export const rawMail = (given: GivenMail): Uint8Array =>
  new TextEncoder().encode(
    `${headerLines(given).join('\r\n')}\r\n\r\n${given.body ?? `Text of ${given.name ?? given.id}`}\r\n`,
  )

export const incoming = (given: GivenMail, order = 1): IncomingMail => {
  const raw = rawMail(given)
  return {
    message: messageNamed(given.name ?? given.id ?? `${given.subject} ${given.date}`),
    facts: readFacts(raw),
    inbox: inboxNamed(given.inbox ?? 'support'),
    role: 'to',
    direction: given.direction ?? 'in',
    receivedAt: '2026-04-01T00:00:00.000Z',
    order,
    snippet: '',
    attachments: 0,
    size: raw.length,
    input: { stream: 'MAIL-0', sequence: order },
  }
}

/** A space in memory: mails go in one after another, and it remembers what was decided. */
export class GivenSpace {
  readonly index = new MemoryLinkIndex()
  readonly events: Decided[] = []
  readonly messages: MessageId[] = []
  #order = 0

  constructor(readonly rules: RuleSet) {}

  receive(...mails: GivenMail[]): Decided[] {
    return this.take(mails.map((mail) => incoming(mail)))
  }

  take(mails: IncomingMail[]): Decided[] {
    const events: Decided[] = []
    for (const mail of mails) {
      this.#order += 1
      const decided = decide(
        { ...mail, order: this.#order, input: { ...mail.input, sequence: this.#order } },
        this.index,
        this.rules,
      )
      for (const event of decided) this.index.apply(event)
      events.push(...decided)
      this.messages.push(mail.message)
    }
    this.events.push(...events)
    return events
  }

  threadOf(message: MessageId): ThreadId | undefined {
    const original = this.index.original(message)
    return original && this.index.threadOf(original)
  }

  /** The names of the mails in each thread, by the names given: sorted, so that two spaces compare. */
  partition(names: readonly string[]): string[][] {
    const threads = new Map<string, string[]>()
    for (const name of names) {
      const thread = this.threadOf(messageNamed(name)) ?? `none of ${name}`
      threads.set(thread, [...(threads.get(thread) ?? []), name])
    }
    return [...threads.values()]
      .map((members) => members.toSorted())
      .sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1))
  }
}
