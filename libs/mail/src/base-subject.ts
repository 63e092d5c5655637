import type { SubjectKind } from './facts.js'
import { ALL_UNSEEN, colonAfter, skipUnseen, takeApart, type SubjectOptions, type Taken } from './subject-parts.js'

/** `Q2 (was: Q1)` is about Q2. */
const withoutFormer = (text: string): string => {
  if (!text.endsWith(')') && !text.endsWith(']')) return text
  const at = text.toLowerCase().search(/[([]was[: ]/)
  return at > 0 ? text.slice(0, at) : text
}

/**
 * Text in the form in which subjects compare: NFKC, case folded (ß as ss, final sigma as sigma), nothing unseen, no
 * white space.
 */
export const foldSubject = (text: string): string =>
  text.normalize('NFKC').replace(ALL_UNSEEN, '').toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFKC')

const baseOf = ({ text, start, end }: Taken): string => foldSubject(withoutFormer(text.slice(start, end)))

/** What a subject says: its base, and which words stood before that. */
export interface SubjectReading {
  base: string
  /**
   * The base without the initials in front (`R:`, `fs:`), where there are any that did not count as a prefix; else
   * `null`.
   */
  looseBase: string | null
  kind: SubjectKind
  /** Whether an absence responder wrote it, as in `Out of Office: …`. */
  isAbsence: boolean
}

/**
 * The base without initials: they count as a prefix only where a known mail has the subject that is left, which is for
 * the caller to see.
 */
const looseBaseOf = (taken: Taken): string | null => {
  if (!taken.hasInitials) return null
  const loose: Taken = { ...taken, start: colonAfter(taken) + 1 }
  skipUnseen(loose)
  return baseOf(takeApart(loose.text.slice(loose.start, loose.end), { carriesIds: true }))
}

/** All that is read from a subject, in one pass; see `baseSubject`. */
export const readSubject = (subject: string, options: SubjectOptions = {}): SubjectReading => {
  const taken = takeApart(subject, options)
  return { base: baseOf(taken), looseBase: looseBaseOf(taken), kind: taken.kind, isAbsence: taken.isAbsence }
}

/**
 * The base subject in comparing form (RFC 5256 §2.1, with the prefixes of many languages): without prefixes, counters,
 * `(fwd)`, `[fwd: …]`, noise tokens, leading tags and `(was: …)`. A prefix may leave nothing, as the reply to a mail
 * without a subject has none either; a tag, a noise token or `(fwd)` never does, so `[URGENT]` stays.
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
