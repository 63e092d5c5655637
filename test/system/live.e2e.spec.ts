import { hashOfKey } from '@skein/http'
import { openLog, type Log } from '@skein/log'
import type { AccountId, KeyId, StoredEvent } from '@skein/events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversations } from './conversations.js'
import { readWithCuts, type SeenEvent } from './event-reader.js'
import { startSystem, type System } from './system.js'

const CUTS = 100
const THREADS = 20
const LENGTH = 10
const STRANGER = 'sk_stranger_live_1'

describe('live updates', () => {
  let system: System
  let log: Log

  beforeAll(async () => {
    system = await startSystem()
    const { natsUrl: url, monitorUrl } = system
    log = await openLog({ url, monitorUrl, name: 'live spec', partitions: 4 })
    await log.directory.put('account', { id: 'acc_stranger' as AccountId, name: 'Stranger' })
    await log.directory.put('key', {
      id: 'key_stranger' as KeyId,
      account: 'acc_stranger' as AccountId,
      name: 'stranger',
      hash: hashOfKey(STRANGER),
      scopes: ['read'],
      createdAt: '2026-01-01T00:00:00Z',
    })
  })
  afterAll(async () => {
    await log.close()
    await system.stop()
  })

  const stored = async (): Promise<StoredEvent[]> => {
    const all: StoredEvent[] = []
    for (let p = 0; p < log.partitions; p++)
      for await (const events of log.readEvents(p, 0, await log.endOfEvents(p))) all.push(...events)
    return all
  }
  const positions = (seen: readonly SeenEvent[]): string[] => seen.map(({ position }) => position)
  const sendAll = async (prefix: string, threads: number, length: number): Promise<void> => {
    for (const { raw } of conversations(threads, length)) {
      const answer = await system.mail(raw.replaceAll('@made.example>', `.${prefix}@made.example>`))
      expect(answer.status).toBe(202)
    }
  }
  const list = async (path: string, key = system.key) => {
    const answer = await fetch(new URL(path, system.url), {
      headers: { authorization: `Bearer ${key}`, accept: 'application/json' },
    })
    return (await answer.json()) as { events: SeenEvent[]; next_after: string; has_more: boolean }
  }

  it('shows each event once, in order, to a reader that is cut a hundred times while mail arrives', async () => {
    let random = 20_261_121
    const next = (): number => (random = (random * 1_103_515_245 + 12_345) % 2 ** 31)
    let done = false
    const reading = readWithCuts(system, {
      from: '?from=start',
      cuts: CUTS,
      cutAfter: () => 1 + (next() % 5_000),
      until: (seen) => done && seen.filter(({ type }) => type === 'MessageThreaded').length >= THREADS * LENGTH,
    })
    const sending = sendAll('cut', THREADS, LENGTH).then(() => (done = true))
    const [{ seen, cuts }] = await Promise.all([reading, sending])
    expect(cuts).toBe(CUTS)
    expect(positions(seen)).toEqual([...new Set(positions(seen))])
    const all = await stored()
    const bySeen = new Map(seen.map((event) => [event.position, event.type]))
    expect(all.filter(({ partition, sequence }) => !bySeen.has(`${partition}:${sequence}`))).toEqual([])
    const places = seen.map(({ position }) => position.split(':').map(Number) as [number, number])
    for (let p = 0; p < log.partitions; p++) {
      const sequences = places.filter(([partition]) => partition === p).map(([, sequence]) => sequence)
      expect(sequences).toEqual(sequences.toSorted((a, b) => a - b))
    }
  })

  it('says nothing to another account', async () => {
    expect(await list('/v1/events?from=start', STRANGER)).toEqual({ events: [], next_after: '0:0', has_more: false })
  })
})
