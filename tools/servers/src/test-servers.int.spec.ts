import { jetstreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { expect, it } from 'vitest'
import { startNats } from './nats.ts'
import { startPostgres } from './postgres.ts'
import { isAlive } from './processes.ts'
import setUpTestRun from './test-run.ts'
import { TEST_DATABASE, testNats, testPostgres } from './test-servers.ts'

const tables = async (databaseUrl: string): Promise<number | null> => {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const sql = `select from pg_tables where schemaname = 'public'`
    await client.query('create table mine ()')
    return (await client.query(sql)).rowCount
  } finally {
    await client.end()
  }
}

it('gives each spec an empty database on the Postgres of the run, and drops it afterwards', async () => {
  const [one, other] = await Promise.all([testPostgres(), testPostgres()])
  expect(await tables(one.databaseUrl)).toBe(1)
  expect(await tables(other.databaseUrl)).toBe(1)
  expect(new URL(one.databaseUrl).host).toBe(new URL(process.env[TEST_DATABASE] as string).host)
  await Promise.all([one.stop(), other.stop()])
  await expect(tables(one.databaseUrl)).rejects.toThrow('does not exist')
})

it('drops a database that somebody is still connected to', async () => {
  const { databaseUrl, stop } = await testPostgres()
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  const cut = new Promise((resolve) => client.on('error', resolve))
  await stop()
  await expect(cut).resolves.toBeInstanceOf(Error)
})

it('gives each spec an empty nats-server, and leaves nothing of it', async () => {
  const [one, other] = await Promise.all([testNats(), testNats()])
  const nats = await connect({ servers: one.natsUrl })
  await (await jetstreamManager(nats)).streams.add({ name: 'MINE', subjects: ['mine'] })
  const elsewhere = await connect({ servers: other.natsUrl })
  expect(await (await jetstreamManager(elsewhere)).streams.names().next()).toEqual([])
  await Promise.all([nats.close(), elsewhere.close()])
  await Promise.all([one.stop(), other.stop()])
  for (const { monitorUrl } of [one, other]) await expect(fetch(monitorUrl)).rejects.toThrow('fetch failed')
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`skein-test-${process.pid}-`))).toEqual([])
})

it('ends at the start of a run what a killed run left behind', async () => {
  const { pid: dead } = spawnSync(process.execPath, ['--version'])
  const left = [1, 2].map(() => mkdtempSync(join(tmpdir(), `skein-test-${dead}-`)))
  const [natsFolder = '', postgresFolder = ''] = left
  const nats = await startNats({ dataDir: natsFolder })
  const postgres = await startPostgres({ dataDir: postgresFolder })
  for (const folder of left) writeFileSync(join(folder, 'owner.pid'), `${dead}\n0\n`)
  const shared = process.env[TEST_DATABASE]
  delete process.env[TEST_DATABASE]
  const tearDown = await setUpTestRun()
  await tearDown()
  if (shared !== undefined) process.env[TEST_DATABASE] = shared
  expect([nats.pid, postgres.pid].map(isAlive)).toEqual([false, false])
  expect(left.map((folder) => existsSync(folder))).toEqual([false, false])
  for (const folder of left) rmSync(folder, { recursive: true, force: true })
})
