import type { Database, Run } from '../database.js'
import { catchUp, type EventSource } from './catch-up.js'
import { allTablesOf, CHECKPOINT_OF, distance, GROUPS, isAhead, marksIn, type Group, type Marks } from './groups.js'

/** What a writer may still take to come to its end; other writers wait behind us, readers do not. */
const WRITERS_MS = 5_000
/**
 * For how long an attempt then waits for the readers, with whoever comes meanwhile behind us: short ones first, longer ones for reads
 * that take longer, and then from the start again.
 */
const READERS_MS = [10, 20, 40, 80, 160, 300] as const
/** Between two attempts everybody goes on for as long as the last one lasted, and this. */
const PAUSE_MS = 20
const PATIENCE_MS = 120_000
/** Events that are left for the moment of the swap at most. */
const FEW = 100
const ROUNDS = 50

const LOCK_NOT_AVAILABLE = '55P03'
const QUERY_CANCELED = '57014'
const DEADLOCK = '40P01'

/** The tables could not be had for the moment of a swap. */
export class TablesBusy extends Error {
  override readonly name = 'TablesBusy'
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined

const listed = (schema: string, tables: readonly string[]): string =>
  tables.map((table) => `"${schema}".${table}`).join(', ')

interface Locked {
  /** When the attempt that had the tables began to keep readers, by `performance`. */
  readonly asked: number
  /** For how long one before it had kept them at most, in milliseconds. */
  readonly kept: number
}

/**
 * Locks every table of the live schema against everybody, within the transaction of `run`, in three steps.
 *
 * First in a mode that only maintenance minds: an automatic vacuum, which may take minutes, gives way to it. Then the checkpoints
 * against writers alone: each of them begins with its checkpoint, so they end one by one and nobody waits in a circle; the tables
 * stand still then, and what is left to do is done (`whenStill`) while they are read. Then all tables against readers, whose reads
 * have to end. A reader that has one table and comes for another that we have already, while we wait for its first, can only be let
 * through: so an attempt ends after a moment, gives all back, and the next follows soon. It ends before the server looks for
 * deadlocks (1 s), so that it is never the reader who fails.
 */
const lockTables = async (run: Run, schema: string, whenStill: () => Promise<void>): Promise<Locked> => {
  const tables = listed(schema, allTablesOf(GROUPS))
  const checkpoints = listed(
    schema,
    GROUPS.map((group) => CHECKPOINT_OF[group]),
  )
  await run(`lock table ${tables} in share update exclusive mode`)
  const deadline = performance.now() + PATIENCE_MS
  let kept = 0
  for (let attempt = 0; ; attempt++) {
    const waits = READERS_MS[attempt % READERS_MS.length] ?? 0
    let asked = Infinity
    await run('savepoint attempt')
    try {
      await run(`set local lock_timeout = ${WRITERS_MS}`)
      await run(`lock table ${checkpoints} in exclusive mode`)
      await whenStill()
      await run(`set local lock_timeout = ${waits}`)
      await run(`set local statement_timeout = ${waits * 2}`)
      asked = performance.now()
      await run(`lock table ${tables} in access exclusive mode`)
      await run('set local statement_timeout = 0')
      await run('set local lock_timeout = 0')
      return { asked, kept }
    } catch (error) {
      if (![LOCK_NOT_AVAILABLE, QUERY_CANCELED, DEADLOCK].includes(String(codeOf(error)))) throw error
      const lasted = Math.max(0, performance.now() - asked)
      kept = Math.max(kept, lasted)
      await run('rollback to savepoint attempt')
      if (performance.now() > deadline)
        throw new TablesBusy(`the live tables are never free: ${await holders(run, schema)}`)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS + lasted))
    }
  }
}

const holders = async (run: Run, schema: string): Promise<string> => {
  const rows = await run<{ who: string }>(
    `select distinct format('process %s (%s), in a transaction since %s', a.pid, coalesce(nullif(a.application_name, ''), 'no name'),
       to_char(a.xact_start, 'HH24:MI:SS')) as who
     from pg_locks l join pg_stat_activity a using (pid) join pg_class c on c.oid = l.relation
     where c.relnamespace = to_regnamespace($1) and l.pid <> pg_backend_pid()`,
    [schema],
  )
  return rows.map(({ who }) => who).join('; ') || 'by nobody who is there now'
}

export interface Swap {
  live: Database
  next: Database
  /** What `next` has of its own; the other group is moved over as it is. */
  groups: readonly Group[]
  source: EventSource
  signal?: AbortSignal | undefined
}

const inTransaction = async <T>(run: Run, work: () => Promise<T>): Promise<T> => {
  await run('begin')
  try {
    const done = await work()
    await run('commit')
    return done
  } catch (error) {
    await run('rollback').catch(() => undefined)
    throw error
  }
}

/** Names that stand for nothing between two swaps but after a crash; dropped when the next run starts. */
export const namesBeside = (schema: string) => ({
  next: `${schema}_next`,
  previous: `${schema}_previous`,
  discarded: `${schema}_discarded`,
  leaving: `${schema}_leaving`,
})

/** Brings `next` so near to the live tables that what is left is the work of a moment. */
export const approach = async ({ live, next, groups, source, signal }: Swap): Promise<Marks> => {
  for (let round = 0; ; round++) {
    signal?.throwIfAborted()
    const marks = await live.transaction((run) => marksIn(run, groups), true)
    await catchUp(next, marks, { source, groups, ...(signal === undefined ? {} : { signal }) })
    const now = await live.transaction((run) => marksIn(run, groups), true)
    if (distance(marks, now) <= FEW || round >= ROUNDS) return marks
  }
}

/**
 * Puts `next` in the place of the live schema, which stays as `<schema>_previous`; answers for how many milliseconds a reader
 * waited for it at most.
 *
 * Why every table is locked, and not a row of the checkpoint: names become tables when a statement is analysed, statement by
 * statement. A projector that waits for a checkpoint row would wake up with the row of the old table and write into the new ones
 * what they have already; a reader's join might be half old, and a prepared one would stay so. With all tables locked nobody has
 * looked up any of them: a transaction that has touched one is waited for, and a statement that waits for its first looks the name
 * up again when it wakes (Postgres does so after each wait for a lock), and gets the new one. So what began before the rename is
 * over, and what begins after sees only the new tables. A projector finds its checkpoint there, which is that of the old one or of
 * a later event, and leaves out what is in.
 *
 * `run` is the connection that holds the lock of the rebuild: if that was lost, so is this transaction.
 */
export const swapSchemas = async (run: Run, swap: Swap): Promise<number> => {
  const { live, next, groups, source } = swap
  const names = namesBeside(live.schema)
  await approach(swap)
  const { asked, kept } = await inTransaction(run, async () => {
    const locked = await lockTables(run, live.schema, async () => {
      const marks = await marksIn(run, groups, live.schema)
      await catchUp(next, marks, { source, groups })
      const there = await next.transaction((one) => marksIn(one, groups), true)
      if (isAhead(marks, there)) throw new Error('the log ends before the live tables do: the new tables cannot follow')
    })
    await moveOver(
      run,
      live.schema,
      next.schema,
      GROUPS.filter((group) => !groups.includes(group)),
    )
    await run(`drop table if exists "${next.schema}".rebuild`)
    const [before] = await run<{ there: boolean }>('select to_regnamespace($1) is not null as there', [names.previous])
    // of a rollback the previous schema is the next one
    if (before?.there === true && next.schema !== names.previous)
      await run(`alter schema "${names.previous}" rename to "${names.discarded}"`)
    await run(`alter schema "${live.schema}" rename to "${names.leaving}"`)
    await run(`alter schema "${next.schema}" rename to "${live.schema}"`)
    await run(`alter schema "${names.leaving}" rename to "${names.previous}"`)
    return locked
  })
  const stall = Math.max(kept, performance.now() - asked)
  await run(`drop schema if exists "${names.discarded}" cascade`)
  return Math.round(stall)
}

/** Tables that were not made anew go along as they are. */
const moveOver = async (run: Run, from: string, to: string, groups: readonly Group[]): Promise<void> => {
  for (const table of allTablesOf(groups)) {
    await run(`drop table if exists "${to}".${table}`)
    await run(`alter table "${from}".${table} set schema "${to}"`)
  }
  await run(
    `update "${to}".definition d set version = before.version from "${from}".definition before
     where before.name = d.name and d.name = any($1)`,
    [groups],
  )
}
