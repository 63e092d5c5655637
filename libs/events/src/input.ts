import { mailFacts } from '@skein/mail'
import { z } from 'zod'
import { accountId, inboxId, messageId, spaceId } from './ids.js'

/** How the inbox came to get this mail, by the headers: named in To, in Cc, in neither (a blind copy), or through a list. */
export const deliveryRole = z.enum(['to', 'cc', 'bcc', 'list'])
export type DeliveryRole = z.infer<typeof deliveryRole>

export const door = z.enum(['http', 'bus', 'import', 'smtp'])
export type Door = z.infer<typeof door>

/** A place in the log: a stream and a sequence in it. */
export const logPosition = z.object({ stream: z.string(), sequence: z.int().positive() })
export type LogPosition = z.infer<typeof logPosition>

export const attachment = z.object({
  /** 1 for the first attachment of the mail, in the order of its parts. */
  n: z.int().positive(),
  filename: z.string().nullable(),
  contentType: z.string(),
  /** Octets after decoding. */
  size: z.int().nonnegative(),
  contentId: z.string().nullable(),
  inline: z.boolean(),
})
export type Attachment = z.infer<typeof attachment>

/**
 * The input record of one accepted mail (`skein.mail.<p>.<space>.received`): everything that later steps may know of it, so that
 * nothing parses a mail a second time. The raw bytes are beside it in the same stream, in pieces of at most 1 MiB.
 */
export const receivedRecord = z.object({
  v: z.literal(1),
  message: messageId,
  account: accountId,
  space: spaceId,
  inbox: inboxId,
  role: deliveryRole,
  direction: z.enum(['in', 'out']),
  door,
  receivedAt: z.iso.datetime(),
  envelope: z.object({ from: z.string(), to: z.array(z.string()) }).nullable(),
  /** Octets of the raw mail. */
  size: z.int().nonnegative(),
  raw: z.object({ stream: z.string(), sequences: z.array(z.int().positive()).min(1) }),
  facts: mailFacts,
  text: z.string(),
  html: z.string().nullable(),
  attachments: z.array(attachment),
  parserVersion: z.string(),
})
export type ReceivedRecord = z.infer<typeof receivedRecord>
