import { JetStreamApiCodes, JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream'
import { eventStream, mailStream } from '@skein/events'
import { RATES_STREAM } from './rates.js'
import { REDACTED_STREAM } from './redactions.js'
import { DEV_OUTBOX_STREAM, PARKED_STREAM } from './streams.js'
import { WEBHOOK_BUCKET, WEBHOOK_STREAM } from './webhook-streams.js'

/** What a stream of an instance holds. Times are ISO 8601 UTC; `null` where it is empty. */
export interface StreamState {
  stream: string
  messages: number
  /** Octets on disk, or in memory. */
  bytes: number
  first: number
  last: number
  firstAt: string | null
  lastAt: string | null
}

const BUCKETS = ['directory', 'key_usage', 'leases', 'idempotency', WEBHOOK_BUCKET]

const namesOf = (partitions: number): string[] => [
  ...Array.from({ length: partitions }, (_, partition) => [mailStream(partition), eventStream(partition)]).flat(),
  PARKED_STREAM,
  REDACTED_STREAM,
  WEBHOOK_STREAM,
  DEV_OUTBOX_STREAM,
  RATES_STREAM,
  ...BUCKETS.map((bucket) => `KV_${bucket}`),
]

const stateOf = async (jsm: JetStreamManager, stream: string): Promise<StreamState | null> => {
  try {
    const { state } = await jsm.streams.info(stream)
    const { messages, bytes, first_seq: first, last_seq: last, first_ts, last_ts } = state
    const at = (time: string): string | null => (messages === 0 ? null : new Date(time).toISOString())
    return { stream, messages, bytes, first, last, firstAt: at(first_ts), lastAt: at(last_ts) }
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound) return null
    throw error
  }
}

/** All streams of an instance that are there, buckets among them (`KV_…`); the log's pairs first. */
export const listStreams = async (jsm: JetStreamManager, partitions: number): Promise<StreamState[]> => {
  const states = await Promise.all(namesOf(partitions).map((stream) => stateOf(jsm, stream)))
  return states.filter((state) => state !== null)
}
