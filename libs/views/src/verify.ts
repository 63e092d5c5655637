import { randomBytes } from 'node:crypto'
import { Database, type DatabaseOptions } from './database.js'
import { catchUp, type CatchUpProgress, type EventSource } from './rebuild/catch-up.js'
import { differencesOf, hashesIn, rowsIn, type TableDifference } from './rebuild/compare.js'
import { GROUPS, marksIn, TABLES_OF } from './rebuild/groups.js'
import { BUILDING, dropLateIndexes } from './rebuild/late-indexes.js'

export interface VerifyResult {
  equal: boolean
  events: number
  rows: number
  tables: number
  differences: TableDifference[]
}

/**
 * Do views and index follow from the log? Steps: note how far the live tables are and their hashes, in one snapshot; make the
 * same tables in a schema of their own, without what only readers need; bring them to the same sequences with the same code; compare hashes; drop the schema.
 * Live tables are only read, so it may run while mail arrives.
 */
export const verifyTables = async (
  options: DatabaseOptions,
  source: EventSource,
  onProgress: (progress: CatchUpProgress) => void = () => undefined,
): Promise<VerifyResult> => {
  const live = await Database.open(options)
  const shadowName = `skein_shadow_${randomBytes(6).toString('hex')}`
  try {
    const { marks, hashes } = await live.transaction(
      async (run) => ({ marks: await marksIn(run), hashes: await hashesIn(run) }),
      true,
    )
    const shadow = await Database.open({ ...options, schema: shadowName, settings: BUILDING })
    try {
      await shadow.transaction((run) => dropLateIndexes(run, shadowName, GROUPS))
      const events = await catchUp(shadow, marks, { source, onProgress })
      const rebuilt = await shadow.transaction((run) => hashesIn(run), true)
      const differences = await live.transaction(
        (run) => differencesOf(run, [live.schema, shadowName], hashes, rebuilt),
        true,
      )
      const tables = GROUPS.reduce((sum, group) => sum + TABLES_OF[group].length, 0)
      return { equal: differences.length === 0, events, rows: rowsIn(hashes), tables, differences }
    } finally {
      await shadow.close()
    }
  } finally {
    await live.run(`drop schema if exists "${shadowName}" cascade`)
    await live.close()
  }
}
