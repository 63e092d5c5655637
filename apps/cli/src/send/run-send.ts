import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { text as readStream } from 'node:stream/consumers'
import { z } from 'zod'
import { plain, say } from '../client/output.js'
import { apiOf, type ApiFlags } from '../directory/run-directory.js'

export interface SendFlags extends ApiFlags {
  readonly to?: readonly string[]
  readonly cc?: readonly string[]
  readonly bcc?: readonly string[]
  readonly from?: string
  readonly subject?: string
  readonly text?: string
  readonly textFile?: string
  readonly htmlFile?: string
  readonly attach?: readonly string[]
  readonly at?: string
  readonly plan?: true
  readonly quote?: boolean
}

/** The call that answers a thread or a message. @throws Error for what is neither */
export const replyPath = (id: string, toAll: boolean): string => {
  if (id.startsWith('msg_')) return `messages/${encodeURIComponent(id)}/${toAll ? 'reply-all' : 'reply'}`
  if (!id.startsWith('thr_')) throw new Error(`${id} is neither a thread (thr_…) nor a message (msg_…)`)
  if (toAll) throw new Error('--all answers a message: name one (msg_…); skein messages <thread> shows them')
  return `threads/${encodeURIComponent(id)}/reply`
}

const textOf = async ({ text, textFile, htmlFile }: SendFlags): Promise<string | undefined> => {
  if (text !== undefined) return text
  if (textFile !== undefined) return readFile(textFile, 'utf8')
  if (htmlFile !== undefined && process.stdin.isTTY) return undefined
  if (process.stdin.isTTY) process.stderr.write('The text, then Ctrl-D:\n')
  return readStream(process.stdin)
}

/** The body of the call. Files are read here, by whoever names them, and never by the server. */
const bodyOf = async (flags: SendFlags, isReply: boolean): Promise<object> => {
  const { to, cc, bcc, from, subject, htmlFile, attach = [], at, quote } = flags
  const text = await textOf(flags)
  const files = attach.map(async (path) => ({
    filename: basename(path),
    content: (await readFile(path)).toString('base64'),
  }))
  return {
    ...(to && { to }),
    ...(cc && { cc }),
    ...(bcc && { bcc }),
    ...(subject !== undefined && { subject }),
    ...(text !== undefined && { text }),
    ...(htmlFile !== undefined && { html: await readFile(htmlFile, 'utf8') }),
    ...(files.length > 0 && { attachments: await Promise.all(files) }),
    ...(at !== undefined && { send_at: at }),
    ...(isReply && from !== undefined && { inbox: from }),
    ...(isReply && quote === false && { include_quote: false }),
  }
}

const person = z.object({ name: z.string(), address: z.string() })
const remark = z.object({ code: z.string(), detail: z.string() })
const sent = z.object({
  message_id: z.string(),
  thread_id: z.string().nullable(),
  to: z.array(person),
  cc: z.array(person),
  notes: z.array(remark),
})
const planned = z.object({
  from: person,
  recipients: z.array(z.object({ address: z.string(), field: z.string(), reason: z.string() })),
  subject: z.object({ value: z.string(), reason: z.string() }),
  headers: z.array(z.object({ name: z.string(), value: z.string(), reason: z.string() })),
  transport: z.object({ id: z.string(), reason: z.string() }).nullable(),
  notes: z.array(remark),
  warnings: z.array(remark),
})
const problem = z.object({ title: z.string(), detail: z.string(), fix: z.string().optional() })

const list = (people: readonly z.infer<typeof person>[]): string => people.map(({ address }) => address).join(', ')
const remarks = (all: readonly z.infer<typeof remark>[]): string[] => all.map(({ detail }) => `Note: ${detail}`)

const sentLines = ({ message_id, thread_id, to, cc, notes }: z.infer<typeof sent>): string[] => [
  `Queued ${message_id}${thread_id === null ? '' : ` in ${thread_id}`}`,
  `To ${list(to) || 'nobody'}${cc.length > 0 ? `, copy to ${list(cc)}` : ''}`,
  ...remarks(notes),
]

const planLines = ({
  from,
  recipients,
  subject,
  headers,
  transport,
  notes,
  warnings,
}: z.infer<typeof planned>): string[] => [
  `From: ${from.address}`,
  ...recipients.map(({ field, address, reason }) => `${field}: ${address}  (${reason})`),
  `Subject: ${subject.value}  (${subject.reason})`,
  ...headers.map(({ name, value, reason }) => `${name}: ${value}  (${reason})`),
  transport === null ? 'Transport: none' : `Transport: ${transport.id}  (${transport.reason})`,
  ...remarks([...notes, ...warnings]),
  'Nothing was sent.',
]

/** Sends a mail, or shows its plan. @throws Error in the problem's own words */
export const runSend = async (path: string, flags: SendFlags, { isReply = false } = {}): Promise<void> => {
  const { url, key } = await apiOf(flags)
  const answer = await fetch(new URL(`/v1/${path}${flags.plan ? '/plan' : ''}`, url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      ...(!flags.plan && { 'idempotency-key': randomUUID() }),
    },
    body: JSON.stringify(await bodyOf(flags, isReply)),
  })
  const body: unknown = await answer.json()
  if (!answer.ok) {
    const { title, detail, fix } = problem.parse(body)
    throw new Error([`${title}: ${detail}`, fix].filter((part) => part !== undefined).join(' '))
  }
  if (flags.json) return say(JSON.stringify(body, null, 2))
  const lines = flags.plan ? planLines(planned.parse(body)) : sentLines(sent.parse(body))
  say(lines.map((line) => plain(line)).join('\n'))
}
