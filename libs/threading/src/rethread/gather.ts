import type { Decided, LinkKeys, MessageId, ThreadId } from '@skein/events'
import type { LinkIndex } from '../link-index.js'
import { lacksKeys, type MessageRow } from '../link-rows.js'
import { threadSplitOff } from '../regroup.js'
import type { Gathering } from './plan.js'

const RULE = { rule: 'rethread', evidence: [], confidence: 'certain' as const }

const authors = (rows: readonly MessageRow[]): string[] =>
  [...new Set(rows.map(({ author }) => author))].filter((author) => author !== '')

const merged = (survivor: ThreadId, absorbed: ThreadId, message: MessageId, index: LinkIndex): Decided => {
  const cuts = index.cutsOf(absorbed).filter((other) => other !== survivor)
  return { type: 'ThreadsMerged', thread: survivor, data: { ...RULE, absorbed: [absorbed], message, cuts } }
}

/** These messages, all of one thread, go to another: the thread comes along where nothing would be left of it. */
const brought = (rows: readonly MessageRow[], from: ThreadId, home: ThreadId, index: LinkIndex): Decided => {
  const messages = rows.map(({ message }) => message)
  if (index.messagesOf(from).length <= rows.length) return merged(home, from, messages[0] as MessageId, index)
  return { type: 'MessageMoved', thread: from, data: { messages, to: home, people: authors(rows), apart: null } }
}

/** What one command applies: the rules by name, keys, and messages that gather. */
export interface Regrouping {
  application: string
  rules: {
    thread: ThreadId
    rules: string
    policies: Record<string, string>
    before: { rules: string; policies: Record<string, string> }
  } | null
  rekeyed: { message: MessageId; keys: LinkKeys; baseSubject: string }[]
  gatherings: Gathering[]
}

/** The events of it, from where everything is now; what is as it should be makes none. */
export const regroup = (
  { application, rules, rekeyed, gatherings }: Regrouping,
  order: number,
  index: LinkIndex,
): Decided[] => {
  const events: Decided[] = []
  if (rules !== null) {
    const { thread, ...names } = rules
    events.push({ type: 'RulesApplied', thread: index.resolve(thread), data: { application, ...names } })
  }
  for (const { message, keys, baseSubject } of rekeyed) {
    const row = index.message(message)
    if (row && lacksKeys(row.keys, keys))
      events.push({ type: 'MessageRekeyed', thread: index.resolve(row.thread), data: { message, keys, baseSubject } })
  }
  return [...events, ...gatherings.flatMap((one) => gather(one, { cause: application, order }, index))]
}

/**
 * The events by which a gathering comes about, from where its messages are now; `[]` where they are together already. `cause` makes
 * the id of a thread that is new, `order` its place in the order of starts.
 */
export const gather = (
  { home, messages, absorb }: Gathering,
  { cause, order }: { cause: string; order: number },
  index: LinkIndex,
): Decided[] => {
  const rows = messages.flatMap((message) => index.message(message) ?? [])
  const parts = [...Map.groupBy(rows, (row) => index.resolve(row.thread))]
  const events: Decided[] = []
  let target = home === null ? null : index.resolve(home)
  for (const [from, some] of parts) {
    if (from === target) continue
    if (target !== null) events.push(brought(some, from, target, index))
    else if (index.messagesOf(from).length <= some.length) target = from
    else {
      const names = some.map(({ message }) => message)
      target = threadSplitOff(names[0] as MessageId, cause)
      const data = {
        ...RULE,
        into: target,
        order,
        messages: names,
        people: authors(some),
        message: names[0] as MessageId,
      }
      events.push({ type: 'ThreadSplit', thread: from, data })
    }
  }
  if (target === null) return events
  for (const thread of new Set(absorb.map((one) => index.resolve(one)))) {
    const [first] = index.messagesOf(thread)
    if (thread !== target && first) events.push(merged(target, thread, first.message, index))
  }
  return events
}
