import { isSendEvent as isOutgoing, type SendEvent as Outgoing } from '@skein/threading'
import type { AccountId, InboxId, LogPosition, MessageId, StoredEvent, UnknownPolicy } from '@skein/events'
import { storable, storableTime } from '../bulk.js'
import type { Records } from './evolve.js'

/** What has become of a mail of ours. */
export type SendState = 'queued' | 'sending' | 'sent' | 'deferred' | 'failed' | 'unknown' | 'bounced' | 'cancelled'

/** A report that it did not arrive. */
export interface Bounce {
  /** The report, as a message. */
  readonly by: MessageId
  /** Enhanced status (RFC 3463), where the report says one. */
  readonly status: string | null
  readonly recipients: readonly string[]
  readonly at: string
}
export interface RefusedRecipient {
  readonly address: string
  readonly response: string
}

/** A mail of ours on its way out, as its events tell it. Times are ISO 8601 UTC. */
export interface OutgoingRow {
  readonly message: MessageId
  readonly partition: number
  /** Sequence of its `MessageQueued`. */
  readonly position: number
  readonly space: StoredEvent['space']
  readonly account: AccountId | null
  readonly inbox: InboxId
  readonly state: SendState
  /** The last attempt that was begun or tried; 0 for none. */
  readonly attempt: number
  readonly from: string
  readonly to: readonly string[]
  readonly answers: MessageId | null
  readonly sendAt: string | null
  readonly nextAt: string | null
  readonly onUnknown: UnknownPolicy
  readonly automatic: boolean
  readonly reason: string | null
  readonly response: string | null
  readonly refused: readonly RefusedRecipient[]
  readonly bounces: readonly Bounce[]
  readonly actor: string
  readonly input: LogPosition
  readonly queuedAt: string
  readonly updatedAt: string
  readonly sentAt: string | null
  /** Nothing that names people is kept any more, of later outcomes neither. */
  readonly erased: boolean
}

/** What the threader folds of our own mail, the views fold as well. */
export type SendEvent = Extract<StoredEvent, { type: Outgoing['type'] }>
export const isSendEvent = (event: StoredEvent): event is SendEvent => isOutgoing(event)

type Outcome = SendEvent & { type: 'MessageSent' | 'SendDeferred' | 'SendFailed' | 'SendUnknown' }

const queued = (event: StoredEvent & { type: 'MessageQueued' }, records: Records): OutgoingRow => {
  const { data } = event
  const time = storableTime(event.time)
  return {
    message: data.message,
    partition: event.partition,
    position: event.sequence,
    space: event.space,
    account: records.get(data.input.sequence)?.account ?? null,
    inbox: data.inbox,
    state: 'queued',
    attempt: 0,
    from: storable(data.from),
    to: data.to.map(storable),
    answers: data.answers,
    sendAt: data.sendAt === null ? null : storableTime(data.sendAt),
    nextAt: null,
    onUnknown: data.onUnknown,
    automatic: data.automatic,
    reason: null,
    response: null,
    refused: [],
    bounces: [],
    actor: data.actor,
    input: data.input,
    queuedAt: time,
    updatedAt: time,
    sentAt: null,
    erased: false,
  }
}

/**
 * What came of an attempt. One that is over already (a later one was begun) changes nothing; a report that the mail did not
 * arrive outranks the server's word that it took it.
 */
const withOutcome = (row: OutgoingRow, event: Outcome): OutgoingRow => {
  const { attempt } = event.data
  if (attempt < row.attempt) return row
  const tried = { ...row, attempt, nextAt: null, reason: null }
  switch (event.type) {
    case 'MessageSent': {
      const { response, refused } = event.data
      const state = row.state === 'bounced' ? ('bounced' as const) : ('sent' as const)
      return { ...tried, state, response, refused, sentAt: storableTime(event.time) }
    }
    case 'SendDeferred':
      return { ...tried, state: 'deferred', reason: event.data.reason, nextAt: storableTime(event.data.nextAt) }
    case 'SendFailed':
      return { ...tried, state: 'failed', reason: event.data.reason, refused: event.data.refused }
    case 'SendUnknown':
      return { ...tried, state: 'unknown', reason: event.data.reason }
  }
}

const withBounce = (row: OutgoingRow, event: StoredEvent & { type: 'MessageBounced' }): OutgoingRow => {
  const { by, status, recipients } = event.data
  const bounce = { by, status, recipients, at: storableTime(event.time) }
  return { ...row, state: 'bounced', nextAt: null, bounces: [...row.bounces.filter((one) => one.by !== by), bounce] }
}

const after = (row: OutgoingRow, event: Exclude<SendEvent, { type: 'MessageQueued' }>): OutgoingRow => {
  switch (event.type) {
    case 'SendStarted':
      return { ...row, state: 'sending', attempt: event.data.attempt, nextAt: null, reason: null }
    case 'MessageSent':
    case 'SendDeferred':
    case 'SendFailed':
    case 'SendUnknown':
      return withOutcome(row, event)
    case 'SendCancelled':
      return { ...row, state: 'cancelled', nextAt: null, reason: event.data.reason }
    case 'SendRetried':
      return { ...row, state: 'queued', nextAt: null, sendAt: null, reason: event.data.reason }
    case 'SendSettled': {
      const sentAt = event.data.as === 'sent' ? storableTime(event.time) : row.sentAt
      return { ...row, state: event.data.as, nextAt: null, reason: event.data.reason, sentAt }
    }
    case 'MessageBounced':
      return withBounce(row, event)
  }
}

/** The row without anything that names people. */
export const emptied = (row: OutgoingRow): OutgoingRow =>
  row.erased
    ? {
        ...row,
        from: '',
        to: [],
        reason: null,
        response: null,
        refused: [],
        bounces: row.bounces.map((one) => ({ ...one, recipients: [] })),
      }
    : row

/** The row after one more event about its message; `undefined` where nothing is known of it as a mail of ours. */
export const foldSend = (row: OutgoingRow | undefined, event: SendEvent, records: Records): OutgoingRow | undefined => {
  if (event.type === 'MessageQueued') return row ?? queued(event, records)
  return row && emptied({ ...after(row, event), updatedAt: storableTime(event.time) })
}
