import { messageIdOf, type Door, type ReceivedRecord } from '@skein/events'
import type { Inbox } from '@skein/log'
import type { MailFacts } from '@skein/mail'
import { PARSER_VERSION, type MailBodies } from '@skein/mime'
import { deliveryRoleOf, directionOf, type IsAddressOf } from './delivery-role.js'
import { fitRecord } from './record-size.js'

export type NewRecord = Omit<ReceivedRecord, 'raw'>

export interface Delivery {
  inbox: Inbox
  door: Door
  envelope: ReceivedRecord['envelope']
  /** ISO 8601. */
  receivedAt: string
  /** Octets of the raw mail. */
  size: number
  /** The mail of ours that it answers, as a token says. */
  replyToken?: string | null
  /** Whether mail to an address reaches this inbox. */
  isInbox: IsAddressOf
  /** Whether an address is that of an inbox of the space, to write as. */
  isOwn: IsAddressOf
}

/**
 * The input record of a mail from what was read of it. Pure. `facts.authentication` is what the door found out; what was
 * wrong with the mail stands in `facts.problems`.
 */
export const receivedRecordOf = (facts: MailFacts, bodies: MailBodies, delivery: Delivery): NewRecord => {
  const { inbox, door, envelope, receivedAt, size, isInbox, isOwn, replyToken = null } = delivery
  return fitRecord({
    v: 1,
    message: messageIdOf({ space: inbox.space, messageId: facts.messageId, digest: facts.digest }),
    account: inbox.account,
    space: inbox.space,
    inbox: inbox.id,
    role: deliveryRoleOf(facts, isInbox),
    direction: directionOf(facts, isOwn),
    door,
    receivedAt,
    envelope,
    size,
    facts: { ...facts, problems: [...facts.problems, ...bodies.problems] },
    text: bodies.text,
    html: bodies.html,
    attachments: bodies.attachments,
    parserVersion: PARSER_VERSION,
    ...(replyToken !== null && { replyToken }),
  })
}
