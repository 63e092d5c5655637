import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync, readSync, renameSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SystemUser } from './system-user.ts'

const LOG_LIMIT = 8 * 1024 * 1024
const TAIL = 4096

export interface ServerCommand {
  name: string
  program: string
  args: string[]
  env: NodeJS.ProcessEnv
  cwd: string
  logFile: string
  /** Runs as this user instead of the own one; only root may ask for it. */
  user: SystemUser | null
}

export class ServerDidNotStart extends Error {
  override name = 'ServerDidNotStart'
  readonly log: string
  constructor(server: string, reason: string, log: string, logFile: string) {
    super(`${server} did not start: ${reason}\n${log.trim() || '(it wrote nothing)'}\nThe whole log: ${logFile}`)
    this.log = log
  }
  get portWasTaken(): boolean {
    return /address already in use|could not bind/i.test(this.log)
  }
}

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

const readFrom = (file: string, start: number): string => {
  const from = Math.max(start, sizeOf(file) - TAIL)
  const bytes = Buffer.alloc(TAIL)
  const fd = openSync(file, 'r')
  try {
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, TAIL, from))
  } finally {
    closeSync(fd)
  }
}

export interface StartedProcess {
  child: ChildProcess
  pid: number
  /** Rejects with `ServerDidNotStart` when the server ends before `ready` says true, or takes longer than `patience` ms. */
  until: (ready: () => Promise<boolean>, patience: number) => Promise<void>
}

/**
 * Starts a server in the background, in a process group of its own so that Ctrl-C in the terminal reaches only its owner, which
 * then stops it in order. What it prints is added to its log file.
 */
export const startProcess = async (command: ServerCommand): Promise<StartedProcess> => {
  const { name, program, args, env, cwd, logFile, user } = command
  if (sizeOf(logFile) > LOG_LIMIT) renameSync(logFile, `${logFile}.1`)
  const logStart = sizeOf(logFile)
  const log = openSync(logFile, 'a', 0o640)
  const child = spawn(program, args, { env, cwd, detached: true, stdio: ['ignore', log, log], ...user })
  closeSync(log)
  const failed = (reason: string): ServerDidNotStart =>
    new ServerDidNotStart(name, reason, readFrom(logFile, logStart), logFile)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => reject(failed(error.message)))
  })
  child.unref()
  const ended = (): string | null => {
    if (child.exitCode !== null) return `it ended with code ${child.exitCode}`
    return child.signalCode === null ? null : `it was ended by ${child.signalCode}`
  }
  const until = async (ready: () => Promise<boolean>, patience: number): Promise<void> => {
    const deadline = Date.now() + patience
    while (!(await ready())) {
      const reason = ended()
      if (reason !== null) throw failed(reason)
      if (Date.now() > deadline) {
        child.kill('SIGKILL')
        throw failed(`it was not ready after ${patience / 1000} s`)
      }
      await sleep(15)
    }
  }
  return { child, pid: child.pid as number, until }
}

/** Runs a program to its end; throws `ServerDidNotStart` with what it printed when it fails. */
export const runToEnd = async (command: ServerCommand, patience: number): Promise<void> => {
  const { child, until } = await startProcess(command)
  await until(() => Promise.resolve(child.exitCode === 0), patience)
}
