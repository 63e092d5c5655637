import { randomBytes } from 'node:crypto'
import type { StoredEvent } from '@skein/events'
import { Database, type DatabaseOptions, type Run } from './database.js'
import { LINK_TABLES, tableHashes, VIEW_TABLES, type TableHash, type TableHashes } from './hashes.js'
import { LinkStore } from './links/link-store.js'
import { Projection, type RecordsAt } from './projection/projection.js'

/** Where the truth comes from: the events of a partition after one sequence up to another, and the input records. */
export interface EventSource {
  readEvents(partition: number, after: number, until: number): AsyncIterable<StoredEvent[]>
  recordsAt: RecordsAt
}

export interface VerifyProgress {
  events: number
  totalEvents: number
}

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

export interface VerifyResult {
  equal: boolean
  events: number
  rows: number
  tables: number
  differences: TableDifference[]
}

interface Marks {
  views: Map<number, number>
  links: Map<number, number>
}

const marksIn = async (run: Run, table: string): Promise<Map<number, number>> => {
  const rows = await run<{ partition: number; sequence: string }>(`select partition, sequence from ${table}`)
  return new Map(rows.map(({ partition, sequence }) => [partition, Number(sequence)]))
}

const hashesIn = async (run: Run): Promise<TableHashes> => ({
  ...(await tableHashes(run, VIEW_TABLES)),
  ...(await tableHashes(run, LINK_TABLES)),
})

/** How far views and index are, and what they hold, at one and the same moment. */
const momentOf = (live: Database): Promise<{ marks: Marks; hashes: TableHashes }> =>
  live.transaction(
    async (run) => ({
      marks: { views: await marksIn(run, 'checkpoint'), links: await marksIn(run, 'link_checkpoint') },
      hashes: await hashesIn(run),
    }),
    true,
  )

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
  const rowsIn = (schema: string): string =>
    `select ${column} as event, t::text from "${schema}".${table} t where partition = $1`
  const [found] = await run<{ event: string | null }>(
    `with live as (${rowsIn(live)}), rebuilt as (${rowsIn(shadow)})
     select min(event)::text as event from (
       (select * from live except select * from rebuilt) union all (select * from rebuilt except select * from live)) as other`,
    [partition],
  )
  return found?.event == null ? null : Number(found.event)
}

const differencesOf = async (
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

/**
 * Do views and index follow from the log? Steps: note how far the live tables are and their hashes, in one snapshot; make the
 * same tables in a schema of their own; bring them to the same sequences with the same code; compare hashes; drop the schema.
 * Live tables are only read, so it may run while mail arrives.
 */
export const verifyTables = async (
  options: DatabaseOptions,
  source: EventSource,
  onProgress: (progress: VerifyProgress) => void = () => undefined,
): Promise<VerifyResult> => {
  const live = await Database.open(options)
  const shadowName = `skein_shadow_${randomBytes(6).toString('hex')}`
  try {
    const { marks, hashes } = await momentOf(live)
    const shadow = await Database.open({ ...options, schema: shadowName })
    try {
      const events = await rebuild(shadow, marks, source, onProgress)
      const rebuilt = await shadow.transaction(hashesIn, true)
      const differences = await live.transaction(
        (run) => differencesOf(run, [live.schema, shadowName], hashes, rebuilt),
        true,
      )
      const rows = Object.values(hashes).reduce((sum, table) => sum + table.rows, 0)
      return {
        equal: differences.length === 0,
        events,
        rows,
        tables: VIEW_TABLES.length + LINK_TABLES.length,
        differences,
      }
    } finally {
      await shadow.close()
    }
  } finally {
    await live.run(`drop schema if exists "${shadowName}" cascade`)
    await live.close()
  }
}

const rebuild = async (
  shadow: Database,
  { views, links }: Marks,
  source: EventSource,
  onProgress: (progress: VerifyProgress) => void,
): Promise<number> => {
  const projection = new Projection(shadow)
  const index = new LinkStore(shadow)
  const ends = new Map(
    [...views, ...links].map(([partition]) => [
      partition,
      Math.max(views.get(partition) ?? 0, links.get(partition) ?? 0),
    ]),
  )
  const totalEvents = [...ends.values()].reduce((sum, end) => sum + end, 0)
  let events = 0
  for (const [partition, end] of ends) {
    let after = 0
    for await (const batch of source.readEvents(partition, 0, end)) {
      const upTo = (mark: number | undefined): StoredEvent[] => batch.filter(({ sequence }) => sequence <= (mark ?? 0))
      const [forViews, forIndex] = [upTo(views.get(partition)), upTo(links.get(partition))]
      if (forViews.length > 0) await projection.apply({ partition, events: forViews }, source.recordsAt, after)
      if (forIndex.length > 0) await index.apply(partition, forIndex, after)
      after = batch.at(-1)?.sequence ?? after
      events += batch.length
      onProgress({ events, totalEvents })
    }
  }
  return events
}
