import { hashOfKey } from '@skein/http'
import { openLog, type Log } from '@skein/log'
import type { StoredEvent } from '@skein/events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversations } from './conversations.js'
import { readSocketWithCuts, readWithCuts, type SeenEvent } from './event-reader.js'
import { WebSocket } from 'ws'
import { startSystem, type System } from './system.js'

const CUTS = 100
const THREADS = 20
const LENGTH = 10
const STRANGER = 'sk_stranger_live_1'

/** The status of the answer to a WebSocket that is refused. */
const statusOfSocket = (url: string, key: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${key}` } })
    socket.once('unexpected-response', (_, { statusCode }) => resolve(statusCode))
    socket.once('open', () => reject(new Error('it was opened')))
    socket.on('error', () => undefined)
  })

describe('live updates', () => {
  let system: System
  let log: Log

  beforeAll(async () => {
    system = await startSystem()
    const { natsUrl: url, monitorUrl } = system
    log = await openLog({ url, monitorUrl, name: 'live spec', partitions: 4 })
    await log.directory.put('account', { id: 'acc_stranger', name: 'Stranger' })
    await log.directory.put('key', {
      id: 'key_stranger',
      account: 'acc_stranger',
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
  const positionOf = ({ partition, sequence }: StoredEvent): string => `${partition}:${sequence}`
  const positions = (seen: readonly SeenEvent[]): string[] => seen.map(({ position }) => position)
  const sendAll = async (prefix: string, threads: number, length: number): Promise<void> => {
    let last = ''
    for (const { raw } of conversations(threads, length)) {
      const answer = await system.mail(raw.replaceAll('@made.example>', `.${prefix}@made.example>`))
      expect(answer.status).toBe(202)
      last = ((await answer.json()) as { sequence: string }).sequence
    }
    await system.call('GET', `/v1/threads?wait_for=${last}`)
  }
  const ask = (path: string, key: string): Promise<Response> =>
    fetch(new URL(path, system.url), { headers: { authorization: `Bearer ${key}`, accept: 'application/json' } })
  const list = async (path: string, key = system.key) => {
    const answer = await ask(path, key)
    return (await answer.json()) as { events: SeenEvent[]; next_after: string; has_more: boolean }
  }

  it('shows each event once, in order, to a reader that is cut a hundred times while mail arrives', async () => {
    let random = 20_261_121
    const next = (): number => (random = (random * 1_103_515_245 + 12_345) % 2 ** 31)
    const total = sendAll('cut', THREADS, LENGTH).then(async () => (await stored()).length)
    const cutAfter = (): number => 1 + (next() % 5_000)
    const { seen, cuts } = await readWithCuts(system, { from: '?from=start', cuts: CUTS, cutAfter, total })
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

  it('shows the same by WebSocket, through cuts', async () => {
    const total = sendAll('ws', 4, 5).then(async () => (await stored()).length)
    const { seen, cuts } = await readSocketWithCuts(system, { wish: { from: 'start' }, cutAfter: 30, total })
    expect(cuts).toBeGreaterThan(5)
    expect(positions(seen)).toEqual([...new Set(positions(seen))])
    expect(new Set(positions(seen))).toEqual(new Set((await stored()).map(positionOf)))
  })

  it('shows only what is asked for', async () => {
    const [first] = (await list('/v1/events?from=start&type=ThreadStarted&limit=1')).events
    const ofThread = (await list(`/v1/events?from=start&thread=${first?.thread_id}&limit=100`)).events
    expect(new Set(ofThread.map(({ thread_id }) => thread_id))).toEqual(new Set([first?.thread_id]))
    expect(ofThread.filter(({ type }) => type === 'MessageThreaded')).toHaveLength(LENGTH)
    const types = '&type=ThreadStarted,ThreadRead&type=ThreadUnread'
    const ofType = (await list(`/v1/events?from=start${types}&limit=100`)).events
    expect(new Set(ofType.map(({ type }) => type))).toEqual(new Set(['ThreadStarted']))
    expect((await list('/v1/events?from=start&inbox=inb_sales')).events).toEqual([])
    expect((await list('/v1/events?from=start&inbox=support@skein.example')).events).toHaveLength(50)
  })

  it('brings an event once a reader who reacts to it finds what it did', async () => {
    const before = (await stored()).length
    const sent = Promise.withResolvers<number>()
    const open = Promise.withResolvers<void>()
    const total = sent.promise
    const reading = readWithCuts(system, { from: '', cuts: 0, cutAfter: () => Infinity, total, onOpen: open.resolve })
    await open.promise
    await sendAll('react', 1, 1)
    sent.resolve((await stored()).length - before)
    const { seen } = await reading
    const message = seen.find(({ type }) => type === 'MessageThreaded')
    expect((await system.call('GET', `/v1/messages/${message?.message_id}`)).status).toBe(200)
  })

  it.each(['what it holds', 'the log, after a start'])(
    'gives a list page by page from %s, and a place to ask again from',
    async (from) => {
      if (from.includes('start')) await system.restart()
      const all: SeenEvent[] = []
      let page = await list('/v1/events?from=start&limit=100')
      for (; page.has_more; page = await list(`/v1/events?after=${page.next_after}&limit=100`)) all.push(...page.events)
      all.push(...page.events)
      expect(new Set(positions(all))).toEqual(new Set((await stored()).map(positionOf)))
      expect(await list(`/v1/events?after=${page.next_after}`)).toMatchObject({ events: [], has_more: false })
    },
  )

  it('gives one event by its position, to those who may see it', async () => {
    const [first] = (await list('/v1/events?from=start&limit=1')).events
    const path = `/v1/events/${first?.position}`
    expect(await (await system.call('GET', path)).json()).toEqual({ ...first, id: first?.position })
    const asStranger = await fetch(new URL(path, system.url), { headers: { authorization: `Bearer ${STRANGER}` } })
    const answers = [
      asStranger,
      ...(await Promise.all(['0:999999', '9:1', '0:0', 'x'].map((one) => system.call('GET', `/v1/events/${one}`)))),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
  })

  it.each([
    ['a place that is none', 'after=yesterday', 'after'],
    ['a partition that is not there', 'after=99:1', 'after'],
    ['a place that the log has not come to', 'after=0:999999', 'after'],
    ['a type that is none', 'type=MessageLost', 'type'],
    ['two beginnings', 'after=0:1&from=start', 'from'],
  ])('refuses %s', async (_, query, field) => {
    const answer = await system.call('GET', `/v1/events?${query}`)
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as { field: string }).field).toContain(field)
  })

  it('shows a key for an inbox what concerns that inbox', async () => {
    const key = (id: string, inbox: string) => ({
      ...{ id: `key_${id}`, account: 'acc_demo', name: id, hash: hashOfKey(`sk_${id}_of_a_part`) },
      ...{ scopes: ['read' as const], inboxes: [inbox], createdAt: '2026-01-01T00:00:00Z' },
    })
    await log.directory.put('key', key('sales', 'inb_sales'))
    await log.directory.put('key', key('support', 'inb_support'))
    const keys = [system.key, 'sk_sales_of_a_part', 'sk_support_of_a_part']
    // a service hears of a new key a moment later
    for (const one of keys) await expect.poll(async () => (await ask('/v1/events?limit=1', one)).status).toBe(200)
    const [whole, sales, support] = await Promise.all(keys.map((one) => list('/v1/events?from=start&limit=60', one)))
    expect(sales?.events).toEqual([])
    expect(support?.events).toEqual(whole?.events)
  })

  it('opens no more than a hundred streams for a key, and says so in words', async () => {
    const left = new AbortController()
    const open = (key: string): Promise<Response> =>
      fetch(new URL('/v1/events', system.url), {
        headers: { authorization: `Bearer ${key}` },
        signal: left.signal,
      })
    const answers = await Promise.all(Array.from({ length: 101 }, () => open(STRANGER)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(100)
    expect(await refused[0]?.json()).toMatchObject({ type: 'urn:skein:problem:too-many-streams', limit: 100 })
    expect(await statusOfSocket(`${system.url.replace('http', 'ws')}/v1/ws`, STRANGER)).toBe(429)
    expect((await open(system.key)).status).toBe(200)
    left.abort()
  })

  it('says nothing to another account', async () => {
    expect(await list('/v1/events?from=start', STRANGER)).toEqual({ events: [], next_after: '0:0', has_more: false })
  })

  it('ends when the key is revoked', async () => {
    const answer = await fetch(new URL('/v1/events', system.url), { headers: { authorization: `Bearer ${STRANGER}` } })
    await log.directory.delete('key', 'key_stranger')
    await sendAll('revoked', 1, 1)
    expect(await answer.text()).toMatch(/^retry: 2000\nid: 0:0\n\n/)
  })
})
