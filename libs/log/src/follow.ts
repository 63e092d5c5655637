import { DeliverPolicy, type ConsumerMessages, type JetStreamClient, type JsMsg } from '@nats-io/jetstream'

const PULL = 500
/** Messages that are held here at most; more than an atomic batch can have. */
const MOST_WAITING = 2_000

/**
 * Follows a stream from the first sequence after `after`, with an ordered consumer: the server keeps no state for it, because
 * each reader keeps its own place, in the log itself or in the transaction that holds what it made of it.
 */
export const followStream = async (
  js: JetStreamClient,
  stream: string,
  after: number,
  filters?: string[],
): Promise<ConsumerMessages> => {
  const consumer = await js.consumers.get(stream, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: after + 1,
    ...(filters === undefined ? {} : { filter_subjects: filters }),
  })
  return consumer.consume({ max_messages: PULL })
}

/** Whether a message is of an atomic batch (ADR-50 of NATS) and not the last of it: more was stored at the same moment. */
const isCutOff = ({ headers }: JsMsg): boolean =>
  headers !== undefined && headers.has('Nats-Batch-Id') && !headers.has('Nats-Batch-Commit')

/** How many of the waiting messages to hand over: about `max`, none while the rest of an atomic batch is still on its way. */
const countOf = (waiting: readonly JsMsg[], max: number): number => {
  let end = 0
  for (const [i, message] of waiting.entries()) {
    if (end > 0 && i >= max) break
    if (!isCutOff(message)) end = i + 1
  }
  return end
}

/**
 * Hands over what has arrived, in order, about `max` at a time, and waits for `handle` before the next. So one message alone
 * goes at once, and a backlog goes in full batches; what was appended together is handed over together. Ends when the messages
 * are closed; rejects when `handle` does.
 */
export const inBatches = async (
  messages: ConsumerMessages,
  max: number,
  handle: (batch: JsMsg[]) => Promise<void>,
): Promise<void> => {
  const waiting: JsMsg[] = []
  let wake = (): void => undefined
  const changed = (): Promise<void> => new Promise((resolve) => (wake = resolve))
  let closed = false
  const pump = async (): Promise<void> => {
    try {
      for await (const message of messages) {
        waiting.push(message)
        wake()
        while (waiting.length >= MOST_WAITING && !closed) await new Promise((resolve) => setTimeout(resolve, 1))
      }
    } finally {
      closed = true
      wake()
    }
  }
  const pumping = pump()
  try {
    for (;;) {
      const count = countOf(waiting, max)
      if (count > 0) await handle(waiting.splice(0, count))
      else if (closed) break
      else await changed()
    }
  } finally {
    closed = true
    await messages.close()
  }
  await pumping
}
