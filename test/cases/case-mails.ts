import type { InboxId, MessageId } from '@skein/events'
import { readFacts } from '@skein/mail'
import type { IncomingMail } from '@skein/threading'

export interface CaseMessage {
  key: string
  message_id: string | null
  in_reply_to?: string | null
  references?: string[] | null
  subject: string
  from: string
  to?: string
  box?: string
  dir?: 'in' | 'out'
  /** A conversation index by name: `R`, `R+c1` …; anything else stands as it is. */
  ti?: string
  wire?: string
  date?: string
  raw?: string
}

export interface Case {
  id: string
  title: string
  messages: CaseMessage[]
  order: string
  threads: string[][]
  order_free: boolean
  policy: string | null
  /** What has to come out, in words and header fields. */
  expect: string
}

const INDEXES: Record<string, string> = {
  R: 'AdtcM+tmABEiM0RVZneImaq7zN3u/w==',
  'R+c1': 'AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFa',
  R1: 'AdtcM+tmABEiM0RVZneImaq7zN3u/w==',
  R2: 'AdtcM+tm/+7dzLuqmYh3ZlVEMyIRAA==',
  'R2+c1': 'AdtcM+tm/+7dzLuqmYh3ZlVEMyIRAAACGHFa',
}

const LONG = 'L'.repeat(2000)

/** Ids of the cases are short pictures, `<a@x>`; mail has longer ones, and what is too short is no id. */
export const realId = (text: string): string =>
  text
    .replace(/<L+\.\.\.\(2000\)@x>|<same 2000-char id>/g, `<${LONG}@x.test>`)
    .replace(/<([^<>@\s]{1,8})@(?!\w+\.test)([A-Za-z.]{1,8})>/g, '<case-id-$1@$2.test>')
    .replace('=?us-ascii?q?=3Ca=40x=3E?=', '=?us-ascii?q?=3Ccase-id-a=40x.test=3E?=')

const unescaped = (text: string): string =>
  text.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))

/** Recipients of a case as a header has them: `support@us` and `support@` are ours, and words after an address are none of it. */
const recipients = (to: string): string =>
  to
    .split(',')
    .map((one) =>
      one
        .trim()
        .replace(/ only$/, '')
        .replace(/@(us)?$/, '@us.test'),
    )
    .join(', ')

const address = (from: string): string => (from.includes('@') ? from.replace(/@us$/, '@us.test') : `${from}@us.test`)

const NOON = Date.parse('2026-03-02T12:00:00Z')
const written = ({ date, key }: CaseMessage): string => {
  const days = /^\+(\d+)d$/.exec(date ?? '')?.[1] ?? '0'
  return new Date(NOON + Number(days) * 86_400_000 + (Number.parseInt(key, 10) || 0) * 60_000)
    .toUTCString()
    .replace('GMT', '+0000')
}

const BOUNCE = [
  'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
  'Auto-Submitted: auto-replied',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  'It could not be delivered.',
  '--b',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mx.b.test',
  '',
  '--b',
  'Content-Type: message/rfc822',
  '',
  'Message-ID: <own@us>',
  'Subject: Q',
  '',
  'Text',
  '--b--',
]

/** Further lines of the header (and for a bounce the body) that a case describes in words. */
const described = (raw: string | undefined): string[] => {
  if (raw === undefined) return []
  if (raw.startsWith('multipart/report')) return BOUNCE.map(realId)
  if (raw.startsWith('Auto-Submitted')) return ['Auto-Submitted: auto-replied']
  if (raw.startsWith('Cc: ')) return [`Cc: ${recipients(raw.slice('Cc: '.length))}`]
  if (raw.startsWith('DMARC pass')) return ['Authentication-Results: mx.us.test; dmarc=pass header.from=a.test']
  return []
}

const lines = (message: CaseMessage, more: string[]): string[] => [
  `From: ${address(message.from)}`,
  `To: ${recipients(message.to ?? 'support@us.test')}`,
  `Date: ${written(message)}`,
  `Subject: ${unescaped(message.subject)}`,
  ...(message.message_id === null ? [] : [`Message-ID: ${realId(message.message_id)}`]),
  ...(message.in_reply_to ? [`In-Reply-To: ${realId(message.in_reply_to)}`] : []),
  ...(message.references ? [`References: ${message.references.map(realId).join(' ')}`] : []),
  ...(message.ti === undefined ? [] : [`Thread-Index: ${INDEXES[message.ti] ?? message.ti}`]),
  ...more,
]

const messageOf = (text: string): MessageId => `msg_${Buffer.from(text).toString('hex').slice(0, 64)}` as MessageId

/** A message of a case as a mail that came in; `more` are further header lines. */
export const caseMail = (message: CaseMessage, more: string[] = []): IncomingMail => {
  const head = [...lines(message, more), ...described(message.raw)]
  const raw = Buffer.from(
    [...head, ...(head.includes('') ? [] : ['', `Text of ${message.key.replace(/b$/, '')}`]), ''].join('\r\n'),
  )
  return {
    message: messageOf(message.key),
    facts: readFacts(raw),
    inbox: `inb_${message.box ?? 'support'}` as InboxId,
    role: 'to',
    direction: message.dir ?? 'in',
    receivedAt: '2026-04-01T00:00:00.000Z',
    order: 0,
    snippet: '',
    attachments: 0,
    size: raw.length,
    input: { stream: 'MAIL-0', sequence: 1 },
  }
}

export const wireIdOf = (message: CaseMessage): string => realId(message.wire ?? '').replace(/[<>]/g, '')
