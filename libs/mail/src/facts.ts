import { z } from 'zod'

/**
 * One mailbox of an address header (RFC 5322 §3.4): `name` decoded, `address` as `local@domain` with the domain
 * lower-cased.
 */
export const address = z.object({ name: z.string(), address: z.string() })
export type Address = z.infer<typeof address>

/**
 * What sort of mail this is, from its headers and top content type. One kind each, the first that fits in this order.
 */
export const mailKind = z.enum(['bounce', 'receipt', 'auto-reply', 'calendar', 'list', 'normal'])
export type MailKind = z.infer<typeof mailKind>

/**
 * What stands before the base subject: `reply` (`Re:`, `AW:` …), `forward` (`Fwd:`, `WG:` …), `automatic` (`Out of
 * Office:` …).
 */
export const subjectKind = z.enum(['plain', 'reply', 'forward', 'automatic'])
export type SubjectKind = z.infer<typeof subjectKind>

/** What the receiving server said of the sender (RFC 8601 Authentication-Results); `null` where nothing was said. */
export const authentication = z.object({
  dmarc: z.string().nullable(),
  spf: z.string().nullable(),
  dkim: z.string().nullable(),
})

/** What a server says became of a mail (RFC 3464). */
export const deliveryReport = z.object({
  /** `delayed`: it is still trying. What befell several recipients differently counts as the worst of it. */
  action: z.enum(['failed', 'delayed', 'delivered', 'relayed', 'expanded']),
  /** The enhanced code (RFC 3463), `5.1.1`, where it says one. */
  status: z.string().nullable(),
  /** Those whom it befell, as far as it names them. */
  recipients: z.array(z.string()),
})
export type DeliveryReport = z.infer<typeof deliveryReport>

/**
 * The threading facts of one mail: all that a decision may look at, read once from the raw bytes and stored in the
 * input record. Ids are without brackets, white space and controls, their domain lower-cased (RFC 5322 §3.6.4).
 */
export const mailFacts = z.object({
  /** The mail's own id; made from the content where the mail has none (`synthetic`). */
  messageId: z.string(),
  synthetic: z.boolean(),
  /** Other ids of this same mail: repeated Message-ID lines, originals that a provider replaced, Resent-Message-ID. */
  aliases: z.array(z.string()),
  inReplyTo: z.array(z.string()),
  references: z.array(z.string()),
  /**
   * Tokens of In-Reply-To and References that stood outside of brackets: ids only where they equal one that is known
   * already.
   */
  bareIds: z.array(z.string()).optional(),
  /** The id of the mail that a bounce (RFC 3464) or a receipt (RFC 8098) is about. */
  originalId: z.string().nullable(),
  /** What a bounce says of that mail; left out where it says nothing that can be read, and in every other mail. */
  report: deliveryReport.optional(),
  subject: z.string(),
  baseSubject: z.string(),
  /**
   * The base subject with initials (`R:`, `TR:` …) taken off too, where that differs; it counts only where it equals a
   * known one.
   */
  looseBaseSubject: z.string().optional(),
  subjectKind,
  from: z.array(address),
  replyTo: z.array(address),
  to: z.array(address),
  cc: z.array(address),
  bcc: z.array(address),
  /** ISO 8601 UTC of the Date header; `null` where it is missing or no date. */
  date: z.string().nullable(),
  /** ISO 8601 UTC of the topmost Received line (RFC 5321 §4.4): when the last server took it. Left out where there is none. */
  lastHopAt: z.string().optional(),
  /** Base64 of a well-formed Outlook conversation index (MS-OXOMSG 2.2.1.3), else `null`. */
  threadIndex: z.string().nullable(),
  threadTopic: z.string().nullable(),
  kind: mailKind,
  calendarUid: z.string().nullable(),
  /** Ids of the mails that are attached to this one whole, in their order: a forward as attachment. Left out where there are none. */
  contains: z.array(z.string()).optional(),
  listId: z.string().nullable(),
  autoSubmitted: z.boolean(),
  authentication: authentication.nullable(),
  /**
   * SHA-256, 32 hex digits of it, over what stays the same when one mail is delivered twice: From, Date, Subject, body.
   */
  digest: z.string(),
  /** What was wrong with the mail, in words for a person. */
  problems: z.array(z.string()),
})
export type MailFacts = z.infer<typeof mailFacts>
