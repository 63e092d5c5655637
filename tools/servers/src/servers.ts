import { join } from 'node:path'
import { startNats, type RunningNats } from './nats.ts'
import { startPostgres, type RunningPostgres } from './postgres.ts'

export interface ServersOptions {
  /** Gets a folder `nats` and a folder `postgres`. */
  dataDir: string
  natsPort?: number
  postgresPort?: number
  /** A server that runs already and is used instead of an embedded one. */
  natsUrl?: string | undefined
  databaseUrl?: string | undefined
}

export interface RunningServers {
  natsUrl: string
  databaseUrl: string
  /** What runs embedded; null for what was given. */
  nats: RunningNats | null
  postgres: RunningPostgres | null
  /** Stops what was started here, both at once. */
  stop: () => Promise<void>
}

const valueOf = <T>(outcome: PromiseSettledResult<T>): T | null =>
  outcome.status === 'fulfilled' ? outcome.value : null

/** NATS and Postgres on one data folder, started side by side. When one of them fails the other is stopped again before the error is thrown. */
export const startServers = async (options: ServersOptions): Promise<RunningServers> => {
  const { dataDir, natsUrl, databaseUrl } = options
  const outcomes = await Promise.allSettled([
    natsUrl ? null : startNats({ dataDir: join(dataDir, 'nats'), port: options.natsPort ?? 0 }),
    databaseUrl ? null : startPostgres({ dataDir: join(dataDir, 'postgres'), port: options.postgresPort ?? 0 }),
  ])
  const nats = valueOf(outcomes[0])
  const postgres = valueOf(outcomes[1])
  const stop = async (): Promise<void> => {
    await Promise.all([nats?.stop(), postgres?.stop()])
  }
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  return {
    natsUrl: nats?.natsUrl ?? (natsUrl as string),
    databaseUrl: postgres?.databaseUrl ?? (databaseUrl as string),
    nats,
    postgres,
    stop,
  }
}
