import { eventTypes, partitionOf, spaceId, threadId, type InboxId, type SpaceId, type ThreadId } from '@skein/events'
import type { Log } from '@skein/log'

/** What somebody asks to be replayed, as the flags say it. */
export interface ReplayAsked {
  partition?: string
  from?: string
  to?: string
  since?: string
  until?: string
  space?: string
  inbox?: string
  thread?: string
  type?: string[]
}

/** Events of a partition, both ends included. */
export interface Stretch {
  partition: number
  from: number
  to: number
}

export interface ReplayRange {
  stretches: Stretch[]
  space: SpaceId | null
  inbox: InboxId | null
  thread: ThreadId | null
  types: ReadonlySet<string> | null
}

const wholeNumber = (flag: string, text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (!/^\d{1,15}$/.test(text)) throw new Error(`--${flag}: ${text} is not a number`)
  return Number(text)
}

/** ISO 8601, or a day, which begins in UTC. */
const moment = (flag: string, text: string | undefined): Date | undefined => {
  if (text === undefined) return undefined
  const time = new Date(text)
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(time.getTime()))
    throw new Error(`--${flag}: ${text} is no time: 2026-01-31 or 2026-01-31T12:00:00Z`)
  return time
}

const typesOf = (given: readonly string[] | undefined): ReadonlySet<string> | null => {
  if (given === undefined) return null
  const unknown = given.find((type) => !Object.hasOwn(eventTypes, type))
  if (unknown !== undefined) throw new Error(`--type: there is no event ${unknown}; docs/events.md lists them`)
  return new Set(given)
}

const threadOf = (given: string | undefined): ThreadId | null => {
  if (given === undefined) return null
  const read = threadId.safeParse(given)
  if (!read.success) throw new Error(`--thread: ${given} is not the id of a thread (thr_…)`)
  return read.data
}

/** The space that is asked for, or that of the inbox, which is asked for by id or address. */
const placeAsked = (log: Log, { space, inbox }: ReplayAsked): { space: SpaceId | null; inbox: InboxId | null } => {
  if (inbox !== undefined) {
    const found = log.directory.inbox(inbox) ?? log.directory.inboxByAddress(inbox)
    if (!found) throw new Error(`--inbox: there is no inbox ${inbox}`)
    if (space !== undefined && space !== found.space) throw new Error(`--space: ${found.id} is in ${found.space}`)
    return { space: found.space, inbox: found.id }
  }
  if (space === undefined) return { space: null, inbox: null }
  const read = spaceId.safeParse(space)
  if (!read.success) throw new Error(`--space: ${space} is not the id of a space (spc_…)`)
  return { space: read.data, inbox: null }
}

const partitionsAsked = (log: Log, partition: number | undefined, space: SpaceId | null): number[] => {
  const all = Array.from({ length: log.partitions }, (_, p) => p)
  if (partition !== undefined && partition >= log.partitions)
    throw new Error(`--partition: there is no partition ${partition}; they are 0 to ${log.partitions - 1}`)
  const own = space === null ? undefined : partitionOf(space, log.partitions)
  if (own !== undefined && partition !== undefined && own !== partition)
    throw new Error(`--partition: ${space} is in partition ${own}`)
  const one = partition ?? own
  return one === undefined ? all : [one]
}

/**
 * What is to be replayed: stretches of the log by sequence and by time, all that is given together, and what of them is meant.
 * @throws Error naming the flag at fault
 */
export const rangeOf = async (log: Log, asked: ReplayAsked): Promise<ReplayRange> => {
  const { space, inbox } = placeAsked(log, asked)
  const partitions = partitionsAsked(log, wholeNumber('partition', asked.partition), space)
  const [from, to] = [wholeNumber('from', asked.from), wholeNumber('to', asked.to)]
  if ((from !== undefined || to !== undefined) && partitions.length > 1)
    throw new Error('--from and --to count the events of one partition: name it with --partition')
  const [since, until] = [moment('since', asked.since), moment('until', asked.until)]
  const stretches = partitions.map(async (partition): Promise<Stretch> => {
    const end = await log.endOfEvents(partition)
    const first = since === undefined ? 1 : await log.webhooks.sequenceAt(partition, since)
    const last = until === undefined ? end : (await log.webhooks.sequenceAt(partition, until)) - 1
    return { partition, from: Math.max(1, first, from ?? 1), to: Math.min(end, last, to ?? end) }
  })
  return {
    stretches: (await Promise.all(stretches)).filter((one) => one.from <= one.to),
    space,
    inbox,
    thread: threadOf(asked.thread),
    types: typesOf(asked.type),
  }
}
