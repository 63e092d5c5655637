import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const running = z.object({
  pid: z.number(),
  url: z.string(),
  natsUrl: z.string(),
  monitorUrl: z.string().optional(),
  databaseUrl: z.string(),
})
/** Where the parts of an instance are while it runs, for the other commands on this machine. */
export type Running = z.infer<typeof running>

const pathIn = (dataDir: string): string => join(dataDir, 'running.json')

export const sayRunning = (dataDir: string, what: Running): Promise<void> =>
  writeFile(pathIn(dataDir), `${JSON.stringify(what, null, 2)}\n`, { mode: 0o600 })

export const sayStopped = (dataDir: string): Promise<void> => rm(pathIn(dataDir), { force: true })

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** The instance that runs on this data folder, if one does: a note that a killed process left behind does not count. */
export const findRunning = async (dataDir: string): Promise<Running | undefined> => {
  const text = await readFile(pathIn(dataDir), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const found = running.safeParse(JSON.parse(text))
  return found.success && isAlive(found.data.pid) ? found.data : undefined
}
