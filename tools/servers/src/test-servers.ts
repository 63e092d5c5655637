import { randomBytes } from 'node:crypto'
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { startNats, type NatsOptions } from './nats.ts'
import { startPostgres } from './postgres.ts'
import { containerNats, containerPostgres, inContainers } from './test-containers.ts'

/** Where the set-up of a test run tells its specs the Postgres that they share. */
export const TEST_DATABASE = 'SKEIN_TEST_DATABASE_URL'

/** A folder that the user who runs Postgres for root can enter, with the id of its maker in its name so that a later run knows whether it is left over. */
export const temporaryFolder = (): string => mkdtempSync(join(realpathSync(tmpdir()), `skein-test-${process.pid}-`))

export interface TestDatabase {
  databaseUrl: string
  /** Drops the database, whoever is still connected. */
  stop: () => Promise<void>
}

export interface TestNats {
  natsUrl: string
  monitorUrl: string
  port: number
  /** What the server has said so far. */
  log: () => Promise<string>
  stop: () => Promise<void>
}

const statement = async (databaseUrl: string, sql: string): Promise<void> => {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** An own database on a server that others may share. */
const ownDatabase = async (server: string): Promise<TestDatabase> => {
  const name = `skein_test_${randomBytes(8).toString('hex')}`
  await statement(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { databaseUrl: url.href, stop: () => statement(server, `drop database if exists ${name} with (force)`) }
}

/** A Postgres for tests, without fsync, and gone when it is stopped: in a temporary folder, or in a container. */
export const temporaryPostgres = async (): Promise<TestDatabase> => {
  if (inContainers()) return containerPostgres()
  const dataDir = temporaryFolder()
  const remove = (): void => rmSync(dataDir, { recursive: true, force: true })
  try {
    const postgres = await startPostgres({ dataDir, durable: false })
    const stop = async (): Promise<void> => {
      await postgres.stop()
      rmSync(postgres.clusterDir, { recursive: true, force: true })
      remove()
    }
    return { databaseUrl: postgres.databaseUrl, stop }
  } catch (error) {
    remove()
    throw error
  }
}

/** An empty database for one spec file: on the Postgres of this test run, or where none was set up on one of its own. Await `stop` in `afterAll`. */
export const testPostgres = async (): Promise<TestDatabase> => {
  const shared = process.env[TEST_DATABASE]
  return shared ? ownDatabase(shared) : temporaryPostgres()
}

/** An empty nats-server for one spec file, in a temporary folder or a container. Await `stop` in `afterAll`. */
export const testNats = async (options: Pick<NatsOptions, 'config'> = {}): Promise<TestNats> => {
  if (inContainers()) return containerNats(options.config)
  const dataDir = temporaryFolder()
  const remove = (): void => rmSync(dataDir, { recursive: true, force: true })
  try {
    const nats = await startNats({ dataDir, ...options })
    const stop = async (): Promise<void> => {
      await nats.stop()
      remove()
    }
    const { natsUrl, monitorUrl, port, logFile } = nats
    return { natsUrl, monitorUrl, port, log: () => readFile(logFile, 'utf8'), stop }
  } catch (error) {
    remove()
    throw error
  }
}
