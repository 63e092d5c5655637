import { domainToASCII } from 'node:url'
import { inboxId, threadId, unknownPolicy } from '@skein/events'
import { normaliseId, parseAddresses, parseIds, type Address } from '@skein/mail'
import { z } from 'zod'

/** Characters of a text that a caller writes; a quote below it is not counted. */
const LONGEST_TEXT = 1_000_000
const LONGEST_LINE = 900
const MOST_ATTACHMENTS = 100
const YEAR_MS = 366 * 24 * 60 * 60 * 1_000
/** A clock that is this far behind is still in the present. */
const SLACK_MS = 60_000

const CONTROL = /\p{Cc}/u
const LOCAL = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}$/
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** Text of one line for a header: a CR or LF in it would add header fields of the caller's own. */
export const headerText = (longest = LONGEST_LINE) =>
  z
    .string()
    .max(longest)
    .refine((text) => !CONTROL.test(text), 'has a control character; CR, LF, NUL and others are refused in headers')

const bodyText = z
  .string()
  .max(LONGEST_TEXT)
  .refine((text) => !text.includes('\0'), 'has a NUL')

/** `local@domain` in ASCII, domain in lower case; `null` where it is no address that SMTP takes without SMTPUTF8. */
const asciiAddress = (address: string): string | null => {
  const at = address.lastIndexOf('@')
  const domain = domainToASCII(address.slice(at + 1))
  return LOCAL.test(address.slice(0, at)) && DOMAIN.test(domain) ? `${address.slice(0, at)}@${domain}` : null
}

const inOneString = (text: string): Address | null => {
  const [first, ...others] = parseAddresses(text)
  return first !== undefined && others.length === 0 ? first : null
}

const NO_ADDRESS =
  'is not one address; send "Name <local@domain>", "local@domain" or {"name": …, "address": …}, without control characters'

/** A mailbox, as `Name <a@b>` or as an object. */
export const mailbox = z
  .union([headerText(), z.strictObject({ name: headerText(200).optional(), address: headerText(320) })], NO_ADDRESS)
  .transform((given, context): Address => {
    const read = typeof given === 'string' ? inOneString(given) : { name: given.name ?? '', address: given.address }
    const address = read === null ? null : asciiAddress(read.address)
    if (read !== null && address !== null) return { name: read.name, address }
    context.addIssue({ code: 'custom', message: NO_ADDRESS })
    return z.NEVER
  })
/** One mailbox or a list of them. */
const mailboxes = z
  .union([z.array(mailbox).max(1_000), mailbox.transform((one) => [one])], `${NO_ADDRESS}; for several send a list`)
  .default([])

const NO_ID = 'is no Message-ID of the form <local@domain>, in visible ASCII and at most 900 characters'

/** A Message-ID, with brackets or without; becomes one without, in the form in which ids compare. */
export const wireId = headerText().transform((text, context): string => {
  const id = normaliseId(text)
  const isWhole = /^[\x21-\x7e]+$/.test(text.trim()) && id.indexOf('@') > 0 && !id.endsWith('@') && !/[<>]/.test(id)
  if (isWhole && parseIds(`<${id}>`)[0] === id) return id
  context.addIssue({ code: 'custom', message: NO_ID })
  return z.NEVER
})

const isBase64 = (text: string): boolean => /^[A-Za-z0-9+/_-]*={0,2}$/.test(text.replace(/[\r\n]+/g, ''))

const attachmentFields = {
  filename: headerText(255).optional(),
  content_type: z
    .string()
    .max(200)
    .regex(/^(?!multipart\/)[\w.+-]+\/[\w.+-]+$/i, 'is no media type such as application/pdf')
    .optional(),
  /** Shown in the text, by its `content_id`, and not below it. */
  inline: z.boolean().optional(),
  content_id: z
    .string()
    .regex(/^[\w.+-]{1,100}(?:@[\w.-]{1,100})?$/, 'is no content id: letters, digits and . _ + - with at most one @')
    .optional(),
}
/** A file of the mail. It is given whole: nothing is read from a file or an address on a caller's word. */
export const attachment = z
  .strictObject({ ...attachmentFields, content: z.string().refine(isBase64, 'is no base64') })
  .transform(({ content, ...rest }) => ({ ...rest, content: new Uint8Array(Buffer.from(content, 'base64')) }))
export type GivenAttachment = Omit<z.infer<typeof attachment>, 'content'> & { content: Uint8Array }

/** Fields that say something to us or to servers which we have to say ourselves. */
const RESERVED =
  /^x-(?:skein|google-|microsoft-|ms-|original-|failed-recipients|auto|vacation|mail-auto|envelope|loop|gm-|apple-)/i
const OWN_FIELD = /^(?:x-[a-z0-9-]{1,70}|list-(?:id|unsubscribe|unsubscribe-post|help|archive|post|owner|subscribe))$/i
const ownHeaders = z
  .record(
    z
      .string()
      .regex(OWN_FIELD, 'is no field that a caller may set: X-… and List-… only')
      .refine((name) => !RESERVED.test(name), 'is a field that servers set and read'),
    headerText(),
  )
  .refine((fields) => Object.keys(fields).length <= 50, 'has more than 50 fields')
  .default({})

const sendAt = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .refine((at) => Date.parse(at) > Date.now() - SLACK_MS, 'is in the past')
  .refine((at) => Date.parse(at) < Date.now() + YEAR_MS, 'is more than a year ahead')

const content = {
  cc: mailboxes,
  bcc: mailboxes,
  /** Where answers go, instead of the inbox. */
  reply_to: mailbox.optional(),
  subject: headerText().optional(),
  text: bodyText.optional(),
  html: bodyText.optional(),
  attachments: z.array(attachment).max(MOST_ATTACHMENTS).default([]),
  /** A Message-ID of the caller's own; without it one is made that Skein knows again. */
  message_id: wireId.optional(),
  in_reply_to: wireId.optional(),
  references: z.array(wireId).max(1_000).optional(),
  headers: ownHeaders,
  send_at: sendAt.optional(),
  /** Nobody wrote it by hand (RFC 3834); it never answers automatic mail. */
  auto_submitted: z.boolean().default(false),
  /** What becomes of it when the receiving server's last answer is lost; see docs/sending.md. */
  on_unknown: unknownPolicy.default('hold'),
}

/** The body of `send`. With `thread_id` it answers that thread; `to` may be left out then. */
export const sendBody = z.strictObject({
  to: mailboxes,
  ...content,
  thread_id: threadId.optional(),
  include_quote: z.boolean().optional(),
})
export type SendBody = z.infer<typeof sendBody>

/** The body of `reply` and `reply-all`. `to`, `cc` and `bcc` come beside those whom the answered mail says. */
export const replyBody = z.strictObject({
  to: mailboxes,
  ...content,
  include_quote: z.boolean().default(true),
  /** Which inbox answers, by id or address, where several have the mail. */
  inbox: z.union([inboxId, headerText(320)]).optional(),
})
export type ReplyBody = z.infer<typeof replyBody>

/** The body of `forward`. */
export const forwardBody = z.strictObject({
  to: mailboxes,
  ...content,
  inbox: z.union([inboxId, headerText(320)]).optional(),
  /** The mail goes along whole, as a file, in a thread of its own; else its text stands below, and its files go along. */
  as_attachment: z.boolean().default(false),
})
export type ForwardBody = z.infer<typeof forwardBody>
