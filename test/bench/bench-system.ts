import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const skein = fileURLToPath(new URL('../../apps/cli/bin/skein.mjs', import.meta.url))

/** An instance as `npm start` runs it, in a process of its own, on servers that sync: in a temporary folder, empty, or on what is in a given one. */
export const startBenchSystem = async (dataDir = mkdtempSync(join(tmpdir(), 'skein-bench-'))) => {
  const ports = ['--port', '0', '--nats-port', '0', '--postgres-port', '0']
  const child = spawn(process.execPath, [skein, 'up', '--data', dataDir, '--no-samples', ...ports], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: child.stdout })) if (line.includes('API key')) break
  child.stdout.resume()
  const read = (file: string) => JSON.parse(readFileSync(join(dataDir, file), 'utf8')) as Record<string, string>
  const { url = '', natsUrl = '', monitorUrl = '', databaseUrl = '' } = read('running.json')
  const { apiKey: key = '' } = read('instance.json')
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    await once(child, 'exit')
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { url, key, natsUrl, monitorUrl, databaseUrl, dataDir, stop }
}

/** The machine that figures were measured on, in words. */
export const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}`

/** The value below which this share (0…1) of the measured ones lies. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
