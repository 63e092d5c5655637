import type { ConsumerMessages, JetStreamClient, JetStreamManager, JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/transport-node'
import {
  decodeEvent,
  encodeEvent,
  eventStream,
  eventSubject,
  eventSubjects,
  NewerEvent,
  type SkeinEvent,
  type SpaceId,
  type StoredEvent,
} from '@skein/events'
import { appendEvents } from './append.js'
import { attributesIn, attributesOf, type Attributes } from './attributes.js'
import { CHAIN_HEADER, chainAfter } from './checksum.js'
import { followStream } from './follow.js'
import type { Redactions } from './redactions.js'
import { storedBetween } from './stored-range.js'

const READ_BATCH = 500
/** Events that are asked for one by one, so many at a time. */
const AT_ONCE = 64
const decoder = new TextDecoder()

/** @throws UnreadableEvent */
export const storedEvent = (
  partition: number,
  sequence: number,
  attributes: Attributes,
  data: Uint8Array,
): StoredEvent => decodeEvent({ headers: attributes, body: decoder.decode(data) }, { sequence, partition })

const placeOf = (message: JsMsg): { partition: number; sequence: number } => ({
  partition: Number(message.info.stream.slice(eventStream(0).length - 1)),
  sequence: message.seq,
})

/** The event in a message of `EVENTS-<p>`. @throws UnreadableEvent */
export const eventOf = (message: JsMsg): StoredEvent => {
  const { partition, sequence } = placeOf(message)
  return storedEvent(partition, sequence, attributesOf(message), message.data)
}

/** What a reader leaves out: an event that only a newer release can read. */
export interface SkippedEvent {
  partition: number
  sequence: number
  reason: string
}

/** The event of a message; `null`, and told, where a newer release wrote it. @throws UnreadableEvent where it is broken */
const readOrSkip = (
  read: () => StoredEvent,
  place: Omit<SkippedEvent, 'reason'>,
  skipped: OnSkipped,
): StoredEvent | null => {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof NewerEvent)) throw error
    skipped({ ...place, reason: error.message })
    return null
  }
}

export type OnSkipped = (event: SkippedEvent) => void

const refuseNewer: OnSkipped = ({ reason }) => {
  throw new NewerEvent(reason)
}

/** The event half of the log: what was decided, `EVENTS-<p>`. */
export class EventLog {
  /** The end of each partition that this process appended to, to spare reading it back. */
  private readonly heads = new Map<number, { sequence: number; chain: string }>()

  constructor(
    private readonly nc: NatsConnection,
    readonly js: JetStreamClient,
    readonly jsm: JetStreamManager,
    private readonly redactions: Redactions,
  ) {}

  /** All or none, right after `expectedLast`; answers the last sequence. Errors as of `appendEvents`. */
  async append(partition: number, expectedLast: number, events: readonly SkeinEvent[]): Promise<number> {
    let chain = await this.chainAt(partition, expectedLast)
    const chained = events.map((event) => {
      const { headers, body } = encodeEvent(event)
      chain = chainAfter(chain, headers, body)
      return { headers: { ...headers, [CHAIN_HEADER]: chain }, body }
    })
    this.heads.delete(partition)
    const sequence = await appendEvents(this.nc, partition, expectedLast, chained)
    this.heads.set(partition, { sequence, chain })
    return sequence
  }

  /** The chain after an event of the partition; empty where there is none, or none with a chain. */
  private async chainAt(partition: number, sequence: number): Promise<string> {
    const head = this.heads.get(partition)
    if (head?.sequence === sequence) return head.chain
    if (sequence === 0) return ''
    const stored = await this.jsm.direct.getMessage(eventStream(partition), { seq: sequence })
    return stored?.header?.get(CHAIN_HEADER) ?? ''
  }

  /** The last sequence of the partition's events, 0 while there is none. */
  async end(partition: number): Promise<number> {
    return (await this.jsm.streams.info(eventStream(partition))).state.last_seq
  }

  /**
   * The events after `after` up to and with `until`, in order, in batches of at most 500.
   * `skipped`: told of events that only a newer release can read; without it such an event is an error. `space`: only its events,
   * which the server finds without bringing the others.
   */
  async *read(
    partition: number,
    after: number,
    until: number,
    skipped?: OnSkipped,
    space?: SpaceId,
  ): AsyncGenerator<StoredEvent[]> {
    const range = {
      first: after + 1,
      last: until,
      ...(space === undefined ? {} : { subject: eventSubject(partition, space, '>') }),
    }
    const tell = skipped ?? refuseNewer
    let events: StoredEvent[] = []
    let next = after + 1
    for await (const message of storedBetween(this, eventStream(partition), range)) {
      const sequence = message.seq
      events.push(...(await this.redacted(partition, next, sequence - 1)))
      next = sequence + 1
      const read = (): StoredEvent => storedEvent(partition, sequence, attributesOf(message), message.data)
      const event = readOrSkip(read, { partition, sequence }, tell)
      if (event !== null) events.push(event)
      if (events.length < READ_BATCH) continue
      yield events
      events = []
    }
    events.push(...(await this.redacted(partition, next, until)))
    if (events.length > 0) yield events
  }

  /**
   * The events of these sequences, in order; those of erased content as they were left, and none where there is none.
   * `skipped`: as of `read`.
   */
  async at(partition: number, sequences: readonly number[], skipped: OnSkipped = refuseNewer): Promise<StoredEvent[]> {
    const wanted = [...new Set(sequences)].sort((a, b) => a - b)
    const events: StoredEvent[] = []
    for (let from = 0; from < wanted.length; from += AT_ONCE) {
      const some = wanted.slice(from, from + AT_ONCE)
      const found = await Promise.all(some.map((sequence) => this.one(partition, sequence, skipped)))
      events.push(...found.filter((event) => event !== null))
    }
    return events
  }

  private async one(partition: number, sequence: number, skipped: OnSkipped): Promise<StoredEvent | null> {
    const place = { partition, sequence }
    const stored = await this.jsm.direct.getMessage(eventStream(partition), { seq: sequence })
    if (stored !== null)
      return readOrSkip(
        () => storedEvent(partition, sequence, attributesIn(stored.header), stored.data),
        place,
        skipped,
      )
    const redacted = await this.redactions.at({ stream: eventStream(partition), sequence })
    return (
      redacted &&
      readOrSkip(() => storedEvent(partition, sequence, attributesIn(redacted.headers), redacted.data), place, skipped)
    )
  }

  /** When the first event after a sequence was stored; `null` where there is none. */
  async timeAfter(partition: number, sequence: number): Promise<Date | null> {
    const query = { seq: sequence + 1, next_by_subj: eventSubjects(partition) }
    return (await this.jsm.direct.getMessage(eventStream(partition), query))?.time ?? null
  }

  /** The events of messages that follow `after`, with what stands in the place of erased ones; those of a newer release are told. */
  async eventsOf(messages: readonly JsMsg[], after: number, skipped: OnSkipped): Promise<StoredEvent[]> {
    const events: StoredEvent[] = []
    let next = after + 1
    for (const message of messages) {
      const place = placeOf(message)
      events.push(...(await this.redacted(place.partition, next, place.sequence - 1)))
      next = place.sequence + 1
      const event = readOrSkip(() => eventOf(message), place, skipped)
      if (event !== null) events.push(event)
    }
    return events
  }

  /** What stands in the place of erased events, from one sequence to another. */
  private async redacted(partition: number, from: number, to: number): Promise<StoredEvent[]> {
    if (from > to || (await this.redactions.isEmpty())) return []
    const events: StoredEvent[] = []
    for (let sequence = from; sequence <= to; sequence++) {
      const found = await this.redactions.at({ stream: eventStream(partition), sequence })
      if (found !== null) events.push(storedEvent(partition, sequence, attributesIn(found.headers), found.data))
    }
    return events
  }

  /** Puts what is left of an event in its place, for good. Done again after a crash it comes to the same. Needs the right to delete. */
  async replace(event: StoredEvent, redacted: SkeinEvent): Promise<void> {
    const place = { stream: eventStream(event.partition), sequence: event.sequence }
    const stored = await this.jsm.direct.getMessage(place.stream, { seq: place.sequence })
    if (stored !== null) await this.redactions.replace(place, stored.header, encodeEvent(redacted).body)
  }

  /** Messages after `after` as they are stored, until closed: the log's order, without gaps. `eventOf` reads each. */
  async follow(partition: number, after: number): Promise<ConsumerMessages> {
    return followStream(this.js, eventStream(partition), after)
  }
}
