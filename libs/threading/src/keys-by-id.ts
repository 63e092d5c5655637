import type { MailFacts } from '@skein/mail'
import type { KeyRole, LinkKey } from './keys.js'
import { idAndSubjectKey, idKey, ownIds } from './keys.js'

/** One mail may name so many others: its first and its last ids. A header of a megabyte says no more than these. */
const MOST_IDS = 1000
const FIRST_IDS = 100

const bounded = (ids: string[]): string[] =>
  ids.length <= MOST_IDS ? ids : [...ids.slice(0, FIRST_IDS), ...ids.slice(FIRST_IDS - MOST_IDS)]

export interface NamedId {
  id: string
  fact: string
}

/**
 * The ids that a mail names, strongest first and each once: In-Reply-To, References from the nearest to the farthest, the mail
 * that a bounce or receipt is about, a reply token of ours. Never its own.
 */
export const mentions = (facts: MailFacts, replyToken: string | null): NamedId[] => {
  const seen = new Set(ownIds(facts))
  const named: NamedId[] = []
  const add = (fact: string, ids: string[]) => {
    for (const id of ids) {
      if (seen.has(id)) continue
      seen.add(id)
      named.push({ id, fact })
    }
  }
  add('reply-token', replyToken === null ? [] : [replyToken])
  add('in-reply-to', bounded(facts.inReplyTo))
  add('references', bounded(facts.references).toReversed())
  add('original-id', facts.originalId === null ? [] : [facts.originalId])
  return named
}

const owned = (facts: MailFacts, keyOf: (id: string) => string): LinkKey[] =>
  bounded(ownIds(facts)).map((id, i) => ({
    key: keyOf(id),
    role: 'owned',
    fact: i === 0 ? 'message-id' : 'alias',
    value: id,
  }))

/** Tokens outside of brackets are ids only where a mail was received under them. */
export const bareKeys = (facts: MailFacts, keyOf: (id: string) => string): LinkKey[] =>
  bounded(facts.bareIds ?? []).map((id) => ({ key: keyOf(id), role: 'waiting', fact: 'in-reply-to', value: id }))

const byId = (facts: MailFacts, replyToken: string | null, keyOf: (id: string) => string, role: KeyRole): LinkKey[] => [
  ...mentions(facts, replyToken).map(({ id, fact }) => ({ key: keyOf(id), role, fact, value: id })),
  ...bareKeys(facts, keyOf),
  ...owned(facts, keyOf),
]

/** Ids alone, received or not: the common ground of mail programs. */
export const referencesKeys = (facts: MailFacts, replyToken: string | null): LinkKey[] =>
  byId(facts, replyToken, idKey, 'mentioned')

/** An id and the same base subject (RFC 8621 §3): a changed subject is another thread. */
export const jmapKeys = (facts: MailFacts, replyToken: string | null): LinkKey[] =>
  byId(facts, replyToken, (id) => idAndSubjectKey(id, facts.baseSubject), 'mentioned')

/** Ids of mail that is there already: a mail that comes before the one it answers is on its own. */
export const openmailKeys = (facts: MailFacts, replyToken: string | null): LinkKey[] =>
  byId(facts, replyToken, idKey, 'waiting')

/** The mail's own ids. */
export const ownKeys = (facts: MailFacts): LinkKey[] => owned(facts, idKey)
