import type { Log, LogCheck } from '@skein/log'
import { Database, LinkStore, Projection, verifyTables, type TableDifference, type VerifyResult } from '@skein/views'
import Table from 'cli-table3'
import { logAt, placeOf, type InstanceOptions } from '../instance-place.js'

export interface VerifyOptions extends InstanceOptions {
  /** Leave the tables out. */
  logOnly: boolean
  json: boolean
}

/** `tables` is `null` where they were not asked for, or could not be made from what is left of the log. */
interface Verified {
  log: LogCheck
  tables: VerifyResult | null
  /** Why there are no tables to compare. */
  problem: string | null
}

const STYLE = { head: [], border: [], compact: true }

const progress = (options: VerifyOptions, what: string) => {
  if (options.json || !process.stderr.isTTY) return () => undefined
  return (done: number, of?: number): void =>
    void process.stderr.write(`\r${what}: ${done}${of === undefined ? '' : ` of ${of}`} `)
}

/** The last event that views or index have seen, of each partition: what a damaged log may have lost. */
const seenBy = async (database: Database, log: Log): Promise<Map<number, number>> => {
  const seen = new Map<number, number>()
  for (let partition = 0; partition < log.partitions; partition++) {
    const views = await new Projection(database).checkpoint(partition)
    const index = await new LinkStore(database).checkpoint(partition)
    seen.set(partition, Math.max(views, index.sequence))
  }
  return seen
}

const checkTheLog = async (log: Log, databaseUrl: string, options: VerifyOptions): Promise<LogCheck> => {
  const database = await Database.open({ databaseUrl })
  try {
    let read = 0
    const show = progress(options, 'reading the log')
    return await log.check({ seen: await seenBy(database, log), onProgress: (messages) => show((read += messages)) })
  } finally {
    await database.close()
  }
}

const checkTables = (log: Log, databaseUrl: string, options: VerifyOptions): Promise<VerifyResult> => {
  const show = progress(options, 'rebuilding beside the live tables, events')
  return verifyTables({ databaseUrl }, log.source(), ({ events, totalEvents }) => show(events, totalEvents))
}

const verified = async (log: Log, databaseUrl: string, options: VerifyOptions): Promise<Verified> => {
  const check = await checkTheLog(log, databaseUrl, options)
  if (options.logOnly) return { log: check, tables: null, problem: null }
  try {
    return { log: check, tables: await checkTables(log, databaseUrl, options), problem: null }
  } catch (error) {
    if (check.faults.length === 0) throw error
    return { log: check, tables: null, problem: error instanceof Error ? error.message : String(error) }
  }
}

const logInWords = ({ events, inputs, pieces, newer, faults }: LogCheck): string => {
  const unknown = newer === 0 ? '' : ` ${newer} events were written by a newer release and left out.`
  if (faults.length === 0)
    return `The log is as it was written: ${events} events in an unbroken chain, ${inputs} inputs, ${pieces} pieces of raw mail.${unknown}`
  const table = new Table({ head: ['stream', 'sequence', 'what'], style: STYLE })
  for (const { stream, sequence, what } of faults) table.push([stream, sequence, what])
  return `Damaged: the log is not as it was written.${unknown}\n${table.toString()}`
}

const tablesInWords = ({ equal, events, rows, tables, differences }: VerifyResult): string =>
  equal
    ? `Equal: ${events} events make the same ${rows} rows in all ${tables} tables.`
    : differencesInWords(differences)

/** The tables that differ, each with the first event at which it does. */
export const differencesInWords = (differences: readonly TableDifference[]): string => {
  const table = new Table({
    head: ['table', 'partition', 'rows live', 'rows from the log', 'first event that differs'],
    style: STYLE,
  })
  for (const one of differences)
    table.push([
      one.table,
      one.partition,
      one.live?.rows ?? 0,
      one.rebuilt?.rows ?? 0,
      one.firstEvent ?? 'cannot be told',
    ])
  return `Different: these tables do not hold what follows from the log.\n${table.toString()}`
}

const inWords = ({ log, tables, problem }: Verified): string =>
  [
    logInWords(log),
    ...(tables === null ? [] : [tablesInWords(tables)]),
    ...(problem === null ? [] : [`Views and index cannot be made from what is left: ${problem}`]),
  ].join('\n')

/** Answers the exit code: 0 when all is as it should be, 1 when not. */
export const verify = async (options: VerifyOptions): Promise<number> => {
  const place = await placeOf(options)
  try {
    const log = await logAt(place, 'skein-verify')
    try {
      const result = await verified(log, place.databaseUrl, options)
      const equal = result.log.faults.length === 0 && (result.tables?.equal ?? options.logOnly)
      if (process.stderr.isTTY && !options.json) process.stderr.write('\n')
      process.stdout.write(`${options.json ? JSON.stringify({ equal, ...result }) : inWords(result)}\n`)
      return equal ? 0 : 1
    } finally {
      await log.close()
    }
  } finally {
    await place.leave()
  }
}
