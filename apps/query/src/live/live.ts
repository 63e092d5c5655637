import { setTimeout as sleep } from 'node:timers/promises'
import { badRequest, notFound, type CallerOf } from '@skein/http'
import type { EventBatch, Log } from '@skein/log'
import type { Views } from '@skein/views'
import type { Access } from '../access.js'
import type { EventsQuery } from './events-query.js'
import { Feed, spacesOf, type SpacesByPartition } from './feed.js'
import { liveEventJson, type LiveEvent } from './live-event.js'
import { OpenStreams } from './open-streams.js'
import { readPlace, type Place } from './place.js'
import { Sight, type Wanted } from './sight.js'
import { Tail } from './tail.js'

/** Where updates go: a stream of server-sent events, or a WebSocket. Each promise resolves when there is room for more. */
export interface Receiver {
  event(event: LiveEvent): Promise<void>
  /** Nothing happened for a while; `place` is how far the reader is. */
  quiet(place: string): Promise<void>
  /** Aborted when nobody receives any more. */
  readonly gone: AbortSignal
}

export const HEARTBEAT_MS = 15_000

export interface LiveParts {
  readonly log: Pick<Log, 'readEvents' | 'endOfEvents' | 'partitions' | 'directory'>
  readonly views: Views
  readonly access: Access
  readonly heartbeatMs?: number
}

/** Live updates of this process: one tail of the log, and whoever reads it. */
export class Live {
  /** Of this process. */
  readonly streams = new OpenStreams()
  private readonly tail: Tail
  private readonly ending = new AbortController()

  constructor(private readonly parts: LiveParts) {
    this.tail = new Tail(parts.log)
  }

  /** To be called before the first `take`. */
  async start(): Promise<void> {
    for (let p = 0; p < this.parts.log.partitions; p++) this.tail.begin(p, await this.parts.views.checkpoint(p))
  }
  /** Takes events that the views have just been brought to. */
  take(batch: EventBatch): void {
    this.tail.take(batch)
  }
  /** Ends every stream, so that its reader comes back elsewhere. */
  close(): void {
    this.ending.abort()
  }

  /** @throws Problem for a filter or a place that is none, 404 for what is not the caller's */
  async feed(caller: CallerOf, query: EventsQuery, lastEventId: string | undefined): Promise<Feed> {
    const wanted = await this.wanted(caller, query)
    const { log, views } = this.parts
    const start = await this.startOf(caller, query, lastEventId)
    return new Feed(this.tail, new Sight(wanted, log.directory, views), start)
  }

  private async wanted(caller: CallerOf, query: EventsQuery): Promise<Wanted> {
    const { access } = this.parts
    const inboxes = query.inbox?.map((id) => access.inbox(caller, id).id) ?? null
    const thread = query.thread === undefined ? null : await access.thread(caller, query.thread)
    if (query.thread !== undefined && thread === null) throw notFound('thread', query.thread)
    return { inboxes, thread: thread?.id ?? null, types: query.type === undefined ? null : new Set(query.type) }
  }

  private async startOf(caller: CallerOf, query: EventsQuery, lastEventId: string | undefined): Promise<Place> {
    const [field, text] = lastEventId ? ['Last-Event-ID', lastEventId] : ['after', query.after]
    if (text !== undefined) return this.checked(readPlace(text, this.parts.log.partitions, field ?? ''), field ?? '')
    const partitions = [...this.spacesOf(caller).keys()]
    const from = (partition: number): number => (query.from === 'start' ? 0 : this.tail.end(partition))
    return new Map(partitions.map((partition) => [partition, from(partition)]))
  }

  /** A place beyond the end of the log is of another log, or of this one before it was restored from a backup. */
  private async checked(place: Place, field: string): Promise<Place> {
    for (const [partition, sequence] of place) {
      if (sequence <= this.tail.end(partition) || sequence <= (await this.parts.log.endOfEvents(partition))) continue
      const fix = 'Begin anew without it, and read what you missed from the lists.'
      throw badRequest(`${field}: partition ${partition} has no event ${sequence} yet.`, { field, fix })
    }
    return place
  }

  /** The key as it is now: one that was revoked while it listens hears no more. */
  private stillIn(caller: CallerOf): CallerOf | null {
    const key = this.parts.log.directory.get('key', caller.key)
    if (key === undefined || (key.expiresAt !== null && Date.parse(key.expiresAt) <= Date.now())) return null
    return { ...caller, spaces: key.spaces, inboxes: key.inboxes }
  }

  /** Brings a receiver what happens until one of the two ends. */
  async run(feed: Feed, from: CallerOf, to: Receiver): Promise<'revoked' | 'ended'> {
    const gone = AbortSignal.any([to.gone, this.ending.signal])
    while (!gone.aborted) {
      const change = this.tail.nextChange()
      const caller = this.stillIn(from)
      if (caller === null) return 'revoked'
      const turn = feed.next(this.spacesOf(caller), caller)
      let step = await turn.next()
      for (; !step.done && !gone.aborted; step = await turn.next()) await to.event(step.value)
      if (!step.done || step.value) continue
      if (await isQuiet(change, this.parts.heartbeatMs ?? HEARTBEAT_MS, gone)) await to.quiet(feed.place)
    }
    return 'ended'
  }

  /** One event by its position, `<partition>:<sequence>`. @throws Problem 404 for what is not there, or not the caller's */
  async one(caller: CallerOf, position: string): Promise<LiveEvent> {
    const [partition = -1, sequence = 0] = /^\d{1,4}:\d{1,15}$/.test(position) ? position.split(':').map(Number) : []
    const { log, views } = this.parts
    if (sequence < 1 || sequence > this.tail.end(partition)) throw notFound('event', position)
    const sight = new Sight({ inboxes: null, thread: null, types: null }, log.directory, views)
    for await (const [event] of log.readEvents(partition, sequence - 1, sequence, () => undefined))
      if (event && (await sight.shows(event, caller))) return liveEventJson(event, position)
    throw notFound('event', position)
  }

  /** What there is now, at most `limit` events, for those who come and ask. `more`: there is more at once. */
  async page(feed: Feed, caller: CallerOf, limit: number): Promise<{ events: LiveEvent[]; more: boolean }> {
    const events: LiveEvent[] = []
    for (let turns = 0; turns < MOST_TURNS; turns++) {
      const turn = feed.next(this.spacesOf(caller), caller)
      let step = await turn.next()
      for (; !step.done; step = await turn.next()) {
        events.push(step.value)
        if (events.length === limit) return { events, more: true }
      }
      if (!step.value) return { events, more: false }
    }
    return { events, more: true }
  }

  private spacesOf(caller: CallerOf): SpacesByPartition {
    return spacesOf(this.parts.log.directory, caller, this.parts.log.partitions)
  }
}

/** Slices of the log that one page looks through for events that are wanted. */
const MOST_TURNS = 10

const isQuiet = async (change: Promise<void>, ms: number, gone: AbortSignal): Promise<boolean> => {
  const late = new AbortController()
  const end = new Promise<false>((resolve) =>
    gone.addEventListener('abort', () => resolve(false), { once: true, signal: late.signal }),
  )
  try {
    return await Promise.race([change.then(() => false), end, sleep(ms, true, { signal: late.signal })])
  } finally {
    late.abort()
  }
}
