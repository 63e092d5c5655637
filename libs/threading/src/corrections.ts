import type { Decided, LinkKeys, MessageId, ThreadId } from '@skein/events'
import { oldestFirst } from './choice.js'
import { idKey, isIdKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import type { MessageRow } from './link-rows.js'
import { linksOf, ownersOf } from './links.js'
import { threadSplitOff } from './regroup.js'
import type { RuleSet } from './rule-set.js'

/*
 * What a person decides, as events. All of it can be taken back by another command, and outranks the rules: where a person
 * parts two threads, links do not cross between them any more, so answers that come later find each its own.
 */

/** The events of a command, or why it cannot be done: `code` for programs, `detail` for people. */
export type Correction = { events: Decided[] } | { refused: { code: string; detail: string } }

const refused = (code: string, detail: string): Correction => ({ refused: { code, detail } })
const noThread = (thread: string): Correction => refused('no-such-thread', `There is no thread ${thread} here.`)
const noMessage = (message: string): Correction => refused('no-such-message', `There is no message ${message} here.`)

const BY_PERSON = { rule: 'person', evidence: [], confidence: 'certain' as const }
const NO_KEYS: LinkKeys = { owned: [], named: [], mentioned: [], waiting: [], sameSubject: [] }

const authors = (rows: readonly MessageRow[]): string[] =>
  [...new Set(rows.map(({ author }) => author))].filter((author) => author !== '')

const mergedByPerson = (threads: readonly ThreadId[], index: LinkIndex): Decided[] => {
  const [survivor, ...absorbed] = [...new Set(threads)].sort(oldestFirst(index))
  if (survivor === undefined || absorbed.length === 0) return []
  const own = new Set(threads)
  const cuts = [...new Set(absorbed.flatMap((thread) => index.cutsOf(thread)))].filter((thread) => !own.has(thread))
  return [{ type: 'ThreadsMerged', thread: survivor, data: { ...BY_PERSON, absorbed, message: null, cuts } }]
}

/** These threads are one conversation. `[]` where they are one already. */
export const mergeThreads = (threads: readonly ThreadId[], index: LinkIndex): Correction => {
  const unknown = threads.find((thread) => !index.thread(thread))
  if (unknown !== undefined) return noThread(unknown)
  return {
    events: mergedByPerson(
      threads.map((thread) => index.resolve(thread)),
      index,
    ),
  }
}

/** On which side of a merge each message of the survivor is: with what it had before, else with the message that it answers. */
const followers = (rows: readonly MessageRow[], family: ReadonlySet<ThreadId>, index: LinkIndex): MessageRow[] => {
  const rowOf = new Map(rows.map((row) => [row.message, row]))
  const answered = (row: MessageRow): MessageRow | undefined => {
    for (const key of row.keys.named) {
      const owner = ownersOf(key, index).find(({ message }) => rowOf.has(message))
      if (owner && owner.message !== row.message) return rowOf.get(owner.message)
    }
    return undefined
  }
  const goes = new Map<MessageId, boolean>()
  for (const start of rows) {
    const way: MessageRow[] = []
    let row: MessageRow | undefined = start
    while (row && !goes.has(row.message) && !family.has(row.thread)) {
      goes.set(row.message, false)
      way.push(row)
      row = answered(row)
    }
    const isBack = row !== undefined && (family.has(row.thread) || goes.get(row.message) === true)
    for (const one of way) goes.set(one.message, isBack)
  }
  return rows.filter(({ message }) => goes.get(message))
}

/** Takes back the merge that absorbed this thread: it goes on with what it had, and with what has answered that since. */
export const undoMerge = (absorbed: ThreadId, index: LinkIndex): Correction => {
  const row = index.thread(absorbed)
  if (!row) return noThread(absorbed)
  if (row.into === null) return refused('not-merged', `Thread ${absorbed} was not merged into another.`)
  const survivor = index.resolve(absorbed)
  const family = index.family(absorbed)
  const rows = index.messagesOf(survivor)
  const back = followers(rows, new Set(family), index)
  const threads = family.slice(1).map((thread) => ({ thread, into: index.thread(thread)?.into ?? absorbed }))
  const people = authors(back)
  const messages = back.map(({ message }) => message)
  return { events: [{ type: 'MergeUndone', thread: survivor, data: { absorbed, messages, people, threads } }] }
}

/** Rows of these messages, all of one thread; or why that cannot be. */
const together = (
  messages: readonly MessageId[],
  index: LinkIndex,
): { rows: MessageRow[]; thread: ThreadId } | Correction => {
  const originals = messages.map((message) => index.original(message) ?? message)
  const missing = originals.find((message) => !index.message(message))
  if (missing !== undefined) return noMessage(missing)
  const rows = [...new Set(originals)].flatMap((message) => index.message(message) ?? [])
  const [thread, another] = new Set(rows.map((row) => index.resolve(row.thread)))
  if (thread === undefined) return refused('no-messages', 'Name at least one message.')
  if (another !== undefined) return refused('several-threads', 'The messages are in more than one thread.')
  if (index.messagesOf(thread).length <= rows.length)
    return refused('nothing-left', 'No message would be left in the thread. To put two threads together, merge them.')
  return { rows, thread }
}

const inTime = (a: MessageRow, b: MessageRow): number =>
  a.sentAt < b.sentAt ? -1 : a.sentAt > b.sentAt ? 1 : a.message < b.message ? -1 : 1

/** These messages go on in a thread of their own. `command` makes its id, `order` its place in the order of starts. */
export const splitThread = (
  messages: readonly MessageId[],
  { command, order }: { command: string; order: number },
  index: LinkIndex,
): Correction => {
  const found = together(messages, index)
  if (!('rows' in found)) return found
  const rows = found.rows.toSorted(inTime)
  const into = threadSplitOff(rows[0]?.message ?? ('' as MessageId), command)
  const data = {
    ...BY_PERSON,
    into,
    order,
    messages: rows.map(({ message }) => message),
    people: authors(rows),
    message: null,
  }
  return { events: [{ type: 'ThreadSplit', thread: found.thread, data }] }
}

/** These messages belong to another thread. Back where they came from, the two are not kept apart any longer. */
export const moveMessages = (messages: readonly MessageId[], to: ThreadId, index: LinkIndex): Correction => {
  if (!index.thread(to)) return noThread(to)
  const target = index.resolve(to)
  const found = together(messages, index)
  if (!('rows' in found)) return found
  if (found.thread === target) return { events: [] }
  const apart = !index.cutsOf(found.thread).includes(target)
  const data = { messages: found.rows.map(({ message }) => message), to: target, people: authors(found.rows), apart }
  return { events: [{ type: 'MessageMoved', thread: found.thread, data }] }
}

/** What a quarantined mail did not hold until now: its id, and the ids that nobody has received. */
const keysToHold = ({ messageId, keys }: MessageRow, index: LinkIndex): LinkKeys => {
  if (keys.owned.length > 0) return NO_KEYS
  const mentioned = keys.named.filter((key) => isIdKey(key) && index.owners(key).length === 0)
  return { ...NO_KEYS, owned: [idKey(messageId)], mentioned }
}

/** The mail belongs where it was suggested, or claims, to belong. */
export const acceptJoin = (message: MessageId, into: ThreadId, index: LinkIndex): Correction => {
  const row = index.message(message)
  if (!row) return noMessage(message)
  if (!index.thread(into)) return noThread(into)
  const [thread, target] = [index.resolve(row.thread), index.resolve(into)]
  if (thread === target) return { events: [] }
  const data = { message, into: target, keys: keysToHold(row, index), baseSubject: row.baseSubject }
  return { events: [{ type: 'JoinAccepted', thread, data }, ...mergedByPerson([thread, target], index)] }
}

/** The mail does not belong there, whatever else may seem to say so. */
export const refuseJoin = (message: MessageId, candidate: ThreadId, index: LinkIndex): Correction => {
  const row = index.message(message)
  if (!row) return noMessage(message)
  if (!index.thread(candidate)) return noThread(candidate)
  const [thread, target] = [index.resolve(row.thread), index.resolve(candidate)]
  if (thread === target)
    return refused('joined-already', `Message ${message} is in ${target} already; split it off instead.`)
  return { events: [{ type: 'JoinRefused', thread, data: { message, candidate: target } }] }
}

/** What can stand in a header as an id: a server may write anything into its answer. */
const ID = /^[^\s<>\p{C}]{1,900}$/u

/**
 * The receiving side knows a mail of ours under another id: answers name that one, and some may have come already. An id that is
 * none, or under which somebody else's mail was received, is not taken.
 */
export const learnWireId = (message: MessageId, wireId: string, index: LinkIndex, rules: RuleSet): Correction => {
  const row = index.message(message)
  if (!row) return noMessage(message)
  const key = rules.ownKey(wireId, row.baseSubject)
  if (!ID.test(wireId) || index.owners(key).includes(message)) return { events: [] }
  if (ownersOf(key, index).some(({ author }) => author !== row.author)) return { events: [] }
  const thread = index.resolve(row.thread)
  const links = linksOf([{ key, role: 'owned', fact: 'alias', value: wireId }], row.baseSubject, index, rules)
  const apart = index.cutsOf(thread)
  const others = links.map((link) => link.thread).filter((other) => other !== thread && !apart.includes(other))
  const [survivor, ...absorbed] = [thread, ...others].sort(oldestFirst(index))
  const evidence = [{ fact: 'alias', value: wireId, message, thread }]
  const learned: Decided = {
    type: 'WireIdLearned',
    thread,
    data: { message, wireId, keys: { ...NO_KEYS, owned: [key] } },
  }
  if (survivor === undefined || absorbed.length === 0) return { events: [learned] }
  const cuts = [...new Set(absorbed.flatMap((one) => index.cutsOf(one)))]
  const decision = { rule: 'merge', evidence, confidence: 'certain' as const }
  return {
    events: [learned, { type: 'ThreadsMerged', thread: survivor, data: { ...decision, absorbed, message, cuts } }],
  }
}

/** What a message said, and who wrote it, is gone; its ids stay as a tombstone. */
export const eraseMessage = (message: MessageId, index: LinkIndex): Correction => {
  const row = index.message(message)
  return row
    ? { events: [{ type: 'MessageErased', thread: index.resolve(row.thread), data: { message } }] }
    : noMessage(message)
}
