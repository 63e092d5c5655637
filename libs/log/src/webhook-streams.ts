import { DiscardPolicy, RetentionPolicy, StorageType, StoreCompression, type StreamConfig } from '@nats-io/jetstream'
import { nanos } from '@nats-io/transport-node'
import type { WebhookId } from '@skein/events'

export const WEBHOOK_STREAM = 'WEBHOOKS'
/** The bucket of snapshots and replays. */
export const WEBHOOK_BUCKET = 'webhooks'
/** How long attempts can be looked at. Longer than the last attempt is after the first. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1_000
const MOST_BYTES = 512 * 1024 * 1024

export const webhookSubject = (partition: number | '*', webhook: WebhookId): string =>
  `skein.webhooks.${partition}.${webhook}`

/** A record of attempts: bounded in time and size, the oldest go first. */
export const webhookStream = (replicas: number): Partial<StreamConfig> & { name: string } => ({
  name: WEBHOOK_STREAM,
  subjects: ['skein.webhooks.>'],
  storage: StorageType.File,
  retention: RetentionPolicy.Limits,
  discard: DiscardPolicy.Old,
  max_age: nanos(KEPT_MS),
  max_bytes: MOST_BYTES,
  compression: StoreCompression.S2,
  num_replicas: replicas,
  allow_direct: true,
})
