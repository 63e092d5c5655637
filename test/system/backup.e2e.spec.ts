import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { jetstreamManager } from '@nats-io/jetstream'
import { partitionOf, type SpaceId } from '@skein/events'
import { openLog } from '@skein/log'
import { freePort, startNats, temporaryFolder, testPostgres, type TestDatabase } from '@skein/servers'
import { Database, tableHashes, type TableHashes } from '@skein/views'
import S3rver from 's3rver'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversations, type MadeMail } from './conversations.js'
import { startSystem, type System } from './system.js'

const run = promisify(execFile)
const skein = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname
const partition = partitionOf('spc_demo' as SpaceId, 4)
const mails = conversations(4, 6)

interface Verified {
  tables: { equal: boolean }
  log: { faults: { stream: string; sequence: number }[] }
}

/** Servers of an instance, whose folders can be lost. */
interface Home {
  folder: string
  nats: Awaited<ReturnType<typeof startNats>>
  postgres: TestDatabase
}
const newHome = async (): Promise<Home> => {
  const folder = temporaryFolder()
  const [nats, postgres] = await Promise.all([startNats({ dataDir: folder }), testPostgres()])
  return { folder, nats, postgres }
}
const lose = async ({ folder, nats, postgres }: Home): Promise<void> => {
  await nats.stop()
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}

describe('backup and restore', () => {
  let home: Home
  let system: System
  let places: string
  let s3: S3rver
  let s3Environment: Record<string, string>

  const ops = async (...parameters: string[]): Promise<Record<string, number>> => {
    const env = {
      ...process.env,
      ...s3Environment,
      NATS_URL: home.nats.natsUrl,
      NATS_MONITOR_URL: home.nats.monitorUrl,
      DATABASE_URL: home.postgres.databaseUrl,
    }
    const { stdout } = await run(process.execPath, [skein, 'ops', ...parameters, '--json'], { env })
    return JSON.parse(stdout) as Record<string, number>
  }
  const verified = async (): Promise<Verified> => {
    const failed = (error: { stdout: string }) => JSON.parse(error.stdout) as Verified
    return ops('verify').then((result) => result as unknown as Verified, failed)
  }
  const send = async (some: readonly MadeMail[]): Promise<void> => {
    let last = ''
    for (const { raw } of some) last = ((await (await system.mail(raw)).json()) as { sequence: string }).sequence
    expect((await system.call('GET', `/v1/threads?wait_for=${last}`)).status).toBe(200)
  }
  const hashes = async (): Promise<TableHashes> => {
    const database = await Database.open({ databaseUrl: home.postgres.databaseUrl })
    return database.transaction((query) => tableHashes(query), true).finally(() => database.close())
  }
  const threads = async (): Promise<{ id: string; message_count: number }[]> =>
    ((await (await system.call('GET', '/v1/threads')).json()) as { threads: { id: string; message_count: number }[] })
      .threads
  const folder = (): string => join(places, 'folder')

  beforeAll(async () => {
    places = temporaryFolder()
    const port = await freePort()
    s3 = new S3rver({
      port,
      address: '127.0.0.1',
      silent: true,
      directory: join(places, 's3'),
      configureBuckets: [{ name: 'skein', configs: [] }],
    })
    await s3.run()
    s3Environment = {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'S3RVER',
      AWS_SECRET_ACCESS_KEY: 'S3RVER',
    }
    home = await newHome()
    system = await startSystem(home)
    await send(mails.slice(0, 12))
  })
  afterAll(async () => {
    await system?.stopServices()
    await lose(home)
    await s3?.close()
    rmSync(places, { recursive: true, force: true })
  })

  it('copies while the instance runs, and then only what is new', async () => {
    const first = await ops('backup', '--to', folder())
    expect(first['added']).toBe(first['messages'])
    expect((await ops('backup', '--to', folder()))['added']).toBe(0)
    await send(mails.slice(12, 18))
    const log = await openLog({ url: home.nats.natsUrl, monitorUrl: home.nats.monitorUrl, name: 'test', partitions: 4 })
    // a gap, as an erased mail leaves one
    await (await jetstreamManager(log.connection)).streams.deleteMessage(`MAIL-${partition}`, 27)
    await log.close()
    await send(mails.slice(18, 23))
    const later = await ops('backup', '--to', folder())
    expect(later['added']).toBeGreaterThan(0)
    expect(later['messages']).toBe((first['messages'] ?? 0) + (later['added'] ?? 0))
  })

  it('says whether a backup is whole, and which file is damaged', async () => {
    expect((await ops('restore', '--check', '--from', folder()))['messages']).toBeGreaterThan(0)
    const name =
      readdirSync(folder(), { recursive: true, encoding: 'utf8' }).find((one) => one.includes(`MAIL-${partition}/`)) ??
      ''
    const path = join(folder(), name)
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.with(100, (bytes[100] ?? 0) ^ 1))
    const failed = ops('restore', '--check', '--from', folder())
    await expect(failed).rejects.toMatchObject({ stderr: expect.stringContaining(`${name} is damaged`) as unknown })
    writeFileSync(path, bytes)
  })

  it.each<[string, () => string]>([
    ['a folder', folder],
    ['a bucket', () => 's3://skein/first'],
  ])('brings everything back after both data folders were lost, from %s', async (_, place) => {
    const said = await ops('backup', '--to', place())
    const before = { hashes: await hashes(), threads: await threads() }
    const faultsBefore = (await verified()).log.faults.map(({ stream, sequence }) => `${stream} ${sequence}`)
    expect(faultsBefore[0]).toBe(`MAIL-${partition} 27`)
    await system.stopServices()
    await lose(home)
    home = await newHome()
    expect((await ops('restore', '--from', place()))['messages']).toBe(said['messages'])
    system = await startSystem(home)
    await expect.poll(hashes, { timeout: 20_000 }).toEqual(before.hashes)
    expect(await threads()).toEqual(before.threads)
    const { tables, log } = await verified()
    expect(tables.equal).toBe(true)
    expect(log.faults.map(({ stream, sequence }) => `${stream} ${sequence}`)).toEqual(faultsBefore)
  })

  it('goes on where it was: the next mail joins its old thread', async () => {
    const before = await threads()
    await send(mails.slice(23))
    const after = await threads()
    expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort())
    expect(after.reduce((sum, one) => sum + one.message_count, 0)).toBe(24)
  })

  it('refuses to restore over what is there, and to go on with the backup of another log', async () => {
    const restored = ops('restore', '--from', folder())
    await expect(restored).rejects.toMatchObject({ stderr: expect.stringContaining('is not empty') as unknown })
    await ops('backup', '--to', folder())
    await system.stopServices()
    await lose(home)
    home = await newHome()
    system = await startSystem(home)
    await send(mails.toReversed())
    const mixed = ops('backup', '--to', folder())
    await expect(mixed).rejects.toMatchObject({
      stderr: expect.stringContaining('the backup of another log') as unknown,
    })
  })
})
