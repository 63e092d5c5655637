import type { SkeinEvent, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import { jetstreamManager } from '@nats-io/jetstream'
import { testNats } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openLog, type Log } from './index.js'

const ALL = 6_000
/** Every third event is of the second space. */
const spaceOf = (n: number): SpaceId => (n % 3 === 0 ? 'spc_b' : 'spc_a') as SpaceId
const event = (n: number): SkeinEvent => ({
  id: `test.${n}`,
  time: '2026-03-01T10:00:00.000Z',
  space: spaceOf(n),
  thread: 'thr_a' as ThreadId,
  cause: { kind: 'command', id: `c${n}`, name: 'MarkThreadRead', actor: 'somebody' },
  type: 'ThreadRead',
  data: { inboxes: ['inb_a' as never], upTo: n },
})

describe('a range of events', () => {
  let nats: Awaited<ReturnType<typeof testNats>>
  let log: Log
  beforeAll(async () => {
    nats = await testNats()
    log = await openLog({ url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 1 })
    for (let last = 0; last < ALL; last += 1_000)
      await log.appendEvents(
        0,
        last,
        Array.from({ length: 1_000 }, (_, i) => event(last + i + 1)),
      )
  }, 60_000)
  afterAll(async () => {
    await log?.close()
    await nats?.stop()
  })

  const read = async (after: number, until: number, space?: SpaceId): Promise<StoredEvent[]> => {
    const events: StoredEvent[] = []
    for await (const batch of log.readEvents(0, after, until, undefined, space)) events.push(...batch)
    return events
  }
  const sequences = async (...range: Parameters<typeof read>): Promise<number[]> =>
    (await read(...range)).map(({ sequence }) => sequence)
  const numbers = (after: number, until: number): number[] =>
    Array.from({ length: until - after }, (_, i) => after + i + 1)

  it.each<[string, number, number]>([
    ['a few', 10, 20],
    ['one', 41, 42],
    ['none', 42, 42],
    ['long ones', 0, ALL],
    ['long ones from the middle', 1_234, 5_678],
    ['what is not there yet', ALL, ALL + 5_000],
    ['the end, and what is not there yet', ALL - 7, ALL + 5_000],
  ])('has every event once, in order: %s', async (_, after, until) =>
    expect(await sequences(after, until)).toEqual(numbers(after, Math.min(until, ALL))),
  )

  it.each([
    [0, ALL],
    [100, 200],
  ])('of a space has the events of that space: %i to %i', async (after, until) =>
    expect(await sequences(after, until, 'spc_b' as SpaceId)).toEqual(
      numbers(after, until).filter((n) => spaceOf(n) === 'spc_b'),
    ),
  )

  it('is the same read in pieces and as a whole', async () => {
    const pieces: StoredEvent[] = []
    for (let after = 0; after < ALL; after += 500) pieces.push(...(await read(after, after + 500)))
    expect(pieces).toEqual(await read(0, ALL))
  })

  it('of a space without events ends', async () => expect(await sequences(0, ALL, 'spc_c' as SpaceId)).toEqual([]))

  it('may be left in the middle, and read again', async () => {
    for await (const batch of log.readEvents(0, 0, ALL)) if (batch.length > 0) break
    expect(await sequences(0, ALL)).toHaveLength(ALL)
  })

  it('ends where the last events are no more', async () => {
    const jsm = await jetstreamManager(log.connection)
    await jsm.streams.deleteMessage('EVENTS-0', ALL)
    await jsm.streams.deleteMessage('EVENTS-0', 3_000)
    const left = numbers(0, ALL - 1).filter((n) => n !== 3_000)
    expect(await sequences(0, ALL)).toEqual(left)
    expect(await sequences(ALL - 10, ALL)).toEqual(left.slice(-9))
  })
})
