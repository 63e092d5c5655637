import { verifyTables, type VerifyProgress, type VerifyResult } from '@skein/views'
import Table from 'cli-table3'
import { logAt, placeOf, type InstanceOptions } from '../instance-place.js'

export interface VerifyOptions extends InstanceOptions {
  json: boolean
}

const showProgress = ({ events, totalEvents }: VerifyProgress): void => {
  if (process.stderr.isTTY)
    process.stderr.write(`\rrebuilding beside the live tables: ${events} of ${totalEvents} events `)
}

const inWords = (result: VerifyResult): string => {
  const { equal, events, rows, tables, differences } = result
  if (equal) return `Equal: ${events} events make the same ${rows} rows in all ${tables} tables.`
  const table = new Table({
    head: ['table', 'partition', 'rows live', 'rows from the log'],
    style: { head: [], border: [], compact: true },
  })
  for (const one of differences) table.push([one.table, one.partition, one.live?.rows ?? 0, one.rebuilt?.rows ?? 0])
  return `Different: these tables do not hold what follows from the log.\n${table.toString()}`
}

/** Answers the exit code: 0 when everything is equal, 1 when not. */
export const verify = async (options: VerifyOptions): Promise<number> => {
  const place = await placeOf(options)
  try {
    const log = await logAt(place, 'skein-verify')
    try {
      const result = await verifyTables(
        { databaseUrl: place.databaseUrl },
        {
          readEvents: (partition, after, until) => log.readEvents(partition, after, until),
          recordsAt: (partition, sequences) => log.recordsAt(partition, sequences),
        },
        options.json ? () => undefined : showProgress,
      )
      if (process.stderr.isTTY && !options.json) process.stderr.write('\n')
      process.stdout.write(`${options.json ? JSON.stringify(result) : inWords(result)}\n`)
      return result.equal ? 0 : 1
    } finally {
      await log.close()
    }
  } finally {
    await place.leave()
  }
}
