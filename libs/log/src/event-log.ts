import type { ConsumerMessages, JetStreamClient, JetStreamManager, JsMsg } from '@nats-io/jetstream'
import type { MsgHdrs, NatsConnection } from '@nats-io/transport-node'
import { decodeEvent, eventStream, type SkeinEvent, type StoredEvent } from '@skein/events'
import { appendEvents } from './append.js'
import { storedFrom } from './direct-get.js'
import { followStream } from './follow.js'

const FETCH_BATCH = 500
const decoder = new TextDecoder()

const storedEvent = (
  partition: number,
  sequence: number,
  headers: MsgHdrs | undefined,
  data: Uint8Array,
): StoredEvent => {
  const attributes: Record<string, string> = {}
  for (const key of headers?.keys() ?? []) attributes[key.toLowerCase()] = headers?.get(key) ?? ''
  return decodeEvent({ headers: attributes, body: decoder.decode(data) }, { sequence, partition })
}

/** The event in a message of `EVENTS-<p>`. @throws UnreadableEvent */
export const eventOf = (message: JsMsg): StoredEvent =>
  storedEvent(Number(message.info.stream.slice(eventStream(0).length - 1)), message.seq, message.headers, message.data)

/** The event half of the log: what was decided, `EVENTS-<p>`. */
export class EventLog {
  constructor(
    private readonly nc: NatsConnection,
    private readonly js: JetStreamClient,
    private readonly jsm: JetStreamManager,
  ) {}

  /** All or none, right after `expectedLast`; answers the last sequence. Errors as of `appendEvents`. */
  append(partition: number, expectedLast: number, events: readonly SkeinEvent[]): Promise<number> {
    return appendEvents(this.nc, partition, expectedLast, events)
  }

  /** The last sequence of the partition's events, 0 while there is none. */
  async end(partition: number): Promise<number> {
    return (await this.jsm.streams.info(eventStream(partition))).state.last_seq
  }

  /** The events after `after` up to and with `until`, in order, in batches of at most 500. */
  async *read(partition: number, after: number, until: number): AsyncGenerator<StoredEvent[]> {
    for (let next = after + 1; next <= until;) {
      const events: StoredEvent[] = []
      for await (const message of storedFrom(this.jsm, eventStream(partition), { seq: next, batch: FETCH_BATCH })) {
        next = message.seq + 1
        if (message.seq <= until) events.push(storedEvent(partition, message.seq, message.header, message.data))
      }
      if (events.length === 0) return
      yield events
    }
  }

  /** Messages after `after` as they are stored, until closed: the log's order, without gaps. `eventOf` reads each. */
  async follow(partition: number, after: number): Promise<ConsumerMessages> {
    return followStream(this.js, eventStream(partition), after)
  }
}
