import {
  createHttpApp,
  DEFAULT_MANNERS,
  type HealthCheck,
  type HealthState,
  type HttpPlace,
  type Manners,
} from '@skein/http'
import { openLog, PartitionServer, type LogOptions } from '@skein/log'
import { Database, LinkStore, Renewing } from '@skein/views'
import { PartitionTroubles } from './partition-troubles.js'
import { ThreaderModule } from './threader.module.js'

export interface ThreaderConfig {
  log: LogOptions
  databaseUrl: string
  /** Schema of the tables, `skein` where it is left out. */
  schema?: string
  /** Leave it to an operator to make tables anew that an older release made by another definition. */
  waitForRebuild?: boolean
  http: HttpPlace
  /** Name of this process among the holders of partitions; one that keeps its name gets its leases back at once. */
  holder: string
  /** Of its one call with a key, `/metrics`; what is left out is as in `DEFAULT_MANNERS`. */
  manners?: Partial<Manners>
}

export interface RunningThreader {
  /** Which partitions it writes, for the health of a process that has several services. */
  checks: Readonly<Record<string, HealthCheck>>
  /** Address of the health calls; `null` where the port is shared. */
  url: string | null
  stop(): Promise<void>
}

export const startThreader = async (config: ThreaderConfig): Promise<RunningThreader> => {
  const log = await openLog(config.log)
  const { databaseUrl, schema } = config
  const database = await Database.open({ databaseUrl, ...(schema === undefined ? {} : { schema }) })
  const partitions = new PartitionServer({ log, holder: config.holder })
  const troubles = new PartitionTroubles(() => performance.now())
  const renewing = new Renewing(database, config.waitForRebuild ?? false, { databaseUrl, source: log.source() })
  const checks = {
    threader: () => troubles.state ?? writing(partitions.partitions, log.partitions),
    tables: renewing.check,
  }
  const manners = { ...DEFAULT_MANNERS, ...config.manners }
  const parts = { log, links: new LinkStore(database), now: () => new Date(), troubles }
  const http = await createHttpApp(ThreaderModule.on(parts, checks, manners), { http: config.http, manners })
  http.app.connectMicroservice({ strategy: partitions })
  await http.app.startAllMicroservices()
  const url = await http.start()
  const stop = async (): Promise<void> => {
    await http.close()
    await renewing.stop()
    await database.close()
    await log.close()
  }
  return { url, checks, stop }
}

/** A process without partitions is well, too: another one may write them all. */
const writing = (own: readonly number[], all: number): HealthState => ({
  state: 'green',
  detail:
    own.length === 0 ? 'writes no partition just now' : `writes ${own.length} of ${all} partitions: ${own.join(', ')}`,
})
