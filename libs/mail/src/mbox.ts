import { CR, LF, SPACE, standsAt, TAB } from './bytes.js'

/** Octets of one mail that are kept; of a longer one, which no door takes, the rest is passed over. */
export const MBOX_MAIL_LIMIT = 256 * 1024 * 1024
/** Octets of a line that are held back to tell whether it is a `From ` line. */
const FROM_LINE_LIMIT = 1_000

const GREATER = 0x3e

/** The mail that is being gathered, as pieces of the stream; no piece is copied before the mail is whole. */
interface Gathered {
  pieces: Uint8Array[]
  size: number
}

const add = (mail: Gathered, piece: Uint8Array): void => {
  const room = MBOX_MAIL_LIMIT - mail.size
  if (piece.length === 0 || room <= 0) return
  const taken = piece.length > room ? piece.subarray(0, room) : piece
  mail.pieces.push(taken)
  mail.size += taken.length
}

const joined = ({ pieces, size }: Gathered): Uint8Array => {
  const whole = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

const isEmptyLineAt = (mail: Uint8Array, at: number): boolean =>
  mail[at] === LF || (mail[at] === CR && mail[at + 1] === LF)

const hasEmptyLine = (mail: Uint8Array): boolean => {
  for (let at = 0; at < mail.length; at = mail.indexOf(LF, at) + 1) {
    if (isEmptyLineAt(mail, at)) return true
    if (mail.indexOf(LF, at) < 0) return false
  }
  return false
}

/** Where the line end that stands before `end` starts; `end` where there is none. */
const beforeLineEnd = (mail: Uint8Array, end: number): number =>
  mail[end - 1] !== LF ? end : mail[end - 2] === CR ? end - 2 : end - 1

/**
 * The mail without the empty line that an mbox puts before the next `From ` line; the one that ends its headers stays.
 */
const withoutLastEmptyLine = (mail: Uint8Array): Uint8Array => {
  const end = beforeLineEnd(mail, mail.length)
  const endsWithEmptyLine = end < mail.length && beforeLineEnd(mail, end) < end
  return endsWithEmptyLine && hasEmptyLine(mail.subarray(0, end)) ? mail.subarray(0, end) : mail
}

const isDigit = (octet: number | undefined): boolean => octet !== undefined && octet >= 0x30 && octet <= 0x39

/**
 * A time of day, `hh:mm`, somewhere in the line: what a `From ` line has and a sentence that starts with "From" has
 * not.
 */
const hasTime = (line: Uint8Array): boolean => {
  for (let at = line.indexOf(0x3a); at > 0; at = line.indexOf(0x3a, at + 1))
    if (isDigit(line[at - 1]) && isDigit(line[at + 1]) && isDigit(line[at + 2])) return true
  return false
}

/**
 * Octets to leave out at the start of a line of the body: one `>` of `>From `, `>>From ` … (mboxrd; mboxo writes only
 * the first).
 */
const quoteLength = (line: Uint8Array): number => {
  let at = 0
  while (line[at] === GREATER) at++
  return at > 0 && line[at] === 0x46 && standsAt(line, at, 'from ') ? 1 : 0
}

const EMPTY = new Uint8Array(0)

const concatenated = (first: Uint8Array, second: Uint8Array): Uint8Array =>
  first.length === 0 ? second : joined({ pieces: [first, second], size: first.length + second.length })

/** Takes an mbox chunk by chunk and gives back the mails that are whole. Holds one mail and one line. */
class MboxSplitter {
  private mail: Gathered = { pieces: [], size: 0 }
  private whole: Uint8Array[] = []
  /** The start of a line whose end has not come yet. */
  private carry = EMPTY
  private isInsideLine = false
  private afterEmptyLine = true
  private isFirstLine = true
  /** Files whose first `From ` line has no time get the benefit of the doubt for all others too. */
  private needsTime = true

  push(chunk: Uint8Array): Uint8Array[] {
    const bytes = concatenated(this.carry, chunk)
    const rest = this.takeLines(bytes)
    const isLong = bytes.length - rest > FROM_LINE_LIMIT
    this.carry = isLong ? EMPTY : bytes.slice(rest)
    if (isLong) this.takeStartOfLongLine(bytes.subarray(rest))
    return this.takeWhole()
  }

  end(): Uint8Array[] {
    const line = this.carry
    this.carry = EMPTY
    if (this.isSeparator(line)) this.endMail()
    else add(this.mail, this.isInsideLine ? line : line.subarray(quoteLength(line)))
    this.endMail()
    return this.takeWhole()
  }

  private takeWhole(): Uint8Array[] {
    const { whole } = this
    this.whole = []
    return whole
  }

  /** Takes all complete lines and says where the rest starts. Lines that stay as they are go on in one piece. */
  private takeLines(bytes: Uint8Array): number {
    let kept = 0
    let at = 0
    for (let end = bytes.indexOf(LF) + 1; end > 0; end = bytes.indexOf(LF, at) + 1) {
      const first = this.isInsideLine ? SPACE : bytes[at]
      if (first === 0x46 || first === GREATER) kept = this.takeSpecialLine(bytes, kept, at, end)
      this.afterEmptyLine = !this.isInsideLine && isEmptyLineAt(bytes, at)
      this.isInsideLine = false
      this.isFirstLine = false
      at = end
    }
    add(this.mail, bytes.subarray(kept, at))
    return at
  }

  /** A line that starts with `F` or `>`: where the octets that are still to be added start after it. */
  private takeSpecialLine(bytes: Uint8Array, kept: number, at: number, end: number): number {
    const line = bytes.subarray(at, end)
    if (this.isSeparator(line)) {
      add(this.mail, bytes.subarray(kept, at))
      this.endMail()
      return end
    }
    const quotes = quoteLength(line)
    if (quotes === 0) return kept
    add(this.mail, bytes.subarray(kept, at))
    return at + quotes
  }

  private takeStartOfLongLine(line: Uint8Array): void {
    add(this.mail, this.isInsideLine ? line : line.subarray(quoteLength(line)))
    this.isInsideLine = true
    this.isFirstLine = false
  }

  private isSeparator(line: Uint8Array): boolean {
    if (this.isInsideLine || !this.afterEmptyLine || line[0] !== 0x46 || !standsAt(line, 0, 'from ')) return false
    if (this.isFirstLine) this.needsTime = hasTime(line)
    return !this.needsTime || hasTime(line)
  }

  private endMail(): void {
    const mail = withoutLastEmptyLine(joined(this.mail))
    this.mail = { pieces: [], size: 0 }
    if (mail.some((octet) => octet > SPACE || octet === TAB)) this.whole.push(mail)
  }
}

/**
 * The mails of an mbox (RFC 4155 and its mboxrd and mboxo kin), one after the other, as their raw bytes: `From ` lines
 * gone, `>From ` unquoted, line ends as they are. A `From ` line counts after an empty line and with a time of day in
 * it. Files of any size: memory holds one mail, of which `MBOX_MAIL_LIMIT` octets are kept. What stands before the
 * first `From ` line is a mail too.
 */
export async function* splitMbox(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const splitter = new MboxSplitter()
  for await (const chunk of chunks) yield* splitter.push(chunk)
  yield* splitter.end()
}
