import type { InboxId, Relation, SpaceId, ThreadId } from '@skein/events'
import type { Address } from '@skein/mail'
import { arrays, isoSql, unnest } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Run } from '../database.js'
import type { Batch } from './batch.js'
import type { InboxChanges } from './inbox-changes.js'
import { addChange } from './thread-change.js'
import type { ThreadChange } from './thread-change.js'

interface ThreadRow {
  id: ThreadId
  space: SpaceId
  account: ThreadChange['account']
  version: string
  message_count: number
  attachment_count: number
  unread_count: number
  root_key: string | null
  subject: string
  base_subject: string
  last_key: string | null
  snippet: string
  last_from: Address | null
  said_key: string | null
  said_by: 'in' | 'out' | null
  work: string
  relation: Relation | null
  started: string | null
  first: string | null
  last: string | null
}

/** Takes the rows of threads merged away out of the tables and into the changes of their survivors. */
export const takeMerged = async (
  run: Run,
  batch: Batch,
  changes: Map<ThreadId, ThreadChange>,
  inboxes: InboxChanges,
) => {
  const merged = [...batch.merged.keys()]
  if (merged.length === 0) return
  const threads = await run<ThreadRow>(
    `delete from thread where id = any($1) returning *, ${isoSql('first_at')} as first, ${isoSql('last_at')} as last`,
    [merged],
  )
  for (const row of threads) {
    const { subject, relation } = row
    if (row.started !== null) batch.starts.set(row.id, { sequence: Number(row.started), subject, relation })
    const into = changes.get(batch.resolve(row.id))
    if (into) addChange(into, changeOfRow(row))
  }
  const parts = await run<{ thread: ThreadId; inbox: InboxId; messages: number; unread: number; last: string }>(
    `delete from thread_inbox where thread = any($1)
     returning thread, inbox, message_count as messages, unread_count as unread, ${isoSql('last_at')} as last`,
    [merged],
  )
  for (const { thread, inbox, messages, unread, last } of parts)
    inboxes.add(thread, inbox, { messages, unread, lastAt: last })
}

const changeOfRow = (row: ThreadRow) => ({
  account: row.account,
  version: Number(row.version),
  messages: row.message_count,
  attachments: row.attachment_count,
  unread: row.unread_count,
  root: row.root_key === null ? null : { key: row.root_key, subject: row.subject, baseSubject: row.base_subject },
  newest: row.last_key === null ? null : { key: row.last_key, snippet: row.snippet, from: row.last_from },
  said: row.said_key === null || row.said_by === null ? null : { key: row.said_key, direction: row.said_by },
  work: Number(row.work),
  firstAt: row.first,
  lastAt: row.last,
})

/** Moves rows of threads that were merged away in this batch. Aliases that led to one of them lead to its survivor now. */
export const moveRows = async (run: Run, batch: Batch): Promise<void> => {
  const moves = batch.newAliases()
  if (moves.length === 0) return
  const columns: Columns = { absorbed: 'text', survivor: 'text' }
  const given = arrays(columns, moves, ({ absorbed, survivor }) => ({ absorbed, survivor }))
  const from = unnest(columns, 'move')
  await run(
    `with moved as (
       update message m set thread = move.survivor from ${from} where m.thread = move.absorbed returning m.id, m.thread),
     words as (update message_words w set thread = moved.thread from moved where w.message = moved.id)
     update delivery d set thread = moved.thread from moved where d.message = moved.id`,
    given,
  )
  await run(`update thread_alias a set survivor = move.survivor from ${from} where a.survivor = move.absorbed`, given)
}
