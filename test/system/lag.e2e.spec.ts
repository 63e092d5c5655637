import { partitionOf, type SpaceId } from '@skein/events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ops } from './ops.js'
import { startSystem, type System } from './system.js'

interface Lag {
  partition: number
  end: number
  views: { at: number; events: number; seconds: number }
  index: { at: number; events: number }
  webhooks: { webhook: string; events: number; due: number }[]
}

describe('where an operator looks', () => {
  let system: System
  const partition = partitionOf('spc_demo' as SpaceId, 4)
  const lag = async (): Promise<Lag | undefined> => {
    const { partitions } = JSON.parse((await ops(system, 'lag', '--json')).out) as { partitions: Lag[] }
    return partitions[partition]
  }
  const mail = async (id: string): Promise<string> => {
    const raw = `From: a@a.example\r\nMessage-ID: <${id}@a.example>\r\nSubject: ${id}\r\n\r\nText.\r\n`
    return ((await (await system.mail(raw)).json()) as { sequence: string }).sequence
  }

  beforeAll(async () => {
    system = await startSystem()
    await system.call('GET', `/v1/threads?wait_for=${await mail('first')}`)
  })
  afterAll(() => system?.stop())

  it('status names the services that are connected, and who has each partition', async () => {
    const status = JSON.parse((await ops(system, 'status', '--json')).out) as {
      services: { name: string }[]
      partitions: Record<string, unknown>[]
      sends: object
    }
    const names = status.services.map(({ name }) => name)
    expect(names).toEqual(['skein-ingest', 'skein-outbox', 'skein-query', 'skein-threader'])
    const held = expect.stringMatching(/^test-/) as unknown
    expect(status.partitions[partition]).toMatchObject({ writer: held, sender: held, webhooks: held, lag: 0 })
    expect(status.sends).toEqual({})
  })

  it('status in words has the same', async () => {
    const { out } = await ops(system, 'status')
    expect(out).toContain('skein-threader')
    expect(out).toContain('No mail waits to be sent.')
    expect(out).toContain('Nothing is parked.')
  })

  it('streams lists the pairs of all partitions and the buckets, with what they hold', async () => {
    const { streams } = JSON.parse((await ops(system, 'streams', '--json')).out) as {
      streams: { stream: string; messages: number; lastAt: string | null }[]
    }
    const byName = new Map(streams.map((one) => [one.stream, one]))
    expect(byName.get(`EVENTS-${partition}`)).toMatchObject({ messages: 2, first: 1, last: 2 })
    expect(byName.get(`MAIL-${partition}`)).toMatchObject({ messages: 2 })
    expect([...byName.keys()]).toEqual(expect.arrayContaining(['MAIL-0', 'EVENTS-3', 'PARKED', 'KV_directory']))
    expect((await ops(system, 'streams')).out).toContain(`EVENTS-${partition}`)
  })

  it('lag is nothing while all keep up', async () => {
    expect(await lag()).toMatchObject({ end: 2, views: { at: 2, events: 0, seconds: 0 }, index: { events: 0 } })
  })

  it('lag counts what a webhook that does not answer has not taken', async () => {
    const made = await system.call('POST', '/v1/webhooks', { url: 'https://hook.invalid/skein' })
    const { id } = (await made.json()) as { id: string }
    await mail('second')
    await expect
      .poll(async () => (await lag())?.webhooks.find(({ webhook }) => webhook === id)?.due, { timeout: 20_000 })
      .toBe(2)
    expect((await ops(system, 'lag')).out).toContain('2 to be tried again')
  })

  it('lag grows, and says how old the oldest event is, while nobody makes views', async () => {
    await system.stopServices()
    const { openLog } = await import('@skein/log')
    const log = await openLog({ url: system.natsUrl, monitorUrl: system.monitorUrl, name: 'test', partitions: 4 })
    const [event] = await log.eventsAt(partition, [1])
    if (event === undefined) throw new Error('there is no event')
    await log.appendEvents(partition, await log.endOfEvents(partition), [event])
    await log.close()
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    expect(await lag()).toMatchObject({ views: { events: 1 }, index: { events: 1 } })
    expect((await lag())?.views.seconds).toBeGreaterThan(1)
  })
})
