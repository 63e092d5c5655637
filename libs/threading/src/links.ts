import type { MessageId, ThreadId } from '@skein/events'
import { linksOnlyReceived } from './anchors.js'
import { digestKey, type LinkKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import type { RuleSet } from './rule-set.js'

/** A thread that a key of the mail leads to. */
export interface Link {
  thread: ThreadId
  key: LinkKey
  /** The message there that holds the key; `null` where it only mentions it, as this mail does. */
  message: MessageId | null
}

/** So many mails under one id are looked at: whoever sends more of them gets no more care. */
const MOST_OWNERS = 100

export const ownersOf = (key: string, index: LinkIndex): readonly MessageId[] => {
  const owners = index.owners(key)
  return owners.length > MOST_OWNERS ? owners.slice(0, MOST_OWNERS) : owners
}

/** Whether a key names a mail (by id), rather than something that several mails are about. */
const namesMail = ({ fact }: LinkKey): boolean =>
  fact !== 'thread-index' && fact !== 'calendar-uid' && fact !== 'subject'

/**
 * Of several different mails under one id, those that a mail with this base subject means: the ones of its subject, else our
 * own, else the earliest written.
 */
const meant = (owners: readonly MessageId[], baseSubject: string, index: LinkIndex): readonly MessageId[] => {
  if (owners.length < 2) return owners
  const [first, ...others] = owners
    .flatMap((owner) => index.message(owner) ?? [])
    .toSorted(
      (a, b) =>
        Number(b.baseSubject === baseSubject) - Number(a.baseSubject === baseSubject) ||
        Number(b.direction === 'out') - Number(a.direction === 'out') ||
        (a.sentAt < b.sentAt ? -1 : a.sentAt > b.sentAt ? 1 : 0) ||
        (a.message < b.message ? -1 : 1),
    )
  if (!first) return owners
  return [first, ...others.filter((other) => other.baseSubject === first.baseSubject)].map(({ message }) => message)
}

/** The received mails that this key ties the mail to. */
const linkedOwners = (key: LinkKey, baseSubject: string, index: LinkIndex, rules: RuleSet): readonly MessageId[] => {
  const owners = ownersOf(key.key, index)
  if (!rules.tellsReusedIdsApart || !namesMail(key)) return owners
  if (key.role === 'owned' || key.role === 'same-subject')
    return owners.filter((owner) => index.message(owner)?.baseSubject === baseSubject)
  return meant(owners, baseSubject, index)
}

/** Others that mention the key, and so are tied to the mail without anybody having received what they mention. */
function* linkedMentioners(key: LinkKey, subject: string, index: LinkIndex, rules: RuleSet): Iterable<MessageId> {
  if (!rules.ghosts || index.owners(key.key).length > 0) return
  const alike = key.role === 'waiting' ? undefined : index.mentionerAlike(key.key, subject)
  if (alike !== undefined) yield alike
  if (key.role === 'owned') yield* index.waiting(key.key)
  if (key.role === 'owned' || (key.role === 'mentioned' && !linksOnlyReceived(key, subject, index, rules)))
    yield* index.mentioners(key.key).values()
  const same = key.role === 'same-subject' ? index.mentioners(key.key).get(subject) : undefined
  if (same !== undefined) yield same
}

/** All that the keys of a mail lead to, strongest first, each thread once. */
export const linksOf = (keys: readonly LinkKey[], baseSubject: string, index: LinkIndex, rules: RuleSet): Link[] => {
  const links = new Map<ThreadId, Link>()
  const subject = digestKey(baseSubject)
  const add = (key: LinkKey, found: MessageId, message: MessageId | null) => {
    const thread = index.threadOf(found)
    if (thread && !links.has(thread)) links.set(thread, { thread, key, message })
  }
  for (const key of keys) {
    for (const owner of linkedOwners(key, subject, index, rules)) add(key, owner, owner)
    for (const message of linkedMentioners(key, subject, index, rules))
      add(key, message, key.role === 'owned' ? message : null)
    if (rules.oneLink && links.size > 0) break
  }
  return [...links.values()]
}
