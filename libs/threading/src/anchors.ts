import { looksLikeAddress } from './address-like.js'
import type { Decided, ThreadId } from '@skein/events'
import { digestKey, type LinkKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import type { RuleSet } from './rule-set.js'

/**
 * Whether an id that nobody received has stopped tying mails together, or would have to with this mail: under it come more
 * subjects than one conversation has. Software that puts one made-up id into all its mail makes such anchors.
 */
export const isAnchor = (key: string, subject: string, index: LinkIndex, rules: RuleSet): boolean => {
  if (rules.anchorLimit === null || index.owners(key).length > 0) return false
  if (index.isDemoted(key)) return true
  const mentioners = index.mentioners(key)
  return mentioners.size >= rules.anchorLimit && !mentioners.has(subject)
}

type Demoted = Extract<Decided, { type: 'AnchorDemoted' }>

/** The anchors among a mail's keys that stop with this mail. */
export const demotions = (
  keys: LinkKey[],
  baseSubject: string,
  thread: ThreadId,
  index: LinkIndex,
  rules: RuleSet,
): Demoted[] => {
  const subject = digestKey(baseSubject)
  return keys
    .filter(({ key, role }) => role === 'mentioned' && !index.isDemoted(key) && isAnchor(key, subject, index, rules))
    .map(({ key }) => ({ type: 'AnchorDemoted', thread, data: { key, subjects: index.mentioners(key).size + 1 } }))
}

/** Whether an id that is mentioned is the address of someone in the space, and so says nothing about which mail is meant. */
export const isSomebody = ({ role, value }: LinkKey, index: LinkIndex): boolean =>
  role === 'mentioned' && looksLikeAddress(value) && index.isAddress(value.toLowerCase())

/** Whether a key of this mail ties it to received mail only, and not to others that name the same. */
export const linksOnlyReceived = (key: LinkKey, subject: string, index: LinkIndex, rules: RuleSet): boolean =>
  key.role === 'waiting' || (rules.knowsPeople && isSomebody(key, index)) || isAnchor(key.key, subject, index, rules)
