import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openLog } from '@skein/log'
import { testNats, testPostgres, type TestDatabase, type TestNats } from '@skein/servers'
import { Database, fillTables } from '@skein/views'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillLog, PARTITIONS } from '../bench/rebuild-log.js'

const skein = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname

describe('skein ops rebuild of a log with thousands of events', () => {
  let nats: TestNats
  let postgres: TestDatabase
  let events: number

  /** `stopAt`: asked to stop as soon as it has said so much of its progress. */
  const ops = async (parameters: string[], stopAt?: RegExp): Promise<{ code: number | null; out: string }> => {
    const env = { NATS_URL: nats.natsUrl, NATS_MONITOR_URL: nats.monitorUrl, DATABASE_URL: postgres.databaseUrl }
    const child = spawn(process.execPath, [skein, 'ops', ...parameters], { env: { ...process.env, ...env } })
    let [out, said, asked] = ['', '', false]
    child.stdout.on('data', (text: Buffer) => (out += text.toString()))
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString()
      if (asked || stopAt?.test(said) !== true) return
      asked = true
      child.kill('SIGINT')
    })
    const [code] = (await once(child, 'close')) as [number | null]
    return { code, out }
  }

  beforeAll(async () => {
    ;[nats, postgres] = await Promise.all([testNats(), testPostgres()])
    const { natsUrl: url, monitorUrl } = nats
    const filled = await fillLog({ natsUrl: url, monitorUrl }, { mails: 2_400, inUse: true }, () => undefined)
    events = filled.events
    const log = await openLog({ url, monitorUrl, name: 'test', partitions: PARTITIONS, allowUnsafeFsync: true })
    const ends = new Map<number, number>()
    for (let partition = 0; partition < PARTITIONS; partition++) ends.set(partition, await log.endOfEvents(partition))
    const marks = { views: ends, index: ends }
    expect(await fillTables({ databaseUrl: postgres.databaseUrl }, marks, { source: log.source() })).toBe(events)
    await log.close()
  })
  afterAll(async () => {
    await Promise.all([nats?.stop(), postgres?.stop()])
  })

  it('makes equal tables, with what people did with the mail', async () => {
    const { code, out } = await ops(['rebuild', '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ swapped: true, equal: true, events })
    expect((await ops(['verify', '--json'])).code).toBe(0)
  })

  it('goes on with what was made when it was stopped', async () => {
    expect(await ops(['rebuild', '--json'], /\d+ of \d+ events/)).toEqual({ code: 130, out: '' })
    const database = await Database.open({ databaseUrl: postgres.databaseUrl })
    const [left] = await database.run<{ events: string | null }>(
      `select sum(sequence) as events from skein_next.checkpoint`,
    )
    await database.close()
    const { code, out } = await ops(['rebuild', '--json'])
    expect(code).toBe(0)
    const result = JSON.parse(out) as { events: number; equal: boolean }
    expect(result.equal).toBe(true)
    expect(result.events).toBeLessThanOrEqual(events)
    expect(Number(left?.events ?? 0)).toBeLessThanOrEqual(events)
  })
})
