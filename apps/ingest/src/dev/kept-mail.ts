import type { KeptMail } from '@skein/log'
import { readHeaderBlock } from '@skein/mail'
import type { MailBodies } from '@skein/mime'
import { z } from 'zod'

/** One mail of the list. */
export const keptJson = z.object({
  /** Its place; what `/v1/dev/outbox/:n` takes. */
  id: z.int().positive(),
  /** The envelope: what the sender and the recipients were, whatever the header says. */
  from: z.string(),
  to: z.array(z.string()),
  subject: z.string(),
  size: z.int(),
  received_at: z.iso.datetime(),
})

export const keptListJson = z.object({ messages: z.array(keptJson), next_cursor: z.string().nullable() })

export const keptMailJson = keptJson.extend({
  headers: z.array(z.object({ name: z.string(), value: z.string() })),
  text: z.string(),
  html: z.string().nullable(),
  attachments: z.array(z.object({ filename: z.string().nullable(), content_type: z.string(), size: z.int() })),
  /** The mail as text; octets that are no UTF-8 are replaced in it, and are as they were in `/raw`. */
  raw: z.string(),
})

export const toKeptJson = ({ n, envelope, subject, size, receivedAt }: KeptMail): z.infer<typeof keptJson> => ({
  id: n,
  from: envelope.from,
  to: envelope.to,
  subject,
  size,
  received_at: receivedAt,
})

export const toKeptMailJson = (mail: KeptMail, raw: Uint8Array, bodies: MailBodies): z.infer<typeof keptMailJson> => ({
  ...toKeptJson(mail),
  headers: headersOf(raw),
  text: bodies.text,
  html: bodies.html,
  attachments: bodies.attachments.map(({ filename, contentType, size }) => ({
    filename,
    content_type: contentType,
    size,
  })),
  raw: decoder.decode(raw),
})

const decoder = new TextDecoder()

/** As they were sent: unfolded, in order, encoded words and all. */
const headersOf = (raw: Uint8Array): { name: string; value: string }[] =>
  readHeaderBlock(raw).fields.map(({ start, nameEnd, valueStart, end }) => ({
    name: decoder.decode(raw.subarray(start, nameEnd)),
    value: decoder
      .decode(raw.subarray(valueStart, end))
      .replaceAll(/[\r\n]+/g, '')
      .trim(),
  }))
