import { openLog, type Log } from '@skein/log'
import { startServers } from '@skein/servers'
import { findRunning } from './running.js'

/** How a command finds the instance that it is about. */
export interface InstanceOptions {
  dataDir: string
  natsUrl: string | undefined
  monitorUrl: string | undefined
  databaseUrl: string | undefined
}

export interface Place {
  natsUrl: string
  monitorUrl: string | undefined
  databaseUrl: string
  leave: () => Promise<void>
}

const nothing = (): Promise<void> => Promise.resolve()

/** What the environment says of an instance, for commands that get the rest from flags. */
export const fromEnvironment = (): Omit<InstanceOptions, 'dataDir'> => ({
  natsUrl: process.env['NATS_URL'],
  monitorUrl: process.env['NATS_MONITOR_URL'],
  databaseUrl: process.env['DATABASE_URL'],
})

/** The servers of the environment; else those of the instance that runs on the data folder; else started for this. */
export const placeOf = async ({ dataDir, natsUrl, monitorUrl, databaseUrl }: InstanceOptions): Promise<Place> => {
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

/** Partitions of the instance; the same everywhere, for ever. */
export const PARTITIONS = Number(process.env['SKEIN_PARTITIONS'] ?? 4)

/** The log of the instance at a place. Nothing is accepted through it, so it does not matter whether the server syncs. */
export const logAt = ({ natsUrl, monitorUrl }: Place, name: string): Promise<Log> => {
  const { NATS_USER: user, NATS_PASSWORD: password } = process.env
  return openLog({ url: natsUrl, monitorUrl, name, partitions: PARTITIONS, user, password, allowUnsafeFsync: true })
}
