import { openLog } from '@skein/log'
import { startServers } from '@skein/servers'
import { verifyTables, type VerifyProgress, type VerifyResult } from '@skein/views'
import Table from 'cli-table3'
import { findRunning } from '../running.js'

export interface VerifyOptions {
  dataDir: string
  natsUrl: string | undefined
  monitorUrl: string | undefined
  databaseUrl: string | undefined
  json: boolean
}

interface Place {
  natsUrl: string
  monitorUrl: string | undefined
  databaseUrl: string
  leave: () => Promise<void>
}

const nothing = (): Promise<void> => Promise.resolve()

/** The servers of the environment; else those of the instance that runs on the data folder; else started for this. */
const placeOf = async ({ dataDir, natsUrl, monitorUrl, databaseUrl }: VerifyOptions): Promise<Place> => {
  if (natsUrl !== undefined && databaseUrl !== undefined) return { natsUrl, monitorUrl, databaseUrl, leave: nothing }
  const running = await findRunning(dataDir)
  if (running !== undefined) return { ...running, monitorUrl: running.monitorUrl, leave: nothing }
  const servers = await startServers({ dataDir, natsUrl, databaseUrl })
  return {
    natsUrl: servers.natsUrl,
    monitorUrl: servers.nats?.monitorUrl ?? monitorUrl,
    databaseUrl: servers.databaseUrl,
    leave: () => servers.stop(),
  }
}

const PARTITIONS = Number(process.env['SKEIN_PARTITIONS'] ?? 4)

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
    const log = await openLog({
      url: place.natsUrl,
      monitorUrl: place.monitorUrl,
      name: 'skein-verify',
      partitions: PARTITIONS,
      allowUnsafeFsync: true,
    })
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
