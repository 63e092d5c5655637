import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServices } from '@skein/cli'
import { startServers } from '@skein/servers'

/** All of Skein in this process on servers that sync, in a temporary folder: what `npm start` runs. */
export const startBenchSystem = async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'skein-bench-'))
  const servers = await startServers({ dataDir })
  const key = `sk_${randomBytes(24).toString('base64url')}`
  const services = await startServices({
    natsUrl: servers.natsUrl,
    monitorUrl: servers.nats?.monitorUrl,
    databaseUrl: servers.databaseUrl,
    host: '127.0.0.1',
    port: 0,
    instance: {
      id: 'bench',
      apiKey: key,
      cursorSecret: randomBytes(32).toString('base64url'),
      createdAt: new Date().toISOString(),
    },
  })
  const stop = async (): Promise<void> => {
    await services.stop()
    await servers.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { url: services.url, key, natsUrl: servers.natsUrl, databaseUrl: servers.databaseUrl, dataDir, stop }
}

/** The machine that figures were measured on, in words. */
export const machine = (): string =>
  `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}`

/** The value below which this share (0…1) of the measured ones lies. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}
