import type { Address } from './facts.js'

/** The mail that is quoted, as far as a quote shows it. */
export interface QuotedMail {
  readonly from: readonly Address[]
  readonly to: readonly Address[]
  readonly cc: readonly Address[]
  /** ISO 8601 UTC. */
  readonly sentAt: string
  readonly subject: string
  readonly text: string
}

/** Characters of a mail that are quoted; what is longer is a log or a dump, and the thread has it. */
const QUOTE_LIMIT = 200_000
const CUT = '[…]'
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const two = (value: number): string => String(value).padStart(2, '0')

/** `Mon, 2 Mar 2026 at 12:00 UTC`: the reader's own place is not known. */
const when = (iso: string): string => {
  const at = new Date(iso)
  const day = `${DAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`
  return `${day} at ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`
}

/** A person on one line; what a name holds of line breaks and brackets would break the line apart. */
const person = ({ name, address }: Address): string => {
  const shown = name.replace(/[\s<>]+/g, ' ').trim()
  return shown === '' || shown === address ? address : `${shown} <${address}>`
}
const people = (list: readonly Address[]): string => list.map(person).join(', ')

/** The line above a quote: `On Mon, 2 Mar 2026 at 12:00 UTC, Ann <ann@a.test> wrote:`. Mailers, and we, know a quote by it. */
export const attributionLine = ({ from, sentAt }: Pick<QuotedMail, 'from' | 'sentAt'>): string =>
  `On ${when(sentAt)}, ${from[0] === undefined ? 'somebody' : person(from[0])} wrote:`

/** The mail's lines without what stands below its signature mark (RFC 3676 §4.3), at most so many characters. */
const quotedLines = (text: string): string[] => {
  const lines = text.slice(0, QUOTE_LIMIT).replace(/\r\n?/g, '\n').split('\n')
  const signature = lines.findLastIndex((line) => line === '-- ')
  const kept = signature > 0 ? lines.slice(0, signature) : lines
  const end = kept.findLastIndex((line) => line.trim() !== '')
  return [...kept.slice(0, end + 1), ...(text.length > QUOTE_LIMIT ? [CUT] : [])]
}

/** `> ` before each line; a line that is a quote already only gets one more `>` (RFC 3676 §4.5). */
const prefixed = (line: string): string => (line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`)

/** The quote below a reply as plain text, lines ended by LF; empty for a mail without text. */
export const textQuote = (mail: QuotedMail): string => {
  const lines = quotedLines(mail.text)
  return lines.length === 0 ? '' : [attributionLine(mail), '', ...lines.map(prefixed), ''].join('\n')
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
/** Text as HTML shows it. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"]/g, (char) => escapes[char] ?? char)

const htmlLines = (lines: readonly string[]): string => lines.map(escapeHtml).join('<br>\n')

const RULE = 'margin:0 0 0 .8ex;border-left:1px solid #ccc;padding-left:1ex'

/**
 * The quote below a reply as HTML: `gmail_quote` is what Gmail and Outlook fold away, `type="cite"` what Apple Mail and Thunderbird
 * do. It is made of the mail's text: foreign HTML could end the quote, and would bring its own style and script along.
 */
export const htmlQuote = (mail: QuotedMail): string => {
  const lines = quotedLines(mail.text)
  if (lines.length === 0) return ''
  const above = `<div dir="auto" class="gmail_attr">${escapeHtml(attributionLine(mail))}</div>`
  const quote = `<blockquote class="gmail_quote" type="cite" style="${RULE}">${htmlLines(lines)}</blockquote>`
  return `<div class="gmail_quote">${above}\n${quote}</div>`
}

const summary = (mail: QuotedMail): string[] => [
  '---------- Forwarded message ---------',
  `From: ${people(mail.from)}`,
  `Date: ${when(mail.sentAt)}`,
  `Subject: ${mail.subject.replace(/\s+/g, ' ')}`,
  `To: ${people(mail.to)}`,
  ...(mail.cc.length > 0 ? [`Cc: ${people(mail.cc)}`] : []),
]

const forwardedLines = (text: string): string[] => [
  ...text.slice(0, QUOTE_LIMIT).replace(/\r\n?/g, '\n').split('\n'),
  ...(text.length > QUOTE_LIMIT ? [CUT] : []),
]

/** A forwarded mail below the words of whoever forwards it: who wrote it to whom, and all of its text, signature included. */
export const textForward = (mail: QuotedMail): string =>
  [...summary(mail), '', ...forwardedLines(mail.text), ''].join('\n')

/** The same as HTML. */
export const htmlForward = (mail: QuotedMail): string =>
  `<div class="gmail_quote"><div dir="auto" class="gmail_attr">${htmlLines(summary(mail))}</div><br>\n${htmlLines(forwardedLines(mail.text))}</div>`
