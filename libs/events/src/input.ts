import { mailFacts } from '@skein/mail'
import { z } from 'zod'
import { accountId, inboxId, messageId, spaceId, threadId } from './ids.js'

/** How the inbox came to get this mail, by the headers: named in To, in Cc, in neither (a blind copy), or through a list. */
export const deliveryRole = z.enum(['to', 'cc', 'bcc', 'list'])
export type DeliveryRole = z.infer<typeof deliveryRole>

export const door = z.enum(['http', 'bus', 'import', 'smtp', 'outbox'])
export type Door = z.infer<typeof door>

/** A place in the log: a stream and a sequence in it. */
export const logPosition = z.object({ stream: z.string(), sequence: z.int().positive() })
export type LogPosition = z.infer<typeof logPosition>
/** An input as an event names it; `sha256`, hex, of the record's bytes: so the chain of events vouches for what it was made of. */
export const inputReference = logPosition.extend({ sha256: z.string().optional() })
export type InputReference = z.infer<typeof inputReference>

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
  /** Where the raw bytes are, in pieces; `sha256`: of the SHA-256 of the pieces, all in hex, one after the other. */
  raw: z.object({ stream: z.string(), sequences: z.array(z.int().positive()).min(1), sha256: z.string().optional() }),
  facts: mailFacts,
  text: z.string(),
  html: z.string().nullable(),
  attachments: z.array(attachment),
  parserVersion: z.string(),
  /**
   * The Message-ID, without brackets, of the mail that this one answers as we know for ourselves: by the signed token in the
   * address that it was sent to, or because we composed it. It stands where headers say nothing, or were taken out on the way.
   */
  replyToken: z.string().nullable().optional(),
})
export type ReceivedRecord = z.infer<typeof receivedRecord>

/** What to do when a server took a mail in and its answer never came: leave that to a person, or send it again under the same id. */
export const unknownPolicy = z.enum(['hold', 'retry'])
export type UnknownPolicy = z.infer<typeof unknownPolicy>

/** How a composed mail is to leave. */
export const outgoing = z.object({
  /** The envelope (RFC 5321 §3.3): the return path, and everybody who gets it, blind copies too. */
  from: z.string(),
  to: z.array(z.string()).min(1),
  /** The message that it answers or forwards, where it does. */
  answers: messageId.nullable(),
  /** ISO 8601 UTC, not to leave before that; `null` for at once. */
  sendAt: z.iso.datetime().nullable(),
  /** Nobody wrote it by hand (RFC 3834). */
  automatic: z.boolean(),
  onUnknown: unknownPolicy,
  /** The event that its sender had seen of the thread it answers: up to there the thread is read. */
  seenUpTo: z.object({ thread: threadId, sequence: z.int().nonnegative() }).nullable(),
  /** The API key that asked for it. */
  actor: z.string(),
})
export type Outgoing = z.infer<typeof outgoing>

/** The input record of a mail that we wrote (`skein.mail.<p>.<space>.composed`): as of one that was received, and how it is to leave. */
export const composedRecord = receivedRecord.extend({ outgoing })
export type ComposedRecord = z.infer<typeof composedRecord>

/** What a server said about one recipient. */
export const refusedRecipient = z.object({ address: z.string(), response: z.string() })

const outcome = {
  /** The server has it. `response` is its answer to the final dot; `wireId` the Message-ID that it gave the mail, where it says one. */
  sent: { response: z.string(), refused: z.array(refusedRecipient), wireId: z.string().nullable() },
  /** It did not leave, and will be tried again. */
  deferred: { reason: z.string(), nextAt: z.iso.datetime() },
  /** It did not leave, and will not. */
  failed: { reason: z.string(), refused: z.array(refusedRecipient) },
  /** The server may have it: its answer after the final dot never came. */
  unknown: { reason: z.string() },
} as const

const ofOneAttempt = {
  v: z.literal(1),
  message: messageId,
  space: spaceId,
  /** The attempt that it came of, 1 for the first. */
  attempt: z.int().positive(),
  at: z.iso.datetime(),
  /**
   * Whether whoever says this had begun the attempt (`SendStarted`) for itself. If not, its word counts as long as nobody has
   * begun that attempt: two senders may have taken up one mail, and one of them had no luck before it came so far.
   */
  begun: z.boolean().optional(),
}

/** The input record of what came of an attempt to send (`skein.mail.<p>.<space>.delivery`). */
export const deliveryRecord = z.discriminatedUnion('outcome', [
  z.object({ ...ofOneAttempt, outcome: z.literal('sent'), ...outcome.sent }),
  z.object({ ...ofOneAttempt, outcome: z.literal('deferred'), ...outcome.deferred }),
  z.object({ ...ofOneAttempt, outcome: z.literal('failed'), ...outcome.failed }),
  z.object({ ...ofOneAttempt, outcome: z.literal('unknown'), ...outcome.unknown }),
])
export type DeliveryRecord = z.infer<typeof deliveryRecord>
