import { createHash } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandLine, endProcess, isAlive, processesIn } from './processes.ts'
import { canReach, type SystemUser } from './system-user.ts'

/** Where clusters of root go whose data folder is closed to the user that runs Postgres for it. */
const ROOTS_CLUSTERS = '/var/lib/skein'
/** Fast shutdown, then immediate (the next start recovers), then none. */
export const STOP_STEPS = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 5_000],
] as const
/** How long the parts of a killed server may take to notice. */
const STRAGGLER_PATIENCE = 10_000

/** The process id and state from the server's own pid file; the state stands in its eighth line. */
export const serverOf = (cluster: string): { pid: number; ready: boolean } | null => {
  const file = join(cluster, 'postmaster.pid')
  if (!existsSync(file)) return null
  const lines = readFileSync(file, 'utf8').split('\n')
  return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' }
}

/**
 * Takes the pid file away that a killed server left. Postgres itself believes such a file as long as any process has that id: one
 * that ended and that nobody collects (containers without an init), or a stranger that got the id. It is safe once no process of
 * the cluster is left, which /proc tells: they all work in its folder.
 */
const forgetKilled = async (cluster: string): Promise<void> => {
  if (process.platform !== 'linux') return
  const deadline = Date.now() + STRAGGLER_PATIENCE
  while (processesIn(cluster).length > 0) {
    if (Date.now() > deadline) return
    await sleep(20)
  }
  rmSync(join(cluster, 'postmaster.pid'), { force: true })
}

/** Ends what a killed owner of this cluster left running. */
export const stopOrphanPostgres = async (cluster: string): Promise<void> => {
  const left = serverOf(cluster)
  if (left === null) return
  if (isAlive(left.pid) && commandLine(left.pid).includes(cluster)) await endProcess(left.pid, STOP_STEPS)
  await forgetKilled(cluster)
}

const drop = async (cluster: string): Promise<void> => {
  await stopOrphanPostgres(cluster)
  rmSync(cluster, { recursive: true, force: true })
  rmSync(`${cluster}.of`, { force: true })
}

/** Takes away the clusters of data folders that were deleted. Beside each cluster stands whose it is. */
const dropForsaken = async (): Promise<void> => {
  for (const name of readdirSync(ROOTS_CLUSTERS).filter((one) => one.endsWith('.of'))) {
    const note = join(ROOTS_CLUSTERS, name)
    const dataDir = readFileSync(note, 'utf8')
    const link = lstatSync(join(dataDir, 'cluster'), { throwIfNoEntry: false })
    if (link === undefined) await drop(note.slice(0, -'.of'.length))
  }
}

/** Where the cluster of this data folder is: in it, or for root, where the user that runs Postgres cannot enter it, in a system folder that it links to. */
export const clusterFolder = async (dataDir: string, user: SystemUser | null): Promise<string> => {
  const inside = join(dataDir, 'cluster')
  if (existsSync(inside)) return realpathSync(inside)
  if (user === null || canReach(dataDir, user)) return inside
  mkdirSync(ROOTS_CLUSTERS, { recursive: true, mode: 0o711 })
  await dropForsaken()
  const outside = join(ROOTS_CLUSTERS, createHash('sha256').update(dataDir).digest('hex').slice(0, 16))
  await drop(outside) // of a data folder of this name that was deleted
  rmSync(inside, { force: true })
  symlinkSync(outside, inside)
  writeFileSync(`${outside}.of`, dataDir)
  return outside
}
