import { DeliverPolicy, type JetStreamClient, type JetStreamManager, type JsMsg } from '@nats-io/jetstream'
import { storedFrom } from './direct-get.js'

/** A message as it is stored. */
export type Stored = Pick<JsMsg, 'seq' | 'headers' | 'data'>

/** Messages of one request, and those that a consumer holds ready. */
const AT_ONCE = 500
const HELD = 2_000
/** Of those held, so few are left when it is asked for more: in bursts the server sends for two thirds of what it costs otherwise. */
const AGAIN = 200
/** From so many on a consumer is worth the moment that it takes to make: it costs the server a third of what requests do. */
const LONG = 2_000

interface Range {
  readonly first: number
  readonly last: number
  /** Only messages of this subject, which the server finds without bringing the others. */
  readonly subject?: string
}

/** The messages of a stream from one sequence up to and with another, in order; what was deleted is left out. */
export const storedBetween = (
  clients: { js: JetStreamClient; jsm: JetStreamManager },
  stream: string,
  range: Range,
): AsyncGenerator<Stored> =>
  range.last - range.first < LONG ? byRequests(clients.jsm, stream, range) : byConsumer(clients.js, stream, range)

async function* byRequests(jsm: JetStreamManager, stream: string, range: Range): AsyncGenerator<Stored> {
  const { first, last, subject } = range
  for (let seq = first; seq <= last;) {
    const before = seq
    const asked = { seq, batch: Math.min(AT_ONCE, last - seq + 1), ...(subject === undefined ? {} : { subject }) }
    for await (const message of storedFrom(jsm, stream, asked)) {
      seq = message.seq + 1
      if (message.seq <= last) yield { seq: message.seq, headers: message.header, data: message.data }
    }
    if (seq === before) return
  }
}

/** The same by a consumer of its own: to the end, where `last` is `Infinity`. */
export async function* byConsumer(js: JetStreamClient, stream: string, range: Range): AsyncGenerator<Stored> {
  const { first, last, subject } = range
  const consumer = await js.consumers.get(stream, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: first,
    ...(subject === undefined ? {} : { filter_subjects: [subject] }),
  })
  if ((await consumer.info()).num_pending === 0) return
  const messages = await consumer.consume({ max_messages: HELD, threshold_messages: AGAIN })
  try {
    for await (const message of messages) {
      // headers are read only where somebody asks for them
      if (message.seq <= last) yield message
      if (message.seq >= last || message.info.pending === 0) return
    }
  } finally {
    await messages.close()
  }
}
