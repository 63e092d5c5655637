import type { MailFacts } from '@skein/mail'
import type { LinkKey } from './keys.js'
import { calendarKey, idKey, senderSubjectKey, threadIndexKey } from './keys.js'
import { bareKeys, mentions, ownKeys } from './keys-by-id.js'
import type { Policies } from './policies.js'
import { indexHex, indexPrefixes } from './conversation-index.js'

/** `My own heading Re: the old subject`: the prefix is not in front, but it is there. */
const ANSWERS_WITHIN = /\s(?:re|aw|sv|antw)(?:\[\d{1,3}\])?\s?:/i

/** Somebody took an old mail, emptied it and wrote a new one: the old ids are still there, but nothing says "reply". */
export const isRecycled = (facts: MailFacts): boolean =>
  facts.inReplyTo.length === 0 &&
  facts.references.length > 0 &&
  facts.subjectKind === 'plain' &&
  facts.baseSubject !== '' &&
  !ANSWERS_WITHIN.test(facts.subject)

const carriesIds = (facts: MailFacts): boolean =>
  facts.inReplyTo.length > 0 || facts.references.length > 0 || facts.originalId !== null

/** The policy `split` takes every mail like a recycled one: under another subject it goes on elsewhere. */
const mentionKeys = (facts: MailFacts, replyToken: string | null, policies: Policies): LinkKey[] => {
  const splits = policies.subjectPolicy === 'split'
  const recycled = isRecycled(facts)
  return mentions(facts, replyToken).map(({ id, fact }) => ({
    key: idKey(id),
    role: isHeader(fact) && (splits || recycled) ? 'same-subject' : 'mentioned',
    fact,
    value: id,
  }))
}

const isHeader = (fact: string): boolean => fact === 'in-reply-to' || fact === 'references'

/** With ids, a mail only offers its index to those that have nothing else; without, it asks for all that its index extends. */
const threadIndexKeys = (facts: MailFacts): LinkKey[] => {
  if (facts.threadIndex === null || facts.baseSubject === '') return []
  const own = indexHex(facts.threadIndex)
  const key = (hex: string) => threadIndexKey(hex, facts.baseSubject)
  const offered: LinkKey = { key: key(own), role: 'owned', fact: 'thread-index', value: own }
  if (carriesIds(facts)) return [offered]
  return [
    ...indexPrefixes(own).map((hex) => ({
      key: key(hex),
      role: 'mentioned' as const,
      fact: 'thread-index',
      value: hex,
    })),
    offered,
  ]
}

const calendarKeys = (facts: MailFacts): LinkKey[] =>
  facts.calendarUid === null || carriesIds(facts)
    ? []
    : [{ key: calendarKey(facts.calendarUid), role: 'owned', fact: 'calendar-uid', value: facts.calendarUid }]

const groupKeys = (facts: MailFacts, policies: Policies): LinkKey[] => {
  const sender = facts.from[0]?.address.toLowerCase() ?? ''
  if (!policies.groupBy.has(sender) || facts.baseSubject === '') return []
  return [{ key: senderSubjectKey(sender, facts.baseSubject), role: 'owned', fact: 'subject', value: facts.subject }]
}

/** A forward starts a thread: it answers nobody, and what answers it leads to it alone, by the nearest id. */
const unforwarded = (facts: MailFacts): MailFacts => {
  if (facts.subjectKind === 'forward') return { ...facts, inReplyTo: [], references: [] }
  const nearest = facts.inReplyTo[0] ?? facts.references.at(-1)
  return { ...facts, inReplyTo: nearest === undefined ? [] : [nearest], references: [] }
}

/** The keys of the default rules, strongest first. */
export const skeinKeys = (mail: MailFacts, replyToken: string | null, policies: Policies): LinkKey[] => {
  const facts = policies.forwardPolicy === 'new_thread' ? unforwarded(mail) : mail
  const ids = [...mentionKeys(facts, replyToken, policies), ...bareKeys(facts, idKey), ...ownKeys(facts)]
  return [...ids, ...threadIndexKeys(facts), ...calendarKeys(facts), ...groupKeys(facts, policies)]
}

/** The indexes that a mail with ids extends: they do not count against the ids, but may point elsewhere. */
export const observedKeys = (facts: MailFacts): LinkKey[] => {
  if (facts.threadIndex === null || facts.baseSubject === '' || !carriesIds(facts)) return []
  return indexPrefixes(indexHex(facts.threadIndex)).map((hex) => ({
    key: threadIndexKey(hex, facts.baseSubject),
    role: 'mentioned',
    fact: 'thread-index',
    value: hex,
  }))
}
