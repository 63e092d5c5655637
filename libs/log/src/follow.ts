import { DeliverPolicy, type ConsumerMessages, type JetStreamClient, type JsMsg } from '@nats-io/jetstream'

const PULL = 500

/**
 * Follows a stream from the first sequence after `after`, with an ordered consumer: the server keeps no state for it, because
 * each reader keeps its own place, in the log itself or in the transaction that holds what it made of it.
 */
export const followStream = async (
  js: JetStreamClient,
  stream: string,
  after: number,
  filter?: string,
): Promise<ConsumerMessages> => {
  const consumer = await js.consumers.get(stream, {
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: after + 1,
    ...(filter === undefined ? {} : { filter_subjects: filter }),
  })
  return consumer.consume({ max_messages: PULL })
}

/**
 * Hands over what has arrived, in order, at most `max` at a time, and waits for `handle` before the next. So one message alone
 * goes at once, and a backlog goes in full batches. Ends when the messages are closed; rejects when `handle` does.
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
        while (waiting.length >= 2 * max && !closed) await new Promise((resolve) => setTimeout(resolve, 1))
      }
    } finally {
      closed = true
      wake()
    }
  }
  const pumping = pump()
  try {
    for (;;) {
      if (waiting.length === 0) {
        if (closed) break
        await changed()
        continue
      }
      await handle(waiting.splice(0, max))
    }
  } finally {
    closed = true
    await messages.close()
  }
  await pumping
}
