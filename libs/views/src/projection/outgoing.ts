import type { AccountId, InboxId, LogPosition, MessageId, StoredEvent, UnknownPolicy } from '@skein/events'
import { arrays, isoSql, storable, storableJson, storableTime, unnest } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Run } from '../database.js'
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

export type SendEvent = StoredEvent & {
  type:
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
}
const SEND_EVENTS: ReadonlySet<string> = new Set<SendEvent['type']>([
  'MessageQueued',
  'SendStarted',
  'MessageSent',
  'SendDeferred',
  'SendFailed',
  'SendUnknown',
  'SendCancelled',
  'SendRetried',
  'SendSettled',
  'MessageBounced',
])
export const isSendEvent = (event: StoredEvent): event is SendEvent => SEND_EVENTS.has(event.type)

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
const emptied = (row: OutgoingRow): OutgoingRow =>
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

// prettier-ignore
const OUTGOING: Columns = {
  message: 'text', partition: 'smallint', position: 'bigint', space: 'text', account: 'text', inbox: 'text', state: 'text',
  attempt: 'int', from_: 'text', to_: 'jsonb', answers: 'text', send_at: 'timestamptz', next_at: 'timestamptz',
  on_unknown: 'text', automatic: 'boolean', reason: 'text', response: 'text', refused: 'jsonb', bounces: 'jsonb',
  actor: 'text', input_stream: 'text', input_sequence: 'bigint', queued_at: 'timestamptz', updated_at: 'timestamptz',
  sent_at: 'timestamptz', erased: 'boolean',
}

/** Columns of an `OutgoingRow` under its own names, of the table `o`. */
export const OUTGOING_ROW = `o.message, o.partition, o.position::int8 as position, o.space, o.account, o.inbox, o.state, o.attempt,
  o.from_ as "from", o.to_ as "to", o.answers, ${isoSql('o.send_at')} as "sendAt", ${isoSql('o.next_at')} as "nextAt",
  o.on_unknown as "onUnknown", o.automatic, o.reason, o.response, o.refused, o.bounces, o.actor,
  jsonb_build_object('stream', o.input_stream, 'sequence', o.input_sequence) as input, ${isoSql('o.queued_at')} as "queuedAt",
  ${isoSql('o.updated_at')} as "updatedAt", ${isoSql('o.sent_at')} as "sentAt", o.erased`

/** The server gives a bigint as text. */
export const outgoingOf = <T extends { position: string }>(row: T): Omit<T, 'position'> & { position: number } => ({
  ...row,
  position: Number(row.position),
})

export const loadOutgoing = async (run: Run, messages: readonly MessageId[]): Promise<Map<MessageId, OutgoingRow>> => {
  if (messages.length === 0) return new Map()
  const rows = await run<Omit<OutgoingRow, 'position'> & { position: string }>(
    `select ${OUTGOING_ROW} from outgoing o where o.message = any($1)`,
    [messages],
  )
  return new Map(rows.map((row) => [row.message, outgoingOf(row)]))
}

const CHANGING = Object.keys(OUTGOING)
  .filter((name) => name !== 'message')
  .map((name) => `${name} = excluded.${name}`)
const PUT_OUTGOING = `insert into outgoing (${Object.keys(OUTGOING).join(', ')}) select * from ${unnest(OUTGOING, 'given')}
  on conflict (message) do update set ${CHANGING.join(', ')}`

const textOrNull = (text: string | null): string | null => (text === null ? null : storable(text))

export const putOutgoing = async (run: Run, rows: readonly OutgoingRow[]): Promise<void> => {
  if (rows.length === 0) return
  const cells = (row: OutgoingRow) => ({
    message: row.message,
    partition: row.partition,
    position: row.position,
    space: row.space,
    account: row.account,
    inbox: row.inbox,
    state: row.state,
    attempt: row.attempt,
    from_: row.from,
    to_: storableJson(row.to),
    answers: row.answers,
    send_at: row.sendAt,
    next_at: row.nextAt,
    on_unknown: row.onUnknown,
    automatic: row.automatic,
    reason: textOrNull(row.reason),
    response: textOrNull(row.response),
    refused: storableJson(row.refused),
    bounces: storableJson(row.bounces),
    actor: storable(row.actor),
    input_stream: row.input.stream,
    input_sequence: row.input.sequence,
    queued_at: row.queuedAt,
    updated_at: row.updatedAt,
    sent_at: row.sentAt,
    erased: row.erased,
  })
  await run(PUT_OUTGOING, arrays(OUTGOING, rows, cells))
}

/** People are taken out, and what had not begun to leave will not. */
export const eraseOutgoing = async (run: Run, message: MessageId): Promise<void> => {
  const row = (await loadOutgoing(run, [message])).get(message)
  if (!row) return
  const waits = row.state === 'queued' || row.state === 'deferred'
  await putOutgoing(run, [emptied({ ...row, erased: true, ...(waits ? { state: 'cancelled', nextAt: null } : {}) })])
}
