import type { Decided, DeliveryRecord, InboxId, MessageId, ThreadId, UnknownPolicy } from '@skein/events'
import type { Correction } from './corrections.js'

/*
 * What becomes of a mail that we wrote: the fold of its events, and what a command or a server's answer adds to them. The writer
 * of the partition alone decides, so of two senders one begins an attempt, and an attempt is begun once.
 *
 *   queued ──begin──> sending ──> sent ──report──> bounced
 *     ^                  ├──> deferred ──begin──> sending (the next attempt)
 *     │                  ├──> failed
 *     └──retry── failed, unknown <──┘      cancelled: called back while it was queued or deferred
 */

/**
 * `queued`: waits for its first attempt, or for another that a person asked for. `sending`: a server may be getting it just now.
 * `unknown`: a server may have it, and nobody has heard.
 */
export type SendState = 'queued' | 'sending' | 'sent' | 'deferred' | 'failed' | 'unknown' | 'bounced' | 'cancelled'

export interface OutgoingRow {
  message: MessageId
  inbox: InboxId
  state: SendState
  /** The last attempt that was begun, or that came to nothing before it was; 0 for none. */
  attempt: number
  onUnknown: UnknownPolicy
}

type EventOf<T extends Decided['type']> = Extract<Decided, { type: T }>

export type SendEvent = EventOf<
  | 'MessageQueued'
  | 'SendStarted'
  | 'MessageSent'
  | 'SendDeferred'
  | 'SendFailed'
  | 'SendUnknown'
  | 'SendCancelled'
  | 'SendRetried'
  | 'SendSettled'
  | 'MessageBounced'
>

const STATE_AFTER: { readonly [T in SendEvent['type']]: SendState | null } = {
  MessageQueued: 'queued',
  SendStarted: 'sending',
  MessageSent: 'sent',
  SendDeferred: 'deferred',
  SendFailed: 'failed',
  SendUnknown: 'unknown',
  SendCancelled: 'cancelled',
  SendRetried: 'queued',
  SendSettled: null,
  MessageBounced: 'bounced',
}

export const isSendEvent = <E extends Decided>(event: E): event is E & SendEvent =>
  Object.hasOwn(STATE_AFTER, event.type)

/** The state of a mail after one more event; a mail that was not queued has none. */
export const sendingAfter = (row: OutgoingRow | undefined, event: SendEvent): OutgoingRow | undefined => {
  if (event.type === 'MessageQueued') {
    const { message, inbox, onUnknown } = event.data
    return row ?? { message, inbox, onUnknown, state: 'queued', attempt: 0 }
  }
  if (row === undefined) return undefined
  const state = event.type === 'SendSettled' ? event.data.as : (STATE_AFTER[event.type] ?? row.state)
  const attempt = 'attempt' in event.data ? Math.max(row.attempt, event.data.attempt) : row.attempt
  return { ...row, state, attempt }
}

/** Whether the next attempt may begin. When it is time for it is the sender's to know. */
const isDue = ({ state, onUnknown }: OutgoingRow): boolean =>
  state === 'queued' || state === 'deferred' || (state === 'unknown' && onUnknown === 'retry')

const refused = (code: string, detail: string): Correction => ({ refused: { code, detail } })
const notOutgoing = (message: MessageId): Correction =>
  refused('not-outgoing', `Message ${message} is none that was written here.`)

/** A mail of ours as it stands, in its thread. */
export interface Outgoing {
  row: OutgoingRow
  thread: ThreadId
}

/** A person's word, or the sender's, about one mail of ours. */
export type SendCommand =
  | { name: 'BeginSend'; message: MessageId; attempt: number }
  | { name: 'CancelSend'; message: MessageId; reason: string }
  | { name: 'RetrySend'; message: MessageId; reason: string }
  | { name: 'SettleSend'; message: MessageId; as: 'sent' | 'failed'; reason: string }

/** What a command makes of a mail of ours; `[]` where it is so already. */
export const decideSend = (command: SendCommand, found: Outgoing | undefined): Correction => {
  if (found === undefined) return notOutgoing(command.message)
  switch (command.name) {
    case 'BeginSend':
      return beginSend(command.attempt, found)
    case 'CancelSend':
      return cancelSend(command.reason, found)
    case 'RetrySend':
      return retrySend(command.reason, found)
    case 'SettleSend':
      return settleSend(command, found)
  }
}

/** Never `[]`: whoever asks may send, and so only the first who asks. */
const beginSend = (attempt: number, { row, thread }: Outgoing): Correction =>
  isDue(row) && attempt === row.attempt + 1
    ? { events: [{ type: 'SendStarted', thread, data: { message: row.message, attempt } }] }
    : refused(
        'not-due',
        `Attempt ${attempt} of message ${row.message} is not due: it is ${row.state} after attempt ${row.attempt}.`,
      )

const cancelSend = (reason: string, { row, thread }: Outgoing): Correction => {
  if (row.state === 'cancelled') return { events: [] }
  return row.state === 'queued' || row.state === 'deferred'
    ? { events: [{ type: 'SendCancelled', thread, data: { message: row.message, reason } }] }
    : refused('too-late', `Message ${row.message} can be called back only before it leaves; it is ${row.state}.`)
}

const retrySend = (reason: string, { row, thread }: Outgoing): Correction => {
  if (row.state === 'queued') return { events: [] }
  return row.state === 'failed' || row.state === 'unknown'
    ? { events: [{ type: 'SendRetried', thread, data: { message: row.message, reason } }] }
    : refused('not-retryable', `Only what failed or is unknown is sent again; message ${row.message} is ${row.state}.`)
}

const settleSend = (
  { as, reason }: { as: 'sent' | 'failed'; reason: string },
  { row, thread }: Outgoing,
): Correction => {
  if (row.state === as) return { events: [] }
  return row.state === 'unknown'
    ? { events: [{ type: 'SendSettled', thread, data: { message: row.message, as, reason } }] }
    : refused('not-unknown', `Only an unknown outcome is settled; message ${row.message} is ${row.state}.`)
}

/**
 * Whether an outcome says something new. Of the attempt under way, and of one that came to nothing before it was begun: yes. An
 * attempt whose outcome is unknown may still get one, from a sender that was thought dead. A server's yes counts as long as the
 * mail may leave again, whichever attempt it was: it would be sent twice.
 */
const isNews = ({ attempt, outcome, begun = true }: DeliveryRecord, row: OutgoingRow): boolean => {
  if (attempt === row.attempt + 1) return isDue(row)
  // somebody else began this attempt, and may be in the middle of it
  if (!begun) return false
  if (outcome === 'sent')
    return attempt <= row.attempt && (row.state === 'sending' || row.state === 'unknown' || isDue(row))
  if (attempt !== row.attempt) return false
  return row.state === 'sending' || (row.state === 'unknown' && outcome !== 'unknown')
}

/** What came of an attempt, as an event; `[]` where that is known, or about no mail of ours. */
export const decideOutcome = (record: DeliveryRecord, found: Outgoing | undefined): Decided[] => {
  if (found === undefined || !isNews(record, found.row)) return []
  const { thread, row } = found
  const about = { message: row.message, attempt: record.attempt }
  switch (record.outcome) {
    case 'sent':
      return [{ type: 'MessageSent', thread, data: { ...about, response: record.response, refused: record.refused } }]
    case 'deferred':
      return [{ type: 'SendDeferred', thread, data: { ...about, reason: record.reason, nextAt: record.nextAt } }]
    case 'failed':
      return [{ type: 'SendFailed', thread, data: { ...about, reason: record.reason, refused: record.refused } }]
    case 'unknown':
      return [{ type: 'SendUnknown', thread, data: { ...about, reason: record.reason } }]
  }
}

/** A report that a mail did not arrive: the report's own id, and what it says. */
export interface Bounce {
  by: MessageId
  status: string | null
  recipients: string[]
}

/** A report about a mail that a server has, or may have; it can come before the server's answer does. Others are no reports of ours. */
export const decideBounce = (bounce: Bounce, { row, thread }: Outgoing): Decided[] =>
  ['sent', 'sending', 'unknown', 'bounced'].includes(row.state)
    ? [{ type: 'MessageBounced', thread, data: { message: row.message, ...bounce } }]
    : []
