import type { AccountId } from '@skein/events'
import type { Database } from '../database.js'
import type { Condition } from './threads.js'

/** Up to so many threads are looked up by the search first, and then sorted; above that the newest are looked at in turn. */
const FEW = 2_000
/** Characters that a trigram index needs to be of use. */
const SHORTEST_INDEXED = 3

const PERSON = `(p.address || coalesce(substr(p.name_key, 25), ''))`
const FIND = `(select id from thread where subject ilike $1 and account = $2 limit ${FEW + 1})
  union all (select t.id from thread_participant p join thread t on t.id = p.thread
    where ${PERSON} ilike $1 and t.account = $2 limit ${FEW + 1})`

/** Threads that hold the part; `null` where it is too common, or too short, to be looked up. */
const findFew = async (database: Database, account: AccountId, part: string): Promise<string[] | null> => {
  if (part.length < SHORTEST_INDEXED) return null
  const found = await database.run<{ id: string }>(FIND, [asPattern(part), account])
  return found.length > FEW ? null : [...new Set(found.map(({ id }) => id))]
}

const asPattern = (part: string): string => `%${part.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`

/**
 * The condition that a thread's subject or people hold a part of text. A rare part is found by its trigrams, which takes
 * sorting what was found; a common one is met soon on the walk through the newest. Which it is, is tried out.
 */
export const searchCondition = async (database: Database, account: AccountId, part: string): Promise<Condition> => {
  const few = await findFew(database, account, part)
  if (few) return { name: 'few', sql: (parameter) => `t.id = any(${parameter(few)})` }
  const sql = (parameter: (value: unknown) => string): string => {
    const given = parameter(asPattern(part))
    // a scalar subquery is run for each thread that the walk meets; an `exists` would be hashed over everybody first
    const person = `(select true from thread_participant p where p.thread = t.id and ${PERSON} ilike ${given} limit 1)`
    return `(t.subject ilike ${given} or ${person})`
  }
  return { name: 'many', sql }
}
