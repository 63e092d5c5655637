import type { AccountId } from '@skein/events'
import type { Database } from '../database.js'
import type { Condition } from './threads.js'

/** Up to so many threads are looked up by the search first, and then sorted; above that the newest are looked at in turn. */
const FEW = 2_000

const PERSON = `(p.address || coalesce(substr(p.name_key, 25), ''))`
const FIND = `select id from thread where subject ilike $1 and account = $2
  union select t.id from thread_participant p join thread t on t.id = p.thread where ${PERSON} ilike $1 and t.account = $2
  limit ${FEW + 1}`

const asPattern = (part: string): string => `%${part.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`

/**
 * The condition that a thread's subject or people hold a part of text. A rare part is found by its trigrams, which takes
 * sorting what was found; a common one is met soon on the walk through the newest. Which it is, is tried out.
 */
export const searchCondition = async (database: Database, account: AccountId, part: string): Promise<Condition> => {
  const pattern = asPattern(part)
  const found = await database.run<{ id: string }>(FIND, [pattern, account])
  if (found.length <= FEW) {
    const ids = found.map(({ id }) => id)
    return { name: 'few', sql: (parameter) => `t.id = any(${parameter(ids)})` }
  }
  const sql = (parameter: (value: unknown) => string): string => {
    const given = parameter(pattern)
    return `(t.subject ilike ${given} or exists (select 1 from thread_participant p where p.thread = t.id and ${PERSON} ilike ${given}))`
  }
  return { name: 'many', sql }
}
