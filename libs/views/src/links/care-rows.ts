import type { SpaceId, StoredEvent, ThreadId } from '@skein/events'
import { careAfter, isCareEvent, uncaredFor } from '@skein/threading'
import type { CareEvent, CareRow } from '@skein/threading'
import { arrays, insertSql, storable, storableJson } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Database, Run } from '../database.js'

const COLUMNS: Columns = {
  thread: 'text',
  partition: 'smallint',
  position: 'bigint',
  space: 'text',
  by_: 'text',
  until: 'text',
  handled_up_to: 'bigint',
  labels: 'jsonb',
}
const UPSERT = insertSql(
  'link_claim',
  COLUMNS,
  `on conflict (thread) do update set position = excluded.position, by_ = excluded.by_, until = excluded.until,
    handled_up_to = excluded.handled_up_to, labels = excluded.labels`,
)

interface Stored {
  thread: ThreadId
  by_: string | null
  until: string | null
  handled_up_to: string | null
  labels: string[] | null
}
const rowOf = ({ thread, by_, until, handled_up_to, labels }: Stored): CareRow => ({
  thread,
  claim: by_ === null || until === null ? null : { by: by_, until },
  handledUpTo: handled_up_to === null ? null : Number(handled_up_to),
  labels: labels ?? [],
})

/** Where a thread of a space is today, and what was said about it there; `undefined` where the space has no such thread. */
export const loadCare = async (database: Database, space: SpaceId, thread: ThreadId): Promise<CareRow | undefined> => {
  const [found] = await database.run<Stored>(
    `select living.thread, c.by_, c.until, c.handled_up_to, c.labels
     from link_thread given
     cross join lateral (select coalesce(given.survivor, given.thread) as thread) as living
     left join link_claim c on c.thread = living.thread
     where given.thread = $1 and exists (
       select 1 from link_message m join link_thread family on family.thread = m.thread
       where (family.thread = living.thread or family.survivor = living.thread) and m.space = $2)`,
    [thread, space],
    'links care',
  )
  return found && rowOf(found)
}

const threadsOf = (event: CareEvent): ThreadId[] => {
  if (event.type === 'ThreadsMerged') return [event.thread, ...event.data.absorbed]
  if (event.type === 'MergeUndone') return [event.thread, event.data.absorbed]
  return event.type === 'ThreadSplit' ? [event.thread, event.data.into] : [event.thread]
}

const isSame = (a: CareRow, b: CareRow): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Brings claims, labels and what is handled up to the events of a batch: reads what is there, folds, and writes what changed. */
export const writeCare = async (run: Run, partition: number, events: readonly StoredEvent[]): Promise<void> => {
  const due = events.filter(isCareEvent)
  if (due.length === 0) return
  const there = await run<Stored>(
    'select thread, by_, until, handled_up_to, labels from link_claim where thread = any($1)',
    [[...new Set(due.flatMap(threadsOf))]],
  )
  const rows = new Map(there.map((stored) => [stored.thread, rowOf(stored)]))
  const changed = new Map<ThreadId, { row: CareRow; space: SpaceId; position: number }>()
  const known = (thread: ThreadId): CareRow => rows.get(thread) ?? uncaredFor(thread)
  for (const event of due) {
    const row = careAfter(known, event)
    if (isSame(row, known(row.thread))) continue
    rows.set(row.thread, row)
    changed.set(row.thread, { row, space: event.space, position: event.sequence })
  }
  if (changed.size === 0) return
  const cells = arrays(COLUMNS, [...changed.values()], ({ row, space, position }) => ({
    thread: row.thread,
    partition,
    position,
    space,
    by_: row.claim && storable(row.claim.by),
    until: row.claim && row.claim.until,
    handled_up_to: row.handledUpTo,
    labels: storableJson(row.labels),
  }))
  await run(UPSERT, cells)
}
