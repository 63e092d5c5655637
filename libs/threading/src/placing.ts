import {
  threadStartedBy,
  type Decided,
  type Evidence,
  type LinkKeys,
  type Relation,
  type Rival,
  type ThreadId,
} from '@skein/events'
import { demotions } from './anchors.js'
import { choose, confidenceOf, evidenceOf, oldestFirst, ruleOf, type Choice } from './choice.js'
import { heldKeys } from './held-keys.js'
import type { IncomingMail } from './incoming-mail.js'
import { digestKey, idKey, type LinkKey } from './keys.js'
import { mentions } from './keys-by-id.js'
import type { LinkIndex } from './link-index.js'
import type { MessageRow } from './link-rows.js'
import { linksOf, liveKeys, meant, ownersOf, type Link } from './links.js'
import { merged } from './merging.js'
import { regroup, type Regrouping } from './regroup.js'
import type { RuleSet } from './rule-set.js'
import { subjectCandidates } from './subject-fallback.js'
import { threaded, type Judgement } from './threaded.js'
import { untrusted } from './trust.js'

/** What is looked up once, and then decided on. */
interface Sight {
  mail: IncomingMail
  keys: LinkKey[]
  live: LinkKey[]
  /** Other mails that were received under an id of this one. */
  under: readonly MessageRow[]
  index: LinkIndex
  rules: RuleSet
}

/** A mail that is new takes its place: in the threads that its keys lead to, else in one of its own. */
export const placed = (
  mail: IncomingMail,
  keys: LinkKey[],
  under: readonly MessageRow[],
  index: LinkIndex,
  rules: RuleSet,
): Decided[] => {
  const live = liveKeys(keys, mail.facts.baseSubject, index, rules)
  const sight: Sight = { mail, keys, live, under, index, rules }
  const links = linksOf(live, mail.facts.baseSubject, index, rules)
  const forged = rules.quarantinesStrangers ? untrusted(mail, links, index) : []
  const trusted = links.filter((link) => !forged.includes(link))
  const [claimed] = forged
  if (claimed && trusted.length === 0) return quarantined(sight, claimed)
  const held = heldKeys(keys, live, mail.facts.baseSubject, index, rules)
  const regrouping = forged.length > 0 ? null : regroup(mail, keys, held, index, rules)
  const choice = choose(regrouping ? relinked(trusted, regrouping, keys) : trusted, index)
  const events = choice ? joined(sight, choice, held, forged.map(asRival)) : unlinked(sight, held)
  return [
    ...(regrouping?.splits ?? []),
    ...(regrouping?.replaced ?? []),
    ...events,
    ...(regrouping?.merges ?? []).flatMap((threads) => mergedAnew(threads, sight)),
    ...collided(sight),
  ]
}

const asRival = ({ thread, key }: Link): Rival => ({
  thread,
  fact: key.fact,
  value: key.value,
  reason: 'the sender takes no part there and fails authentication',
})

/** The links as they are once threads were grouped anew. */
const relinked = (links: readonly Link[], { concerned, joins }: Regrouping, keys: readonly LinkKey[]): Link[] => {
  const before = links.find((link) => concerned.has(link.thread))
  const key = before?.key ?? keys.find(({ role }) => role === 'owned')
  const anew = key ? joins.map((thread) => ({ thread, key, message: before?.message ?? null })) : []
  return [...anew, ...links.filter((link) => !concerned.has(link.thread))]
}

const mergedAnew = (threads: readonly ThreadId[], { mail, keys, index }: Sight): Decided[] => {
  const [key] = keys
  const [survivor, ...absorbed] = threads.toSorted(oldestFirst(index))
  if (!key || survivor === undefined) return []
  const links = threads.map((thread) => ({ thread, key, message: null }))
  return merged({ survivor, absorbed, links, rivals: [] }, mail.message, index)
}

const started = ({ mail }: Sight, relation: Relation | null): Decided => ({
  type: 'ThreadStarted',
  thread: threadStartedBy(mail.message),
  data: { message: mail.message, order: mail.order, subject: mail.facts.subject, relation },
})

const joined = (sight: Sight, choice: Choice, held: LinkKeys, forged: Rival[]): Decided[] => {
  const { mail, index, rules } = sight
  const judgement = {
    rule: ruleOf(choice.links),
    evidence: evidenceOf(choice.links),
    confidence: confidenceOf(choice.links),
    rivals: [...choice.rivals, ...forged, ...disagreeing(sight, choice)],
  }
  return [
    ...demotions(sight.live, mail.facts.baseSubject, choice.survivor, index, rules),
    threaded(mail, choice.survivor, judgement, held),
    ...merged(choice, mail.message, index),
    ...subjectChanged(sight, choice.survivor),
  ]
}

/** Threads that weaker facts of the mail point at, while its ids point elsewhere. */
const disagreeing = ({ mail, index, rules }: Sight, { links }: Choice): Rival[] => {
  const rivals = new Map<ThreadId, Rival>()
  for (const { key, fact, value } of rules.observed(mail.facts))
    for (const owner of ownersOf(key, index)) {
      const thread = index.resolve(owner.thread)
      if (links.some((link) => link.thread === thread) || rivals.has(thread)) continue
      rivals.set(thread, { thread, fact, value, reason: 'the ids of the mail say otherwise, and are stronger' })
    }
  return [...rivals.values()]
}

/** A mail that no key ties to anything: its subject may still say something; else it starts a thread. */
const unlinked = (sight: Sight, held: LinkKeys): Decided[] => {
  const { mail, index, rules } = sight
  const found = rules.subjectFallback === null ? { thread: null, rivals: [] } : subjectCandidates(mail, index)
  const evidence: Evidence[] = [{ fact: 'subject', value: mail.facts.subject, message: null, thread: found.thread }]
  const guess = { rule: 'guarded-subject', evidence, confidence: 'low' as const }
  if (found.thread !== null && rules.subjectFallback === 'guarded')
    return [threaded(mail, found.thread, { ...guess, rivals: [] }, held)]
  const thread = threadStartedBy(mail.message)
  const origin = related(sight)
  const relation = origin ?? contained(sight)
  const judgement: Judgement = {
    rule: origin ? 'recycled' : 'start',
    evidence: [],
    confidence: 'certain',
    rivals: found.rivals,
  }
  return [
    ...demotions(sight.live, mail.facts.baseSubject, thread, index, rules),
    started(sight, relation),
    threaded(mail, thread, judgement, held),
    ...(found.thread === null
      ? []
      : [
          {
            type: 'JoinSuggested' as const,
            thread,
            data: { ...guess, message: mail.message, candidate: found.thread },
          },
        ]),
  ]
}

const MOST_RELATED_IDS = 20

/** What a forward as attachment holds: mails of another thread, where they are here. */
const contained = ({ mail, index }: Sight): Relation | null => {
  const ids = mail.facts.contains ?? []
  if (ids.length === 0) return null
  const [owner] = ids.flatMap((id) => ownersOf(idKey(id), index))
  return { kind: 'contains', ids, thread: owner ? index.resolve(owner.thread) : null }
}

/** What a mail under a new subject points back at, without being one conversation with it. */
const related = ({ mail, live, index }: Sight): Relation | null => {
  if (!live.some(({ role }) => role === 'same-subject')) return null
  const ids = mentions(mail.facts, null)
    .map(({ id }) => id)
    .slice(0, MOST_RELATED_IDS)
  const owner = ids.flatMap((id) => ownersOf(idKey(id), index))[0]
  return {
    kind: mail.facts.inReplyTo.length > 0 ? 'continued_from' : 'related_to',
    ids,
    thread: owner ? index.resolve(owner.thread) : null,
  }
}

const NO_HOLD = { owned: [], mentioned: [], waiting: [], sameSubject: [] }

/** Its own thread, to which nothing leads: not even its ids, or a forger could take the place of a mail that is still to come. */
const quarantined = (sight: Sight, claimed: Link): Decided[] => {
  const { mail, keys } = sight
  const thread = threadStartedBy(mail.message)
  const evidence = evidenceOf([claimed])
  const decision = { rule: 'stranger', evidence, confidence: 'high' as const }
  const ids = mentions(mail.facts, null)
    .map(({ id }) => id)
    .slice(0, MOST_RELATED_IDS)
  return [
    started(sight, { kind: 'claims', ids, thread: claimed.thread }),
    threaded(
      mail,
      thread,
      { ...decision, rivals: [asRival(claimed)] },
      { ...NO_HOLD, named: keys.map(({ key }) => key) },
    ),
    {
      type: 'JoinQuarantined',
      thread,
      data: { ...decision, message: mail.message, claims: claimed.thread, reason: asRival(claimed).reason },
    },
  ]
}

/** The mail answers one that is there, under another subject. */
const subjectChanged = ({ mail, index }: Sight, thread: ThreadId): Decided[] => {
  const { inReplyTo, baseSubject, subject } = mail.facts
  const [answered] = inReplyTo
  const own = digestKey(baseSubject)
  const [parent] = answered === undefined ? [] : meant(ownersOf(idKey(answered), index), own)
  if (!parent || parent.baseSubject === own || parent.baseSubject === '' || own === '') return []
  return [{ type: 'SubjectChanged', thread, data: { message: mail.message, from: parent.baseSubject, to: subject } }]
}

/** Another mail was received under an id of this one. */
const collided = ({ mail, under, index }: Sight): Decided[] => {
  const [first] = under
  if (!first) return []
  const [owner] = mail.direction === 'out' ? [] : meant(under, '')
  const thread = index.resolve(first.thread)
  const data = {
    message: mail.message,
    messageId: mail.facts.messageId,
    with: first.message,
    owner: owner?.message ?? mail.message,
  }
  return [{ type: 'MessageIdCollided', thread, data }]
}
