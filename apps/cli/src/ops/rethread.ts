import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import { spaceId, type MessageId, type SpaceId, type ThreadId } from '@skein/events'
import type { Log } from '@skein/log'
import { rulesProblems } from '@skein/threading'
import { logAt, placeOf, type InstanceOptions } from '../instance-place.js'
import { applyRules } from './rethread-apply.js'
import { applicationOf, differenceOf, eventBefore, type Rules, type SpaceDifference } from './rethread-space.js'

export interface RethreadOptions extends InstanceOptions {
  rules: string | undefined
  policies: Record<string, string>
  /** All spaces where it is left out. */
  space: string | undefined
  /** ISO 8601: what came before it stays as it was decided. */
  since: string | undefined
  apply: boolean
  /** The application to take back. */
  undo: string | undefined
  examples: number
  json: boolean
}

const say = (line = ''): void => void process.stdout.write(`${line}\n`)

/** @throws Error with the field, what is wrong with it and what to do */
const checked = ({ rules, policies, undo }: RethreadOptions): Rules | null => {
  if (undo !== undefined) return null
  if (rules === undefined) throw new Error('--rules: name the rules to apply, or the application to --undo')
  const [problem] = rulesProblems(rules, policies)
  if (problem !== undefined) throw new Error(`--${problem.field.replace('.', ' ')}: ${problem.detail}; ${problem.fix}`)
  return { rules, policies }
}

const spacesOf = (log: Log, name: string | undefined): SpaceId[] => {
  if (name === undefined) return log.directory.all('space').map(({ id }) => id)
  const found = spaceId.safeParse(name)
  if (!found.success || log.directory.space(found.data) === undefined)
    throw new Error(`--space: there is no space ${name}`)
  return [found.data]
}

/** What a space is to be threaded by, and from which event on; `null` where the application never touched it. */
const aimOf = async (
  log: Log,
  space: SpaceId,
  rules: Rules | null,
  options: RethreadOptions,
): Promise<{ to: Rules; after: number } | null> => {
  if (rules !== null)
    return { to: rules, after: options.since === undefined ? 0 : await eventBefore(log, space, options.since) }
  const application = await applicationOf(log, space, options.undo ?? '')
  return application === null ? null : { to: application.before, after: application.after }
}

const progress = (events: number, of: number): void => {
  if (process.stderr.isTTY) process.stderr.write(`\rreading the log: ${events} of ${of} events `)
}

const example = (message: MessageId, to: ThreadId | null, { known, decided }: SpaceDifference) => {
  const here = known.get(message)
  const other = decided.get(message)
  const [evidence] = other?.evidence ?? []
  return {
    message,
    subject: here?.subject ?? '',
    from: here?.from ?? '',
    thread: here?.thread ?? null,
    to,
    was: here?.rule ?? null,
    becomes: other?.rule ?? null,
    because: evidence === undefined ? null : { fact: evidence.fact, value: evidence.value, message: evidence.message },
  }
}
type Example = ReturnType<typeof example>

/** The first messages that would be elsewhere, one for each thread that comes along whole, and those that move by themselves. */
const examplesOf = (difference: SpaceDifference, most: number): Example[] => {
  const firstOf = new Map<ThreadId, MessageId>()
  for (const [message, { thread }] of difference.known) if (!firstOf.has(thread)) firstOf.set(thread, message)
  const found: Example[] = []
  for (const { home, messages, absorb } of difference.gatherings) {
    for (const message of messages.slice(0, 2)) found.push(example(message, home, difference))
    for (const thread of absorb.slice(0, 2)) {
      const first = firstOf.get(thread)
      if (first !== undefined) found.push(example(first, home, difference))
    }
    if (found.length >= most) break
  }
  return found.slice(0, most)
}

const inJson = (difference: SpaceDifference, to: Rules, most: number) => ({
  space: difference.space,
  ...to,
  messages: difference.messages,
  threads: difference.threads,
  moved: difference.moved,
  people: difference.people,
  until: difference.until,
  examples: examplesOf(difference, most),
})

const whyOf = ({ was, becomes, because }: Example): string =>
  because === null
    ? `${becomes ?? 'nothing'} instead of ${was ?? 'nothing'}`
    : `${becomes}: ${because.fact} ${because.value}`

const inWords = (difference: SpaceDifference, to: Rules, most: number): string => {
  const { space, messages, threads, moved, people } = difference
  const lines = [
    `${space} by the rules ${to.rules}${Object.entries(to.policies)
      .map(([name, value]) => ` ${name}=${value}`)
      .join('')}`,
    `  ${messages} messages in ${threads.all} threads: ${threads.unchanged} unchanged, ${threads.merged} merged into others, ` +
      `${threads.split} split; ${moved} messages move by themselves`,
    `  ${people.kept} decisions of people stay, ${people.unapplied.length} have nothing to act on any more`,
  ]
  for (const one of examplesOf(difference, most))
    lines.push(
      `  ${one.subject || '(no subject)'} (${one.from}): ${one.thread} → ${one.to ?? 'a thread of its own'}; ${whyOf(one)}`,
    )
  return lines.join('\n')
}

/** Shows, applies or takes back other rules for stored mail. Answers the exit code. */
export const rethread = async (options: RethreadOptions): Promise<number> => {
  const rules = checked(options)
  const place = await placeOf(options)
  try {
    const log = await logAt(place, 'skein-rethread')
    await rethreadIn(log, rules, options).finally(() => log.close())
    return 0
  } finally {
    await place.leave()
  }
}

const rethreadIn = async (log: Log, rules: Rules | null, options: RethreadOptions): Promise<void> => {
  const application = `app-${randomBytes(6).toString('hex')}`
  let touched = 0
  for (const space of spacesOf(log, options.space)) {
    const aim = await aimOf(log, space, rules, options)
    if (aim === null) continue
    const difference = await differenceOf(log, { space, ...aim, ...(options.json ? {} : { onProgress: progress }) })
    if (process.stderr.isTTY && !options.json) process.stderr.write('\n')
    touched++
    const shown = options.json
      ? JSON.stringify(inJson(difference, aim.to, options.examples))
      : inWords(difference, aim.to, options.examples)
    say(shown)
    if (!options.apply && options.undo === undefined) continue
    const [thread] = [...difference.known.values()].map((one) => one.thread)
    if (thread === undefined) continue
    const actor = `ops:${userInfo().username}`
    const { events, rounds } = await applyRules(log, { space, application, actor, thread, ...aim })
    if (options.json) say(JSON.stringify({ space, application, events, rounds }))
    else say(`  applied by ${events} events; to take it back: skein ops rethread --undo ${application}`)
  }
  if (options.undo !== undefined && touched === 0) throw new Error(`--undo: there is no application ${options.undo}`)
  if (!options.json && !options.apply && options.undo === undefined) say('Nothing was changed; --apply does it.')
}
