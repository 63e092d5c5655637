import type { Database } from '../database.js'
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
const INDEX_LOCK = 7_530_243
/** Memory for making one: with more, the tree that words are gathered in no longer fits a processor's cache, and takes a third longer. */
const MEMORY = '64MB'

/**
 * Takes the indexes that only readers need off tables that are about to be filled: made at the end, from all rows at once, they
 * cost a fraction. What they were is kept beside the tables, so that whoever goes on after a crash makes them.
 */
export const dropLateIndexes = (next: Database, groups: readonly Group[]): Promise<void> =>
  next.transaction(async (run) => {
    const found = await run<{ name: string; definition: string }>(
      `select indexname as name, indexdef as definition from pg_indexes i
       where schemaname = $1 and tablename = any($2)
         and not exists (select from pg_constraint c where c.conname = i.indexname and c.connamespace = to_regnamespace($1))`,
      [next.schema, allTablesOf(groups)],
    )
    const late = found.filter(({ name }) => !NEEDED.has(name))
    await run('update rebuild set indexes = $1', [JSON.stringify(late)])
    for (const { name } of late) await run(`drop index "${name}"`)
  })

/** Statements at a time: each keeps a core of the server's busy. */
const AT_ONCE = 2

/** Makes what `dropLateIndexes` took, as far as it is not there, and has the server count what the tables hold. */
export const makeLateIndexes = async (
  next: Database,
  groups: readonly Group[],
  onIndex: (name: string) => void,
): Promise<void> => {
  const [kept] = await next.run<{ indexes: { name: string; definition: string }[] }>('select indexes from rebuild')
  // those of words and parts of words take longest, and shall not be what the others wait for at the end
  const isLong = ({ definition }: { definition: string }): boolean => definition.includes(' USING gin ')
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
  await inLanes(AT_ONCE, allTablesOf(groups), async (table) => {
    // which words are how common takes long to count in full; the server does so by itself later
    const target = table === 'message_words' ? 10 : 100
    await next.transaction(async (run) => {
      await run(`set local default_statistics_target = ${target}`)
      await run(`analyze ${table}`)
    })
  })
}
