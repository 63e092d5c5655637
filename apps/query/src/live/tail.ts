import { redactEvent, type SpaceId, type StoredEvent } from '@skein/events'
import type { EventBatch, Log } from '@skein/log'

/** Events of a partition that are held for those who are up to date; who is behind them reads the log. */
const HELD = 2_000
/** Events that are handed out at once. */
const SLICE = 500

interface Partition {
  /** All events after this one are held, up to `last`. */
  from: number
  last: number
  events: StoredEvent[]
}

/** Some events after a place, and the place after them: further than the last of them where nothing else is up to there. */
export interface Slice {
  readonly events: readonly StoredEvent[]
  readonly upTo: number
}

/**
 * The end of the log as far as the views show it, for all readers of this process together: a reader pulls what comes after its own
 * place, so a slow one costs no memory.
 */
export class Tail {
  private readonly partitions = new Map<number, Partition>()
  private change = Promise.withResolvers<void>()

  constructor(private readonly log: Pick<Log, 'readEvents'>) {}

  /** Says how far the views are before any event comes. */
  begin(partition: number, at: number): void {
    if (!this.partitions.has(partition)) this.partitions.set(partition, { from: at, last: at, events: [] })
  }

  /** Takes events that the views now show. What was taken before is left out. */
  take({ partition, events, after }: EventBatch): void {
    this.begin(partition, after)
    const held = this.partitions.get(partition)
    const last = events.at(-1)?.sequence ?? 0
    if (held === undefined || last <= held.last) return
    if (after > held.last) {
      held.from = after
      held.events = []
    }
    for (const event of events) if (event.sequence > held.last) held.events.push(event)
    held.events = withoutErased(held.events, events)
    held.last = last
    if (held.events.length > 2 * HELD) {
      const dropped = held.events.splice(0, held.events.length - HELD)
      held.from = dropped.at(-1)?.sequence ?? held.from
    }
    this.change.resolve()
    this.change = Promise.withResolvers<void>()
  }

  /** Resolves when there is more. */
  nextChange(): Promise<void> {
    return this.change.promise
  }

  /** The last event of a partition that the views show. */
  end(partition: number): number {
    return this.partitions.get(partition)?.last ?? 0
  }

  /** `space`: events of others may be left out. */
  async after(partition: number, at: number, space?: SpaceId): Promise<Slice> {
    const held = this.partitions.get(partition)
    if (held === undefined || at >= held.last) return { events: [], upTo: at }
    if (at < held.from) return this.stored(partition, at, held.last, space)
    const events = heldAfter(held.events, at)
    return { events, upTo: events.length < SLICE ? held.last : (events.at(-1)?.sequence ?? held.last) }
  }

  private async stored(partition: number, at: number, until: number, space: SpaceId | undefined): Promise<Slice> {
    const events: StoredEvent[] = []
    for await (const batch of this.log.readEvents(partition, at, until, () => undefined, space)) {
      events.push(...batch)
      if (events.length >= SLICE) return { events, upTo: events.at(-1)?.sequence ?? until }
    }
    return { events, upTo: until }
  }
}

/** What is held shows no more of a mail than the log does once its erasure is known. */
const withoutErased = (held: StoredEvent[], came: readonly StoredEvent[]): StoredEvent[] => {
  const messages = new Set(came.flatMap((event) => (event.type === 'MessageErased' ? [event.data.message] : [])))
  if (messages.size === 0) return held
  return held.map((event) => ({ ...event, ...redactEvent(event, { messages, authors: new Set() }) }))
}

const heldAfter = (events: readonly StoredEvent[], at: number): StoredEvent[] => {
  let start = events.length
  while (start > 0 && (events[start - 1]?.sequence ?? 0) > at) start--
  return events.slice(start, start + SLICE)
}
