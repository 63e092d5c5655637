import { createServer, type AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { WebhookReceiver } from '../../test/webhook-receiver.js'
import { PlaceRefused } from './address-guard.js'
import { guardedConnector, Post } from './post.js'
import { MAX_ATTEMPTS } from './schedule.js'
import {
  space,
  partition,
  secretOf,
  log,
  receiver,
  secret,
  running,
  start,
  endpoints,
  endpoint,
  event,
  append,
  several,
  arrive,
  onOwnLog,
} from '../../test/webhook-outbox.js'

onOwnLog()

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
