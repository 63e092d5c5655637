import type { Decided } from '@skein/events'
import { choose } from './choice.js'
import { furtherKeys, heldKeys } from './held-keys.js'
import type { IncomingMail } from './incoming-mail.js'
import type { LinkKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import { linksOf, liveKeys } from './links.js'
import { merged } from './merging.js'
import type { RuleSet } from './rule-set.js'
import type { SameMail } from './same-mail.js'
import { isReadFromTheStart } from './threaded.js'

/**
 * A mail that is there already: one more delivery, or another copy. `[]` where that too is known. A copy may know more ids than
 * the mail that came first (a gateway gave it a new one), and these count as the message's own from now on.
 */
export const deliveredAgain = (
  mail: IncomingMail,
  { message, rule }: SameMail,
  keys: LinkKey[],
  index: LinkIndex,
  rules: RuleSet,
): Decided[] => {
  const thread = index.threadOf(message)
  const there = index.message(message)
  if (thread === undefined || there === undefined) return []
  const { facts, inbox, role, receivedAt, input } = mail
  const further = furtherKeys(keys, message, index)
  const isCopy = index.original(mail.message) === undefined && (there.digest !== facts.digest || further.length > 0)
  if (index.isDelivered(message, inbox) && !isCopy) return []
  const live = liveKeys(further, facts.baseSubject, index, rules)
  const delivered: Decided = {
    type: 'MessageDelivered',
    thread,
    data: {
      message,
      copy: isCopy ? mail.message : null,
      messageId: facts.messageId,
      keys: heldKeys(further, live, facts.baseSubject, index, rules),
      baseSubject: facts.baseSubject,
      rule,
      inbox,
      role,
      receivedAt,
      digest: facts.digest,
      read: rule === 'own-echo' || isReadFromTheStart(mail),
      input,
    },
  }
  const [key] = live
  if (!key) return [delivered]
  const others = linksOf(live, facts.baseSubject, index, rules).filter((link) => link.thread !== thread)
  const choice = choose([{ thread, key, message }, ...others], index)
  return choice ? [delivered, ...merged(choice, message, index)] : [delivered]
}
