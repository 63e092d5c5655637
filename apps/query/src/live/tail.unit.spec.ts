import type { MessageId, StoredEvent, ThreadId } from '@skein/events'
import { describe, expect, it } from 'vitest'
import { Tail } from './tail.js'

const event = (sequence: number): StoredEvent => ({
  ...{
    id: `${sequence}`,
    sequence,
    partition: 0,
    time: '2026-01-01T00:00:00Z',
    space: 'spc_a' as StoredEvent['space'],
  },
  ...{ thread: 'thr_a' as ThreadId, cause: { kind: 'input', stream: 'MAIL-0', sequence } },
  ...{ type: 'ThreadUnread', data: { inboxes: [] } },
})
const events = (first: number, last: number): StoredEvent[] =>
  Array.from({ length: last - first + 1 }, (_, i) => event(first + i))

/** A log of so many events, which notes what is read of it. */
const logOf = (length: number) => {
  const reads: [number, number][] = []
  async function* readEvents(_: number, after: number, until: number) {
    reads.push([after, until])
    for (let at = after + 1; at <= Math.min(until, length); at += 500)
      yield events(at, Math.min(at + 499, until, length))
  }
  return { reads, readEvents }
}
const sequences = ({ events }: { events: readonly StoredEvent[] }): number[] => events.map(({ sequence }) => sequence)

describe('the end of the log that readers share', () => {
  it('gives what came since without a look into the log', async () => {
    const log = logOf(20)
    const tail = new Tail(log)
    tail.begin(0, 10)
    tail.take({ partition: 0, after: 10, events: events(11, 14) })
    tail.take({ partition: 0, after: 14, events: events(15, 16) })
    const slice = await tail.after(0, 12)
    expect([sequences(slice), slice.upTo, log.reads]).toEqual([[13, 14, 15, 16], 16, []])
  })

  it('reads the log for a reader who is behind, and no further than the views are', async () => {
    const log = logOf(2_000)
    const tail = new Tail(log)
    tail.begin(0, 1_200)
    expect(sequences(await tail.after(0, 0))).toEqual(sequences({ events: events(1, 500) }))
    const rest = await tail.after(0, 1_000)
    expect([sequences(rest).at(-1), rest.upTo]).toEqual([1_200, 1_200])
  })

  it('takes no event twice when a batch is given again', async () => {
    const tail = new Tail(logOf(0))
    tail.begin(0, 0)
    tail.take({ partition: 0, after: 0, events: events(1, 3) })
    tail.take({ partition: 0, after: 1, events: events(2, 4) })
    expect(sequences(await tail.after(0, 0))).toEqual([1, 2, 3, 4])
  })

  it('reads from the log what another process brought into the views', async () => {
    const log = logOf(9)
    const tail = new Tail(log)
    tail.begin(0, 0)
    tail.take({ partition: 0, after: 0, events: events(1, 3) })
    tail.take({ partition: 0, after: 6, events: events(7, 9) })
    expect(sequences(await tail.after(0, 2))).toEqual([3, 4, 5, 6, 7, 8, 9])
    expect(sequences(await tail.after(0, 6))).toEqual([7, 8, 9])
  })

  it('goes past events that this release cannot read', async () => {
    const tail = new Tail({ readEvents: async function* () {} })
    tail.begin(0, 7)
    expect(await tail.after(0, 3)).toEqual({ events: [], upTo: 7 })
  })

  it('holds no more than it needs, however much comes', async () => {
    const log = logOf(10_000)
    const tail = new Tail(log)
    tail.begin(0, 0)
    for (let at = 0; at < 10_000; at += 500) tail.take({ partition: 0, after: at, events: events(at + 1, at + 500) })
    await tail.after(0, 9_000)
    expect(log.reads).toEqual([])
    await tail.after(0, 100)
    expect(log.reads).toEqual([[100, 10_000]])
  })

  it('shows nothing of a mail any more once it is erased', async () => {
    const tail = new Tail(logOf(0))
    tail.begin(0, 0)
    const message = 'msg_gone' as MessageId
    const queued = { message, from: 'ann@us.test', to: ['bob@them.test'] }
    const sent = { ...event(1), type: 'MessageQueued', data: queued } as unknown as StoredEvent
    const erased = { ...event(2), type: 'MessageErased', data: { message } } as StoredEvent
    tail.take({ partition: 0, after: 0, events: [sent] })
    tail.take({ partition: 0, after: 1, events: [erased] })
    expect(JSON.stringify(await tail.after(0, 0))).not.toMatch(/us\.test|them\.test/)
    expect(sequences(await tail.after(0, 0))).toEqual([1, 2])
  })

  it('wakes readers when there is more', async () => {
    const tail = new Tail(logOf(0))
    const change = tail.nextChange()
    tail.take({ partition: 0, after: 0, events: events(1, 1) })
    await expect(change).resolves.toBeUndefined()
  })
})
