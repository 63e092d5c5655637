import type { SpaceId } from '@skein/events'
import type { Database, Run } from '../database.js'
import { catchUp, type EventSource } from './catch-up.js'
import { CHECKPOINT_OF, GROUPS, marksIn, TABLES_OF, type Group } from './groups.js'

export interface OneSpace {
  space: SpaceId
  partition: number
}

/** A table in which the rows of the space are not those that follow from the log. */
export interface SpaceDifference {
  table: string
  partition: number
  /** Rows that are there and should not be, or are other ones. */
  wrong: number
  /** Rows that should be there, or are other ones. */
  missing: number
}

/** The log without the events of other spaces: nothing crosses a space, so what is made of it are the rows of that one. */
export const sourceOfSpace = (source: EventSource, { space, partition: only }: OneSpace): EventSource => ({
  async *readEvents(partition, after, until) {
    if (partition !== only) return
    for await (const events of source.readEvents(partition, after, until)) {
      const own = events.filter((event) => event.space === space)
      if (own.length > 0) yield own
    }
  },
  records: (partition) => source.records(partition),
})

/**
 * Which column leads to the space, by table. Few tables have the space itself, and a column in all of them would cost a fifth of
 * their room for a command of repair; so rows are found by the messages and threads of the space, those that the live tables
 * know and those that the log does, and by the keys of the index, which are digests over the space. What leads to none of these
 * (rows that somebody put in by hand) is left alone, and a rebuild of all takes it out.
 */
const LEADS: Readonly<Record<string, string>> = {
  thread: 'id in (select id from space_thread)',
  thread_inbox: 'thread in (select id from space_thread)',
  thread_participant: 'thread in (select id from space_thread)',
  thread_alias: 'absorbed in (select id from space_thread)',
  message: 'id in (select id from space_message)',
  message_body: 'message in (select id from space_message)',
  message_words: 'message in (select id from space_message)',
  delivery: 'message in (select id from space_message)',
  message_copy: 'message in (select id from space_message)',
  outgoing: 'message in (select id from space_message)',
  join_offer: 'message in (select id from space_message)',
  note: 'thread in (select id from space_thread)',
  link: 'key in (select key from space_key) or message in (select id from space_message)',
  link_message: 'message in (select id from space_message)',
  link_copy: 'message in (select id from space_message)',
  link_delivery: 'message in (select id from space_message)',
  link_thread: 'thread in (select id from space_thread)',
  link_participant: 'thread in (select id from space_thread)',
  link_cut: 'thread in (select id from space_thread)',
  link_outgoing: 'message in (select id from space_message)',
  link_claim: 'thread in (select id from space_thread)',
}

/** The ids of the space, as both schemas have them, in tables of the session that go with the transaction. */
const nameTheSpace = async (run: Run, live: string, next: string, space: SpaceId): Promise<void> => {
  const both = (sql: (schema: string) => string): string => [live, next].map((name) => sql(`"${name}"`)).join(' union ')
  const temporary = async (name: string, sql: string): Promise<void> => {
    await run(`create temporary table ${name} on commit drop as ${sql}`)
    await run(`analyze ${name}`)
  }
  const named = `'${space.replaceAll("'", "''")}'`
  await temporary(
    'space_message',
    both(
      (schema) => `select id from ${schema}.message where space = ${named}
      union select message from ${schema}.link_message where space = ${named}`,
    ),
  )
  await temporary(
    'space_thread',
    `select id from (${both(
      (schema) => `select id from ${schema}.thread where space = ${named}
        union select placed from ${schema}.message where space = ${named}
        union select thread from ${schema}.link_message where space = ${named}`,
    )} union select absorbed from "${next}".thread_alias union select thread from "${next}".link_thread
      union select thread from "${next}".note) as named`,
  )
  await temporary('space_key', `select distinct key from "${next}".link`)
}

/**
 * Compares the rows of the space, and puts the new ones in place of the live ones where that is wanted, in one transaction. The
 * checkpoints are locked, so that projector and threader wait for it; readers do not. The tables stay the same ones, so a lock of
 * the rows is enough: who waits for it goes on where the checkpoint is, which does not move.
 */
export const replaceSpace = async (
  live: Database,
  next: Database,
  {
    groups,
    source,
    space,
    partition,
    accept,
  }: OneSpace & { groups: readonly Group[]; source: EventSource; accept: boolean },
): Promise<{ differences: SpaceDifference[]; rows: number; replaced: boolean }> =>
  live.transaction(async (run) => {
    for (const group of groups)
      await run(`select sequence from ${CHECKPOINT_OF[group]} where partition = $1 for update`, [partition])
    const all = await marksIn(run, groups)
    const marks = { views: markOf(all.views, partition), index: markOf(all.index, partition) }
    await catchUp(next, marks, { source, groups })
    await nameTheSpace(run, live.schema, next.schema, space)
    const tables = groups.flatMap((group) => TABLES_OF[group])
    const differences: SpaceDifference[] = []
    let rows = 0
    for (const table of tables) {
      const [found] = await run<{ wrong: number; missing: number; rows: number }>(
        `with live as (select t::text from ${table} t where ${LEADS[table]}),
           rebuilt as (select t::text from "${next.schema}".${table} t)
         select (select count(*)::int from (select * from live except all select * from rebuilt) as a) as wrong,
           (select count(*)::int from (select * from rebuilt except all select * from live) as b) as missing,
           (select count(*)::int from rebuilt) as rows`,
      )
      const { wrong = 0, missing = 0, rows: made = 0 } = found ?? {}
      rows += made
      if (wrong + missing > 0) differences.push({ table, partition, wrong, missing })
    }
    if (differences.length === 0 || !accept) return { differences, rows, replaced: false }
    for (const { table } of differences) {
      await run(`delete from ${table} where ${LEADS[table]}`)
      await run(`insert into ${table} select * from "${next.schema}".${table}`)
    }
    return { differences, rows, replaced: true }
  })

/** The mark of one partition alone. */
export const markOf = (marks: ReadonlyMap<number, number>, partition: number): Map<number, number> =>
  new Map([...marks].filter(([one]) => one === partition))

/** Every table has to say how it leads to a space: a new one that does not is found by the first spec that runs. */
export const unledTables = (): string[] =>
  GROUPS.flatMap((group) => TABLES_OF[group]).filter((table) => LEADS[table] === undefined)
