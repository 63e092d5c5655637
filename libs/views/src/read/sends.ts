import type { AccountId, InboxId, LogPosition, MessageId, SpaceId, ThreadId, UnknownPolicy } from '@skein/events'
import type { Database } from '../database.js'
import { OUTGOING_ROW, outgoingOf } from '../projection/outgoing.js'
import type { Bounce, OutgoingRow, RefusedRecipient, SendState } from '../projection/send-state.js'
import type { Cursors } from './cursor.js'

/** States of a mail that may have to be sent yet. */
export type OpenState = Extract<SendState, 'queued' | 'sending' | 'deferred' | 'unknown'>

/** What a sender needs to know of a mail that is not through. */
export interface OpenSend {
  readonly message: MessageId
  readonly thread: ThreadId
  readonly space: SpaceId
  readonly account: AccountId | null
  readonly inbox: InboxId
  readonly partition: number
  readonly state: OpenState
  /** The last one that was begun or tried; 0 for none. */
  readonly attempt: number
  readonly from: string
  readonly to: readonly string[]
  /** ISO 8601 UTC, as all times here. */
  readonly sendAt: string | null
  readonly nextAt: string | null
  readonly onUnknown: UnknownPolicy
  readonly automatic: boolean
  readonly input: LogPosition
  readonly queuedAt: string
}

/** What has become of a mail of ours. */
export interface SendingDetail {
  readonly state: SendState
  readonly attempt: number
  readonly inbox: InboxId
  readonly from: string
  readonly to: readonly string[]
  readonly answers: MessageId | null
  readonly automatic: boolean
  readonly onUnknown: UnknownPolicy
  readonly sendAt: string | null
  readonly nextAt: string | null
  readonly reason: string | null
  readonly response: string | null
  readonly refused: readonly RefusedRecipient[]
  readonly bounces: readonly Bounce[]
  readonly queuedAt: string
  readonly updatedAt: string
  readonly sentAt: string | null
}
/** A mail of the outbox's list. */
export interface OutboxEntry extends SendingDetail {
  readonly message: MessageId
  readonly thread: ThreadId
  readonly space: SpaceId
  readonly partition: number
  readonly subject: string
  /** Message-ID, without brackets. */
  readonly messageId: string
}
export interface OutboxFilter {
  readonly state?: SendState
  readonly inbox?: InboxId
}
export interface OutboxPage {
  readonly sends: readonly OutboxEntry[]
  readonly nextCursor: string | null
}

type Row = Omit<OutgoingRow, 'position'> & { position: string; thread: ThreadId; subject: string; messageId: string }

const ROW = `select ${OUTGOING_ROW}, m.thread, m.subject, m.message_id as "messageId" from outgoing o join message m on m.id = o.message`

const openSendOf = (row: Row): OpenSend => {
  const { message, thread, space, account, inbox, partition, attempt, from, to } = row
  const { sendAt, nextAt, onUnknown, automatic, input, queuedAt } = row
  const state = row.state as OpenState
  const whose = { message, thread, space, account, inbox, partition }
  return { ...whose, state, attempt, from, to, sendAt, nextAt, onUnknown, automatic, input, queuedAt }
}

/** What is not through in a partition, oldest first, and the event up to which that holds: both of one moment. */
export const openSends = (database: Database, partition: number): Promise<{ after: number; sends: OpenSend[] }> =>
  database.transaction(async (run) => {
    const [stands] = await run<{ sequence: string }>('select sequence from checkpoint where partition = $1', [
      partition,
    ])
    const rows = await run<Row>(
      `${ROW} where o.partition = $1 and o.state in ('queued', 'sending', 'deferred', 'unknown') and not o.erased order by o.position`,
      [partition],
    )
    return { after: Number(stands?.sequence ?? 0), sends: rows.map(openSendOf) }
  }, true)

/** What the tables say of a mail of ours, without the columns that its message has too. */
export const sendingOf = (row: OutgoingRow): SendingDetail => {
  const { state, attempt, inbox, from, to, answers, automatic, onUnknown, sendAt, nextAt } = row
  const { reason, response, refused, bounces, queuedAt, updatedAt, sentAt } = row
  const plan = { state, attempt, inbox, from, to, answers, automatic, onUnknown, sendAt, nextAt }
  return { ...plan, reason, response, refused, bounces, queuedAt, updatedAt, sentAt }
}

const entryOf = (row: Row): OutboxEntry => {
  const { message, thread, space, partition, subject, messageId } = row
  return { message, thread, space, partition, subject, messageId, ...sendingOf(outgoingOf(row)) }
}

/** Mails of ours, newest first by when they were queued. @throws InvalidCursor */
export const listOutbox = async (
  database: Database,
  cursors: Cursors,
  account: AccountId,
  { state, inbox }: OutboxFilter,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<OutboxPage> => {
  const list = JSON.stringify(['outbox', account, state, inbox])
  const parameters: unknown[] = [account, limit + 1]
  const parameter = (value: unknown): string => `$${parameters.push(value)}`
  const conditions = ['o.account = $1']
  if (state !== undefined) conditions.push(`o.state = ${parameter(state)}`)
  if (inbox !== undefined) conditions.push(`o.inbox = ${parameter(inbox)}`)
  if (cursor !== undefined) {
    const { at, id } = cursors.read(cursor, list)
    conditions.push(`(o.queued_at, o.message) < (${parameter(at)}::timestamptz, ${parameter(id)})`)
  }
  const sql = `${ROW} where ${conditions.join(' and ')} order by o.queued_at desc, o.message desc limit $2`
  const rows = await database.run<Row>(sql, parameters)
  const sends = rows.slice(0, limit).map(entryOf)
  const last = sends.at(-1)
  const nextCursor = rows.length > limit && last ? cursors.write({ at: last.queuedAt, id: last.message }, list) : null
  return { sends, nextCursor }
}
