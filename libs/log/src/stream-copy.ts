import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import { headers as newHeaders } from '@nats-io/transport-node'
import { storedFrom } from './direct-get.js'
import { LogUnavailable } from './errors.js'

const FETCH_BATCH = 500
/** Messages that are on their way to the server at one time, and octets. */
const WINDOW = 256
const WINDOW_BYTES = 16 * 1024 * 1024
const PUBLISH = { timeout: 30_000, retries: 3 }
/** Marks what stands in for a message that is no more, until it is taken out itself. */
const GAP_HEADER = 'skein-gap'

/** A message as a stream holds it. */
export interface StoredRecord {
  sequence: number
  subject: string
  /** ISO 8601 UTC, when it was stored. */
  time: string
  /** Without those that were for the server. */
  headers: Record<string, string>
  data: Uint8Array
}

/** The messages of a stream after a sequence, in order, in batches of at most 500. */
export async function* readStream(
  jsm: JetStreamManager,
  stream: string,
  after: number,
): AsyncGenerator<StoredRecord[]> {
  for (let seq = after + 1; ;) {
    const records: StoredRecord[] = []
    for await (const message of storedFrom(jsm, stream, { seq, batch: FETCH_BATCH })) {
      seq = message.seq + 1
      const headers: Record<string, string> = {}
      for (const name of message.header?.keys() ?? [])
        if (!name.startsWith('Nats-')) headers[name] = message.header.get(name)
      const { subject, data } = message
      records.push({ sequence: message.seq, subject, time: message.time.toISOString(), headers, data })
    }
    if (records.length === 0) return
    yield records
  }
}

/**
 * Puts messages into an empty stream under the sequences that they had: where one is missing, a stand-in is stored and taken out
 * again. Needs the right to delete. Answers how many there are.
 * @throws LogUnavailable when the server gives a message another sequence: somebody else writes
 */
export const fillStream = async (
  js: JetStreamClient,
  stream: string,
  batches: AsyncIterable<readonly StoredRecord[]>,
): Promise<number> => {
  const gaps: number[] = []
  let next = 1
  let count = 0
  let window: Promise<unknown>[] = []
  let bytes = 0
  const settle = async (): Promise<void> => {
    await Promise.all(window)
    window = []
    bytes = 0
  }
  const put = async (
    subject: string,
    sequence: number,
    data: Uint8Array,
    names: Record<string, string>,
  ): Promise<void> => {
    const headers = newHeaders()
    for (const [name, value] of Object.entries(names)) headers.set(name, value)
    window.push(
      js.publish(subject, data, { ...PUBLISH, headers }).then((ack) => {
        if (ack.stream === stream && ack.seq === sequence) return
        throw new LogUnavailable(
          `${stream} took message ${sequence} as ${ack.stream} ${ack.seq}: it has to be empty, and nobody else may write`,
        )
      }),
    )
    bytes += data.length
    if (window.length >= WINDOW || bytes >= WINDOW_BYTES) await settle()
  }
  for await (const records of batches)
    for (const { sequence, subject, headers, data } of records) {
      for (; next < sequence; next++) {
        gaps.push(next)
        await put(subject, next, new Uint8Array(), { [GAP_HEADER]: '1' })
      }
      await put(subject, sequence, data, headers)
      next++
      count++
    }
  await settle()
  const jsm = await js.jetstreamManager()
  for (const gap of gaps) await jsm.streams.deleteMessage(stream, gap)
  return count
}
