import MailComposer from 'nodemailer/lib/mail-composer'
import { foldHeader, htmlForward, htmlQuote, idsHeader, textForward, textQuote, type QuotedMail } from '@skein/mail'
import type { GivenAttachment } from './mail-request.js'
import type { MailPlan } from './mail-plan.js'

/** The mail that is quoted or forwarded below the words; `null` where none is. */
const below = ({ draft: { about, words } }: MailPlan): { quoted: QuotedMail; isForward: boolean } | null => {
  if (about.kind === 'new' || (about.kind === 'forward' ? about.asAttachment : !words.quote)) return null
  const { facts, text, message } = about.answered
  const { from, to, cc, subject } = facts
  return { quoted: { from, to, cc, subject, sentAt: message.sentAt, text }, isForward: about.kind === 'forward' }
}

/** Words and what stands below them; in HTML before the end of the page, if it has one. */
const withBelow = (words: string, quote: string, isHtml: boolean): string => {
  if (quote === '') return words
  if (!isHtml) return words === '' ? quote : `${words.trimEnd()}\n\n${quote}`
  const end = words.search(/<\/body\s*>/i)
  return end < 0 ? `${words}<br>\n${quote}` : `${words.slice(0, end)}<br>\n${quote}${words.slice(end)}`
}

/** The bodies: plain text where there is any or nothing at all, and HTML where the caller gave some. */
const bodiesOf = (plan: MailPlan): { text?: string; html?: string } => {
  const { text, html } = plan.draft.words
  const found = below(plan)
  const quote = found === null ? '' : (found.isForward ? textForward : textQuote)(found.quoted)
  const marked = found === null ? '' : (found.isForward ? htmlForward : htmlQuote)(found.quoted)
  const plain = { text: withBelow(text ?? '', quote, false) }
  if (html === undefined) return plain
  const rich = { html: withBelow(html, marked, true) }
  return text === undefined ? rich : { ...plain, ...rich }
}

const attached = ({ filename, content_type, inline = false, content_id, content }: GivenAttachment) => ({
  filename: filename ?? false,
  content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
  ...(content_type !== undefined && { contentType: content_type }),
  ...(content_id !== undefined && { cid: content_id }),
  contentDisposition: inline ? ('inline' as const) : ('attachment' as const),
})

const NAMED_ONCE = /^(?:Message-ID):.*(?:\r\n[ \t].*)*\r\n/im

/** The fields that we write ourselves, octet for octet as they are meant: folded, no line over 998 octets. */
const ownFields = ({ messageId, inReplyTo, references, threadIndex, automatic }: MailPlan): string[] => [
  idsHeader('Message-ID', [messageId]),
  ...(inReplyTo === null ? [] : [idsHeader('In-Reply-To', [inReplyTo])]),
  ...(references.length === 0 ? [] : [idsHeader('References', references)]),
  foldHeader('Thread-Index', threadIndex),
  ...(automatic === null ? [] : [foldHeader('Auto-Submitted', automatic)]),
]

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/**
 * The octets of a mail. nodemailer writes people, subject and bodies; ids are written here, since it folds and completes them in its
 * own way. It is given octets only, and may read neither files nor addresses. Blind copies stand in the envelope alone. The same
 * plan makes the same octets.
 */
export const writeMail = async (plan: MailPlan): Promise<Buffer> => {
  const { from, subject, threadTopic, replyTo, draft } = plan
  const { words, recipients, taken, chance } = draft
  const composer = new MailComposer({
    from,
    to: [...recipients.to],
    cc: [...recipients.cc],
    ...(replyTo !== null && { replyTo }),
    subject,
    date: new Date(chance.at),
    ...bodiesOf(plan),
    attachments: [...words.attachments, ...taken].map(attached),
    headers: { ...(threadTopic !== '' && { 'Thread-Topic': threadTopic }), ...words.headers },
    baseBoundary: hex(chance.bytes('boundary', 12)),
    disableFileAccess: true,
    disableUrlAccess: true,
  } as ConstructorParameters<typeof MailComposer>[0])
  const written = await composer.compile().build()
  const end = written.indexOf('\r\n\r\n') + 2
  const head = written.subarray(0, end).toString('latin1').replace(NAMED_ONCE, '')
  const own = `${ownFields(plan).join('\r\n')}\r\n`
  return Buffer.concat([Buffer.from(own, 'latin1'), Buffer.from(head, 'latin1'), written.subarray(end)])
}
