import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { partitionOf, type SpaceId, type StoredEvent } from '@skein/events'
import { openLog, type Log } from '@skein/log'
import { startNats, temporaryFolder, testPostgres, type TestDatabase } from '@skein/servers'
import { Database, LinkStore, Projection } from '@skein/views'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversations } from './conversations.js'
import { startSystem, type System } from './system.js'

const run = promisify(execFile)
const skein = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname
const partition = partitionOf('spc_demo' as SpaceId, 4)

interface Verified {
  equal: boolean
  log: { faults: { stream: string; sequence: number; what: string }[] }
  tables: { equal: boolean; differences: { table: string; partition: number; firstEvent: number | null }[] } | null
}

describe('skein verify', () => {
  let folder: string
  let nats: Awaited<ReturnType<typeof startNats>>
  let postgres: TestDatabase
  let system: System
  let log: Log

  const verify = async (databaseUrl = postgres.databaseUrl, ...parameters: string[]): Promise<Verified> => {
    const env = {
      ...process.env,
      NATS_URL: nats.natsUrl,
      NATS_MONITOR_URL: nats.monitorUrl,
      DATABASE_URL: databaseUrl,
    }
    const { stdout } = await run(process.execPath, [skein, 'ops', 'verify', '--json', ...parameters], { env }).catch(
      (error: { stdout: string }) => error,
    )
    return JSON.parse(stdout) as Verified
  }
  const connect = (): Promise<Log> =>
    openLog({ url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 4 })
  const allEvents = async (): Promise<StoredEvent[]> => {
    const events: StoredEvent[] = []
    for await (const batch of log.readEvents(partition, 0, await log.endOfEvents(partition))) events.push(...batch)
    return events
  }

  beforeAll(async () => {
    folder = temporaryFolder()
    ;[nats, postgres] = await Promise.all([startNats({ dataDir: folder }), testPostgres()])
    system = await startSystem({ nats, postgres })
    let last = ''
    for (const { raw } of conversations(5, 4))
      last = ((await (await system.mail(raw)).json()) as { sequence: string }).sequence
    await system.call('GET', `/v1/threads?wait_for=${last}`)
    log = await connect()
  })
  afterAll(async () => {
    await log?.close()
    await nats?.stop()
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('finds nothing where nothing is wrong, while the system runs', async () => {
    const { equal, log, tables } = await verify()
    expect({ equal, log, tables }).toMatchObject({ equal: true, log: { faults: [] }, tables: { equal: true } })
  })

  it('names the table and the event of a row that was changed by hand', async () => {
    const database = await Database.open({ databaseUrl: postgres.databaseUrl })
    const [row] = await database.run<{ id: string; subject: string; position: string }>(
      'select id, subject, position from message order by position limit 1',
      [],
    )
    await database.run('update message set subject = $1 where id = $2', ['Another subject', row?.id])
    const { equal, tables } = await verify()
    expect(equal).toBe(false)
    expect(tables?.differences).toEqual([
      expect.objectContaining({ table: 'message', partition, firstEvent: Number(row?.position) }),
    ])
    await database.run('update message set subject = $1 where id = $2', [row?.subject, row?.id])
    await database.close()
    expect((await verify()).equal).toBe(true)
  })

  it('names the event that a projector left out', async () => {
    const other = await testPostgres()
    try {
      const database = await Database.open({ databaseUrl: other.databaseUrl })
      const events = await allEvents()
      const skipped = events.filter(({ type }) => type === 'MessageThreaded')[7]?.sequence ?? 0
      await new Projection(database).apply(
        { partition, events: events.filter(({ sequence }) => sequence !== skipped) },
        (p, sequences) => log.recordsAt(p, sequences),
      )
      await new LinkStore(database).apply(partition, events)
      await database.close()
      const { equal, log: check, tables } = await verify(other.databaseUrl)
      expect([equal, check.faults]).toEqual([false, []])
      const messages = tables?.differences.find(({ table }) => table === 'message')
      expect(messages?.firstEvent).toBe(skipped)
    } finally {
      await other.stop()
    }
  })

  it('names the message in which one bit flipped', async () => {
    await log.close()
    await system.stopServices()
    await nats.stop()
    const path = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find(
      (name) => name.includes(`/streams/MAIL-${partition}/`) && name.endsWith('1.blk'),
    )
    const file = join(folder, path ?? '')
    const bytes = readFileSync(file)
    const at = bytes.indexOf('Mail 2 of conversation 3.')
    expect(at).toBeGreaterThan(0)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(file, bytes)
    nats = await startNats({ dataDir: folder })
    log = await connect()
    const { equal, log: check } = await verify(postgres.databaseUrl, '--log-only')
    expect(equal).toBe(false)
    expect(check.faults[0]).toMatchObject({
      stream: `MAIL-${partition}`,
      what: expect.stringContaining('damaged') as unknown,
    })
    const sequence = check.faults[0]?.sequence ?? 0
    expect(check.faults).toContainEqual(
      expect.objectContaining({ what: `the raw mail that it names, at ${sequence}, is not there` }),
    )
  })
})
