import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const procFile = (pid: number, name: string): string | null => {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return null
  }
}

const ps = (pid: number, column: string): string => {
  try {
    return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return ''
  }
}

/** The fields of /proc/<pid>/stat after the name, which may hold spaces and brackets: state first. */
const statFields = (pid: number): string[] | null => {
  const stat = procFile(pid, 'stat')
  return stat === null ? null : stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Whether a process of this id runs; one that has ended and only waits to be collected does not. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return process.platform !== 'linux' || statFields(pid)?.[0] !== 'Z'
}

/** With what a process was started, as one line; empty where that cannot be learnt. */
export const commandLine = (pid: number): string =>
  process.platform === 'linux' ? (procFile(pid, 'cmdline') ?? '').replaceAll('\0', ' ') : ps(pid, 'command')

/** A mark that differs between two processes which had the same id one after the other. */
export const startMark = (pid: number): string =>
  process.platform === 'linux' ? (statFields(pid)?.[19] ?? '') : ps(pid, 'lstart')

/** The processes that work in this folder, by /proc: of Linux only. */
export const processesIn = (folder: string): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`) === folder
      } catch {
        return false
      }
    })

/** Sends the signals in turn, each with so many milliseconds to obey; throws when the process outlives the last one. */
export const endProcess = async (pid: number, steps: readonly (readonly [NodeJS.Signals, number])[]): Promise<void> => {
  for (const [signal, patience] of steps) {
    if (!isAlive(pid)) return
    try {
      process.kill(pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return
      throw new Error(`Process ${pid} must be stopped first, and belongs to another user`, { cause: error })
    }
    const deadline = Date.now() + patience
    while (isAlive(pid) && Date.now() < deadline) await sleep(10)
  }
  if (isAlive(pid)) throw new Error(`Process ${pid} does not end, not even by ${steps.at(-1)?.[0]}`)
}
