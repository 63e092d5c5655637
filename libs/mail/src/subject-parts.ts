import type { SubjectKind } from './facts.js'
import { LONGEST_PREFIX, NOISE_TOKENS, PREFIXES, prefixKey, type Prefix } from './subject-prefixes.js'

/** Characters of a subject that are looked at; a line has no more than 998. */
export const SUBJECT_LIMIT = 10_000
/** Characters of a `[tag]`; what is longer is no list's name. */
const LONGEST_TAG = 100
/** Room for a counter and spaces between a prefix and its colon. */
const COUNTER_ROOM = 8

export interface SubjectOptions {
  /**
   * Whether the mail names other mails (In-Reply-To, References): only then initials such as `R:` and `TR:` count as
   * prefixes.
   */
  carriesIds?: boolean
  /** Tokens of gateways that are left out; `…` stands for any text without a bracket. */
  noiseTokens?: readonly string[]
}

/** A subject taken apart: places in the text, the tags that stood before it, and what its first prefix says. */
export interface Taken {
  text: string
  start: number
  end: number
  tags: string[]
  kind: SubjectKind
  isAbsence: boolean
  /** Whether initials that may be a prefix stand at the end of what was taken off. */
  hasInitials: boolean
  carriesIds: boolean
  noise: readonly NoiseToken[]
}

/** A token of which the text between `head` and `tail` may be anything; `tail` is empty where the head is all of it. */
interface NoiseToken {
  head: string
  tail: string
}

const noiseTokenOf = (token: string): NoiseToken => {
  const [head = '', tail = ''] = token.toLowerCase().split('…')
  return { head, tail }
}

const DEFAULT_NOISE = NOISE_TOKENS.map(noiseTokenOf)

/** White space and marks that nobody sees (zero width, direction, soft hyphen). */
const UNSEEN = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/
export const ALL_UNSEEN = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g

export const skipUnseen = (taken: Taken): void => {
  while (taken.start < taken.end && UNSEEN.test(taken.text[taken.start]!)) taken.start++
  while (taken.end > taken.start && UNSEEN.test(taken.text[taken.end - 1]!)) taken.end--
}

const isBlankFrom = (taken: Taken, from: number): boolean => {
  for (let i = from; i < taken.end; i++) if (!UNSEEN.test(taken.text[i]!)) return false
  return true
}

const reads = (taken: Taken, at: number, lowered: string): boolean =>
  taken.text[at]?.toLowerCase() === lowered[0] &&
  at >= taken.start &&
  at + lowered.length <= taken.end &&
  taken.text.slice(at, at + lowered.length).toLowerCase() === lowered

const note = (taken: Taken, kind: SubjectKind, isAbsence = false): void => {
  if (taken.kind !== 'plain') return
  taken.kind = kind
  taken.isAbsence = isAbsence
}

const COUNTER = /\s{0,4}(?:\[\d{1,4}\]|\(\d{1,4}\)|[\^*-]\d{1,4})$/
const COLONS = new Set([':', '\uff1a', '\ufe55'])

export const colonAfter = (taken: Taken): number => {
  const limit = Math.min(taken.end, taken.start + LONGEST_PREFIX + COUNTER_ROOM)
  let at = taken.start
  while (at < limit && !COLONS.has(taken.text[at]!)) at++
  return at < limit ? at : -1
}

/** The prefix of `word`, which stands before a colon, with a counter or a space between them (French `RE :`) or not. */
const prefixOf = (word: string): Prefix | undefined => {
  const exact = PREFIXES.get(prefixKey(word))
  if (exact !== undefined) return exact
  const loose = PREFIXES.get(prefixKey(word.trimEnd().replace(COUNTER, '').replace(ALL_UNSEEN, ' ').trimEnd()))
  return loose?.isWeak === true ? undefined : loose
}

/** Initials count where the mail names others, but not behind a tag: `[PATCH] fs: …` is about a file system. */
const countsHere = (taken: Taken, prefix: Prefix): boolean =>
  !prefix.isWeak || (taken.carriesIds && taken.tags.length === 0)

const takePrefix = (taken: Taken): boolean => {
  const colon = colonAfter(taken)
  const prefix = colon < 0 ? undefined : prefixOf(taken.text.slice(taken.start, colon))
  if (prefix === undefined) return false
  if (!countsHere(taken, prefix)) {
    taken.hasInitials = true
    return false
  }
  note(taken, prefix.kind, prefix.isAbsence)
  taken.start = colon + 1
  return true
}

/** `[fwd: hello]` around the whole (RFC 5256 §2.1 step 6). */
const takeForwardBrackets = (taken: Taken): boolean => {
  if (!reads(taken, taken.start, '[fwd:') || taken.text[taken.end - 1] !== ']') return false
  note(taken, 'forward')
  taken.start += '[fwd:'.length
  taken.end -= 1
  return true
}

/** The end of a noise token at the start, -1 where none stands there. */
const endOfNoise = (taken: Taken, { head, tail }: NoiseToken): number => {
  if (!reads(taken, taken.start, head)) return -1
  const from = taken.start + head.length
  if (tail === '') return from
  const at = taken.text
    .slice(from, Math.min(taken.end, from + LONGEST_TAG))
    .toLowerCase()
    .indexOf(tail)
  return at < 0 ? -1 : from + at + tail.length
}

/** Takes a noise token off, unless nothing would be left. */
const takeNoise = (taken: Taken): boolean => {
  for (const token of taken.noise) {
    const end = endOfNoise(taken, token)
    if (end < 0 || isBlankFrom(taken, end)) continue
    taken.start = end
    return true
  }
  return false
}

/** The tag at `at`, `null` where none stands there. */
const tagAt = ({ text, end }: Taken, at: number): string | null => {
  if (text[at] !== '[') return null
  const tag = text.slice(at, Math.min(end, at + LONGEST_TAG)).split(']', 1)[0]! + ']'
  return text[at + tag.length - 1] === ']' && tag.lastIndexOf('[') === 0 ? tag : null
}

/**
 * Leading `[tags]`, before and behind prefixes (RFC 5256 §2.1 steps 4 to 6). All of them: a list puts its tag before
 * one that is there, and the copy that came another way must have the same base. Never the whole subject.
 */
const takeTag = (taken: Taken): boolean => {
  const tag = tagAt(taken, taken.start)
  if (tag === null || isBlankFrom(taken, taken.start + tag.length)) return false
  if (!taken.tags.includes(tag)) taken.tags.push(tag)
  taken.start += tag.length
  return true
}

const takeTrailingForward = (taken: Taken): boolean => {
  const at = taken.end - '(fwd)'.length
  if (at <= taken.start || !reads(taken, at, '(fwd)')) return false
  note(taken, 'forward')
  taken.end = at
  return true
}

export const takeApart = (subject: string, options: SubjectOptions): Taken => {
  const text = subject.slice(0, SUBJECT_LIMIT)
  const { carriesIds = false, noiseTokens } = options
  const noise = noiseTokens === undefined ? DEFAULT_NOISE : noiseTokens.map(noiseTokenOf)
  const taken: Taken = {
    text,
    start: 0,
    end: text.length,
    tags: [],
    kind: 'plain',
    isAbsence: false,
    hasInitials: false,
    carriesIds,
    noise,
  }
  do skipUnseen(taken)
  while (
    takePrefix(taken) ||
    takeForwardBrackets(taken) ||
    takeNoise(taken) ||
    takeTag(taken) ||
    takeTrailingForward(taken)
  )
  const whole =
    taken.end - taken.start > LONGEST_PREFIX ? undefined : PREFIXES.get(prefixKey(text.slice(taken.start, taken.end)))
  if (whole?.kind === 'automatic') note(taken, 'automatic', whole.isAbsence)
  return taken
}
