import type { Rival, ThreadId } from '@skein/events'
import { sentAt, type IncomingMail } from './incoming-mail.js'
import { digestKey } from './keys.js'
import type { LinkIndex } from './link-index.js'

/** So much younger than the mail that it seems to answer may a mail be, in milliseconds. */
const MOST_YOUNGER = 7 * 24 * 60 * 60 * 1000
const MOST_RIVALS = 5

export interface SubjectCandidates {
  /** The thread, where there is exactly one. */
  thread: ThreadId | null
  rivals: Rival[]
}

/** The subjects that the mail may answer, where nothing but its subject can say so, and the subject says that it answers something. */
const answeredSubjects = ({ facts }: IncomingMail): string[] => {
  if (facts.inReplyTo.length > 0 || facts.references.length > 0 || facts.originalId !== null) return []
  const isAnswer = facts.subjectKind === 'reply' || facts.subjectKind === 'automatic'
  const subjects = [isAnswer ? facts.baseSubject : '', facts.looseBaseSubject ?? '']
  return subjects.filter((subject) => subject !== '').map(digestKey)
}

/** Threads of the same subject and inbox, from the last seven days, in which the sender takes part. */
export const subjectCandidates = (mail: IncomingMail, index: LinkIndex): SubjectCandidates => {
  const sender = mail.facts.from[0]?.address.toLowerCase() ?? ''
  const subjects = answeredSubjects(mail)
  if (subjects.length === 0 || sender === '') return { thread: null, rivals: [] }
  const until = sentAt(mail)
  const since = new Date(Date.parse(until) - MOST_YOUNGER).toISOString()
  const rows = subjects.flatMap((subject) => index.bySubject(mail.inbox, subject, since, until))
  rows.sort((a, b) => (a.sentAt > b.sentAt ? -1 : a.sentAt < b.sentAt ? 1 : a.message > b.message ? -1 : 1))
  const threads = [...new Set(rows.map(({ thread }) => index.resolve(thread)))]
  const fitting = threads.filter((thread) => index.takesPart(thread, sender))
  const [only, ...others] = fitting
  if (only !== undefined && others.length === 0) return { thread: only, rivals: [] }
  const reason = 'several threads have this subject'
  const value = mail.facts.subject
  return {
    thread: null,
    rivals: fitting.slice(0, MOST_RIVALS).map((thread) => ({ thread, fact: 'subject', value, reason })),
  }
}
