import { existsSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stopOrphanNats } from './nats.ts'
import { stopOrphanPostgres } from './cluster-folder.ts'
import { isAlive } from './processes.ts'
import { TEST_DATABASE, temporaryPostgres } from './test-servers.ts'

/** Ends the servers of test runs that were killed, and removes their folders. */
const sweep = async (): Promise<void> => {
  const folder = realpathSync(tmpdir())
  for (const name of readdirSync(folder)) {
    const maker = /^skein-test-(\d+)-/.exec(name)?.[1]
    if (maker === undefined || isAlive(Number(maker))) continue
    const left = join(folder, name)
    try {
      await stopOrphanNats(left)
      const cluster = join(left, 'cluster')
      if (existsSync(cluster)) {
        await stopOrphanPostgres(realpathSync(cluster))
        rmSync(realpathSync(cluster), { recursive: true, force: true })
      }
      rmSync(left, { recursive: true, force: true })
    } catch {
      // another user's: not ours to clear
    }
  }
}

/** Global set-up of the projects that need servers: one Postgres for the run, on which each spec file gets a database of its own. */
export default async function setUpTestRun(): Promise<() => Promise<void>> {
  if (process.env[TEST_DATABASE]) return () => Promise.resolve()
  await sweep()
  const postgres = await temporaryPostgres()
  process.env[TEST_DATABASE] = postgres.databaseUrl
  return async () => {
    delete process.env[TEST_DATABASE]
    await postgres.stop()
  }
}
