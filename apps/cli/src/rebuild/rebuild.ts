import { partitionOf, spaceId } from '@skein/events'
import { AlreadyRunning, CannotRebuild, rebuildSpace, rebuildTables, rollBack, TablesBusy } from '@skein/views'
import type { Group, OneSpace, RebuildOptions, RebuildResult, SpaceResult } from '@skein/views'
import type { Log } from '@skein/log'
import Table from 'cli-table3'
import { logAt, placeOf, type InstanceOptions } from '../instance-place.js'
import { differencesInWords } from '../verify/verify.js'
import { Progress } from './progress.js'

export interface RebuildCommand extends InstanceOptions {
  view: string
  space: string | undefined
  accept: boolean
  rollback: boolean
  json: boolean
}

const VIEWS: Readonly<Record<string, readonly Group[]>> = {
  all: ['views', 'index'],
  views: ['views'],
  index: ['index'],
}

/** @throws Error with the flag, what is wrong with it and what it can be */
const groupsOf = (options: RebuildCommand): readonly Group[] => {
  const { view, rollback, accept, space } = options
  const groups = VIEWS[view]
  if (groups === undefined)
    throw new Error(
      `--view: there is no ${view}; say views (what the API reads), index (what the threader decides by) or all`,
    )
  if (rollback && (accept || view !== 'all' || space !== undefined))
    throw new Error('--rollback takes back the whole of the last swap: leave --view, --space and --accept out')
  return groups
}

type Common = Pick<RebuildOptions, 'databaseUrl' | 'source' | 'onStep' | 'signal'>

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const inWords = ({ swapped, equal, events, rows, differences, stallMs }: RebuildResult): string => {
  const made = `${events} events make ${rows} rows`
  if (!swapped)
    return `${differencesInWords(differences)}\nNothing was swapped. If the log is right (skein verify --log-only), put the new tables in place with --accept.`
  const how = equal ? 'Equal' : `${differencesInWords(differences)}\nAccepted`
  return `${how}: ${made}, and are live now. Readers waited for ${stallMs} ms at most.\nThe tables before are kept: skein ops rebuild --rollback`
}

const rebuildOrBack = async (
  log: Log,
  common: Common,
  groups: readonly Group[],
  options: RebuildCommand,
): Promise<number> => {
  if (options.rollback) {
    const done = await rollBack(common)
    say(
      options.json
        ? JSON.stringify({ rolledBack: true, ...done })
        : `Back: the tables before the last swap are live again, ${done.events} events later. Readers waited for ${done.stallMs} ms at most.`,
    )
    return 0
  }
  if (options.space !== undefined) return oneSpace(common, groups, spaceOf(log, options.space), options)
  const result = await rebuildTables({ ...common, groups, accept: options.accept })
  say(options.json ? JSON.stringify(result) : inWords(result))
  return result.swapped ? 0 : 1
}

/** @throws Error where there is no such space */
const spaceOf = (log: Log, name: string): OneSpace => {
  const found = spaceId.safeParse(name)
  if (!found.success || log.directory.space(found.data) === undefined)
    throw new Error(`--space: there is no space ${name}`)
  return { space: found.data, partition: partitionOf(found.data, log.partitions) }
}

const spaceInWords = ({ replaced, equal, events, rows, differences }: SpaceResult, { space }: OneSpace): string => {
  if (equal) return `Equal: ${events} events make the same ${rows} rows of ${space}. There is nothing to put in place.`
  const table = new Table({
    head: ['table', 'partition', 'rows to go', 'rows to come'],
    style: { head: [], border: [], compact: true },
  })
  for (const one of differences) table.push([one.table, one.partition, one.wrong, one.missing])
  const done = replaced
    ? `The rows of ${space} are those that follow from the log again.`
    : 'Nothing was changed; --accept puts the new rows in place.'
  return `Different: these tables do not hold what follows from the log of ${space}.\n${table.toString()}\n${done}`
}

const oneSpace = async (
  common: Common,
  groups: readonly Group[],
  which: OneSpace,
  options: RebuildCommand,
): Promise<number> => {
  const result = await rebuildSpace({ ...common, ...which, groups, accept: options.accept })
  say(options.json ? JSON.stringify(result) : spaceInWords(result, which))
  return result.equal || result.replaced ? 0 : 1
}

/** Ctrl-C: once, to stop after what is under way. */
const cancelled = (): { signal: AbortSignal; forget: () => void } => {
  const controller = new AbortController()
  const cancel = (): void => controller.abort(new Error('Stopped. The same command goes on where it was.'))
  process.once('SIGINT', cancel)
  process.once('SIGTERM', cancel)
  return {
    signal: controller.signal,
    forget: () => {
      process.off('SIGINT', cancel)
      process.off('SIGTERM', cancel)
    },
  }
}

const isExpected = (error: unknown): error is Error =>
  error instanceof AlreadyRunning || error instanceof CannotRebuild || error instanceof TablesBusy

/** Answers the exit code: 0 when the new tables are live, 1 when they are not, 130 when it was stopped. */
export const rebuild = async (options: RebuildCommand): Promise<number> => {
  const groups = groupsOf(options)
  const place = await placeOf(options)
  const { signal, forget } = cancelled()
  try {
    const log = await logAt(place, 'skein-rebuild')
    const progress = new Progress(process.stderr)
    const common = { databaseUrl: place.databaseUrl, source: log.source(), onStep: progress.onStep, signal }
    return await rebuildOrBack(log, common, groups, options).finally(async () => {
      progress.end()
      await log.close()
    })
  } catch (error) {
    if (!signal.aborted && !isExpected(error)) throw error
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    return signal.aborted ? 130 : 1
  } finally {
    forget()
    await place.leave()
  }
}
