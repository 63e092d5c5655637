import type { SpaceId } from '@skein/events'
import { Database, type DatabaseOptions, type Run } from '../database.js'
import { catchUp, type CatchUpProgress, type EventSource } from './catch-up.js'
import { differencesOf, hashesIn, rowsIn, type TableDifference } from './compare.js'
import { CHECKPOINT_OF, GROUPS, isAhead, marksIn, type Group } from './groups.js'
import { DEFINITIONS, otherDefinitions } from './definition.js'
import { beginFilling, BUILDING, makeLateIndexes } from './late-indexes.js'
import { markOf, replaceSpace, sourceOfSpace, type OneSpace, type SpaceDifference } from './space.js'
import { soleRun } from './sole-run.js'
import { approach, namesBeside, swapSchemas, type Swap } from './swap.js'

/** What a rebuild is at, for whoever watches. */
export type RebuildStep =
  ({ step: 'events' } & CatchUpProgress) | { step: 'index'; name: string } | { step: 'compare' } | { step: 'swap' }

export interface RebuildOptions extends DatabaseOptions {
  source: EventSource
  groups?: readonly Group[]
  /** Swap although the new tables are not equal to the live ones. */
  accept?: boolean
  onStep?: (step: RebuildStep) => void
  /** Leaves what is half made, for the next run to go on with. */
  signal?: AbortSignal
}

export interface RebuildResult {
  swapped: boolean
  equal: boolean
  /** Events that this run applied; a run that went on after another has fewer than the log. */
  events: number
  rows: number
  differences: TableDifference[]
  /** How long it took to fill the tables, and to make their indexes and statistics. */
  fillMs: number
  indexMs: number
  /** For so long a reader waited at most, in milliseconds; `null` where nothing was swapped. */
  stallMs: number | null
}

/** Cannot be done as asked; the message says why, and what can be. */
export class CannotRebuild extends Error {
  override readonly name = 'CannotRebuild'
}

const openBeside = (options: DatabaseOptions, schema: string): Promise<Database> => {
  const { databaseUrl, poolSize } = options
  return Database.open({ databaseUrl, schema, settings: BUILDING, ...(poolSize === undefined ? {} : { poolSize }) })
}

/**
 * The schema beside the live one, with empty tables or with what an earlier run left in them. What was made by another release, for
 * other tables, or is further than the live tables are, is of no use and made anew.
 */
const openNext = async (
  live: Database,
  options: RebuildOptions,
  groups: readonly Group[],
  space: SpaceId | null = null,
): Promise<Database> => {
  const { next: schema } = namesBeside(live.schema)
  const purpose = JSON.stringify({ groups, space, migrations: await migrationsOf(live), definitions: DEFINITIONS })
  const [found] = await live.run<{ there: boolean }>(`select to_regclass($1) is not null as there`, [
    `${schema}.rebuild`,
  ])
  const kept =
    found?.there === true ? await live.run<{ purpose: string }>(`select purpose from "${schema}".rebuild`) : []
  const goesOn =
    kept[0]?.purpose === purpose &&
    !isAhead(await marksIn(live.run.bind(live), groups, schema), await marksIn(live.run.bind(live), groups))
  if (goesOn) return openBeside(options, schema)
  await live.run(`drop schema if exists "${schema}" cascade`)
  const next = await openBeside(options, schema)
  await next.run('create table rebuild (purpose text not null, indexes jsonb)')
  await next.run('insert into rebuild values ($1)', [purpose])
  return next
}

/** The migrations that made a schema. */
const migrationsOf = async (database: Database): Promise<string[]> =>
  (await database.run<{ name: string }>('select name from migration order by id')).map(({ name }) => name)

/**
 * Makes tables anew beside the live ones and puts them in their place. Steps: tables without the indexes that only readers need;
 * the events up to where the live tables are; those indexes; hashes of both at one and the same event; if they are equal, or
 * different ones are accepted, the swap (see `swapSchemas`). Live tables are only read until then, and reads and writes go on.
 * A run that was killed anywhere is gone on with by the next.
 * @throws AlreadyRunning, CannotRebuild, TablesBusy, and whatever the signal was aborted with
 */
export const rebuildTables = (options: RebuildOptions): Promise<RebuildResult> =>
  withLive(options, async (live, run) => {
    const groups = options.groups ?? GROUPS
    const names = namesBeside(live.schema)
    await run(`drop schema if exists "${names.discarded}" cascade`)
    const next = await openNext(live, options, groups)
    try {
      return await build(run, { live, next, groups, source: options.source, signal: options.signal }, options)
    } finally {
      await next.close()
    }
  })

const build = async (run: Run, swap: Swap, options: RebuildOptions): Promise<RebuildResult> => {
  const { live, next, groups, source, signal } = swap
  const onStep = options.onStep ?? (() => undefined)
  await beginFilling(next, groups)
  const marks = await live.transaction((one) => marksIn(one, groups), true)
  const onProgress = (progress: CatchUpProgress): void => onStep({ step: 'events', ...progress })
  const began = performance.now()
  let events = await catchUp(next, marks, { source, groups, onProgress, ...(signal ? { signal } : {}) })
  const filled = performance.now()
  await makeLateIndexes(next, groups, (name) => {
    signal?.throwIfAborted()
    onStep({ step: 'index', name })
  })
  const made = performance.now()
  const took = { fillMs: Math.round(filled - began), indexMs: Math.round(made - filled) }
  await approach(swap)
  onStep({ step: 'compare' })
  const compared = await compare(swap)
  events += compared.events
  const equal = compared.differences.length === 0
  if (!equal && options.accept !== true) return { swapped: false, equal, stallMs: null, ...compared, events, ...took }
  onStep({ step: 'swap' })
  const stallMs = await swapSchemas(run, swap)
  return { swapped: true, equal, stallMs, ...compared, events, ...took }
}

/** What both hold at one and the same event: where the live tables are now, to which the new ones are brought. */
const compare = async ({ live, next, groups, source }: Swap) => {
  const { marks, hashes } = await live.transaction(
    async (run) => ({ marks: await marksIn(run, groups), hashes: await hashesIn(run, groups) }),
    true,
  )
  const events = await catchUp(next, marks, { source, groups })
  const rebuilt = await next.transaction((run) => hashesIn(run, groups), true)
  const differences = await live.transaction(
    (run) => differencesOf(run, [live.schema, next.schema], hashes, rebuilt),
    true,
  )
  return { events, rows: rowsIn(rebuilt), differences }
}

export interface SpaceResult {
  /** Whether the rows of the space were exchanged; where they are equal there is nothing to do. */
  replaced: boolean
  equal: boolean
  events: number
  rows: number
  differences: SpaceDifference[]
}

/**
 * Makes the rows of one space anew, from its events alone, and puts them in place of the live ones in one transaction, which
 * projector and threader wait for. Nothing is kept to go back to: what was there did not follow from the log.
 */
export const rebuildSpace = (options: RebuildOptions & OneSpace): Promise<SpaceResult> =>
  withLive(options, async (live, run) => {
    const { groups = GROUPS, accept = false, space, partition, signal, onStep = () => undefined } = options
    await run(`drop schema if exists "${namesBeside(live.schema).discarded}" cascade`)
    const source = sourceOfSpace(options.source, options)
    const next = await openNext(live, options, groups, space)
    try {
      await beginFilling(next, groups)
      const all = await live.transaction((one) => marksIn(one, groups), true)
      const marks = { views: markOf(all.views, partition), index: markOf(all.index, partition) }
      const onProgress = (progress: CatchUpProgress): void => onStep({ step: 'events', ...progress })
      const events = await catchUp(next, marks, { source, groups, onProgress, ...(signal ? { signal } : {}) })
      onStep({ step: 'compare' })
      const done = await replaceSpace(live, next, { groups, source, space, partition, accept })
      return { ...done, events, equal: done.differences.length === 0 }
    } finally {
      await next.close()
      await live.run(`drop schema if exists "${next.schema}" cascade`)
    }
  })

/**
 * Puts the tables back that the last swap replaced, brought up to where the live ones are; those stay for the way back. Answers for
 * how many milliseconds a reader waited at most.
 */
export const rollBack = (
  options: Omit<RebuildOptions, 'groups' | 'accept'>,
): Promise<{ events: number; stallMs: number }> =>
  withLive(options, async (live, run) => {
    const { previous } = namesBeside(live.schema)
    const groups = await groupsIn(live, previous)
    if (groups.length === 0)
      throw new CannotRebuild('there is nothing to go back to: no rebuild has replaced the live tables yet')
    const [there, here] = [await migrationsIn(live, previous), await migrationsOf(live)]
    if (there.join() !== here.join())
      throw new CannotRebuild(`the tables before were made by another release (${there.at(-1)}; these: ${here.at(-1)})`)
    const before = await openBeside(options, previous)
    try {
      const others = await otherDefinitions(before.run.bind(before))
      if (others.some(({ group }) => groups.includes(group)))
        throw new CannotRebuild(
          'the tables before are of another definition: only the release that made them goes on with them',
        )
      const { source, signal, onStep = () => undefined } = options
      const marks = await live.transaction((one) => marksIn(one, groups), true)
      const onProgress = (progress: CatchUpProgress): void => onStep({ step: 'events', ...progress })
      const events = await catchUp(before, marks, { source, groups, onProgress, ...(signal ? { signal } : {}) })
      onStep({ step: 'swap' })
      return { events, stallMs: await swapSchemas(run, { live, next: before, groups, source, signal }) }
    } finally {
      await before.close()
    }
  })

const groupsIn = async (live: Database, schema: string): Promise<Group[]> => {
  const there: Group[] = []
  for (const group of GROUPS) {
    const [found] = await live.run<{ there: boolean }>('select to_regclass($1) is not null as there', [
      `${schema}.${CHECKPOINT_OF[group]}`,
    ])
    if (found?.there === true) there.push(group)
  }
  return there
}

const migrationsIn = async (live: Database, schema: string): Promise<string[]> =>
  (await live.run<{ name: string }>(`select name from "${schema}".migration order by id`)).map(({ name }) => name)

const withLive = async <T>(
  { databaseUrl, schema, poolSize }: DatabaseOptions,
  work: (live: Database, run: Run) => Promise<T>,
): Promise<T> => {
  const live = await Database.open({
    databaseUrl,
    settings: { client_connection_check_interval: '1s' },
    ...(schema === undefined ? {} : { schema }),
    ...(poolSize === undefined ? {} : { poolSize }),
  })
  try {
    return await soleRun(live, (run) => work(live, run))
  } finally {
    await live.close()
  }
}

/** Drops what stands beside the live tables, half made or from before the last swap: what was erased may still be in it. */
export const dropBeside = async (options: DatabaseOptions): Promise<void> => {
  const live = await Database.open(options)
  try {
    const { next, previous } = namesBeside(live.schema)
    for (const schema of [next, previous]) await live.run(`drop schema if exists "${schema}" cascade`)
  } finally {
    await live.close()
  }
}
