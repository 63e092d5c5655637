import type { InboxId } from '@skein/events'
import { newText } from '@skein/mail'
import type { MessageDetail } from '@skein/views'
import type { MessageJson } from './answers/message.js'
import { deliveryJson } from './delivery-json.js'
import { safeHtml } from './safe-html.js'

const bracketed = (id: string): string => `<${id}>`

/** The address at which our side got the mail; of mail that we sent, whom it went to. */
const toAddress = (message: MessageDetail, addressOf: (inbox: InboxId) => string | null): string | null => {
  const [first] = message.deliveries
  if (message.direction === 'out' || first === undefined) return message.to[0]?.address ?? null
  return addressOf(first.inbox)
}

/** How our side got the mail; whoever wrote it has it without being named in it, which is no role. */
const roleOf = ({ direction, deliveries }: MessageDetail): MessageJson['delivery_role'] =>
  deliveries.find(({ role }) => direction === 'in' || role !== 'bcc')?.role ?? null

const attachmentsJson = (message: MessageDetail) =>
  (message.body?.attachments ?? []).map(({ n, filename, contentType, size, contentId, inline }) => ({
    n,
    filename,
    content_type: contentType,
    size,
    content_id: contentId,
    inline,
    url: `/v1/messages/${message.id}/attachments/${n}`,
  }))

/** A message with its text, and its HTML cleaned. Message-IDs stand in brackets, as in the mail (RFC 5322 §3.6.4). */
export const messageJson = (message: MessageDetail, addressOf: (inbox: InboxId) => string | null): MessageJson => ({
  id: message.id,
  thread_id: message.thread,
  thread_position: message.threadPosition,
  space: message.space,
  direction: message.direction,
  kind: message.kind,
  is_forward: message.forward,
  is_erased: message.erased,
  message_id: bracketed(message.messageId),
  in_reply_to: message.inReplyTo.map(bracketed),
  references: message.references.map(bracketed),
  parent_id: message.parent,
  parent_message_id: message.parentId === null ? null : bracketed(message.parentId),
  subject: message.subject,
  from_addr: message.from[0]?.address ?? null,
  from: [...message.from],
  reply_to: [...message.replyTo],
  to_addr: toAddress(message, addressOf),
  header_to: [...message.to],
  cc: [...message.cc],
  delivery_role: roleOf(message),
  deliveries: message.deliveries.map(({ inbox, role, isRead, receivedAt }) => ({
    inbox,
    role,
    is_read: isRead,
    received_at: receivedAt,
  })),
  copies: message.copies.map(({ id, inbox, messageId, receivedAt }) => ({
    id,
    inbox,
    message_id: bracketed(messageId),
    received_at: receivedAt,
  })),
  is_read: message.deliveries.every(({ isRead }) => isRead),
  sent_at: message.sentAt,
  received_at: message.receivedAt,
  snippet: message.snippet,
  size: message.size,
  list_id: message.listId,
  thread_index: message.threadIndex,
  text: message.body?.text ?? null,
  new_text: message.body === null ? null : newText(message.body.text),
  html: message.body?.html == null ? null : safeHtml(message.body.html),
  attachments: attachmentsJson(message),
  authentication: message.body?.authentication ?? null,
  problems: [...(message.body?.problems ?? [])],
  rule: message.rule,
  confidence: message.confidence,
  delivery: deliveryJson(message.sending),
})
