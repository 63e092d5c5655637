import { badRequest } from '@skein/http'
import { isMail, readFacts, type MailFacts } from '@skein/mail'
import { clientNames } from '@skein/threading'
import { z } from 'zod'

/** Mails of one simulation, whatever they come from. */
export const MOST_SIMULATED = 200

const line = z
  .string()
  .max(20_000)
  .regex(/^[^\r\n\0]*$/, 'has to be one line')
const lines = z.union([line, z.array(line).max(1_000)])

/** The headers that clients look at, as text; ids with or without their brackets, addresses as in a mail. */
const headers = z.strictObject({
  message_id: line.optional(),
  in_reply_to: lines.nullish(),
  references: lines.nullish(),
  subject: line.nullish(),
  from: lines.nullish(),
  to: lines.nullish(),
  cc: lines.nullish(),
  date: z.iso.datetime({ offset: true }).nullish(),
  thread_index: line.nullish(),
  thread_topic: line.nullish(),
})
type Headers = z.infer<typeof headers>

export const simulateBody = z
  .strictObject({
    client: z.enum([...clientNames, 'all']).default('all'),
    /** A stored thread, before the others, in the order in which its messages came. */
    thread_id: z.string().min(1).max(200).optional(),
    /** Raw mails (RFC 5322), or their headers. */
    messages: z
      .array(z.union([z.string().min(1), headers], 'is neither a raw mail (text) nor an object with its headers'))
      .max(MOST_SIMULATED)
      .default([]),
    /** A mail that is not sent yet, after all the others. */
    draft: headers.optional(),
  })
  .refine((body) => body.thread_id !== undefined || body.messages.length > 0 || body.draft !== undefined, {
    path: ['messages'],
    message: 'is missing, and so are thread_id and draft: there is nothing to group',
  })
export type SimulateBody = z.infer<typeof simulateBody>

const listOf = (text: string | readonly string[] | null | undefined): readonly string[] =>
  typeof text === 'string' ? [text] : (text ?? [])

const inBrackets = (ids: string | readonly string[] | null | undefined): string =>
  listOf(ids)
    .flatMap((text) => (text.includes('<') ? [text] : text.split(/[\s,]+/).filter((id) => id !== '')))
    .map((id) => (id.includes('<') ? id : `<${id}>`))
    .join(' ')

/** Headers are read as those of a mail, so that they mean here what they will mean when they are sent. */
const factsOfHeaders = (given: Headers): MailFacts => {
  const fields: [name: string, text: string][] = [
    ['Message-ID', inBrackets(given.message_id)],
    ['In-Reply-To', inBrackets(given.in_reply_to)],
    ['References', inBrackets(given.references)],
    ['Subject', given.subject ?? ''],
    ['From', listOf(given.from).join(', ')],
    ['To', listOf(given.to).join(', ')],
    ['Cc', listOf(given.cc).join(', ')],
    ['Date', given.date ? new Date(given.date).toUTCString().replace('GMT', '+0000') : ''],
    ['Thread-Index', given.thread_index ?? ''],
    ['Thread-Topic', given.thread_topic ?? ''],
  ]
  const present = fields.filter(([, text]) => text !== '')
  return readFacts(
    new TextEncoder().encode(`${present.map(([name, text]) => `${name}: ${text}`).join('\r\n')}\r\n\r\n`),
  )
}

const factsOfRaw = (text: string, n: number): MailFacts => {
  const raw = new TextEncoder().encode(text)
  const looked = isMail(raw)
  if (looked.ok) return readFacts(raw)
  const fix = 'Send the mail from its first header line on, or an object with its headers.'
  throw badRequest(`messages.${n} is no mail: ${looked.reason}`, { field: `messages.${n}`, fix })
}

/** @throws Problem 400 where text is no mail */
export const factsOfGiven = (messages: SimulateBody['messages']): MailFacts[] =>
  messages.map((message, n) => (typeof message === 'string' ? factsOfRaw(message, n) : factsOfHeaders(message)))

/** A draft without a date is one that is sent now. */
export const factsOfDraft = (draft: Headers, now: string): MailFacts =>
  factsOfHeaders({ ...draft, date: draft.date ?? now })
