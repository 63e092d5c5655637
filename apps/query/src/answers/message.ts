import {
  confidence,
  deliveryRole,
  inboxId,
  messageId,
  refusedRecipient,
  spaceId,
  threadId,
  unknownPolicy,
} from '@skein/events'
import { address, authentication, mailKind } from '@skein/mail'
import { z } from 'zod'
import { time, timeOrNone } from './standing.js'

const bounce = z.object({
  /** The report, as a message. */
  by: messageId,
  /** Enhanced status (RFC 3463). */
  status: z.string().nullable(),
  recipients: z.array(z.string()),
  at: time,
})

/** What has become of a mail of ours. */
export const delivery = z.object({
  status: z.enum(['queued', 'sending', 'sent', 'deferred', 'failed', 'unknown', 'bounced', 'cancelled']),
  /** The last attempt that was begun or tried; 0 for none. */
  attempt: z.int().nonnegative(),
  /** The envelope: everybody who gets it. */
  from: z.string(),
  to: z.array(z.string()),
  send_at: timeOrNone,
  next_try_at: timeOrNone,
  on_unknown: unknownPolicy,
  automatic: z.boolean(),
  reason: z.string().nullable(),
  /** The server's answer when it took it. */
  response: z.string().nullable(),
  refused: z.array(refusedRecipient),
  bounces: z.array(bounce),
  queued_at: time,
  updated_at: time,
  sent_at: timeOrNone,
})
export type DeliveryJson = z.infer<typeof delivery>

const attachment = z.object({
  n: z.int().positive(),
  filename: z.string().nullable(),
  content_type: z.string(),
  size: z.int().nonnegative(),
  content_id: z.string().nullable(),
  inline: z.boolean(),
  url: z.string(),
})

/** Message-IDs stand in brackets, as in the mail (RFC 5322 §3.6.4). */
export const message = z.object({
  id: messageId,
  thread_id: threadId,
  /** 1 for the first of its thread in reading order. */
  thread_position: z.int().positive(),
  space: spaceId,
  direction: z.enum(['in', 'out']),
  kind: mailKind,
  is_forward: z.boolean(),
  /** Its content and people are gone. */
  is_erased: z.boolean(),
  message_id: z.string(),
  in_reply_to: z.array(z.string()),
  references: z.array(z.string()),
  /** The message that it answers, where that is here. */
  parent_id: messageId.nullable(),
  parent_message_id: z.string().nullable(),
  subject: z.string(),
  from_addr: z.string().nullable(),
  from: z.array(address),
  reply_to: z.array(address),
  /** Our inbox that got it; of mail that we sent, whom it went to. */
  to_addr: z.string().nullable(),
  header_to: z.array(address),
  cc: z.array(address),
  delivery_role: deliveryRole.nullable(),
  deliveries: z.array(z.object({ inbox: inboxId, role: deliveryRole, is_read: z.boolean(), received_at: time })),
  copies: z.array(z.object({ id: messageId, inbox: inboxId, message_id: z.string(), received_at: time })),
  is_read: z.boolean(),
  sent_at: time,
  received_at: time,
  snippet: z.string(),
  size: z.int().nonnegative(),
  list_id: z.string().nullable(),
  thread_index: z.string().nullable(),
  text: z.string().nullable(),
  /** Without quotes and signatures. */
  new_text: z.string().nullable(),
  /** Made safe to show. */
  html: z.string().nullable(),
  attachments: z.array(attachment),
  authentication: authentication.nullable(),
  problems: z.array(z.string()),
  rule: z.string(),
  confidence,
  /** `null` for mail that did not leave from here. */
  delivery: delivery.nullable(),
})
export type MessageJson = z.infer<typeof message>
