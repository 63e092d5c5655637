import type { Run } from '../database.js'
import { tableHashes, type TableHash, type TableHashes } from '../hashes.js'
import { GROUPS, TABLES_OF, type Group } from './groups.js'

/** A table of one partition whose rows are not those that follow from the log. */
export interface TableDifference {
  table: string
  partition: number
  live: TableHash | null
  rebuilt: TableHash | null
  /**
   * Sequence of the first event whose rows differ, of tables whose rows name their events. Where the live tables went on
   * meanwhile, what was changed since may be named as well.
   */
  firstEvent: number | null
}

export const hashesIn = (run: Run, groups: readonly Group[] = GROUPS): Promise<TableHashes> =>
  tableHashes(
    run,
    groups.flatMap((group) => TABLES_OF[group]),
  )

export const rowsIn = (hashes: TableHashes): number => Object.values(hashes).reduce((sum, { rows }) => sum + rows, 0)

/** The column with the event of a row, of tables that have one. */
const EVENT_COLUMNS: Readonly<Record<string, string>> = {
  thread: 'version',
  thread_alias: 'position',
  message: 'position',
  delivery: 'position',
  message_copy: 'position',
  outgoing: 'position',
  join_offer: 'position',
  note: 'position',
  link: 'position',
  link_message: 'position',
  link_copy: 'position',
  link_outgoing: 'position',
  link_claim: 'position',
}

/** The first event with rows in one schema that the other does not have. */
const firstEventOf = async (
  run: Run,
  [live, shadow]: [string, string],
  table: string,
  partition: number,
): Promise<number | null> => {
  const column = EVENT_COLUMNS[table]
  if (column === undefined) return null
  const rowsOf = (schema: string): string =>
    `select ${column} as event, t::text from "${schema}".${table} t where partition = $1`
  const [found] = await run<{ event: string | null }>(
    `with live as (${rowsOf(live)}), rebuilt as (${rowsOf(shadow)})
     select min(event)::text as event from (
       (select * from live except select * from rebuilt) union all (select * from rebuilt except select * from live)) as other`,
    [partition],
  )
  return found?.event == null ? null : Number(found.event)
}

/** The tables whose hashes are not the same, each with the first event at which its rows part. `schemas`: live and rebuilt. */
export const differencesOf = async (
  run: Run,
  schemas: [string, string],
  live: TableHashes,
  rebuilt: TableHashes,
): Promise<TableDifference[]> => {
  const differences: TableDifference[] = []
  for (const name of [...new Set([...Object.keys(live), ...Object.keys(rebuilt)])].sort()) {
    const [table = '', partition = ''] = name.split('/')
    const [a, b] = [live[name] ?? null, rebuilt[name] ?? null]
    if (a?.hash === b?.hash) continue
    const firstEvent = await firstEventOf(run, schemas, table, Number(partition))
    differences.push({ table, partition: Number(partition), live: a, rebuilt: b, firstEvent })
  }
  return differences
}
