import type { MessageId } from '@skein/events'
import { arrays, isoSql, storable, storableJson, unnest } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Run } from '../database.js'
import { emptied } from './send-state.js'
import type { OutgoingRow } from './send-state.js'

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
