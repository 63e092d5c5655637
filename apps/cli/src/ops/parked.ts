import type { Log, ParkedItem } from '@skein/log'
import Table from 'cli-table3'
import { z } from 'zod'
import { logAt, placeOf, type InstanceOptions } from '../instance-place.js'

export interface ParkedOptions extends InstanceOptions {
  json: boolean
}

/** What the writer answers: inputs that waited behind the one that was tried again, and went through as well. */
const retried = z.object({ behind: z.array(z.number()) })

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
    const input = await log.inputAt(partitionOf(item), item.sequence).catch((error: unknown) => String(error))
    const record = typeof input === 'string' ? input : input?.record
    say(JSON.stringify({ ...item, record }, null, options.json ? 0 : 2))
  })

export const retryParked = (options: ParkedOptions, place: string): Promise<void> =>
  withLog(options, async (log) => {
    const item = await parkedAt(log, place)
    const result = await log.command(partitionOf(item), 'RetryInput', { sequence: item.sequence })
    const { behind } = retried.parse(result)
    const also = behind.length === 0 ? '' : `, and ${behind.length} that waited behind it`
    say(options.json ? JSON.stringify(result) : `${place} went through${also}.`)
  })

export const dropParked = (options: ParkedOptions, place: string): Promise<void> =>
  withLog(options, async (log) => {
    const item = await parkedAt(log, place)
    await log.parked.note(item, 'dropped', item.reason)
    say(
      options.json ? JSON.stringify({ ...item, state: 'dropped' }) : `${place} is dropped; the mail stays in the log.`,
    )
  })
