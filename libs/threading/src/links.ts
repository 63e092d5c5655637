import type { MessageId, ThreadId } from '@skein/events'
import { linksOnlyReceived } from './anchors.js'
import { digestKey, isIdKey, type LinkKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import type { MessageRow } from './link-rows.js'
import type { RuleSet } from './rule-set.js'

/** A thread that a key of the mail leads to. */
export interface Link {
  thread: ThreadId
  key: LinkKey
  /** The message there that holds the key; `null` where it only mentions it, as this mail does. */
  message: MessageId | null
}

/** So many mails under one id are looked at: whoever sends more of them gets no more care. */
export const MOST_OWNERS = 100

const NOBODY: MessageRow[] = []

/** The messages received under a key. */
export const ownersOf = (key: string, index: LinkIndex): MessageRow[] => {
  const owners = index.owners(key)
  const [only] = owners
  if (only === undefined) return NOBODY
  if (owners.length === 1) {
    const row = index.message(only)
    return row ? [row] : NOBODY
  }
  return owners.slice(0, MOST_OWNERS).flatMap((owner) => index.message(owner) ?? [])
}

/** Somebody emptied an old mail and wrote a new one: what it names, it names only to mail of its own subject. */
export const isRecycledRow = (row: MessageRow): boolean => row.keys.sameSubject.length > 0

const inAge = (a: MessageRow, b: MessageRow): number =>
  Number(b.direction === 'out') - Number(a.direction === 'out') ||
  (a.sentAt < b.sentAt ? -1 : a.sentAt > b.sentAt ? 1 : 0) ||
  (a.message < b.message ? -1 : 1)

/**
 * Of several different mails under one id, those that a mail with this base subject means: the ones of its subject, else (with
 * those of one subject) our own, else the earliest written.
 */
export const meant = (owners: readonly MessageRow[], baseSubject: string): readonly MessageRow[] => {
  if (owners.length < 2) return owners
  const alike = owners.filter((owner) => owner.baseSubject === baseSubject)
  if (alike.length > 0) return alike
  const [first] = owners.toSorted(inAge)
  return owners.filter((owner) => owner.baseSubject === first?.baseSubject)
}

/** The received mails that this key ties the mail to. */
const linkedOwners = (key: LinkKey, baseSubject: string, index: LinkIndex, rules: RuleSet): readonly MessageRow[] => {
  const owners = ownersOf(key.key, index)
  if (!rules.tellsReusedIdsApart || !isIdKey(key.key)) return owners
  if (key.role === 'owned' || key.role === 'same-subject')
    return owners.filter((owner) => owner.baseSubject === baseSubject)
  return meant(owners, baseSubject)
}

/** Others that name the key, and so are tied to the mail without anybody having received what they name. */
function* linkedMentioners(key: LinkKey, subject: string, index: LinkIndex, rules: RuleSet): Iterable<MessageId> {
  if (!rules.ghosts) return
  const isOwned = key.role === 'owned'
  const alike = isOwned || key.role === 'same-subject' ? index.mentionerAlike(key.key, subject) : undefined
  if (alike !== undefined) yield alike
  if (index.owners(key.key).length > 0) return
  if (isOwned) yield* index.waiting(key.key)
  if (isOwned || (key.role === 'mentioned' && !linksOnlyReceived(key, subject, index, rules)))
    yield* index.mentioners(key.key).values()
}

/**
 * The keys that count for this mail. A reply to a recycled mail names, beyond it, the mails of the conversation that was thrown
 * away: what stands behind a recycled mail in References does not count.
 */
export const liveKeys = (keys: LinkKey[], baseSubject: string, index: LinkIndex, rules: RuleSet): LinkKey[] => {
  if (!rules.tellsReusedIdsApart || rules.policies.subjectPolicy === 'split') return keys
  const subject = digestKey(baseSubject)
  let isBarred = false
  return keys.filter((key) => {
    if (key.role !== 'mentioned' || !isIdKey(key.key)) return true
    if (isBarred) return false
    isBarred = meant(ownersOf(key.key, index), subject).some(isRecycledRow)
    return true
  })
}

/** All that the live keys of a mail lead to, strongest first, each thread once. */
export const linksOf = (keys: readonly LinkKey[], baseSubject: string, index: LinkIndex, rules: RuleSet): Link[] => {
  const links = new Map<ThreadId, Link>()
  const subject = digestKey(baseSubject)
  const add = (key: LinkKey, found: MessageId, message: MessageId | null) => {
    const thread = index.threadOf(found)
    if (thread && !links.has(thread)) links.set(thread, { thread, key, message })
  }
  for (const key of keys) {
    for (const { message } of linkedOwners(key, subject, index, rules)) add(key, message, message)
    for (const message of linkedMentioners(key, subject, index, rules))
      add(key, message, key.role === 'owned' ? message : null)
    if (rules.oneLink && links.size > 0) break
  }
  return [...links.values()]
}
