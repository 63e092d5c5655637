import type { Log, ParkedItem } from '@skein/log'
import Table from 'cli-table3'
import { logAt, placeOf, type InstanceOptions } from '../instance-place.js'

export interface ParkedOptions extends InstanceOptions {
  json: boolean
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const nameOf = ({ stream, sequence }: ParkedItem): string => `${stream}:${sequence}`
const REASON_WIDTH = 100

const withLog = async (options: ParkedOptions, work: (log: Log) => Promise<void>): Promise<void> => {
  const place = await placeOf(options)
  try {
    const log = await logAt(place, 'skein-ops')
    await work(log).finally(() => log.close())
  } finally {
    await place.leave()
  }
}

export const listParked = (options: ParkedOptions): Promise<void> =>
  withLog(options, async (log) => {
    const items = await log.parked.list()
    if (options.json) return items.forEach((item) => say(JSON.stringify(item)))
    if (items.length === 0) return say('Nothing is parked.')
    const table = new Table({ head: ['place', 'since', 'reason'], style: { head: [], border: [], compact: true } })
    for (const item of items)
      table.push([nameOf(item), item.at.slice(0, 19), item.reason.split('\n', 1)[0]?.slice(0, REASON_WIDTH) ?? ''])
    say(table.toString())
  })

/** @throws Error where that place is not parked */
const parkedAt = async (log: Log, place: string): Promise<ParkedItem> => {
  const item = (await log.parked.list()).find((one) => nameOf(one) === place)
  if (item === undefined) throw new Error(`${place} is not parked; \`skein ops parked list\` says what is`)
  return item
}

const partitionOf = ({ stream }: ParkedItem): number => Number(stream.slice('MAIL-'.length))

export const showParked = (options: ParkedOptions, place: string): Promise<void> =>
  withLog(options, async (log) => {
    const item = await parkedAt(log, place)
    const records = await log.recordsAt(partitionOf(item), [item.sequence]).catch((error: unknown) => error)
    const record = records instanceof Map ? (records.get(item.sequence) as unknown) : String(records)
    say(JSON.stringify({ ...item, record }, null, options.json ? 0 : 2))
  })

export const retryParked = (options: ParkedOptions, place: string): Promise<void> =>
  withLog(options, async (log) => {
    const item = await parkedAt(log, place)
    const result = await log.command(partitionOf(item), 'RetryInput', { sequence: item.sequence })
    say(options.json ? JSON.stringify(result) : `${place} went through.`)
  })

export const dropParked = (options: ParkedOptions, place: string): Promise<void> =>
  withLog(options, async (log) => {
    const item = await parkedAt(log, place)
    await log.parked.note(item, 'dropped', item.reason)
    say(
      options.json ? JSON.stringify({ ...item, state: 'dropped' }) : `${place} is dropped; the mail stays in the log.`,
    )
  })
