import type { IncomingMail } from '../incoming-mail.js'
import { isRuleSetName, NoSuchRuleSet, ruleSet, ruleSetNames, type RuleSetName } from '../rule-set.js'
import type { BatchThreading, Placement } from './batch-threading.js'
import { Incremental } from './incremental.js'
import { Rfc5256 } from './rfc5256.js'

/** Rule sets that need the whole mailbox at once, and so cannot be a space's. */
export const batchOnlyNames = ['rfc5256', 'refs'] as const
export type BatchRuleSetName = RuleSetName | (typeof batchOnlyNames)[number]
export const batchRuleSetNames: readonly BatchRuleSetName[] = [...ruleSetNames, ...batchOnlyNames]

/** A threading of a set of mails that is still to come. Throws `NoSuchRuleSet`. */
export const batchThreading = (name: string, policies: Readonly<Record<string, string>> = {}): BatchThreading => {
  if (isRuleSetName(name)) return new Incremental(ruleSet(name, policies))
  if (name === 'rfc5256' || name === 'refs') return new Rfc5256(name === 'rfc5256')
  throw new NoSuchRuleSet(name, batchRuleSetNames)
}

/** Where each of these mails belongs, under any rule set there is. Throws `NoSuchRuleSet`. */
export const threadAll = (
  mails: Iterable<IncomingMail>,
  name: string,
  policies: Readonly<Record<string, string>> = {},
): Placement[] => {
  const threading = batchThreading(name, policies)
  for (const mail of mails) threading.add(mail)
  return threading.finish()
}
