import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  StoreCompression,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import { eventStream, eventSubjects, mailStream, mailSubjects } from '@skein/events'
import { RATES_AGE_MS, RATES_STREAM, RATES_SUBJECTS } from './rates.js'
import { REDACTED_STREAM } from './redactions.js'
import { webhookStream } from './webhook-streams.js'

/** The longest that a publisher tries again with one message id; within it the server drops the repetition. */
export const DUPLICATE_WINDOW_MS = 2 * 60_000
export const PARKED_STREAM = 'PARKED'
/** What development mail to the outside is kept in; the oldest makes room. A mail is two messages or more. */
export const DEV_OUTBOX_STREAM = 'DEV_OUTBOX'
const DEV_OUTBOX_MESSAGES = 2_000
const DEV_OUTBOX_BYTES = 200 * 1024 * 1024
const DEV_OUTBOX_AGE_MS = 30 * 24 * 60 * 60 * 1_000

const kept = (name: string, subjects: string[], replicas: number): Partial<StreamConfig> & { name: string } => ({
  name,
  subjects,
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.New,
  duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  compression: StoreCompression.S2,
  num_replicas: replicas,
  allow_direct: true,
  allow_atomic: true,
})

const ensureStream = async (jsm: JetStreamManager, wanted: Partial<StreamConfig> & { name: string }): Promise<void> => {
  try {
    await jsm.streams.info(wanted.name)
  } catch (error) {
    if (!(error instanceof JetStreamApiError) || error.code !== JetStreamApiCodes.StreamNotFound) throw error
    await jsm.streams.add(wanted)
  }
}

/**
 * Makes the streams that are missing: a pair a partition, one for what was parked, one for the mail of development, one for the
 * counters of requests. What exists stays as it is.
 */
export const ensureStreams = async (jsm: JetStreamManager, partitions: number, replicas: number): Promise<void> => {
  for (let p = 0; p < partitions; p++) {
    await ensureStream(jsm, kept(mailStream(p), [mailSubjects(p)], replicas))
    await ensureStream(jsm, kept(eventStream(p), [eventSubjects(p)], replicas))
  }
  await ensureStream(jsm, {
    name: RATES_STREAM,
    subjects: [RATES_SUBJECTS],
    storage: StorageType.Memory,
    max_msgs_per_subject: 1,
    max_age: nanos(RATES_AGE_MS),
    allow_msg_counter: true,
    allow_direct: true,
    num_replicas: replicas,
  })
  await ensureStream(jsm, {
    ...kept(PARKED_STREAM, ['skein.parked.>'], replicas),
    max_msgs_per_subject: 1,
    discard: DiscardPolicy.Old,
  })
  await ensureStream(jsm, {
    ...kept(REDACTED_STREAM, ['skein.redacted.>'], replicas),
    max_msgs_per_subject: 1,
    discard: DiscardPolicy.Old,
  })
  await ensureStream(jsm, {
    ...kept(DEV_OUTBOX_STREAM, ['skein.dev.outbox.>'], replicas),
    discard: DiscardPolicy.Old,
    max_msgs: DEV_OUTBOX_MESSAGES,
    max_bytes: DEV_OUTBOX_BYTES,
    max_age: nanos(DEV_OUTBOX_AGE_MS),
  })
  await ensureStream(jsm, webhookStream(replicas))
}
