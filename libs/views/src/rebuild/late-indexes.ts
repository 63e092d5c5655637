import type { Database, Run } from '../database.js'
import { allTablesOf, type Group } from './groups.js'
import { inLanes } from './lanes.js'

/** Indexes that applying events itself looks things up in; primary keys aside. */
const NEEDED = new Set([
  'delivery_unread',
  'message_reading_order',
  'thread_alias_survivor',
  'note_message',
  'join_offer_message',
  'link_thread_into',
  'link_thread_survivor',
])
/** Tables of which lists read an index alone, where the server knows that all rows of a page are to be seen. */
const READ_BY_INDEX = new Set(['thread', 'thread_inbox', 'thread_participant'])
const CLEANING = 'autovacuum_enabled'
const INDEX_LOCK = 7_530_243
/** Memory for making one: with four times as much, the tree that words are gathered in takes a fifth longer. */
const MEMORY = '64MB'

/**
 * Settings of connections that fill tables. Nobody reads these before they are compared, and a crash of the server only costs the
 * last events: no waiting for the disk. The server knows nothing of what is in them; all that is looked up meanwhile is looked up
 * by its key.
 */
export const BUILDING = {
  synchronous_commit: 'off',
  client_connection_check_interval: '1s',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
}

/** An index that is made at the end. */
interface LateIndex {
  readonly name: string
  readonly definition: string
}

/**
 * Takes the indexes that only readers need off tables that are about to be filled: made at the end, from all rows at once, they
 * cost a fraction. Meanwhile the server does not clean up behind rows that only become more. Answers what was taken off.
 */
export const dropLateIndexes = async (run: Run, schema: string, groups: readonly Group[]): Promise<LateIndex[]> => {
  const found = await run<LateIndex>(
    `select indexname as name, indexdef as definition from pg_indexes i
     where schemaname = $1 and tablename = any($2)
       and not exists (select from pg_constraint c where c.conname = i.indexname and c.connamespace = to_regnamespace($1))`,
    [schema, allTablesOf(groups)],
  )
  const late = found.filter(({ name }) => !NEEDED.has(name))
  for (const { name } of late) await run(`drop index "${name}"`)
  for (const table of allTablesOf(groups)) await run(`alter table ${table} set (${CLEANING} = off)`)
  return late
}

/** The same, once: what was taken off is kept beside the tables, so that whoever goes on after a crash makes it. */
export const beginFilling = (next: Database, groups: readonly Group[]): Promise<void> =>
  next.transaction(async (run) => {
    const [state] = await run<{ begun: boolean }>('select indexes is not null as begun from rebuild')
    if (state?.begun !== true)
      await run('update rebuild set indexes = $1', [JSON.stringify(await dropLateIndexes(run, next.schema, groups))])
  })

/** Statements at a time: each keeps a core of the server's busy. */
const AT_ONCE = 2

/** Makes what `beginFilling` took off, as far as it is not there, and has the server count what the tables hold. */
export const makeLateIndexes = async (
  next: Database,
  groups: readonly Group[],
  onIndex: (name: string) => void,
): Promise<void> => {
  const [kept] = await next.run<{ indexes: LateIndex[] }>('select indexes from rebuild')
  // those of words and parts of words take longest, and shall not be what the others wait for at the end
  const isLong = ({ definition }: LateIndex): boolean => definition.includes(' USING gin ')
  const indexes = (kept?.indexes ?? []).sort((a, b) => Number(isLong(b)) - Number(isLong(a)))
  await inLanes(AT_ONCE, indexes, async ({ name, definition }) => {
    onIndex(name)
    await next.transaction(async (run) => {
      // a killed run's last statement may still be at it
      await run('select pg_advisory_xact_lock($1, hashtext($2))', [INDEX_LOCK, name])
      await run(`set local maintenance_work_mem = '${MEMORY}'`)
      await run(definition.replace(/^CREATE (UNIQUE )?INDEX /, 'create $1index if not exists '))
    })
  })
  onIndex('statistics')
  await inLanes(AT_ONCE, allTablesOf(groups), (table) => count(next, table))
}

/** Statistics of a table, and which of its pages need not be read beside an index; from here on the server sees to both by itself. */
const count = async (next: Database, table: string): Promise<void> => {
  if (READ_BY_INDEX.has(table)) await next.run(`vacuum ${table}`)
  // those that an index holds, or asks whether a row is for it
  const columns = await next.run<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute a
     where attrelid = $1::regclass and attnum > 0 and exists (select from pg_index i
       where i.indrelid = a.attrelid and (a.attnum = any(i.indkey) or exists (select from pg_depend d
         where d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
           and d.refclassid = 'pg_class'::regclass and d.refobjid = a.attrelid and d.refobjsubid = a.attnum)))`,
    [table],
  )
  await next.transaction(async (run) => {
    // which words are how common takes long to count in full; the server does so by itself later
    await run(`set local default_statistics_target = ${table === 'message_words' ? 10 : 100}`)
    // nothing is looked up by other columns, and taking these apart is most of the work
    await run(`analyze ${table} (${columns.map(({ name }) => name).join(', ')})`)
    await run(`alter table ${table} reset (${CLEANING})`)
  })
}
