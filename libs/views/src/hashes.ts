import type { Database, Run } from './database.js'

/** The tables that the log alone determines, checkpoints aside. */
export const VIEW_TABLES = [
  'thread',
  'thread_inbox',
  'thread_participant',
  'thread_alias',
  'message',
  'message_body',
  'message_words',
  'delivery',
  'message_copy',
  'outgoing',
  'join_offer',
  'note',
] as const
export type ViewTable = (typeof VIEW_TABLES)[number]

/** The tables of the threader's index, checkpoint aside. */
export const LINK_TABLES = [
  'link',
  'link_message',
  'link_copy',
  'link_delivery',
  'link_thread',
  'link_participant',
  'link_cut',
  'link_outgoing',
  'link_claim',
] as const

export interface TableHash {
  readonly rows: number
  /** Sum of a 64-bit hash of every row: the same in whatever order they were written. */
  readonly hash: string
}
/** `table/partition` to its hash; partitions without rows in a table are left out. */
export type TableHashes = Record<string, TableHash>

/** Hashes of tables by partition, computed by the server; within a transaction, of one moment. */
export const tableHashes = async (
  run: Run | Database['run'],
  tables: readonly string[] = VIEW_TABLES,
): Promise<TableHashes> => {
  const hashes: TableHashes = {}
  for (const table of tables) {
    const rows = await run<{ partition: number; rows: number; hash: string }>(
      `select partition, count(*)::int as rows, sum(hashtextextended(t::text, 0)::numeric)::text as hash
       from ${table} t group by partition order by partition`,
    )
    for (const { partition, rows: count, hash } of rows) hashes[`${table}/${partition}`] = { rows: count, hash }
  }
  return hashes
}
