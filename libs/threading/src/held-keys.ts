import type { LinkKeys, MessageId } from '@skein/events'
import { linksOnlyReceived } from './anchors.js'
import { digestKey, type LinkKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import type { RuleSet } from './rule-set.js'

/**
 * How a mail holds its keys from now on, as its event records it. A key that it names needs a place in the index only as long
 * as nobody has received what it names, and no mail of the same subject has named it before.
 */
export const heldKeys = (
  keys: readonly LinkKey[],
  live: readonly LinkKey[],
  baseSubject: string,
  index: LinkIndex,
  rules: RuleSet,
): LinkKeys => {
  const subject = digestKey(baseSubject)
  const held: LinkKeys = { owned: [], named: [], mentioned: [], waiting: [], sameSubject: [] }
  for (const { key, role } of keys) held[role === 'owned' ? 'owned' : 'named'].push(key)
  for (const one of live) {
    const { key, role } = one
    if (role === 'owned' || !rules.ghosts) continue
    if (role === 'same-subject') held.sameSubject.push(key)
    else if (index.owners(key).length > 0) continue
    else if (linksOnlyReceived(one, subject, index, rules)) held.waiting.push(key)
    else {
      const mentioners = index.mentioners(key)
      const isThere = rules.anchorLimit === null ? mentioners.size > 0 : mentioners.has(subject)
      if (!isThere) held.mentioned.push(key)
    }
  }
  return held
}

/** The keys of another copy that its message does not hold yet. */
export const furtherKeys = (keys: readonly LinkKey[], message: MessageId, index: LinkIndex): LinkKey[] => {
  const lists = [index.message(message)?.keys, ...index.copiesOf(message).map((copy) => copy.keys)]
  const held = new Set(lists.flatMap((list) => (list ? [...list.owned, ...list.named] : [])))
  return keys.filter(({ key }) => !held.has(key))
}
