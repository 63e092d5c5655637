import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { clusterFolder, serverOf, STOP_STEPS, stopOrphanPostgres } from './cluster-folder.ts'
import { ownFolder } from './folder-owner.ts'
import { freePort } from './ports.ts'
import { postgresPrograms } from './postgres-program.ts'
import { endProcess } from './processes.ts'
import { runToEnd, ServerDidNotStart, startProcess, type StartedProcess } from './server-process.ts'
import { isRoot, unprivilegedUser, type SystemUser } from './system-user.ts'

const ROLE = 'skein'
const DATABASE = 'skein'
const START_PATIENCE = 120_000
/** From this much memory on, Postgres may keep more of its tables at hand than it does by itself. */
const ROOMY = 4 * 1024 ** 3

export interface PostgresOptions {
  /** Holds the cluster and its log; one server at a time. Created where it is missing. */
  dataDir: string
  /** Wanted loopback port; the next free one is taken where somebody listens on it. 0 or absent: any. */
  port?: number
  /** false turns fsync off: for tests only, a power cut may destroy the data. */
  durable?: boolean
}

export interface RunningPostgres {
  databaseUrl: string
  port: number
  pid: number
  /** Where the cluster is, which for root may be outside the data folder. */
  clusterDir: string
  logFile: string
  /** Fast shutdown, bounded in time. Does no harm twice. */
  stop: () => Promise<void>
}

const environment = (): NodeJS.ProcessEnv => {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PG|LC_|LANG)/.test(name))
  return { ...Object.fromEntries(inherited), LC_ALL: 'C', TZ: 'UTC' }
}

const passwordFile = (cluster: string): string => join(cluster, 'skein.password')

interface Cluster {
  folder: string
  programs: string
  user: SystemUser | null
  logFile: string
}

const server = (cluster: Cluster, program: string, args: string[]) => ({
  name: 'Postgres',
  program: join(cluster.programs, program),
  args,
  env: environment(),
  cwd: cluster.programs,
  logFile: cluster.logFile,
  user: cluster.user,
})

/** Builds the cluster beside its place and renames it at the end, so that a broken-off initdb leaves nothing that looks complete. */
const createCluster = async (cluster: Cluster): Promise<void> => {
  const { folder, user } = cluster
  const unfinished = `${folder}.new`
  const password = `${unfinished}.password`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { mode: 0o700 })
  writeFileSync(password, randomBytes(24).toString('hex'), { mode: 0o600 })
  if (user !== null) for (const path of [unfinished, password]) chownSync(path, user.uid, user.gid)
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const access = [`--username=${ROLE}`, '--auth=scram-sha-256', `--pwfile=${password}`]
  await runToEnd(
    server(cluster, 'initdb', ['-D', unfinished, '--no-sync', '--no-instructions', ...locale, ...access]),
    START_PATIENCE,
  )
  renameSync(password, passwordFile(unfinished))
  renameSync(unfinished, folder)
}

const settings = (port: number, durable: boolean): string[] => {
  const unsafe = durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']
  const always = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    `shared_buffers=${totalmem() > ROOMY ? '512MB' : '128MB'}`,
    'log_timezone=UTC',
    // nobody replicates it, and what it holds is made from the log: what is made in one piece need not be written twice
    'wal_level=minimal',
    'max_wal_senders=0',
  ]
  return [...always, ...unsafe].flatMap((setting) => ['-c', setting])
}

const startOn = async (cluster: Cluster, port: number, durable: boolean): Promise<StartedProcess> => {
  const started = await startProcess(server(cluster, 'postgres', ['-D', cluster.folder, ...settings(port, durable)]))
  const ready = (): Promise<boolean> => {
    const state = serverOf(cluster.folder)
    return Promise.resolve(state?.pid === started.pid && state.ready)
  }
  await started.until(ready, START_PATIENCE)
  return started
}

const startOnFreePort = async (cluster: Cluster, wanted: number, durable: boolean) => {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort(wanted)
    try {
      return { port, ...(await startOn(cluster, port, durable)) }
    } catch (error) {
      if (attempt === 5 || !(error instanceof ServerDidNotStart && error.portWasTaken)) throw error
    }
  }
}

const createDatabase = async (url: (database: string) => string): Promise<void> => {
  const client = new Client({ connectionString: url('postgres') })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`create database ${DATABASE}`)
  } finally {
    await client.end()
  }
}

const prepare = async (dataDir: string): Promise<Cluster> => {
  const user = isRoot() ? unprivilegedUser(join(dataDir, 'cluster')) : null
  if (user !== null) chmodSync(dataDir, 0o711)
  const folder = await clusterFolder(dataDir, user)
  return { folder, programs: postgresPrograms(user), user, logFile: join(dataDir, 'postgres.log') }
}

/**
 * Starts the Postgres that comes from npm on a data folder, with one database and a role of its own, reachable on the loopback
 * address only. Stops first what a killed owner of this folder left running. Throws `FolderInUse`, or `ServerDidNotStart`
 * with the end of the log.
 */
export const startPostgres = async (options: PostgresOptions): Promise<RunningPostgres> => {
  const release = ownFolder(options.dataDir)
  try {
    const cluster = await prepare(realpathSync(options.dataDir))
    await stopOrphanPostgres(cluster.folder)
    if (!existsSync(cluster.folder)) await createCluster(cluster)
    const password = readFileSync(passwordFile(cluster.folder), 'utf8')
    const { port, pid } = await startOnFreePort(cluster, options.port ?? 0, options.durable ?? true)
    const url = (database: string): string => `postgres://${ROLE}:${password}@127.0.0.1:${port}/${database}`
    await createDatabase(url)
    const stop = async (): Promise<void> => {
      await endProcess(pid, STOP_STEPS)
      release()
    }
    return { databaseUrl: url(DATABASE), port, pid, clusterDir: cluster.folder, logFile: cluster.logFile, stop }
  } catch (error) {
    release()
    throw error
  }
}
