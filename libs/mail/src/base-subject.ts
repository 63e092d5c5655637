import type { SubjectKind } from './facts.js'
import { LONGEST_PREFIX, NOISE_TOKENS, PREFIXES, prefixKey, type Prefix } from './subject-prefixes.js'

/** Characters of a subject that are looked at; a line has no more than 998. */
export const SUBJECT_LIMIT = 10_000
/** Characters of a `[tag]`; what is longer is no list's name. */
const LONGEST_TAG = 100
/** Room for a counter and spaces between a prefix and its colon. */
const COUNTER_ROOM = 8

export interface SubjectOptions {
  /** Whether the mail names other mails (In-Reply-To, References): only then initials such as `R:` and `TR:` count as prefixes. */
  carriesIds?: boolean
  /** Tokens of gateways that are left out; `…` stands for any text without a bracket. */
  noiseTokens?: readonly string[]
}

/** A subject taken apart: places in the text, the tags that stood before it, and what its first prefix says. */
interface Taken {
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
const ALL_UNSEEN = /[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+/g

const skipUnseen = (taken: Taken): void => {
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

const colonAfter = (taken: Taken): number => {
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

/** One leading `[tag]`, and the same tag again, as lists put it before and after `Re:`. Never the whole subject. */
const takeTag = (taken: Taken): boolean => {
  if (taken.text[taken.start] !== '[') return false
  const tag = taken.text.slice(taken.start, Math.min(taken.end, taken.start + LONGEST_TAG)).split(']', 1)[0]! + ']'
  const end = taken.start + tag.length
  const isNew = taken.tags.length === 0
  if (taken.text[end - 1] !== ']' || tag.lastIndexOf('[') > 0 || isBlankFrom(taken, end)) return false
  if (!isNew && taken.tags[0]!.toLowerCase() !== tag.toLowerCase()) return false
  if (isNew) taken.tags.push(tag)
  taken.start = end
  return true
}

const takeTrailingForward = (taken: Taken): boolean => {
  const at = taken.end - '(fwd)'.length
  if (at <= taken.start || !reads(taken, at, '(fwd)')) return false
  note(taken, 'forward')
  taken.end = at
  return true
}

const takeApart = (subject: string, options: SubjectOptions): Taken => {
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

/** `Q2 (was: Q1)` is about Q2. */
const withoutFormer = (text: string): string => {
  if (!text.endsWith(')') && !text.endsWith(']')) return text
  const at = text.toLowerCase().search(/[([]was[: ]/)
  return at > 0 ? text.slice(0, at) : text
}

/** Text in the form in which subjects compare: NFKC, case folded (ß as ss, final sigma as sigma), nothing unseen, no white space. */
export const foldSubject = (text: string): string =>
  text.normalize('NFKC').replace(ALL_UNSEEN, '').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC')

const baseOf = ({ text, start, end }: Taken): string => foldSubject(withoutFormer(text.slice(start, end)))

/** What a subject says: its base, and which words stood before that. */
export interface SubjectReading {
  base: string
  /** The base without the initials in front (`R:`, `fs:`), where there are any that did not count as a prefix; else `null`. */
  looseBase: string | null
  kind: SubjectKind
  /** Whether an absence responder wrote it, as in `Out of Office: …`. */
  isAbsence: boolean
}

/** The base without initials: they count as a prefix only where a known mail has the subject that is left, which is for the caller to see. */
const looseBaseOf = (taken: Taken): string | null => {
  if (!taken.hasInitials) return null
  const loose: Taken = { ...taken, start: colonAfter(taken) + 1 }
  skipUnseen(loose)
  return baseOf({ ...takeApart(loose.text.slice(loose.start, loose.end), { carriesIds: true }) })
}

/** All that is read from a subject, in one pass; see `baseSubject`. */
export const readSubject = (subject: string, options: SubjectOptions = {}): SubjectReading => {
  const taken = takeApart(subject, options)
  return { base: baseOf(taken), looseBase: looseBaseOf(taken), kind: taken.kind, isAbsence: taken.isAbsence }
}

/**
 * The base subject in comparing form (RFC 5256 §2.1, with the prefixes of many languages): without prefixes, counters, `(fwd)`,
 * `[fwd: …]`, noise tokens, one leading tag and `(was: …)`. A prefix may leave nothing, as the reply to a mail without a subject has
 * none either; a tag, a noise token or `(fwd)` never does, so `[URGENT]` stays.
 */
export const baseSubject = (subject: string, options: SubjectOptions = {}): string =>
  baseOf(takeApart(subject, options))

/** What the first prefix of a subject says: a reply, a forward, something automatic, or nothing. */
export const subjectKindOf = (subject: string, options: SubjectOptions = {}): SubjectKind =>
  takeApart(subject, options).kind

/** The subject as typed, with its tag, without prefixes and noise tokens. */
export const displaySubject = (subject: string, options: SubjectOptions = {}): string => {
  const { text, start, end, tags } = takeApart(subject, options)
  return [...tags, text.slice(start, end)].join(' ').replace(ALL_UNSEEN, ' ').trim()
}

/** The subject of a reply: one `Re: ` before the subject without its prefixes, in whatever language those were. */
export const replySubject = (subject: string, options: SubjectOptions = {}): string =>
  `Re: ${displaySubject(subject, options)}`.trim()

/** The subject of a forwarded mail: one `Fwd: ` before the subject without its prefixes. */
export const forwardSubject = (subject: string, options: SubjectOptions = {}): string =>
  `Fwd: ${displaySubject(subject, options)}`.trim()
