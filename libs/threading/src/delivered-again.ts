import type { Decided, LinkKeys, MessageId, ThreadId } from '@skein/events'
import { choose } from './choice.js'
import { furtherKeys, heldKeys } from './held-keys.js'
import type { IncomingMail } from './incoming-mail.js'
import type { LinkKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import { linksOf, liveKeys } from './links.js'
import { merged } from './merging.js'
import type { RuleSet } from './rule-set.js'
import type { SameMail } from './same-mail.js'
import { isAutomatic, isReadFromTheStart } from './threaded.js'
import { failsAuthentication } from './trust.js'

const NO_KEYS: LinkKeys = { owned: [], named: [], mentioned: [], waiting: [], sameSubject: [] }

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
      // our own mail is read by whoever wrote it, and by nobody else
      read: there.direction === 'out' ? inbox === there.inbox || isAutomatic(mail) : isReadFromTheStart(mail),
      input,
    },
  }
  const isOurs = there.direction === 'out'
  const told = isOurs ? [delivered, ...wireIdOf(mail, message, thread, further, index)] : [delivered]
  const [key] = live
  if (!key) return told
  const others = linksOf(live, facts.baseSubject, index, rules).filter((link) => link.thread !== thread)
  const choice = choose([{ thread, key, message }, ...others], index)
  return choice ? [...told, ...merged(choice, message, index)] : told
}

/**
 * Mail of ours that came back under another Message-ID: the receiving side knows it as that, so what we send later names that id
 * as well. Not on a forger's word. The id links by the event before this one.
 */
const wireIdOf = (
  { facts }: IncomingMail,
  message: MessageId,
  thread: ThreadId,
  further: readonly LinkKey[],
  index: LinkIndex,
): Decided[] => {
  const { messageId: wireId } = facts
  const key = further.find(({ role, value }) => role === 'owned' && value === wireId)
  if (!key || facts.synthetic || index.owners(key.key).includes(message) || failsAuthentication(facts)) return []
  return [{ type: 'WireIdLearned', thread, data: { message, wireId, keys: NO_KEYS } }]
}
