import type { LinkKeys, MessageId, SpaceId, ThreadId } from '@skein/events'
import { unitedKeys, type LinkRowChange } from '@skein/threading'
import { arrays, digestOf, storable, storableJson, unnest } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Run } from '../database.js'
import type { RowWriter } from '../row-writer.js'
import { TARGETS } from './link-tables.js'
import type { Placed, RowOf, Table, Target } from './link-tables.js'

/** A change of the rows, with the event that makes it. */
export interface Change {
  readonly space: SpaceId
  readonly sequence: number
  readonly change: LinkRowChange
}

const rowsOf = <T extends Table>(table: T, partition: number, changes: readonly Change[]): Placed<T>[] => {
  const rows: Placed<T>[] = []
  for (const { change, space, sequence } of changes)
    if (change.op === 'insert' && change.table === table)
      rows.push({ row: change.row as RowOf<T>, place: { partition, space, sequence } })
  return rows
}

/** Messages and threads that the changes begin: nothing of them is in the tables. */
const begunIn = (changes: readonly Change[]): Set<ThreadId | MessageId> => {
  const begun = new Set<ThreadId | MessageId>()
  for (const { change } of changes) {
    if (change.op !== 'insert') continue
    if (change.table === 'message') begun.add(change.row.message)
    if (change.table === 'thread') begun.add(change.row.thread)
  }
  return begun
}

/** Inserts of any number of events; the first of two rows with one key stands. */
const insertRows = async (writer: RowWriter, partition: number, changes: readonly Change[]): Promise<void> => {
  const begun = begunIn(changes)
  const insert = async <T extends Table>(table: T, target: Target<T>): Promise<void> => {
    const rows = new Map<string, Placed<T>>()
    for (const row of rowsOf(table, partition, changes)) {
      const key = target.key(row)
      if (!rows.has(key)) rows.set(key, row)
    }
    const [fresh, others]: [Placed<T>[], Placed<T>[]] = [[], []]
    for (const placed of rows.values()) {
      const of = target.of(placed.row)
      if (of !== null && begun.has(of)) fresh.push(placed)
      else others.push(placed)
    }
    await writer.add(target, fresh)
    await writer.addMissing(target, others)
  }
  await insert('link', TARGETS.link)
  await insert('message', TARGETS.message)
  await insert('copy', TARGETS.copy)
  await insert('delivery', TARGETS.delivery)
  await insert('thread', TARGETS.thread)
  await insert('participant', TARGETS.participant)
  await insert('cut', TARGETS.cut)
}

const MERGE: Columns = { thread: 'text', into_: 'text', survivor: 'text' }
const PUT_UNDER = `update link_thread t set into_ = given.into_, survivor = given.survivor
  from ${unnest(MERGE, 'given')} where t.thread = given.thread`
const LEAD_ON = `update link_thread t set survivor = given.survivor
  from ${unnest({ thread: 'text', survivor: 'text' }, 'given')} where t.survivor = given.thread`

/** All merges of a batch at once: each absorbed thread goes under the one that took it in, and leads to where that ended. */
const merge = async (run: Run, changes: readonly Change[]): Promise<void> => {
  const into = new Map<ThreadId, ThreadId>()
  for (const { change } of changes) {
    if (change.op === 'merge') for (const absorbed of change.absorbed) into.set(absorbed, change.survivor)
  }
  if (into.size === 0) return
  const end = (thread: ThreadId): ThreadId => {
    let at = thread
    for (let next = into.get(at); next !== undefined; next = into.get(at)) at = next
    return at
  }
  const rows = [...into].map(([thread, into_]) => ({ thread, into_, survivor: end(thread) }))
  const given = arrays(MERGE, rows, (row) => row)
  await run(PUT_UNDER, given)
  await run(LEAD_ON, [given[0], given[2]])
}

type Kind = 'together' | 'mention' | 'alone'
const kindOf = ({ change }: Change): Kind => {
  if (change.op === 'insert' || change.op === 'merge') return 'together'
  return change.op === 'mention' ? 'mention' : 'alone'
}

/**
 * Puts changes into the tables, in order. Inserts and merges that follow one another go together, since neither hides the
 * other; so do mentions; the rest goes one by one.
 */
export const writeLinks = async (writer: RowWriter, partition: number, changes: readonly Change[]): Promise<void> => {
  const { run } = writer
  for (let start = 0; start < changes.length;) {
    const kind = kindOf(changes[start] as Change)
    const next = kind === 'alone' ? start + 1 : changes.findIndex((one, i) => i > start && kindOf(one) !== kind)
    const some = changes.slice(start, next === -1 ? changes.length : next)
    if (kind === 'together') {
      await insertRows(writer, partition, some)
      await merge(run, some)
    } else if (kind === 'mention') await mention(writer, partition, some)
    else for (const { change } of some) await alter(run, change)
    start += some.length
  }
}

/** Who mentions a key under a subject from now on; of several changes of one, the last. */
const mention = async (writer: RowWriter, partition: number, changes: readonly Change[]): Promise<void> => {
  const last = new Map<string, Change>()
  for (const one of changes) {
    if (one.change.op === 'mention') last.set(JSON.stringify([one.space, one.change.key, one.change.slot]), one)
  }
  const columns: Columns = { key: 'bytea', slot: 'text' }
  const rows = [...last.values()].flatMap(({ change, ...place }) =>
    change.op === 'mention' ? [{ ...change, place }] : [],
  )
  await writer.run(
    `delete from link l using ${unnest(columns, 'given')} where l.key = given.key and l.role = 'mentioned' and l.slot = given.slot`,
    arrays(columns, rows, ({ key, slot, place }) => ({ key: digestOf(place.space, key), slot: storable(slot) })),
  )
  const here = rows.flatMap(({ key, slot, message, place }) =>
    message === null
      ? []
      : [{ row: { key, role: 'mentioned' as const, slot, message }, place: { ...place, partition } }],
  )
  await writer.addMissing(TARGETS.link, here)
}

const rekey = async (run: Run, { message, keys }: Extract<LinkRowChange, { op: 'rekey' }>): Promise<void> => {
  const [row] = await run<{ keys: LinkKeys }>('select keys from link_message where message = $1', [message])
  if (row)
    await run('update link_message set keys = $2 where message = $1', [
      message,
      storableJson(unitedKeys(row.keys, keys)),
    ])
}

const alter = async (run: Run, change: LinkRowChange): Promise<void> => {
  switch (change.op) {
    case 'insert':
    case 'merge':
    case 'mention':
      return
    case 'move':
      await run('update link_message set thread = $1 where message = any($2)', [change.thread, change.messages])
      return
    case 'place threads':
      await run(
        PUT_UNDER,
        arrays(MERGE, change.rows, ({ thread, into, survivor }) => ({ thread, into_: into, survivor })),
      )
      return
    case 'uncut':
      await run('delete from link_cut where (thread, other) in (($1, $2), ($2, $1))', [change.a, change.b])
      return
    case 'rekey':
      await rekey(run, change)
      return
    case 'forget':
      await run(`update link_message set author = '', base_subject = '', digest = '', date = null where message = $1`, [
        change.message,
      ])
      return
  }
}
