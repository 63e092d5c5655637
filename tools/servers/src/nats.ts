import { existsSync, readFileSync, readdirSync, realpathSync, statfsSync, statSync, writeFileSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { ownFolder } from './folder-owner.ts'
import { findNats, OLDEST_NATS, type NatsProgram } from './nats-program.ts'
import { freePort } from './ports.ts'
import { commandLine, endProcess, isAlive } from './processes.ts'
import { ServerDidNotStart, startProcess } from './server-process.ts'

const MIB = 1024 * 1024
/** Reading back a large store takes seconds for a million messages. */
const START_PATIENCE = 300_000
const STOP_STEPS = [
  ['SIGTERM', 15_000],
  ['SIGKILL', 5_000],
] as const

export interface NatsOptions {
  /** Holds the store, the configuration and the log; one server at a time. Created where it is missing. */
  dataDir: string
  /** Wanted loopback port; the next free one is taken where somebody listens on it. 0 or absent: any. */
  port?: number
  /** A configuration file to use instead of our own; addresses, ports and the store folder are still ours. */
  config?: string
  /** The largest number of bytes that the streams may take on disk; 90% of what is free and what they have by default. */
  maxFileStore?: number
}

export interface RunningNats {
  natsUrl: string
  /** The HTTP monitor: `/healthz`, `/varz`, `/jsz`. */
  monitorUrl: string
  port: number
  pid: number
  logFile: string
  /** Bounded in time. Does no harm twice. */
  stop: () => Promise<void>
}

const sizeOfFolder = (folder: string): number => {
  if (!existsSync(folder)) return 0
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return files.reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
}

/** A publish over this limit is refused with an error; on a disk that is really full the server gives up whole streams. */
const defaultFileStore = (store: string, dataDir: string): number => {
  const disk = statfsSync(dataDir)
  return Math.floor(sizeOfFolder(store) + disk.bavail * disk.bsize * 0.9)
}

const memoryLimit = (): string => {
  const memory = Math.min(process.constrainedMemory() || Infinity, totalmem())
  return `${Math.max(256, Math.min(1024, Math.floor(memory / 4 / MIB)))}MiB`
}

const ownConfig = (maxFileStore: number): string => `# Written at every start
server_name: skein
max_payload: 8MB
jetstream {
  sync_interval: always
  max_memory_store: 64MB
  max_file_store: ${maxFileStore}
}
`

const pidFileOf = (dataDir: string): string => join(dataDir, 'nats.pid')

/** Ends what a killed owner of this data folder left running. */
export const stopOrphanNats = async (dataDir: string): Promise<void> => {
  const pidFile = pidFileOf(dataDir)
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0
  if (!(pid > 0) || !isAlive(pid) || !commandLine(pid).includes(pidFile)) return
  await endProcess(pid, STOP_STEPS)
}

interface Places {
  config: string
  store: string
  pidFile: string
  logFile: string
}

const placesOf = (dataDir: string, options: NatsOptions): Places => {
  const store = join(dataDir, 'store')
  const config = options.config === undefined ? join(dataDir, 'nats.conf') : realpathSync(options.config)
  if (options.config === undefined) {
    writeFileSync(config, ownConfig(options.maxFileStore ?? defaultFileStore(store, dataDir)))
  }
  return { config, store, pidFile: pidFileOf(dataDir), logFile: join(dataDir, 'nats.log') }
}

const program = (): NatsProgram => {
  const found = findNats()
  if (found !== null) return found
  throw new Error(
    `There is no nats-server ${OLDEST_NATS.join('.')} or later: run \`npm start\` once where it can be fetched, put it on PATH, name it in SKEIN_NATS_SERVER, or set NATS_URL to a running one`,
  )
}

/** Answers 200 once JetStream has read all of its streams back. */
const isHealthy = async (monitorUrl: string): Promise<boolean> => {
  try {
    const answer = await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(2_000) })
    await answer.body?.cancel()
    return answer.ok
  } catch {
    return false
  }
}

const startOn = async (places: Places, path: string, port: number) => {
  const monitor = await freePort()
  const listen = ['-a', '127.0.0.1', '-p', String(port), '-m', String(monitor)]
  const started = await startProcess({
    name: 'nats-server',
    program: path,
    args: ['-c', places.config, ...listen, '-js', '-sd', places.store, '-P', places.pidFile],
    env: { GOMEMLIMIT: memoryLimit(), ...process.env },
    cwd: '/',
    logFile: places.logFile,
    user: null,
  })
  const monitorUrl = `http://127.0.0.1:${monitor}`
  await started.until(() => isHealthy(monitorUrl), START_PATIENCE)
  return { port, monitorUrl, pid: started.pid }
}

const startOnFreePort = async (places: Places, path: string, wanted: number) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startOn(places, path, await freePort(wanted))
    } catch (error) {
      if (attempt === 5 || !(error instanceof ServerDidNotStart && error.portWasTaken)) throw error
    }
  }
}

/**
 * Starts a nats-server with JetStream that has every message on disk before it acknowledges it, reachable on the loopback address
 * only. Stops first what a killed owner of this folder left running. Throws `FolderInUse`, or `ServerDidNotStart` with the
 * end of the log.
 */
export const startNats = async (options: NatsOptions): Promise<RunningNats> => {
  const { path } = program()
  const release = ownFolder(options.dataDir)
  try {
    const dataDir = realpathSync(options.dataDir)
    const places = placesOf(dataDir, options)
    await stopOrphanNats(dataDir)
    const { port, monitorUrl, pid } = await startOnFreePort(places, path, options.port ?? 0)
    const stop = async (): Promise<void> => {
      await endProcess(pid, STOP_STEPS)
      release()
    }
    return { natsUrl: `nats://127.0.0.1:${port}`, monitorUrl, port, pid, logFile: places.logFile, stop }
  } catch (error) {
    release()
    throw error
  }
}
