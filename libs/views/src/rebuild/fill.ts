import { Database, type DatabaseOptions } from '../database.js'
import { catchUp, type CatchUp } from './catch-up.js'
import { GROUPS, marksIn, type Marks } from './groups.js'
import { beginFilling, BUILDING, makeLateIndexes } from './late-indexes.js'

/**
 * Fills empty tables from a log that is there already, as a rebuild does: without the indexes that only readers need, which are
 * made at the end. Nobody may read the tables meanwhile. Answers for how many events.
 * @throws RangeError where the tables are not empty
 */
export const fillTables = async (options: DatabaseOptions, to: Marks, work: CatchUp): Promise<number> => {
  const database = await Database.open({ ...options, settings: { ...BUILDING, ...options.settings } })
  try {
    const groups = work.groups ?? GROUPS
    const marks = await marksIn(database.run.bind(database), groups)
    if (groups.some((group) => marks[group].size > 0)) throw new RangeError('the tables hold events already')
    await database.run('create table if not exists rebuild (purpose text not null, indexes jsonb)')
    await database.run(`insert into rebuild values ('fill')`)
    await beginFilling(database, groups)
    const events = await catchUp(database, to, work)
    await makeLateIndexes(database, groups, () => undefined)
    await database.run('drop table rebuild')
    return events
  } finally {
    await database.close()
  }
}
