import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '@skein/log'
import { Database } from '@skein/views'
import Table from 'cli-table3'
import { logAt, placeOf, type InstanceOptions, type Place } from '../instance-place.js'

export interface LookOptions extends InstanceOptions {
  json: boolean
  watch: boolean
}

/** What a look at an instance is taken with. */
export interface Eyes {
  log: Log
  database: Database
  place: Place
}

const WATCH_MS = 2_000

/** Looks once, or with `watch` every two seconds until interrupted, and prints what was seen as JSON or in words. */
export const lookAt = async <Seen>(
  options: LookOptions,
  look: (eyes: Eyes) => Promise<Seen>,
  inWords: (seen: Seen) => string,
): Promise<void> => {
  const place = await placeOf(options)
  const log = await logAt(place, 'skein-ops')
  const database = await Database.open({ databaseUrl: place.databaseUrl })
  try {
    do {
      const seen = await look({ log, database, place })
      process.stdout.write(`${options.json ? JSON.stringify(seen) : inWords(seen)}\n`)
      if (options.watch) await pause(WATCH_MS)
    } while (options.watch)
  } finally {
    await database.close()
    await log.close()
    await place.leave()
  }
}

/** A table of the terminal: words to the left, numbers to the right. */
export const tableOf = (
  head: readonly { name: string; isText?: boolean }[],
  rows: readonly (readonly (string | number)[])[],
): string => {
  const table = new Table({
    head: head.map(({ name }) => name),
    colAligns: head.map(({ isText }) => (isText === true ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  })
  for (const row of rows) table.push([...row])
  return table.toString()
}

export const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

const [MINUTE, HOUR, DAY] = [60, 3_600, 86_400]

/** `12 s`, `3 min`, `5 h`, `2 d`; rounded down. */
export const duration = (seconds: number): string => {
  if (seconds < MINUTE) return `${Math.floor(seconds)} s`
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min`
  return seconds < DAY ? `${Math.floor(seconds / HOUR)} h` : `${Math.floor(seconds / DAY)} d`
}
