import type { ReceivedRecord, StoredEvent } from '@skein/events'
import type { Database } from '../database.js'
import { LinkStore } from '../links/link-store.js'
import { inputsOf, Projection } from '../projection/projection.js'
import { allOf, inLanes } from './lanes.js'
import { distance, GROUPS, marksIn, partitionsIn, spanOf, type Group, type Marks } from './groups.js'

/** Input records of one partition by their sequences, asked for about from front to back; those that are no more are left out. */
export interface RecordReader {
  at(sequences: readonly number[]): Promise<ReadonlyMap<number, ReceivedRecord>>
  close(): Promise<void>
}

/** Where the truth comes from: the events of a partition after one sequence up to another, and the input records. */
export interface EventSource {
  readEvents(partition: number, after: number, until: number): AsyncIterable<StoredEvent[]>
  records(partition: number): RecordReader
}

export interface CatchUpProgress {
  events: number
  totalEvents: number
}

export interface CatchUp {
  source: EventSource
  /** Which tables; the others are left as they are. */
  groups?: readonly Group[]
  onProgress?: (progress: CatchUpProgress) => void
  signal?: AbortSignal
}

/** Events of one transaction, about: a transaction has a price of its own, and what a batch makes is held in memory. */
const CHUNK = 2_000
/** Octets of mail that a chunk holds at most, about. */
const CHUNK_OCTETS = 16 * 1024 * 1024

interface Chunk {
  events: StoredEvent[]
  /** The sequence that the events follow. */
  after: number
  records: ReadonlyMap<number, ReceivedRecord>
}

const octetsOf = (events: readonly StoredEvent[]): number =>
  events.reduce((sum, event) => sum + (event.type === 'MessageThreaded' ? event.data.size : 0), 0)

/** The events in large pieces, each with the input records that the views need. */
async function* chunksOf(source: EventSource, partition: number, from: Marks, to: Marks): AsyncGenerator<Chunk> {
  const { after: start, until } = spanOf(from, to, partition)
  const shown = { after: from.views.get(partition) ?? 0, until: to.views.get(partition) ?? 0 }
  let [events, after, octets]: [StoredEvent[], number, number] = [[], start, 0]
  const records = source.records(partition)
  const chunk = async (): Promise<Chunk> => {
    const due = events.filter(({ sequence }) => sequence > shown.after && sequence <= shown.until)
    const inputs = inputsOf(due)
    return { events, after, records: inputs.length === 0 ? new Map() : await records.at(inputs) }
  }
  try {
    for await (const some of source.readEvents(partition, start, until)) {
      events.push(...some)
      octets += octetsOf(some)
      if (events.length < CHUNK && octets < CHUNK_OCTETS) continue
      yield await chunk()
      ;[events, after, octets] = [[], events.at(-1)?.sequence ?? after, 0]
    }
    if (events.length > 0) yield await chunk()
  } finally {
    await records.close()
  }
}

/** Each item while the one after it is already on its way. */
async function* readingAhead<T>(items: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = items.next()
  // a failure is for whoever asks for the item, and not for the process meanwhile
  next.catch(() => undefined)
  try {
    for (let item = await next; item.done !== true; item = await next) {
      next = items.next()
      next.catch(() => undefined)
      yield item.value
    }
  } finally {
    await next.catch(() => undefined)
    await items.return(undefined)
  }
}

/** Partitions that are worked on side by side: while the server is busy with one, this process prepares another. */
const SIDE_BY_SIDE = 2

/**
 * Applies events of the log to the tables of a schema until they are where `to` says, and answers how many. The code is that of the
 * services; what differs is the size of a batch. Views and index go side by side, and so do partitions, while the next events are
 * read already.
 * @throws EventsMissing, and what the signal was aborted with
 */
export const catchUp = async (database: Database, to: Marks, options: CatchUp): Promise<number> => {
  const { groups = GROUPS, onProgress = () => undefined, source, signal } = options
  const from = await database.transaction((run) => marksIn(run, groups), true)
  const totalEvents = distance(from, to)
  const failed = new AbortController()
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal])
  let events = 0
  const applied = (count: number): void => onProgress({ events: (events += count), totalEvents })
  await inLanes(SIDE_BY_SIDE, partitionsIn(to), async (partition) => {
    const work = catchUpPartition(database, { partition, from, to }, { source, signal: stop, applied })
    work.catch((error: unknown) => failed.abort(error))
    await work
  })
  return events
}

const catchUpPartition = async (
  database: Database,
  { partition, from, to }: { partition: number; from: Marks; to: Marks },
  { source, signal, applied }: { source: EventSource; signal: AbortSignal; applied: (events: number) => void },
): Promise<void> => {
  const [projection, index] = [new Projection(database), new LinkStore(database)]
  const upTo = (group: Group, { events }: Chunk): StoredEvent[] =>
    events.filter(({ sequence }) => sequence <= (to[group].get(partition) ?? 0))
  for await (const chunk of readingAhead(chunksOf(source, partition, from, to))) {
    signal.throwIfAborted()
    const { after, records } = chunk
    const [forViews, forIndex] = [upTo('views', chunk), upTo('index', chunk)]
    const works: Promise<unknown>[] = []
    if (forViews.length > 0)
      works.push(projection.apply({ partition, events: forViews }, () => Promise.resolve(records), after))
    if (forIndex.length > 0) works.push(index.apply(partition, forIndex, after))
    await allOf(works)
    applied((chunk.events.at(-1)?.sequence ?? after) - after)
  }
}
