import {
  attributionAt,
  endOfQuoteHead,
  isQuoted,
  isSignedByProgram,
  isSigningHead,
  MARKS,
  nextFilled,
  quoteMarkAt,
  seenLines,
  startsForward,
  startsListFooter,
  startsSignature,
  type Lines,
} from './quote-lines.js'

/** Characters that are told apart into lines. Longer texts are logs and dumps, and nobody quotes below them. */
const TEXT_LIMIT = 1_000_000

/** A walk over the lines of a text. */
interface Walk {
  typed: readonly string[]
  lines: Lines
  /** The line that is looked at next; past the last one where the walk is over. */
  at: number
  kept: string[]
  /** What the quote that is being left out starts its lines with instead of `>`. */
  mark: string | null
  /**
   * The last line with `>`: after an attribution without a quote, answers may still stand between quotes further down.
   */
  lastQuoted: number
}

/** Empty lines before the first words are not kept, so any kept line means that there are words. */
const hasText = ({ kept }: Walk): boolean => kept.length > 0

const keepLine = (walk: Walk): void => {
  const line = walk.typed[walk.at]!
  if (hasText(walk) || line.trim() !== '') walk.kept.push(line)
  walk.at += 1
}

const keepRest = (walk: Walk): void => {
  while (walk.at < walk.typed.length) keepLine(walk)
}

/**
 * Ends the walk where it is. Where nothing was kept so far this is no end: what looked like a quote is all that the
 * mail says.
 */
const end = (walk: Walk): void => {
  if (hasText(walk)) walk.at = walk.typed.length
  else keepRest(walk)
}

const passSignature = (walk: Walk): boolean => {
  const { typed, lines, at } = walk
  if (!startsSignature(typed[at]!, lines, at) && !startsListFooter(lines, at)) return false
  if (hasText(walk)) walk.at = typed.length
  else walk.at += 1
  return true
}

/** The head of a quoted mail ends the new text, unless its quote is marked: then answers may stand in it. */
const passQuoteHead = (walk: Walk): boolean => {
  const after = endOfQuoteHead(walk.lines, walk.at)
  if (after < 0) return false
  const next = nextFilled(walk.lines, after - 1)
  if (isQuoted(walk.lines[next])) walk.at = next
  else end(walk)
  return true
}

/**
 * The line above a quote goes with it. One that no marked quote follows ends the new text if it is sure and none comes
 * later.
 */
const passAttribution = (walk: Walk): boolean => {
  const { lines, at, kept, lastQuoted } = walk
  const attribution = attributionAt(lines, at)
  if (attribution === null) return false
  const next = nextFilled(lines, at)
  const mark = quoteMarkAt(lines, next)
  if (!isQuoted(lines[next]) && mark === null && !attribution.isSure) return false
  kept.length -= Math.min(at - attribution.from, kept.length)
  walk.mark = mark
  walk.at = next
  if (!isQuoted(lines[next]) && mark === null && lastQuoted < at) end(walk)
  return true
}

const passLine = (walk: Walk): void => {
  const { lines, at, mark } = walk
  const line = lines[at]!
  if (line === '') keepLine(walk)
  else if (isQuoted(line, mark) || isSigningHead(lines, at)) walk.at += 1
  else if (passSignature(walk)) return
  else if (startsForward(line)) keepRest(walk)
  else if (passQuoteHead(walk)) return
  else if (isSignedByProgram(lines, at)) walk.at += 1
  else if (!passAttribution(walk)) keepLine(walk)
}

/** Lines joined, no more than one empty line in a row, none at the ends. */
const joinLines = (kept: readonly string[]): string => {
  const lines: string[] = []
  for (const line of kept) {
    const isEmpty = line.trim() === ''
    if (!isEmpty || (lines.length > 0 && lines[lines.length - 1] !== '')) lines.push(isEmpty ? '' : line)
  }
  return lines.join('\n').trimEnd()
}

/**
 * What its writer added: the text without quotes, the lines above them, and signatures, in the ways of many mail
 * programs and languages. Answers between quotes stay, and so does a forwarded mail, which is new to its reader, and
 * whatever else is all that the mail says. Empty where every line is marked as quoted. One pass over the lines; what
 * comes after `TEXT_LIMIT` characters is left out.
 */
export const newText = (text: string): string => {
  const typed = text.slice(0, TEXT_LIMIT).split(/\r\n|\r|\n/)
  const lines = seenLines(typed)
  const lastQuoted = lines.findLastIndex((line) => isQuoted(line))
  const walk: Walk = { typed, lines, at: 0, kept: [], mark: null, lastQuoted }
  while (walk.at < typed.length) passLine(walk)
  return joinLines(walk.kept)
}

/** Characters of a text from which a snippet is made. */
const SNIPPET_SOURCE = 20_000

/**
 * The text cut to `max` characters (not UTF-16 units), at a space where one is near, with `…` where something was cut.
 */
const cutAtSpace = (text: string, max: number): string => {
  const characters = [...text.slice(0, 2 * max + 2)]
  if (characters.length <= max) return text
  const cut = characters.slice(0, Math.max(0, max - 1)).join('')
  const space = cut.lastIndexOf(' ')
  return `${space > cut.length * 0.7 ? cut.slice(0, space) : cut}…`
}

/**
 * One line of at most `max` characters that says what the mail says: its new text, or all of it where everything is
 * quoted.
 */
export const snippetOf = (text: string, max = 140): string => {
  const source = text.slice(0, SNIPPET_SOURCE)
  const flat = (from: string): string => from.replace(MARKS, '').replace(/\s+/g, ' ').trim()
  return cutAtSpace(flat(newText(source)) || flat(source), max)
}
