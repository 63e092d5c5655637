import {
  DATE_LABELS,
  FORWARDED_MESSAGE,
  FROM_LABELS,
  OPENERS,
  ORIGINAL_MESSAGE,
  SIGNED_BY_PROGRAM,
  SUBJECT_LABELS,
  TO_LABELS,
  WROTE,
} from './quote-words.js'

/**
 * Characters of a line that are looked at to tell what it is; so a line of a megabyte costs no more than one of these.
 */
const LINE_LIMIT = 400
/** Lines over which `On …` and `wrote:` may be spread by wrapping. */
const ATTRIBUTION_LINES = 4
/** Lines that the header block of a quoted mail may have. */
const HEADER_BLOCK_LINES = 10
/** Lines that a signature after `--` without its space may have; with more it is a rule between paragraphs. */
const SIGNATURE_LINES = 25

/** Marks of direction and other characters that nobody sees. */
export const MARKS = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g

/** Lines as they are compared: no marks of direction, at most `LINE_LIMIT` characters, trimmed. */
export type Lines = readonly string[]

export const seenLines = (typed: readonly string[]): Lines =>
  typed.map((line) => line.slice(0, LINE_LIMIT).replace(MARKS, '').trim())

const isBlank = (line: string | undefined): boolean => line === undefined || line === ''

/** Whether a line starts with `>`, or with the mark that the quote it may be part of has instead. */
export const isQuoted = (line: string | undefined, mark: string | null = null): boolean => {
  if (line === undefined) return false
  return (line.startsWith('>') && !line.startsWith('>From ')) || (mark !== null && line.startsWith(mark))
}

/** The next line that is not empty. */
export const nextFilled = (lines: Lines, after: number): number => {
  let at = after + 1
  while (at < lines.length && lines[at] === '') at++
  return at
}

/** Bars and initials (`AB> `) are never anything else below an attribution; the other marks start plain lines too. */
const CLEAR_MARK = /^(?:[|»]|[A-Za-z]{1,4}>)/
const POSSIBLE_MARK = /^[:}%]/

/** The mark of a quote that starts at `at` and has another one than `>`, `null` where it has none. */
export const quoteMarkAt = (lines: Lines, at: number): string | null => {
  const line = lines[at] ?? ''
  const clear = CLEAR_MARK.exec(line)
  if (clear !== null) return clear[0]
  const mark = POSSIBLE_MARK.exec(line)?.[0]
  return mark !== undefined && lines[nextFilled(lines, at)]?.startsWith(mark) === true ? mark : null
}

/**
 * The words between dashes, underscores, equal signs or stars, in lower case; `null` where the line does not start with
 * two of them.
 */
const betweenDashes = (line: string): string | null => {
  if (!/^[-_=*]{2}/.test(line)) return null
  return line
    .replace(/^[-_=*\s]+/, '')
    .replace(/[-_=*:\s]{1,200}$/, '')
    .toLowerCase()
}

/** `From`, `*Von*`: the label of a line of the form `label: text`, in lower case. */
const labelOf = (line: string): string => {
  const colon = line.slice(0, 40).search(/[:：]/)
  return colon < 1 ? '' : line.slice(0, colon).replaceAll('*', '').trim().toLowerCase()
}

/** The lines from `at` to the next empty or quoted one, as far as a header block may reach. */
const blockLines = (lines: Lines, at: number): Lines => {
  const block = lines.slice(at, at + HEADER_BLOCK_LINES)
  const end = block.findIndex((line) => line === '' || isQuoted(line))
  return end < 0 ? block : block.slice(0, end)
}

/**
 * `From:` or `Sent:` with the other labels of a quoted mail's head below it, as Outlook writes it. Without a recipient
 * it is none: patches have author, date and subject in their text.
 */
const startsHeaderBlock = (lines: Lines, at: number): boolean => {
  const first = labelOf(lines[at] ?? '')
  if (!FROM_LABELS.has(first) && !DATE_LABELS.has(first)) return false
  const labels = blockLines(lines, at).map(labelOf)
  const has = (kind: ReadonlySet<string>): boolean => labels.some((label) => kind.has(label))
  return has(FROM_LABELS) && has(TO_LABELS) && (has(DATE_LABELS) || has(SUBJECT_LABELS))
}

/**
 * Where the text of a quoted mail starts, if its head starts at `at`: a line between dashes, a header block, or a rule
 * and one; else -1.
 */
export const endOfQuoteHead = (lines: Lines, at: number): number => {
  const words = betweenDashes(lines[at]!)
  const start = words === null ? at : nextFilled(lines, at)
  const isHead =
    words === null || (words === '' && lines[at]!.length >= 5)
      ? startsHeaderBlock(lines, start)
      : ORIGINAL_MESSAGE.has(words)
  if (!isHead) return -1
  const isBlock = labelOf(lines[start] ?? '') !== ''
  return isBlock ? start + blockLines(lines, start).length : start
}

/** Longer than any phrase of `FORWARDED_MESSAGE` with its dashes. */
const FORWARD_LINE_LIMIT = 100

export const startsForward = (line: string): boolean => {
  if (line.length > FORWARD_LINE_LIMIT) return false
  const words = betweenDashes(line) ?? line.toLowerCase().replace(/[:：]$/, '')
  return FORWARDED_MESSAGE.has(words)
}

const DATED = /\d{4}|\d{1,2}[:.h]\d{2}/
const TIMED = /\d{1,2}[:.h]\d{2}/
const WROTE_WORD = new RegExp(WROTE.join('|'))

const opens = (lowered: string): boolean =>
  OPENERS.some((word) => lowered.startsWith(`${word} `)) || /^\D{0,25}\d/.test(lowered)

/** Whether a joined line says who wrote when: `On 3 May 2024, Bob wrote:`, `3. 5. 2024 v 10:00, Bob <b@x>:`. */
const isSureAttribution = (lowered: string): boolean => {
  if (!opens(lowered) || !DATED.test(lowered)) return false
  return WROTE_WORD.test(lowered) || (TIMED.test(lowered) && lowered.includes('<') && lowered.includes('@'))
}

export interface Attribution {
  /** The first of its lines. */
  from: number
  isSure: boolean
}

/**
 * The line or lines above a quote that end at `end`, such as `On …, Bob <b@x> wrote:`. Sure where they open, are dated
 * and name a writer: then what follows may be a quote even without marks. Else they count only where a marked quote
 * follows.
 */
export const attributionAt = (lines: Lines, end: number): Attribution | null => {
  const last = lines[end]!
  if (!/[:：][*_\s]{0,5}$/.test(last) || (!last.includes('@') && !WROTE_WORD.test(last.toLowerCase()))) return null
  for (let from = end; from > end - ATTRIBUTION_LINES && !isBlank(lines[from]) && !isQuoted(lines[from]); from--) {
    const joined = lines
      .slice(from, end + 1)
      .join(' ')
      .toLowerCase()
    if (isSureAttribution(joined)) return { from, isSure: true }
  }
  return { from: end, isSure: false }
}

/** `-- ` on a line of its own (RFC 3676 §4.3), or `--` with a few lines after it; also what signs a signed text. */
export const startsSignature = (typed: string, lines: Lines, at: number): boolean => {
  if (typed === '-- ' || lines[at] === '-----BEGIN PGP SIGNATURE-----') return true
  return lines[at] === '--' && lines.length - at <= SIGNATURE_LINES
}

export const startsListFooter = (lines: Lines, at: number): boolean =>
  /^_{20,}$/.test(lines[at]!) && /mailing list|unsubscribe/i.test(`${lines[at + 1] ?? ''} ${lines[at + 2] ?? ''}`)

/** The first lines of a signed text, which are for programs (RFC 9580 §7). */
export const isSigningHead = (lines: Lines, at: number): boolean => {
  const head = '-----BEGIN PGP SIGNED MESSAGE-----'
  return lines[at] === head || (at > 0 && lines[at - 1] === head && lines[at]!.startsWith('Hash:'))
}

/** Whether only quotes come after the line at `after`, or nothing does. */
const isFollowedByQuote = (lines: Lines, after: number): boolean => {
  const next = nextFilled(lines, after)
  if (next >= lines.length || isQuoted(lines[next]) || endOfQuoteHead(lines, next) >= 0) return true
  for (let end = next; end < next + ATTRIBUTION_LINES && end < lines.length; end++)
    if (attributionAt(lines, end)?.from === next) return true
  return false
}

const SIGNED = new RegExp(`^(?:${SIGNED_BY_PROGRAM.join('|')})`, 'i')

/** `Sent from my phone` as the last of the new lines. */
export const isSignedByProgram = (lines: Lines, at: number): boolean => {
  const line = lines[at]!
  return line.length <= 100 && SIGNED.test(line) && isFollowedByQuote(lines, at)
}
