import { setTimeout as pause } from 'node:timers/promises'
import { eventStream, mailStream } from '@skein/events'
import type { Log } from '@skein/log'
import { Database, LinkStore, Projection } from '@skein/views'
import Table from 'cli-table3'
import { logAt, placeOf, type InstanceOptions } from '../instance-place.js'

export interface StatusOptions extends InstanceOptions {
  json: boolean
  watch: boolean
}

interface PartitionStatus {
  partition: number
  mail: { messages: number; bytes: number; last: number }
  events: { messages: number; bytes: number; last: number }
  writer: string | null
  /** Last event in the views, and in the threader's index. */
  views: number
  index: number
  /** Events that the views do not have yet. */
  lag: number
}

const WATCH_MS = 2_000

const statusOf = async (log: Log, database: Database, partition: number): Promise<PartitionStatus> => {
  const [views, { sequence: index }] = await Promise.all([
    new Projection(database).checkpoint(partition),
    new LinkStore(database).checkpoint(partition),
  ])
  const [mail, events, writer] = await Promise.all([
    log.streamState(mailStream(partition)),
    log.streamState(eventStream(partition)),
    log.holderOf(`threader.${partition}`),
  ])
  return { partition, mail, events, writer, views, index, lag: Math.max(0, events.last - views) }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)

const inWords = (partitions: readonly PartitionStatus[], parked: number): string => {
  const table = new Table({
    head: ['partition', 'writer', 'mail', 'MB', 'events', 'MB', 'views at', 'index at', 'lag'],
    colAligns: ['right', 'left', ...Array.from({ length: 7 }, () => 'right' as const)],
    style: { head: [], border: [], compact: true },
  })
  for (const { partition, writer, mail, events, views, index, lag } of partitions)
    table.push([
      partition,
      writer ?? 'nobody',
      mail.messages,
      megabytes(mail.bytes),
      events.messages,
      megabytes(events.bytes),
      views,
      index,
      lag,
    ])
  const waits = parked === 0 ? 'Nothing is parked.' : `${parked} parked: skein ops parked list`
  return `${table.toString()}\n${waits}`
}

/** How an instance stands, once or again and again. */
export const showStatus = async (options: StatusOptions): Promise<void> => {
  const place = await placeOf(options)
  const log = await logAt(place, 'skein-ops')
  const database = await Database.open({ databaseUrl: place.databaseUrl })
  try {
    do {
      const partitions = await Promise.all(
        Array.from({ length: log.partitions }, (_, partition) => statusOf(log, database, partition)),
      )
      const parked = (await log.parked.list()).length
      process.stdout.write(`${options.json ? JSON.stringify({ partitions, parked }) : inWords(partitions, parked)}\n`)
      if (options.watch) await pause(WATCH_MS)
    } while (options.watch)
  } finally {
    await database.close()
    await log.close()
    await place.leave()
  }
}
