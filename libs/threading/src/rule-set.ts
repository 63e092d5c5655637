import type { MailFacts } from '@skein/mail'
import { idAndSubjectKey, idKey, type LinkKey } from './keys.js'
import type { Policies } from './policies.js'
import { policyProblems, readPolicies, type PolicyProblem } from './policies.js'
import { jmapKeys, openmailKeys, referencesKeys } from './keys-by-id.js'
import { observedKeys, skeinKeys } from './skein-keys.js'

export type RuleSetName = 'skein' | 'references' | 'jmap' | 'openmail'

/** A way to thread: which keys a mail yields, and the few policies that look at more than the mail itself. */
export interface RuleSet {
  name: RuleSetName
  policies: Policies
  /** The keys of one mail, strongest first. Of the mail alone: so the order of arrival cannot matter. */
  keys(facts: MailFacts, replyToken: string | null): LinkKey[]
  /** The key under which a mail of this base subject holds an id as its own. */
  ownKey(id: string, baseSubject: string): string
  /** Keys that do not tie the mail to anything, but are worth a word where they point elsewhere. */
  observed(facts: MailFacts): LinkKey[]
  /** Whether ids link that nobody has received. */
  ghosts: boolean
  /** Whether a mail joins by its strongest link only, and so never merges two threads. */
  oneLink: boolean
  /** Whether two different mails under one id are told apart by their subjects; else the id ties them. */
  tellsReusedIdsApart: boolean
  /** Whether an id that is the address of someone in the space is not taken for one. */
  knowsPeople: boolean
  /** How many subjects a ghost may tie together; `null` for any number. */
  anchorLimit: number | null
  /** The last resort; `null` where the set has none. */
  subjectFallback: 'suggest' | 'guarded' | null
  quarantinesStrangers: boolean
}

const plain = {
  ownKey: idKey,
  observed: () => [] as LinkKey[],
  ghosts: true,
  oneLink: false,
  tellsReusedIdsApart: false,
  knowsPeople: false,
  anchorLimit: null,
  subjectFallback: null,
  quarantinesStrangers: false,
} as const

/** The sets that decide mail by mail. `rfc5256` and `refs` look at a whole mailbox at once: see `threadAll`. */
const makers: Record<RuleSetName, (policies: Policies) => RuleSet> = {
  skein: (policies) => ({
    ...plain,
    name: 'skein',
    policies,
    keys: (facts, replyToken) => skeinKeys(facts, replyToken, policies),
    observed: observedKeys,
    tellsReusedIdsApart: true,
    knowsPeople: true,
    anchorLimit: policies.anchorLimit,
    subjectFallback: policies.subjectFallback === 'off' ? null : policies.subjectFallback,
    quarantinesStrangers: policies.strangerPolicy === 'quarantine',
  }),
  references: (policies) => ({ ...plain, name: 'references', policies, keys: referencesKeys }),
  jmap: (policies) => ({ ...plain, name: 'jmap', policies, keys: jmapKeys, ownKey: idAndSubjectKey }),
  openmail: (policies) => ({ ...plain, name: 'openmail', policies, keys: openmailKeys, ghosts: false, oneLink: true }),
}

export const ruleSetNames = Object.keys(makers) as RuleSetName[]
export const isRuleSetName = (name: string): name is RuleSetName => Object.hasOwn(makers, name)

/** What is wrong with a choice of rules, in the fields `rules` and `policies.…`; empty where nothing is. */
export const rulesProblems = (name: string, policies: Readonly<Record<string, string>>): PolicyProblem[] => [
  ...(isRuleSetName(name)
    ? []
    : [{ field: 'rules', detail: `there is no rule set ${name}`, fix: `use one of ${ruleSetNames.join(', ')}` }]),
  ...policyProblems(policies),
]

/** A name of a rule set that does not exist. Whoever takes names from a caller asks `rulesProblems` first. */
export class NoSuchRuleSet extends Error {
  constructor(
    readonly ruleSet: string,
    known: readonly string[] = ruleSetNames,
  ) {
    super(`There is no rule set ${ruleSet}; there are ${known.join(', ')}`)
  }
}

/** A rule set with its policies, from the form in which a space keeps them. Throws `NoSuchRuleSet`. */
export const ruleSet = (name: string, policies: Readonly<Record<string, string>> = {}): RuleSet => {
  if (!isRuleSetName(name)) throw new NoSuchRuleSet(name)
  return makers[name](readPolicies(policies))
}

export const ruleSets: Record<RuleSetName, RuleSet> = {
  skein: ruleSet('skein'),
  references: ruleSet('references'),
  jmap: ruleSet('jmap'),
  openmail: ruleSet('openmail'),
}
