import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { System } from './system.js'

const run = promisify(execFile)
const program = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname

/** Runs the command line against a system; rejects where it ends with an error. */
export const skein = async (
  system: Pick<System, 'natsUrl' | 'monitorUrl' | 'databaseUrl' | 'url' | 'key'>,
  ...parameters: string[]
): Promise<{ out: string; err: string }> => {
  const env = {
    ...process.env,
    NATS_URL: system.natsUrl,
    NATS_MONITOR_URL: system.monitorUrl,
    DATABASE_URL: system.databaseUrl,
    SKEIN_URL: system.url,
    SKEIN_API_KEY: system.key,
  }
  const { stdout, stderr } = await run(process.execPath, [program, ...parameters], { env, maxBuffer: 64 * 1024 * 1024 })
  return { out: stdout, err: stderr }
}

export const ops = (system: System, ...parameters: string[]): Promise<{ out: string; err: string }> =>
  skein(system, 'ops', ...parameters)
