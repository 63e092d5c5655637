import type { DeliveryRole, InboxId, InputReference, MessageId, ReceivedRecord } from '@skein/events'
import { snippetOf, type MailFacts } from '@skein/mail'

/** One accepted mail as a decision sees it: its facts, and what the door knows beside them. */
export interface IncomingMail {
  message: MessageId
  facts: MailFacts
  inbox: InboxId
  role: DeliveryRole
  direction: 'in' | 'out'
  /** ISO 8601 UTC. */
  receivedAt: string
  /** Place in the order of inputs of the partition: the thread that this mail starts, if it does, is as old as that. */
  order: number
  snippet: string
  attachments: number
  /** Octets of the raw mail. */
  size: number
  input: InputReference
  /** The id of our message that a reply address of ours names, once its signature has been checked. */
  replyToken?: string | null
  /** When we wrote it ourselves, to the millisecond: its Date says whole seconds, and could put it before the mail that it answers. */
  writtenAt?: string | null
}

/** The mail that we answered, where the headers that we wrote do not name it: it may have had no id. */
const unnamed = (answered: string | null | undefined, { inReplyTo, references }: MailFacts): string | null =>
  answered == null || inReplyTo.includes(answered) || references.includes(answered) ? null : answered

/** What the rules are told of an input record. */
export const incomingMailOf = (record: ReceivedRecord, input: InputReference): IncomingMail => ({
  message: record.message,
  facts: record.facts,
  inbox: record.inbox,
  role: record.role,
  direction: record.direction,
  receivedAt: record.receivedAt,
  order: input.sequence,
  snippet: snippetOf(record.text),
  attachments: record.attachments.filter(({ inline }) => !inline).length,
  size: record.size,
  input,
  replyToken: 'outgoing' in record ? unnamed(record.replyToken, record.facts) : (record.replyToken ?? null),
  writtenAt: 'outgoing' in record ? record.receivedAt : null,
})

/**
 * When a mail was written, as far as can be known: its Date; but never later than its last server took it, or than it came here
 * (a clock that is ahead). So old mail without a Date, out of an archive, is as old as its way says. ISO 8601 UTC.
 */
export const sentAt = ({
  facts,
  receivedAt,
  writtenAt,
}: Pick<IncomingMail, 'facts' | 'receivedAt' | 'writtenAt'>): string => {
  if (writtenAt) return writtenAt
  const times = [receivedAt, facts.lastHopAt, facts.date].filter((time) => time !== undefined && time !== null)
  return times.reduce((earliest, time) => (Date.parse(time) < Date.parse(earliest) ? time : earliest))
}
