import { randomBytes } from 'node:crypto'
import { createServer, type AddressInfo } from 'node:net'
import { partitionOf, type AccountId, type InboxId, type SkeinEvent, type SpaceId, type WebhookId } from '@skein/events'
import { createHttpApp, hashOfKey, healthOf } from '@skein/http'
import { EventStreamServer, openLog, type Log, type Webhook } from '@skein/log'
import { testNats, type TestNats } from '@skein/servers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Arrived, WebhookReceiver } from '../../test/webhook-receiver.js'
import { OutboxModule } from '../outbox.module.js'
import { DEFAULT_OUTBOX_SETTINGS, type OutboxParts, type OutboxSettings } from '../parts.js'
import { PlaceRefused } from './address-guard.js'
import { guardedConnector, Post } from './post.js'
import { MAX_ATTEMPTS } from './schedule.js'
import { webhooks } from './webhooks.module.js'

const PARTITIONS = 2
const account = 'acc_a' as AccountId
const stranger = 'acc_b' as AccountId
const space = 'spc_a' as SpaceId
const KEY = 'sk_admin_of_a'
const READER = 'sk_reader_of_a'
const STRANGER = 'sk_admin_of_b'
const partition = partitionOf(space, PARTITIONS)
const secretOf = (): string => `whsec_${randomBytes(24).toString('base64')}`

let nats: TestNats
let log: Log
let receiver: WebhookReceiver
const secret = secretOf()

/** What answers have that these specs look at. */
interface Answer {
  [member: string]: unknown
  attempts: { event_id: string; position: string; kind: string; status: number }[]
  next_cursor: string | null
  event_id: string
}
interface Running {
  log: Log
  url: string
  call(method: string, path: string, body?: unknown, key?: string): Promise<{ status: number; body: Answer }>
  health(): Promise<string>
  stop(): Promise<void>
}
const running: Running[] = []

const logOptions = (name: string) => ({
  url: nats.natsUrl,
  monitorUrl: nats.monitorUrl,
  name,
  partitions: PARTITIONS,
  secret: 'only for this spec',
})

/** The webhooks of an outbox, on a log of their own; `now` may run ahead of the clock. */
const start = async (settings: Partial<OutboxSettings> = {}, now = () => new Date()): Promise<Running> => {
  const own = await openLog(logOptions('spec-outbox'))
  const parts: OutboxParts = {
    log: own,
    views: { isDelivered: () => Promise.resolve(true) } as never,
    mime: {} as never,
    settings: { ...DEFAULT_OUTBOX_SETTINGS, privateWebhooks: true, publicUrl: 'https://skein.test/', ...settings },
    holder: 'spec',
    now,
  }
  const part = webhooks(parts)
  const http = await createHttpApp(OutboxModule.on(parts, [part]), { http: { host: '127.0.0.1', port: 0 } })
  for (const options of part.streams)
    http.app.connectMicroservice({ strategy: new EventStreamServer({ log: own, ...options }) })
  await http.app.startAllMicroservices()
  const url = (await http.start()) as string
  const one: Running = {
    log: own,
    url,
    call: async (method, path, body, key = KEY) => {
      const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
      const answer = await fetch(`${url}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: answer.status, body: (await answer.json()) as Answer }
    },
    health: async () => (await healthOf(part.checks)).checks['webhooks']?.detail ?? '',
    stop: async () => {
      await http.close()
      await part.stop()
      await own.close()
    },
  }
  running.push(one)
  return one
}

let endpoints = 0
const endpoint = (more: Partial<Webhook> = {}): Promise<Webhook> => {
  const id = `whk_${++endpoints}` as WebhookId
  const sealed = log.secrets.seal(secret, `webhook ${id} secret`)
  return log.directory.put('webhook', {
    id,
    account,
    name: 'spec',
    url: receiver.url,
    secrets: [sealed],
    types: null,
    inboxes: null,
    createdAt: new Date().toISOString(),
    ...more,
  })
}

let made = 0
const event = (thread: string, more: Record<string, unknown> = {}): SkeinEvent =>
  ({
    id: `e${++made}`,
    time: new Date().toISOString(),
    space,
    thread: `thr_${thread}`,
    cause: { kind: 'command', id: `c${made}`, name: 'MarkThreadRead', actor: 'key_1' },
    type: 'ThreadUnread',
    data: { inboxes: ['inb_a' as InboxId] },
    ...more,
  }) as SkeinEvent
const append = async (...events: SkeinEvent[]): Promise<string[]> => {
  const of = partitionOf((events[0] as SkeinEvent).space, PARTITIONS)
  await log.appendEvents(of, await log.endOfEvents(of), events)
  return events.map(({ id }) => id)
}
const several = (count: number): SkeinEvent[] => Array.from({ length: count }, (_, i) => event(`t${i % 3}`))
const arrive = (count: number): Promise<void> =>
  expect.poll(() => receiver.arrived.length, { timeout: 15_000 }).toBe(count)

beforeAll(async () => {
  nats = await testNats()
  log = await openLog(logOptions('spec'))
  await log.directory.put('space', { id: space, account, name: 'A', rules: 'skein', policies: {} })
  await log.directory.put('space', { id: 'spc_b', account: stranger, name: 'B', rules: 'skein', policies: {} })
  const key = (text: string, of: AccountId, scopes: ('read' | 'admin')[]) => {
    const hash = hashOfKey(text)
    const createdAt = new Date().toISOString()
    return log.directory.put('key', {
      id: `key_${hash.slice(0, 6)}`,
      account: of,
      name: text,
      hash,
      scopes,
      createdAt,
    })
  }
  await key(KEY, account, ['admin'])
  await key(READER, account, ['read'])
  await key(STRANGER, stranger, ['admin'])
})
afterAll(async () => {
  await log?.close()
  await nats?.stop()
})
beforeEach(async () => {
  receiver = await WebhookReceiver.open(secret)
})
afterEach(async () => {
  expect(receiver.wrong).toEqual([])
  for (const one of running.splice(0)) await one.stop()
  for (const { id } of log.directory.all('webhook')) await log.directory.delete('webhook', id)
  await receiver.close()
})

describe('an endpoint gets', () => {
  it('every event after it was made, once, those of a thread in their order', async () => {
    await append(...several(5))
    await endpoint()
    await start()
    const sent = several(60)
    await append(...sent.slice(0, 30))
    await append(...sent.slice(30))
    await arrive(60)
    expect([...receiver.ids].sort()).toEqual(sent.map(({ id }) => id).sort())
    for (const thread of ['thr_t0', 'thr_t1', 'thr_t2']) {
      const own = sent.filter((one) => one.thread === thread).map(({ id }) => id)
      expect(receiver.ids.filter((id) => own.includes(id))).toEqual(own)
    }
  })

  it('where the event is and links to it, and no content', async () => {
    await endpoint()
    await start()
    await append(event('links', { type: 'SendStarted', data: { message: 'msg_1', attempt: 1 } }))
    await arrive(1)
    const end = await log.endOfEvents(partition)
    const position = `${partition}:${end}`
    expect(JSON.parse(receiver.arrived[0]?.body ?? '')).toEqual({
      type: 'SendStarted',
      timestamp: expect.any(String) as unknown,
      data: {
        event_id: receiver.ids[0],
        position,
        space,
        thread_id: 'thr_links',
        message_id: 'msg_1',
        inbox: null,
        links: {
          thread: `https://skein.test/v1/threads/thr_links?wait_for=${position}`,
          message: `https://skein.test/v1/messages/msg_1?wait_for=${position}`,
          event: `https://skein.test/v1/events?thread=thr_links&after=${partition}:${end - 1}&limit=1`,
        },
      },
    })
  })

  it('a signature by each of its secrets while they change', async () => {
    const id = `whk_${endpoints + 1}`
    const sealed = [secretOf(), secret].map((one) => log.secrets.seal(one, `webhook ${id} secret`))
    await endpoint({ secrets: sealed })
    await start()
    await append(event('rotation'))
    await arrive(1)
    expect(receiver.arrived[0]?.signatures).toBe(2)
  })

  it('nothing of another account, and nothing that it did not ask for', async () => {
    await endpoint({ types: ['ThreadReopened'] })
    await start()
    await append(event('other', { space: 'spc_b', type: 'ThreadReopened', data: { by: 'x' } }))
    await append(event('mine'), event('mine', { type: 'ThreadReopened', data: { by: 'x' } }))
    await arrive(1)
    expect(receiver.arrived[0]?.type).toBe('ThreadReopened')
    expect(receiver.arrived[0]?.position).toBe(`${partition}:${await log.endOfEvents(partition)}`)
  })
})

describe('when an endpoint fails', () => {
  it('it gets the event again with the same id, and those behind it meanwhile', async () => {
    await endpoint()
    const outbox = await start()
    const ids: string[] = []
    receiver.answer = (response, { id }) => {
      const isFirst = !ids.includes(id)
      ids.push(id)
      response.writeHead(isFirst && id === first ? 500 : 200).end()
    }
    const [first, second] = await append(event('fails'), event('fails'))
    await arrive(3)
    expect(receiver.ids).toEqual([first, second, first])
    void outbox
  })

  it('and says 410, nothing is sent to it any more, and health says why', async () => {
    const { id } = await endpoint()
    const outbox = await start()
    receiver.answer = (response) => response.writeHead(410).end()
    await append(event('gone'))
    await expect.poll(() => log.directory.get('webhook', id)?.disabled?.reason).toContain('410')
    await append(...several(3))
    await expect.poll(() => outbox.health()).toContain(`${id} was switched off: failing: it answered 410`)
    expect(receiver.arrived).toHaveLength(1)
  })

  it('for good, and took nothing anywhere for 5 days, nothing is sent to it any more', async () => {
    const daysAgo = (days: number): string => new Date(Date.now() - days * 24 * 60 * 60_000).toISOString()
    receiver.answer = (response) => response.writeHead(500).end()
    await append(event('last'))
    const sequence = await log.endOfEvents(partition)
    const [silent, heard] = [await endpoint(), await endpoint()]
    const run = (place: number) => [{ replay: null, place, to: null, done: [] }]
    const due = [{ sequence, replay: null, attempt: MAX_ATTEMPTS - 1, nextAt: daysAgo(0) }]
    const failing = { v: 1 as const, attempts: 0, runs: run(sequence), due, replayed: 0 }
    for (const { id } of [silent, heard])
      await log.webhooks.keepLane(partition, id, { ...failing, lastSuccessAt: daysAgo(7), failingSince: daysAgo(6) })
    const elsewhere = 1 - partition
    const runs = run(await log.endOfEvents(elsewhere))
    const taken = { ...failing, runs, due: [], lastSuccessAt: daysAgo(1), failingSince: null }
    await log.webhooks.keepLane(elsewhere, heard.id, taken)
    const outbox = await start()
    await expect.poll(() => log.directory.get('webhook', silent.id)?.disabled?.reason).toContain('nothing for 5 days')
    await expect
      .poll(async () => (await outbox.call('GET', `/v1/webhooks/${heard.id}/attempts`)).body.attempts)
      .toMatchObject([{ attempt: MAX_ATTEMPTS, status: 500, next_at: null }])
    expect(log.directory.get('webhook', heard.id)?.disabled).toBeNull()
  })

  it('by a redirect, nobody follows it', async () => {
    const { id } = await endpoint()
    const outbox = await start()
    receiver.answer = (response) => response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end()
    await append(event('redirect'))
    await arrive(1)
    await expect
      .poll(async () => (await outbox.log.webhooks.attempts(id, { limit: 5 })).attempts[0]?.attempt.error)
      .toBe('answered 302: redirects are not followed')
    expect(receiver.arrived.map(({ path }) => path)).toEqual(['/hook'])
  })

  it('by its silence, others get theirs', async () => {
    const dead = await WebhookReceiver.open(secret)
    dead.answer = () => undefined
    await endpoint({ url: dead.url })
    await endpoint()
    await start()
    await append(...several(300))
    await arrive(300)
    expect(dead.arrived.length).toBeLessThanOrEqual(8)
    await dead.close()
  })

  it('because its address is a private one, nothing reaches it by default', async () => {
    const { id } = await endpoint({ url: receiver.url.replace('http:', 'https:') })
    const outbox = await start({ privateWebhooks: false })
    await append(event('private'))
    await expect
      .poll(async () => (await outbox.log.webhooks.attempts(id, { limit: 5 })).attempts[0]?.attempt.error)
      .toBe('not sent: 127.0.0.1 is no address of the public internet')
    expect(receiver.arrived).toEqual([])
  })

  it('because its name leads to this machine, no connection is opened', async () => {
    let connections = 0
    const listener = createServer(() => connections++)
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const { port } = listener.address() as AddressInfo
    const addresses = [{ address: '127.0.0.1', family: 4 }]
    const post = new Post({ allowPrivate: false, resolve: (_, done) => done(null, addresses) })
    const outcome = await post.send(`https://hooks.example.com:${port}/`, {}, '{}')
    expect(outcome.error).toContain('which is not of the public internet')
    const connect = guardedConnector((_, done) => done(null, addresses))
    for (const hostname of ['127.0.0.1', '[::ffff:127.0.0.1]']) {
      const options = { hostname, port: String(port), protocol: 'http:' }
      const refusal = await new Promise((resolve) => connect(options, (...[error]) => resolve(error)))
      expect(refusal).toBeInstanceOf(PlaceRefused)
    }
    await new Promise((resolve) => listener.close(resolve))
    await post.close()
    expect(connections).toBe(0)
  })
})

describe('when the process is killed', () => {
  it('the next one sends what was not sent, and repeats only what was on its way', async () => {
    await endpoint()
    const killed = await start()
    let answered = 0
    receiver.answer = (response) => void (answered++ < 40 && response.writeHead(200).end())
    const sent = await append(...Array.from({ length: 100 }, (_, i) => event(`k${i}`)))
    await expect.poll(() => receiver.arrived.length).toBe(48)
    await expect.poll(async () => (await log.streamState('WEBHOOKS')).messages).toBeGreaterThanOrEqual(40)
    await killed.log.connection.close()
    receiver.answer = (response) => response.writeHead(200).end()
    await start()
    await expect.poll(() => new Set(receiver.ids).size, { timeout: 20_000 }).toBe(100)
    await expect.poll(() => receiver.ids.length).toBe(108)
    expect(new Set(receiver.ids)).toEqual(new Set(sent))
  })

  it('what was to be tried again is tried again by the next one', async () => {
    await endpoint()
    const first = await start()
    receiver.answer = (response) => response.writeHead(503).end()
    const [id] = await append(event('due'))
    await arrive(1)
    await first.stop()
    running.length = 0
    receiver.answer = (response) => response.writeHead(200).end()
    await start()
    await arrive(2)
    expect(receiver.ids).toEqual([id, id])
  })
})

describe('the calls about a webhook', () => {
  it('list what was tried, newest first, in pages, and of one event', async () => {
    const { id } = await endpoint()
    const outbox = await start()
    const sent: string[] = []
    for (let i = 0; i < 5; i++) {
      sent.push(...(await append(event('listed'))))
      await arrive(i + 1)
    }
    const list = async (query: string) => (await outbox.call('GET', `/v1/webhooks/${id}/attempts?${query}`)).body
    await expect.poll(async () => (await list('limit=10')).attempts.length).toBe(5)
    const first = await list('limit=2')
    const second = await list(`limit=10&cursor=${first.next_cursor}`)
    expect(second.next_cursor).toBeNull()
    const ids = [...first.attempts, ...second.attempts].map((one) => one.event_id)
    expect(ids).toEqual([...sent].reverse())
    const { attempts } = await list(`event=${sent[2]}`)
    const attempt = attempts[0] as Answer['attempts'][number]
    expect(attempt).toMatchObject({
      event_id: sent[2],
      kind: 'event',
      attempt: 1,
      status: 204,
      error: null,
      next_at: null,
    })
    expect((await list(`event=${attempt.position}`)).attempts).toEqual([attempt])
  })

  it('send one event again on a person’s word, under its id', async () => {
    const { id } = await endpoint()
    const outbox = await start()
    const [one, two] = await append(event('again'), event('again'))
    await arrive(2)
    const { position } = receiver.arrived[0] as { position: string }
    expect(await outbox.call('POST', `/v1/webhooks/${id}/replay`, { event: position })).toEqual({
      status: 202,
      body: { webhook_id: id, events: 1, stretches: [{ from: position, to: position }] },
    })
    await arrive(3)
    await expect
      .poll(async () => (await outbox.call('POST', `/v1/webhooks/${id}/replay`, { event: two })).status)
      .toBe(202)
    await arrive(4)
    expect(receiver.ids.slice(2)).toEqual([one, two])
  })

  it('send a range again, by positions or by times, what fails of it by the schedule', async () => {
    const { id } = await endpoint({ types: ['ThreadReopened'] })
    const outbox = await start()
    const began = new Date().toISOString()
    const mine = (): SkeinEvent => event('range', { type: 'ThreadReopened', data: { by: 'x' } })
    const events = [mine(), event('range'), mine(), mine(), event('range')]
    await append(...events)
    await arrive(3)
    const [first, second, third] = receiver.arrived as [Arrived, Arrived, Arrived]
    receiver.answer = (response) => response.writeHead(receiver.arrived.length === 4 ? 500 : 200).end()
    const range = { from: first.position, to: second.position }
    const answer = await outbox.call('POST', `/v1/webhooks/${id}/replay`, range)
    expect(answer.body).toEqual({ webhook_id: id, events: 2, stretches: [range] })
    await arrive(6)
    expect(receiver.ids.slice(3)).toEqual([first.id, second.id, first.id])
    expect((await outbox.call('POST', `/v1/webhooks/${id}/replay`, { from: began })).body).toMatchObject({ events: 3 })
    await arrive(9)
    expect(receiver.ids.slice(6)).toEqual([first.id, second.id, third.id])
  })

  it('keep a replay that was asked for while no process could send', async () => {
    const { id } = await endpoint()
    const first = await start()
    const [one] = await append(event('kept'))
    await arrive(1)
    const { sequence } = receiver.arrived[0] as { sequence: number }
    await first.stop()
    running.length = 0
    await log.webhooks.askReplay(partition, id, { after: sequence - 1, to: sequence, at: new Date().toISOString() })
    await start()
    await arrive(2)
    expect(receiver.ids).toEqual([one, one])
  })

  it('refuse a replay to an endpoint that is switched off, until it is switched on again', async () => {
    const { id } = await endpoint()
    const outbox = await start()
    await append(event('off'))
    await arrive(1)
    const { position } = receiver.arrived[0] as { position: string }
    const disabled = { at: new Date().toISOString(), reason: 'switched off through the API' }
    await log.directory.change('webhook', id, (now) => ({ ...now, disabled }))
    await expect.poll(() => outbox.log.directory.get('webhook', id)?.disabled).not.toBeNull()
    await append(event('off'), event('off'))
    const refused = await outbox.call('POST', `/v1/webhooks/${id}/replay`, { event: position })
    expect(refused).toMatchObject({ status: 409, body: { type: 'urn:skein:problem:webhook-disabled' } })
    await log.directory.change('webhook', id, (now) => ({ ...now, disabled: null }))
    await expect.poll(() => outbox.log.directory.get('webhook', id)?.disabled).toBeNull()
    expect((await outbox.call('POST', `/v1/webhooks/${id}/replay`, { event: position })).status).toBe(202)
    await arrive(2)
    expect(receiver.ids[1]).toBe(receiver.ids[0])
  })

  it('send a test once, also to an endpoint that is switched off, and say what came back', async () => {
    const { id } = await endpoint({ disabled: { at: new Date().toISOString(), reason: 'x' } })
    const outbox = await start()
    receiver.answer = (response) => response.writeHead(201).end('thank you')
    const good = await outbox.call('POST', `/v1/webhooks/${id}/test`)
    expect(good.body).toMatchObject({ delivered: true, status: 201, error: null, answer: 'thank you' })
    expect(receiver.arrived.map(({ id: event, type }) => [event, type])).toEqual([[good.body.event_id, 'skein.test']])
    receiver.answer = (response) => response.writeHead(500).end('no')
    const bad = await outbox.call('POST', `/v1/webhooks/${id}/test`)
    expect(bad.body).toMatchObject({ delivered: false, status: 500, error: 'answered 500', answer: 'no' })
    const { attempts } = (await outbox.call('GET', `/v1/webhooks/${id}/attempts`)).body
    expect(attempts.map((one) => [one.kind, one.status])).toEqual([
      ['test', 500],
      ['test', 201],
    ])
  })

  it.each([
    ['another account', STRANGER, 404],
    ['a key without the scope', READER, 403],
  ])('are closed to %s', async (_, key, status) => {
    const { id } = await endpoint()
    const outbox = await start()
    for (const [method, call] of [
      ['GET', 'attempts'],
      ['POST', 'test'],
      ['POST', 'replay'],
    ] as const) {
      const body = call === 'replay' ? { event: '0:1' } : undefined
      expect((await outbox.call(method, `/v1/webhooks/${id}/${call}`, body, key)).status).toBe(status)
    }
    expect(receiver.arrived).toEqual([])
  })

  it.each([
    [{ event: 'nobody' }, 'event'],
    [{ event: '0:1' }, 'event'],
    [{ event: `${partition}:99999999` }, 'event'],
    [{ event: '99:1' }, 'event'],
    [{ from: '0:1', to: '1:2' }, 'to'],
    [{ from: '0:1', to: '2026-01-01T00:00:00Z' }, 'to'],
  ])('refuse a replay of %j, and name the field', async (body, field) => {
    const { id } = await endpoint({ types: ['ThreadReopened'] })
    const outbox = await start()
    const answer = await outbox.call('POST', `/v1/webhooks/${id}/replay`, body)
    expect(answer).toMatchObject({ status: 400, body: { field } })
  })
})
