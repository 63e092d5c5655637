import type { LinkKeys, MessageId } from '@skein/events'
import { linksOnlyReceived } from './anchors.js'
import { digestKey, type LinkKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import type { RuleSet } from './rule-set.js'

/**
 * How a mail holds its keys from now on, as its event records it. A mention needs a place in the index only as long as nobody
 * has received what it names, and no mail of the same subject has named it before: the others are `known`.
 */
export const heldKeys = (keys: LinkKey[], baseSubject: string, index: LinkIndex, rules: RuleSet): LinkKeys => {
  const subject = digestKey(baseSubject)
  const held: LinkKeys = { owned: [], mentioned: [], waiting: [], sameSubject: [], known: [] }
  for (const one of keys) {
    const { key, role } = one
    if (role === 'owned') held.owned.push(key)
    else if (role === 'same-subject') held.sameSubject.push(key)
    else if (!rules.ghosts || index.owners(key).length > 0) held.known.push(key)
    else if (linksOnlyReceived(one, subject, index, rules)) held.waiting.push(key)
    else {
      const mentioners = index.mentioners(key)
      const isThere = rules.anchorLimit === null ? mentioners.size > 0 : mentioners.has(subject)
      held[isThere ? 'known' : 'mentioned'].push(key)
    }
  }
  return held
}

/** The keys of another copy that its message does not hold yet. */
export const furtherKeys = (keys: LinkKey[], message: MessageId, index: LinkIndex): LinkKey[] => {
  const lists = [index.message(message)?.keys, ...index.copiesOf(message).map((copy) => copy.keys)]
  const held = new Set(
    lists.flatMap((list) =>
      list ? [...list.owned, ...list.mentioned, ...list.waiting, ...list.sameSubject, ...list.known] : [],
    ),
  )
  return keys.filter(({ key }) => !held.has(key))
}
