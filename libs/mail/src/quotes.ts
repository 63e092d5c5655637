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

/** Characters of a line that are looked at to tell what it is; so a line of a megabyte costs no more than one of these. */
const LINE_LIMIT = 400
/** Lines over which `On …` and `wrote:` may be spread by wrapping. */
const ATTRIBUTION_LINES = 4
/** Lines after `From:` in which the other labels of a quoted header block are looked for. */
const HEADER_BLOCK_LINES = 8
/** Lines that a signature after `--` without its space may have; with more it is a rule between paragraphs. */
const SIGNATURE_LINES = 10

/** Characters that are told apart into lines. Longer texts are logs and dumps, and nobody quotes below them. */
const TEXT_LIMIT = 1_000_000

const MARKS = /[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g

/** A line as it is compared: no marks of direction, at most `LINE_LIMIT` characters, trimmed. */
const seen = (line: string): string => line.slice(0, LINE_LIMIT).replace(MARKS, '').trim()

const isBlank = (line: string | undefined): boolean => line === undefined || line === ''
const isQuoted = (line: string | undefined): boolean =>
  line !== undefined && line.startsWith('>') && !line.startsWith('>From ')

/** The words between dashes, underscores, equal signs or stars, in lower case; `null` where the line does not start with two of them. */
const betweenDashes = (line: string): string | null => {
  if (!/^[-_=*]{2}/.test(line)) return null
  return line
    .replace(/^[-_=*\s]+/, '')
    .replace(/[-_=*:\s]{1,200}$/, '')
    .toLowerCase()
}

/** `From`, `*Von*`: the label of a line of the form `label: text`, in lower case. */
const labelOf = (line: string | undefined): string => {
  const colon = line?.slice(0, 40).search(/[:：]/) ?? -1
  return colon < 1 ? '' : line!.slice(0, colon).replaceAll('*', '').trim().toLowerCase()
}

/** `From:` with a date or subject and one more label soon after it: the head of a quoted mail, as Outlook writes it. */
const startsHeaderBlock = (lines: readonly string[], at: number): boolean => {
  if (!FROM_LABELS.has(labelOf(lines[at]))) return false
  const labels = lines.slice(at + 1, at + 1 + HEADER_BLOCK_LINES).map(labelOf)
  const kinds = [DATE_LABELS, SUBJECT_LABELS, TO_LABELS].map((kind) => labels.some((label) => kind.has(label)))
  return kinds.filter(Boolean).length >= 2
}

/** Where a quote starts that runs to the end of the text: the line between dashes, or the header block with a rule above it. */
const startsLastQuote = (lines: readonly string[], at: number): boolean => {
  const words = betweenDashes(lines[at]!)
  if (words === null) return startsHeaderBlock(lines, at)
  if (words === '')
    return lines[at]!.length >= 5 && (startsHeaderBlock(lines, at + 1) || startsHeaderBlock(lines, at + 2))
  return ORIGINAL_MESSAGE.has(words)
}

const startsForward = (line: string): boolean => {
  const words = betweenDashes(line) ?? line.toLowerCase().replace(/[:：]$/, '')
  return FORWARDED_MESSAGE.has(words)
}

const DATED = /\d{4}|\d{1,2}[:.h]\d{2}/
const TIMED = /\d{1,2}[:.h]\d{2}/
const WROTE_WORD = new RegExp(WROTE.join('|'))

const opens = (lowered: string): boolean =>
  OPENERS.some((word) => lowered.startsWith(`${word} `)) || /^\D{0,12}\d/.test(lowered)

/** Whether a joined line says who wrote when: `On 3 May 2024, Bob wrote:`, `3. 5. 2024 v 10:00, Bob <b@x>:`. */
const isSureAttribution = (lowered: string): boolean => {
  if (!opens(lowered) || !DATED.test(lowered)) return false
  return WROTE_WORD.test(lowered) || (TIMED.test(lowered) && lowered.includes('<') && lowered.includes('@'))
}

interface Attribution {
  from: number
  isSure: boolean
}

/**
 * The line or lines above a quote that end at `end`, such as `On …, Bob <b@x> wrote:`. Sure where they open, are dated and name a
 * writer: then what follows is a quote even without `>`. Else they count only where a quote with `>` follows.
 */
const attributionAt = (lines: readonly string[], end: number): Attribution | null => {
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

const nextFilled = (lines: readonly string[], after: number): number => {
  let at = after + 1
  while (at < lines.length && isBlank(lines[at])) at++
  return at
}

/** Whether only quotes come after the line at `after`, or nothing does. */
const isFollowedByQuote = (lines: readonly string[], after: number): boolean => {
  const next = nextFilled(lines, after)
  if (next >= lines.length || isQuoted(lines[next]) || startsLastQuote(lines, next)) return true
  for (let end = next; end < next + ATTRIBUTION_LINES && end < lines.length; end++)
    if (attributionAt(lines, end)?.from === next) return true
  return false
}

/** `-- ` on a line of its own (RFC 3676 §4.3), or `--` with a few lines after it. */
const startsSignature = (typed: string, lines: readonly string[], at: number): boolean => {
  if (typed === '-- ') return true
  return lines[at] === '--' && at > 0 && lines.length - at <= SIGNATURE_LINES
}

const isSignedByProgram = (line: string, lines: readonly string[], at: number): boolean => {
  if (line.length > 100) return false
  const lowered = line.toLowerCase()
  return SIGNED_BY_PROGRAM.some((words) => lowered.startsWith(words)) && isFollowedByQuote(lines, at)
}

const startsListFooter = (lines: readonly string[], at: number): boolean =>
  /^_{20,}$/.test(lines[at]!) && /mailing list|unsubscribe/i.test(`${lines[at + 1] ?? ''} ${lines[at + 2] ?? ''}`)

/** What to do with the line at `at`: keep it, drop it with some lines before it, end before it, or keep all from it on. */
type Verdict = { keep: boolean; dropBefore?: number; isEnd?: boolean }

const KEEP: Verdict = { keep: true }
const DROP: Verdict = { keep: false }
const END: Verdict = { keep: false, isEnd: true }
const KEEP_REST: Verdict = { keep: true, isEnd: true }

const judge = (typed: string, lines: readonly string[], at: number): Verdict => {
  const line = lines[at]!
  if (line === '') return KEEP
  if (isQuoted(line)) return DROP
  if (startsSignature(typed, lines, at) || startsListFooter(lines, at)) return END
  if (startsForward(line)) return KEEP_REST
  if (startsLastQuote(lines, at)) return END
  if (isSignedByProgram(line, lines, at)) return DROP
  const attribution = attributionAt(lines, at)
  if (attribution === null) return KEEP
  const dropBefore = at - attribution.from
  if (isQuoted(lines[nextFilled(lines, at)])) return { keep: false, dropBefore }
  return attribution.isSure ? { keep: false, dropBefore, isEnd: true } : KEEP
}

/** Lines joined, no more than one empty line in a row where a quote was taken out, none at the ends. */
const joinLines = (kept: readonly string[]): string => {
  const lines: string[] = []
  for (const line of kept)
    if (line.trim() !== '' || (lines.length > 0 && lines[lines.length - 1] !== ''))
      lines.push(line.trim() === '' ? '' : line)
  return lines.join('\n').trimEnd()
}

/**
 * What its writer added: the text without quotes, the lines above them, and signatures, in the ways of many mail programs and languages.
 * Answers between quotes stay, and so does a forwarded mail, which is new to its reader. Empty where all of it is quoted. One pass over
 * the lines; what comes after `TEXT_LIMIT` characters is kept as it is.
 */
export const newText = (text: string): string => {
  const typed = text.slice(0, TEXT_LIMIT).split(/\r\n|\r|\n/)
  const lines = typed.map(seen)
  const kept: string[] = []
  for (let at = 0; at < typed.length; at++) {
    const verdict = judge(typed[at]!, lines, at)
    if (verdict.dropBefore !== undefined) kept.length -= Math.min(verdict.dropBefore, kept.length)
    if (verdict.keep) kept.push(typed[at]!)
    if (verdict.isEnd !== true) continue
    if (verdict.keep) kept.push(...typed.slice(at + 1))
    return joinLines(kept)
  }
  return joinLines(kept) + text.slice(TEXT_LIMIT)
}

/** Characters of a text from which a snippet is made. */
const SNIPPET_SOURCE = 20_000

/** The text cut to `max` characters (not UTF-16 units), at a space where one is near, with `…` where something was cut. */
const cutAtSpace = (text: string, max: number): string => {
  const characters = [...text.slice(0, 2 * max + 2)]
  if (characters.length <= max) return text
  const cut = characters.slice(0, Math.max(0, max - 1)).join('')
  const space = cut.lastIndexOf(' ')
  return `${space > cut.length * 0.7 ? cut.slice(0, space) : cut}…`
}

/** One line of at most `max` characters that says what the mail says: its new text, or all of it where everything is quoted. */
export const snippetOf = (text: string, max = 140): string => {
  const source = text.slice(0, SNIPPET_SOURCE)
  const flat = (from: string): string => from.replace(MARKS, '').replace(/\s+/g, ' ').trim()
  return cutAtSpace(flat(newText(source)) || flat(source), max)
}
