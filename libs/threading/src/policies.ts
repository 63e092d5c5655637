/** What a space may choose within its rule set. The names are those of the API, and are stored with the space. */
export interface Policies {
  /** A reply under another subject: stays (`keep`), or starts a thread that says what it continues (`split`). */
  subjectPolicy: 'keep' | 'split'
  /** A mail that nothing but its subject ties to a thread: nothing, a suggestion, or joining where all guards hold. */
  subjectFallback: 'off' | 'suggest' | 'guarded'
  /** Mail that names ids of a thread, from someone who takes no part in it and fails authentication. */
  strangerPolicy: 'quarantine' | 'join'
  forwardPolicy: 'branch' | 'new_thread'
  /** Senders whose mail belongs together by its subject alone. */
  groupBy: ReadonlySet<string>
  /** How many subjects an id that nobody received may tie together. */
  anchorLimit: number
}

export interface PolicyProblem {
  field: string
  detail: string
  fix: string
}

const CHOICES = {
  subject_policy: ['keep', 'split'],
  subject_fallback: ['off', 'suggest', 'guarded'],
  stranger_policy: ['quarantine', 'join'],
  forward_policy: ['branch', 'new_thread'],
} as const
type Choice = keyof typeof CHOICES

const isChoice = (name: string): name is Choice => Object.hasOwn(CHOICES, name)
const isOneOf = <T extends string>(choices: readonly T[], value: string | undefined): value is T =>
  choices.some((choice) => choice === value)
const chosen = <T extends string>(choices: readonly T[], value: string | undefined, otherwise: T): T =>
  isOneOf(choices, value) ? value : otherwise

const problemOf = (name: string, value: string): PolicyProblem | null => {
  if (isChoice(name)) {
    if (isOneOf(CHOICES[name], value)) return null
    return { field: name, detail: `${name} cannot be "${value}"`, fix: `use one of ${CHOICES[name].join(', ')}` }
  }
  if (name === 'group_by') return null
  if (name === 'anchor_limit') {
    if (/^(?:[1-9][0-9]?|100)$/.test(value)) return null
    return { field: name, detail: `anchor_limit cannot be "${value}"`, fix: 'use a whole number from 1 to 100' }
  }
  const names = [...Object.keys(CHOICES), 'group_by', 'anchor_limit'].join(', ')
  return { field: name, detail: `there is no policy ${name}`, fix: `use one of ${names}` }
}

/** What is wrong with policies as a caller gave them; empty where nothing is. */
export const policyProblems = (given: Readonly<Record<string, string>>): PolicyProblem[] =>
  Object.entries(given).flatMap(([name, value]) => problemOf(name, value) ?? [])

/** Policies from their stored form, each with its default where it is missing (or no longer known). `group_by` is a list with commas. */
export const readPolicies = (given: Readonly<Record<string, string>>): Policies => ({
  subjectPolicy: chosen(CHOICES.subject_policy, given['subject_policy'], 'keep'),
  subjectFallback: chosen(CHOICES.subject_fallback, given['subject_fallback'], 'suggest'),
  strangerPolicy: chosen(CHOICES.stranger_policy, given['stranger_policy'], 'quarantine'),
  forwardPolicy: chosen(CHOICES.forward_policy, given['forward_policy'], 'branch'),
  groupBy: new Set(
    (given['group_by'] ?? '')
      .toLowerCase()
      .split(/[\s,]+/)
      .filter((sender) => sender !== ''),
  ),
  anchorLimit: Number(given['anchor_limit'] ?? 100) || 100,
})
