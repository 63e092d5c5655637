import type { LogPosition, ReceivedRecord } from '@skein/events'
import { snippetOf } from '@skein/mail'
import type { IncomingMail } from '@skein/threading'

/** What the rules are told of an input record. */
export const incomingMail = (record: ReceivedRecord, position: LogPosition): IncomingMail => ({
  message: record.message,
  facts: record.facts,
  inbox: record.inbox,
  role: record.role,
  direction: record.direction,
  receivedAt: record.receivedAt,
  order: position.sequence,
  snippet: snippetOf(record.text),
  attachments: record.attachments.filter(({ inline }) => !inline).length,
  size: record.size,
  input: position,
  replyToken: record.replyToken ?? null,
})
