import { mailStream, partitionOf, type MessageId, type SpaceId, type StoredEvent, type ThreadId } from '@skein/events'
import type { Log } from '@skein/log'
import {
  incomingMailOf,
  lacksKeys,
  MemoryLinkIndex,
  oldestFirst,
  planRegroup,
  Redecision,
  REGROUP,
  ruleSet,
  type IncomingMail,
  type Redecided,
  type RegroupPlan,
} from '@skein/threading'

/** Rules of a space with their policies, as the directory keeps them. */
export interface Rules {
  rules: string
  policies: Record<string, string>
}

/** What a message is called in an example, and where it is and why. */
export interface Known {
  subject: string
  from: string
  thread: ThreadId
  rule: string
}

/** The difference that other rules make to one space. */
export interface SpaceDifference extends RegroupPlan {
  space: SpaceId
  messages: number
  /** The last event that was looked at. */
  until: number
  known: Map<MessageId, Known>
  decided: Map<MessageId, Redecided>
  /** Messages whose keys later mail could not find under the other rules. */
  rekeyed: { message: MessageId; keys: Redecided['keys']; baseSubject: string }[]
  /** Decisions of people that were carried out again, and those that could not be. */
  people: { kept: number; unapplied: { position: number; type: string; reason: string }[] }
}

/** What is read of the log. */
export type LogReader = Pick<Log, 'readEvents' | 'recordsAt' | 'endOfEvents' | 'partitions'>

export interface Asked {
  space: SpaceId
  to: Rules
  /** Events up to this one count as they were decided; 0 for none. */
  after: number
  onProgress?: (events: number, of: number) => void
}

const mailsOf = async (
  log: LogReader,
  partition: number,
  events: readonly StoredEvent[],
): Promise<Map<number, IncomingMail>> => {
  const sequences = new Set(events.flatMap(({ cause }) => (cause.kind === 'input' ? [cause.sequence] : [])))
  const records = await log.recordsAt(partition, [...sequences])
  const stream = mailStream(partition)
  return new Map([...records].map(([sequence, record]) => [sequence, incomingMailOf(record, { stream, sequence })]))
}

/** Reads the log of a space once, and decides it under the other rules beside what was decided. Writes nothing. */
export const differenceOf = async (
  log: LogReader,
  { space, to, after, onProgress }: Asked,
): Promise<SpaceDifference> => {
  const partition = partitionOf(space, log.partitions)
  const until = await log.endOfEvents(partition)
  const live = new MemoryLinkIndex()
  const other = new Redecision(ruleSet(to.rules, to.policies), after)
  const known = new Map<MessageId, Omit<Known, 'thread'>>()
  let seen = 0
  for await (const batch of log.readEvents(partition, 0, until)) {
    const events = batch.filter((event) => event.space === space)
    const mails = await mailsOf(log, partition, events)
    for (const event of events) {
      live.apply(event)
      other.take(event, (sequence) => mails.get(sequence))
      if (event.type === 'MessageThreaded') {
        const { message, subject, from, rule } = event.data
        known.set(message, { subject, from: from[0]?.address ?? '', rule })
      }
    }
    seen += batch.length
    onProgress?.(seen, until)
  }
  const threads = new Map([...known.keys()].map((message) => [message, live.threadOf(message) as ThreadId]))
  const plan = planRegroup(threads, other.partition(known.keys()), oldestFirst(live))
  return {
    ...plan,
    space,
    messages: known.size,
    until,
    known: new Map([...known].map(([message, one]) => [message, { ...one, thread: threads.get(message) as ThreadId }])),
    decided: other.decided,
    rekeyed: rekeyed(live, other.decided),
    people: {
      kept: other.kept,
      unapplied: other.unapplied.map(({ event, reason }) => ({ position: event.sequence, type: event.type, reason })),
    },
  }
}

const rekeyed = (live: MemoryLinkIndex, decided: ReadonlyMap<MessageId, Redecided>): SpaceDifference['rekeyed'] =>
  [...decided].flatMap(([message, { keys, baseSubject }]) => {
    const row = live.message(message)
    return row && lacksKeys(row.keys, keys) ? [{ message, keys, baseSubject }] : []
  })

/** Where an application of rules began in the log, and the rules before it; `null` where the space has none of this name. */
export const applicationOf = async (
  log: LogReader,
  space: SpaceId,
  application: string,
): Promise<{ after: number; before: Rules } | null> => {
  const partition = partitionOf(space, log.partitions)
  for await (const batch of log.readEvents(partition, 0, await log.endOfEvents(partition)))
    for (const event of batch)
      if (event.space === space && event.type === 'RulesApplied' && event.data.application === application)
        return { after: event.sequence - 1, before: event.data.before }
  return null
}

/** The last event before a time; 0 where the log begins later. */
export const eventBefore = async (log: LogReader, space: SpaceId, time: string): Promise<number> => {
  const partition = partitionOf(space, log.partitions)
  let last = 0
  for await (const batch of log.readEvents(partition, 0, await log.endOfEvents(partition)))
    for (const event of batch) {
      if (event.time >= time) return last
      last = event.sequence
    }
  return last
}

export { REGROUP }
