import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { partitionOf, type SpaceId } from '@skein/events'
import { openLog, type Log } from '@skein/log'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system.js'

const run = promisify(execFile)
const skein = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname

describe('an input that cannot be read', () => {
  let system: System
  let log: Log
  let place: string
  const partition = partitionOf('spc_demo' as SpaceId, 4)

  const ops = (...parameters: string[]): Promise<string> => operate('parked', ...parameters)
  const operate = async (...parameters: string[]): Promise<string> => {
    const env = {
      ...process.env,
      NATS_URL: system.natsUrl,
      NATS_MONITOR_URL: system.monitorUrl,
      DATABASE_URL: system.databaseUrl,
    }
    return (await run(process.execPath, [skein, 'ops', ...parameters], { env })).stdout
  }
  const health = async (): Promise<{ state: string }> =>
    (await (await fetch(`${system.url}/health/ready`)).json()) as { state: string }
  const send = async (id: string): Promise<string> => {
    const raw = `From: a@a.example\r\nMessage-ID: <${id}@a.example>\r\nSubject: ${id}\r\n\r\nText.\r\n`
    return ((await (await system.mail(raw)).json()) as { sequence: string }).sequence
  }

  beforeAll(async () => {
    system = await startSystem()
    log = await openLog({ url: system.natsUrl, monitorUrl: system.monitorUrl, name: 'test', partitions: 4 })
    const ack = await log.js.publish(`skein.mail.${partition}.spc_demo.received`, '{"v": 99}')
    place = `${ack.stream}:${ack.seq}`
  })
  afterAll(async () => {
    await log?.close()
    await system?.stop()
  })

  it('is put aside with the reason, while the mail behind it goes on, and health says so', async () => {
    const sequence = await send('behind')
    const answer = await system.call('GET', `/v1/threads?search=behind&wait_for=${sequence}`)
    expect(((await answer.json()) as { threads: unknown[] }).threads).toHaveLength(1)
    expect(await health()).toMatchObject({ state: 'yellow' })
    expect(await ops('list')).toContain(place)
    expect(JSON.parse(await ops('show', place, '--json'))).toMatchObject({
      reason: expect.stringContaining('unreadable input record') as unknown,
      state: 'parked',
    })
  })

  it('stays parked when it is tried again and still cannot be read', async () => {
    await expect(ops('retry', place)).rejects.toMatchObject({ code: 1 })
    expect(await ops('list')).toContain(place)
  })

  it('is no longer listed once somebody gives it up, and health is green again', async () => {
    await ops('drop', place)
    expect(await ops('list')).toContain('Nothing is parked.')
    expect(await health()).toMatchObject({ state: 'green' })
  })

  it('goes through when nothing stands in its way any more', async () => {
    const sequence = await send('again')
    const [stream = '', number = ''] = sequence.split(':')
    await log.park({ stream, sequence: Number(number) }, 'a rule failed')
    expect(await ops('retry', sequence)).toContain('went through')
    expect(await ops('list')).toContain('Nothing is parked.')
  })

  it('is counted where an operator looks first', async () => {
    const status = JSON.parse(await operate('status', '--json')) as Record<string, unknown>
    expect(status).toMatchObject({ parked: 0 })
    const [own] = (status['partitions'] as Record<string, unknown>[]).filter((one) => one['partition'] === partition)
    expect(own).toMatchObject({ writer: expect.stringMatching(/^test-/) as unknown, lag: 0 })
    expect(await operate('status')).toContain('Nothing is parked.')
  })
})
