import type { Decided } from '@skein/events'
import { deliveredAgain } from './delivered-again.js'
import type { IncomingMail } from './incoming-mail.js'
import type { LinkIndex } from './link-index.js'
import { placed } from './placing.js'
import type { RuleSet } from './rule-set.js'
import { sameMail, underSameId } from './same-mail.js'

/**
 * Which thread a mail belongs to. A pure function: `index` answers what was decided before (see `linkNeeds`).
 * 1. The mail's keys, by the rule set, from the mail alone.
 * 2. Is it there already? Then it is one more delivery, or another copy; `[]` where that too is known.
 * 3. The threads that its keys lead to. None: it starts one. One: it joins. Several: they are one conversation, and merge.
 */
export const decide = (mail: IncomingMail, index: LinkIndex, rules: RuleSet): Decided[] => {
  const keys = rules.keys(mail.facts, mail.replyToken ?? null)
  const known = index.original(mail.message)
  if (known !== undefined) return deliveredAgain(mail, { message: known, rule: 'duplicate' }, keys, index, rules)
  const under = underSameId(keys, index)
  const same = sameMail(mail, under)
  return same === null ? placed(mail, keys, under, index, rules) : deliveredAgain(mail, same, keys, index, rules)
}
