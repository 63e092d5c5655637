import type { SkeinEvent, SpaceId, ThreadId } from '@skein/events'
import { testNats } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLog, StaleWriter, type Log } from './index.js'

const space = 'spc_a' as SpaceId
const thread = 'thr_a' as ThreadId
const event = (n: number): SkeinEvent => ({
  id: `test.${n}`,
  time: '2026-03-01T10:00:00.000Z',
  space,
  thread,
  cause: { kind: 'command', id: `c${n}`, name: 'MarkThreadRead', actor: 'a person, with a comma' },
  type: 'ThreadRead',
  data: { inboxes: ['inb_a' as never], upTo: n },
})
const range = (from: number, to: number): SkeinEvent[] =>
  Array.from({ length: to - from + 1 }, (_, i) => event(from + i))

describe('append', () => {
  let nats: Awaited<ReturnType<typeof testNats>>
  let log: Log

  beforeAll(async () => {
    nats = await testNats()
    log = await openLog({ url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 2 })
  })
  afterAll(async () => {
    await log?.close()
    await nats?.stop()
  })

  it('stores one event and a batch in one order, and reads back what was written', async () => {
    expect(await log.appendEvents(0, 0, [event(1)])).toBe(1)
    expect(await log.appendEvents(0, 1, range(2, 700))).toBe(700)
    expect(await log.endOfEvents(0)).toBe(700)
    const read = []
    for await (const batch of log.readEvents(0, 0, 700)) read.push(...batch)
    expect(read).toEqual(range(1, 700).map((e, i) => ({ ...e, sequence: i + 1, partition: 0 })))
  })

  it('refuses a writer that does not know the last sequence, alone and in a batch, and stores nothing of it', async () => {
    await expect(log.appendEvents(0, 5, [event(1)])).rejects.toBeInstanceOf(StaleWriter)
    await expect(log.appendEvents(0, 5, range(1, 3))).rejects.toBeInstanceOf(StaleWriter)
    expect(await log.endOfEvents(0)).toBe(700)
  })

  it('lets exactly one of two writers append after the same sequence', async () => {
    const results = await Promise.allSettled([
      log.appendEvents(1, 0, range(1, 20)),
      log.appendEvents(1, 0, range(21, 40)),
    ])
    expect(results.map((r) => r.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await log.endOfEvents(1)).toBe(20)
  })
})
