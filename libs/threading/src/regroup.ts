import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { threadStartedBy, type Decided, type LinkKeys, type MessageId, type ThreadId } from '@skein/events'
import type { DisjointSets } from './disjoint-sets.js'
import { sentAt, type IncomingMail } from './incoming-mail.js'
import { digestKey, idKey, isIdKey, type LinkKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import type { MessageRow } from './link-rows.js'
import { MOST_OWNERS, ownersOf } from './links.js'
import { peopleAsIds } from './needs.js'
import { barsReferences, Scene } from './regroup-scene.js'
import type { RuleSet } from './rule-set.js'

/*
 * Three things can come to light late, and show that ids which tied mails together did not mean what they seemed to:
 * - an id is used again, for a different mail: those who named it meant one or the other;
 * - a mail is a recycled one: those who answered it named, beyond it, the mails of a conversation that was thrown away;
 * - an "id" is somebody's address.
 * Then the threads that it concerns are grouped anew from the keys of their messages, as if all had been known from the start:
 * so the order in which mails come makes no difference here either.
 */

export interface Regrouping {
  splits: Extract<Decided, { type: 'ThreadSplit' }>[]
  /** Threads, as they are after the splits, that belong together without the new mail. */
  merges: ThreadId[][]
  replaced: Extract<Decided, { type: 'MentionsReplaced' }>[]
  /** The threads that were looked at; links of the new mail into them are in `joins` and nowhere else. */
  concerned: ReadonlySet<ThreadId>
  /** The threads, after the splits, that the new mail belongs to. */
  joins: ThreadId[]
}

/** Beyond so many messages a thread is not grouped anew: it would let a stranger make us work with every forged id. */
const MOST_MESSAGES = 10_000

interface Disturbance {
  rule: 'reused-id' | 'recycled' | 'address'
  value: string
  holders: Iterable<MessageId>
}

const disturbances = (
  mail: IncomingMail,
  keys: readonly LinkKey[],
  held: LinkKeys,
  index: LinkIndex,
  rules: RuleSet,
): Disturbance[] => {
  const found: Disturbance[] = []
  const baseSubject = digestKey(mail.facts.baseSubject)
  const isRecycled = held.sameSubject.length > 0 && barsReferences(rules)
  for (const { key, role, value } of keys) {
    if (role !== 'owned' || !isIdKey(key)) continue
    const owners = ownersOf(key, index)
    if (owners.length < MOST_OWNERS && owners.some((owner) => owner.baseSubject !== baseSubject))
      found.push({ rule: 'reused-id', value, holders: owners.map(({ message }) => message) })
    if (isRecycled) {
      const holders = [...index.mentioners(key).values(), ...owners.map(({ message }) => message)]
      found.push({ rule: 'recycled', value, holders })
    }
  }
  for (const id of peopleAsIds(mail)) {
    const mentioners = index.mentioners(idKey(id))
    if (mentioners.size > 0 && !index.isAddress(id.toLowerCase()))
      found.push({ rule: 'address', value: id, holders: mentioners.values() })
  }
  return found
}

/** The id of a thread that begins in the middle of another: of its first message and of the one that made it clear. */
export const threadSplitOff = (first: MessageId, cause: string): ThreadId =>
  `thr_${bytesToHex(sha256(utf8ToBytes(`${first} ${cause}`))).slice(0, 26)}` as ThreadId

const inTime = (a: MessageRow, b: MessageRow): number =>
  a.sentAt < b.sentAt ? -1 : a.sentAt > b.sentAt ? 1 : a.message < b.message ? -1 : 1

/** The groups that the messages of one thread fall into; first the one that keeps its id. */
const pieces = (thread: ThreadId, rows: readonly MessageRow[], sets: DisjointSets): MessageRow[][] => {
  const groups = [...Map.groupBy(rows, ({ message }) => sets.setOf(message)).values()]
  const keeps = (group: readonly MessageRow[]) =>
    Number(group.some(({ message }) => threadStartedBy(message) === thread))
  return groups
    .map((group) => group.toSorted(inTime))
    .sort((a, b) => keeps(b) - keeps(a) || b.length - a.length || inTime(a[0] as MessageRow, b[0] as MessageRow))
}

/** The new mail as the row that it will be. */
const rowOf = (mail: IncomingMail, keys: LinkKeys): MessageRow => ({
  message: mail.message,
  thread: threadStartedBy(mail.message),
  inbox: mail.inbox,
  direction: mail.direction,
  messageId: mail.facts.messageId,
  digest: mail.facts.digest,
  author: mail.facts.from[0]?.address.toLowerCase() ?? '',
  baseSubject: digestKey(mail.facts.baseSubject),
  sentAt: sentAt(mail),
  date: mail.facts.date,
  keys,
})

/** How threads are grouped anew because of what a mail brings to light; `null` where it does not. */
export const regroup = (
  mail: IncomingMail,
  keys: readonly LinkKey[],
  held: LinkKeys,
  index: LinkIndex,
  rules: RuleSet,
): Regrouping | null => {
  if (!rules.tellsReusedIdsApart) return null
  const found = disturbances(mail, keys, held, index, rules)
  if (found.length === 0) return null
  const threads = new Set(
    found.flatMap(({ holders }) => [...holders]).flatMap((message) => index.threadOf(message) ?? []),
  )
  const [cause] = found
  const [first] = threads
  if (!cause || first === undefined || [...threads].some((thread) => index.cutsOf(thread).length > 0)) return null
  const row = rowOf(mail, held)
  for (;;) {
    const members = new Map([...threads].map((thread) => [thread, index.messagesOf(thread).sort(inTime)]))
    const rows = [...members.values()].flat()
    if (rows.length > MOST_MESSAGES) return null
    const scene = new Scene(mail, row, index, rules)
    for (const one of rows) scene.place(one)
    const known = threads.size
    for (const message of scene.reached) threads.add(index.threadOf(message) ?? first)
    if (threads.size > known) continue
    scene.place(row)
    return { ...outcome(mail, cause, members, scene.sets), replaced: replaced(mail, scene, first) }
  }
}

/** Where the mentions that count are not those that have a place in the index: one of them takes it, if there is any. */
const replaced = (mail: IncomingMail, { mentions, placed, index }: Scene, thread: ThreadId): Regrouping['replaced'] => {
  const changes = [...mentions.values()].flatMap(({ key, baseSubject, by }) => {
    const before = index.mentioners(key).get(baseSubject)
    const [now] = by
    if (before === undefined ? now === undefined : by.has(before) || !placed.has(before)) return []
    return before === mail.message || now === mail.message ? [] : [{ key, baseSubject, by: now ?? null }]
  })
  if (changes.length === 0) return []
  return [{ type: 'MentionsReplaced', thread, data: { message: mail.message, mentions: changes } }]
}

const outcome = (
  mail: IncomingMail,
  { rule, value }: Disturbance,
  members: ReadonlyMap<ThreadId, MessageRow[]>,
  sets: DisjointSets,
): Omit<Regrouping, 'replaced'> => {
  const splits: Regrouping['splits'] = []
  const threadsOf = new Map<number, Set<ThreadId>>()
  const note = (group: readonly MessageRow[], thread: ThreadId) => {
    const set = sets.setOf(group[0]?.message ?? '')
    threadsOf.set(set, (threadsOf.get(set) ?? new Set()).add(thread))
  }
  for (const [thread, rows] of members) {
    const [stays, ...leave] = pieces(thread, rows, sets)
    if (stays) note(stays, thread)
    for (const group of leave) {
      const first = group[0] as MessageRow
      const into = threadSplitOff(first.message, mail.message)
      const evidence = [
        { fact: rule === 'address' ? 'address' : 'message-id', value, message: mail.message, thread: null },
      ]
      const people = [...new Set(group.map(({ author }) => author))].filter((author) => author !== '')
      const messages = group.map(({ message }) => message)
      const data = {
        rule,
        evidence,
        confidence: 'high' as const,
        into,
        order: mail.order,
        messages,
        people,
        message: mail.message,
      }
      splits.push({ type: 'ThreadSplit', thread, data })
      note(group, into)
    }
  }
  const own = sets.setOf(mail.message)
  const merges = [...threadsOf]
    .filter(([set, threads]) => set !== own && threads.size > 1)
    .map(([, threads]) => [...threads])
  return { splits, merges, concerned: new Set(members.keys()), joins: [...(threadsOf.get(own) ?? [])] }
}
