import type { Attachment } from '@skein/events'
import type { AttachmentStream, MessageText } from 'mailparser'
import { assemble } from './assemble.js'
import type { PartNode } from './body-parser.js'
import { BodyParser, TooManyParts } from './body-parser.js'
import {
  MAX_ATTACHMENTS,
  MAX_HTML_CHARS,
  MAX_NAME_CHARS,
  MAX_PARTS,
  MAX_TEXT_CHARS,
  MAX_TEXT_PART_BYTES,
} from './limits.js'
import { storable, textOfPart } from './text-part.js'

/** What a mail shows: its bodies and what is attached, and what was wrong with it in words for a person. */
export interface MailBodies {
  text: string
  html: string | null
  attachments: Attachment[]
  problems: string[]
}

/** Octets that are handed to the splitter at once: it is never far ahead of what is read, and leaves room for other work. */
const CHUNK = 16 * 1024

/** A mail for the parser: its content fields as a header, and its body. */
export interface Mail {
  head: string
  body: Uint8Array
}

/** The bodies and attachments of any mail. Never rejects: what could not be read is named in `problems`. */
export const parseMail = async (mail: Mail): Promise<MailBodies> => {
  const attachments: Attachment[] = []
  const parser = new BodyParser()
  const failure = await readParts(parser, mail, (part, n, content) => {
    let size = 0
    content.on('data', (bytes: Uint8Array) => (size += bytes.length))
    content.on('end', () => {
      if (n <= MAX_ATTACHMENTS) attachments.push(describe(part, n, size))
      else parser.problems.add(`has more than ${MAX_ATTACHMENTS} attachments; the rest is not listed`)
      part.release()
    })
  })
  const bodies =
    parser.tree && hasParts(parser.tree) ? assemble(parser.tree, parser.shown) : wholeAsText(mail.body, parser.problems)
  const problems = [...parser.problems, ...(failure ? [failure] : [])]
  return withinLimits({ ...bodies, attachments, problems })
}

/** Whether the mail is what it says: a multipart whose boundary is missing or never comes has no parts. */
const hasParts = (tree: PartNode): boolean =>
  tree.children.length > 0 || tree.contentType === false || !tree.contentType.startsWith('multipart/')

const wholeAsText = (body: Uint8Array, problems: Set<string>): { text: string; html: null } => {
  if (body.length > 0) problems.add('is said to have parts but has none; its body is shown as text')
  return { text: textOfPart(body.subarray(0, MAX_TEXT_PART_BYTES), AS_UTF8), html: null }
}
const AS_UTF8 = { charset: null, flowed: false, delSp: false }

export type TakeAttachment = (part: AttachmentStream, n: number, content: AttachmentStream['content']) => void

/** Runs the mail through the parser; gives what stopped it, `null` when it came to the end. */
export const readParts = (parser: BodyParser, mail: Mail, take: TakeAttachment): Promise<string | null> =>
  new Promise((resolve) => {
    let n = 0
    parser.on('data', (part: AttachmentStream | MessageText) => {
      if (part.type === 'attachment') take(part, ++n, part.content)
    })
    parser.once('end', () => resolve(null))
    parser.on('error', (error: Error) => {
      resolve(reasonOf(error))
      parser.destroy()
    })
    void feed(parser, mail)
  })

const feed = async (parser: BodyParser, { head, body }: Mail): Promise<void> => {
  parser.write(Buffer.from(head))
  for (let from = 0; from < body.length && !parser.destroyed; from += CHUNK) {
    const chunk = Buffer.from(body.buffer, body.byteOffset + from, Math.min(CHUNK, body.length - from))
    if (!parser.write(chunk)) await new Promise((resolve) => parser.once('drain', resolve))
  }
  parser.end()
}

const reasonOf = (error: Error): string =>
  error instanceof TooManyParts || /child nodes/.test(error.message)
    ? `has more than ${MAX_PARTS} parts; the rest was not read`
    : `could not be read to its end: ${error.message}`

/** An attachment in the words of the contract; names without the controls and separators that could mislead a file system. */
export const describe = (part: AttachmentStream, n: number, size: number): Attachment => {
  const name = part.filename === undefined ? '' : nameOf(part.filename)
  return {
    n,
    filename: name === '' ? null : name,
    contentType: storable(part.contentType || 'application/octet-stream').slice(0, MAX_NAME_CHARS),
    size,
    contentId: part.cid === undefined ? null : storable(part.cid).slice(0, MAX_NAME_CHARS),
    inline: part.contentDisposition === 'inline' || part.related === true,
  }
}

const nameOf = (filename: string): string =>
  storable(filename.replace(/[\p{Cc}\p{Bidi_Control}]/gu, '').replace(/[/\\]/g, '_'))
    .trim()
    .slice(0, MAX_NAME_CHARS)
    .toWellFormed()

/** What is kept of bodies, and what was cut said. */
export const withinLimits = (bodies: MailBodies): MailBodies => {
  const { html } = bodies
  const problems = [...bodies.problems]
  if (bodies.text.length > MAX_TEXT_CHARS)
    problems.push(`has a text longer than ${MAX_TEXT_CHARS} characters; it was cut`)
  if (html !== null && html.length > MAX_HTML_CHARS)
    problems.push(`has HTML longer than ${MAX_HTML_CHARS} characters; it was cut`)
  return {
    ...bodies,
    text: cut(bodies.text, MAX_TEXT_CHARS),
    html: html === null ? null : cut(html, MAX_HTML_CHARS),
    problems,
  }
}

const cut = (text: string, length: number): string =>
  text.length > length ? text.slice(0, length).toWellFormed() : text
