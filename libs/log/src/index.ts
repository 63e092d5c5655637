export { eventMessage } from './append.js'
export { type LogCheck, type LogFault } from './check-log.js'
export { type Answer } from './commands.js'
export { type KeptMail } from './dev-outbox.js'
export {
  type Account,
  type ApiKey,
  Directory,
  type DirectoryKind,
  directoryKinds,
  type Inbox,
  type Scope,
  type Space,
  type Transport,
  type Webhook,
} from './directory.js'
export { type Durability } from './durability.js'
export { logEnvironment, logOptionsOf, variablesOf } from './environment.js'
export { CommandRefused, LogUnavailable, NotDurable, NoWriter, OutcomeUnknown, StaleWriter } from './errors.js'
export { eventOf, type OnSkipped, type SkippedEvent } from './event-log.js'
export { type EventBatch, type EventStreamOptions, EventStreamServer } from './event-stream-server.js'
export { followStream, inBatches } from './follow.js'
export { logChecks } from './health.js'
export { type Begun, Idempotency, KeyUsedOtherwise } from './idempotency.js'
export { type Lease } from './lease.js'
export { Log, type LogOptions, type LogSource, openLog } from './log.js'
export { type LogInput } from './log-input.js'
export { type InputBatch, type PartitionHandlers, PartitionServer } from './partition-server.js'
export { type ParkedItem } from './parked.js'
export { type NewMailRecord } from './mail-log.js'
export { Rates, type Taken } from './rates.js'
export { fillStream, readStream, type StoredRecord } from './stream-copy.js'
export { type StreamState } from './stream-list.js'
export { RequestServer } from './request-server.js'
export { CannotOpen, Secrets } from './secrets.js'
export { type WebhookAttempt, webhookAttempt, type WebhookLane, WebhookLog, type WebhookReplay } from './webhook-log.js'
