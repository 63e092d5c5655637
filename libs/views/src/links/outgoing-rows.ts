import type { MessageId, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import { isSendEvent, sendingAfter } from '@skein/threading'
import type { Outgoing, OutgoingRow } from '@skein/threading'
import { arrays, insertSql, storable } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Database, Run } from '../database.js'

const OUTGOING = `o.message, o.inbox, o.state, o.attempt, o.on_unknown as "onUnknown"`

const COLUMNS: Columns = {
  message: 'text',
  partition: 'smallint',
  position: 'bigint',
  space: 'text',
  inbox: 'text',
  state: 'text',
  attempt: 'int',
  on_unknown: 'text',
}
const UPSERT = insertSql(
  'link_outgoing',
  COLUMNS,
  'on conflict (message) do update set position = excluded.position, state = excluded.state, attempt = excluded.attempt',
)

/** The mails of ours among these messages, each with the thread that it is in today. */
export const loadOutgoing = async (
  database: Database,
  space: SpaceId,
  messages: readonly MessageId[],
): Promise<Outgoing[]> => {
  if (messages.length === 0) return []
  const rows = await database.run<OutgoingRow & { thread: ThreadId }>(
    `select ${OUTGOING}, coalesce(t.survivor, m.thread) as thread
     from link_outgoing o join link_message m using (message) left join link_thread t on t.thread = m.thread
     where o.message = any($1) and o.space = $2`,
    [messages, space],
    'links outgoing',
  )
  return rows.map(({ thread, ...row }) => ({ row, thread }))
}

export const findSentUnder = async (database: Database, space: SpaceId, messageId: string): Promise<MessageId[]> => {
  const rows = await database.run<{ message: MessageId }>(
    `select m.message from link_message m join link_outgoing o using (message)
     where m.message_id = $1 and m.direction = 'out' and m.space = $2 order by m.position`,
    [storable(messageId), space],
    'links sent under',
  )
  return rows.map(({ message }) => message)
}

/** Brings the state of our own mails up to the events of a batch: reads what is there, folds, and writes what came of it. */
export const writeOutgoing = async (run: Run, partition: number, events: readonly StoredEvent[]): Promise<void> => {
  const due = events.filter(isSendEvent)
  if (due.length === 0) return
  const there = await run<OutgoingRow>(`select ${OUTGOING} from link_outgoing o where message = any($1)`, [
    [...new Set(due.map(({ data }) => data.message))],
  ])
  const rows = new Map(there.map((row) => [row.message, row]))
  const changed = new Map<MessageId, { row: OutgoingRow; space: SpaceId; position: number }>()
  for (const event of due) {
    const row = sendingAfter(rows.get(event.data.message), event)
    if (row === undefined) continue
    rows.set(row.message, row)
    changed.set(row.message, { row, space: event.space, position: event.sequence })
  }
  const cells = arrays(COLUMNS, [...changed.values()], ({ row, space, position }) => {
    const { message, inbox, state, attempt, onUnknown } = row
    return { message, partition, position, space, inbox, state, attempt, on_unknown: onUnknown }
  })
  await run(UPSERT, cells)
}
