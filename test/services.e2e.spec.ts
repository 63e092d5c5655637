import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@nats-io/transport-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Api } from './services/api.js'
import { passwordOf, ServiceProcesses } from './services/service-processes.js'

interface Listed {
  id: string
  subject: string
  message_count: number
  is_read: boolean
  labels: string[]
}
interface Sent {
  message_id: string
  sequence: string
}

const PATIENCE = { timeout: 20_000, interval: 50 }

const mail = (id: string, ...more: string[]): string =>
  [
    `Message-ID: <${id}@b.example>`,
    'From: b@b.example',
    'To: help@skein.example',
    'Subject: Offer',
    ...more,
    '',
    'Text',
    '',
  ].join('\r\n')

describe('the services in processes of their own, behind the address of query', () => {
  let services: ServiceProcesses
  let key: string
  let api: Api
  let receiver: Server
  const received: string[] = []
  const inboxes: Record<string, string> = {}

  const call: Api['call'] = (...asked) => api.call(...asked)
  const json: Api['json'] = (...asked) => api.json(...asked)
  const threadsOf = async (name: string): Promise<Listed[]> =>
    (await json<{ threads: Listed[] }>(200, 'GET', `/v1/inboxes/${inboxes[name]}/threads`)).threads
  const mailTo = (name: string, raw: string): Promise<Sent> =>
    json<Sent>(202, 'POST', `/v1/inboxes/${inboxes[name]}/mail`, raw)
  const shown = async (message: Sent): Promise<{ thread_id: string; delivery: { status: string } | null }> =>
    json(200, 'GET', `/v1/messages/${message.message_id}?wait_for=${message.sequence}`)

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      received.push(String(request.headers['webhook-id']))
      request.resume().once('end', () => response.writeHead(204).end())
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    const open = { SKEIN_PRIVATE_WEBHOOKS: '1' }
    services = await ServiceProcesses.start({ query: open, outbox: open })
    key = await services.seed()
    api = new Api(services.url, key)
  })
  afterAll(async () => {
    await services?.stop()
    receiver?.close()
  })

  it('make inboxes, and a key that all doors take', async () => {
    const isKnown = async () => (await call('GET', '/v1/me')).status
    await expect.poll(isKnown, PATIENCE).toBe(200)
    for (const name of ['help', 'shop']) {
      const made = { space: 'spc_demo', address: `${name}@skein.example`, name }
      inboxes[name] = (await json<{ id: string }>(201, 'POST', '/v1/inboxes', made)).id
    }
    const asked = { name: 'agent', scopes: ['read', 'write', 'send', 'admin'] }
    const made = await json<{ key: string }>(201, 'POST', '/v1/api-keys', asked, { 'idempotency-key': 'first' })
    const again = await json<{ key: string }>(201, 'POST', '/v1/api-keys', asked, { 'idempotency-key': 'first' })
    expect(again.key).toBe(made.key)
    for (const path of ['/v1/threads', '/v1/dev/outbox', '/v1/outbox']) {
      const status = async () => (await new Api(services.url, made.key).call('GET', path)).status
      await expect.poll(status, PATIENCE).toBe(200)
    }
  })

  it('take a mail and show its thread', async () => {
    await shown(await mailTo('help', mail('1')))
    expect(await threadsOf('help')).toMatchObject([{ message_count: 1 }])
  })

  it('take a mail of 20 MB, and refuse one of 30 in the words of the door that does', async () => {
    const large = (bytes: number) =>
      mail(`large-${bytes}`, 'Content-Type: text/plain').concat('x\r\n'.repeat(bytes / 3))
    await shown(await mailTo('shop', large(20e6)))
    const refused = await call('POST', `/v1/inboxes/${inboxes['shop']}/mail`, large(30e6))
    expect([refused.status, await refused.json()]).toMatchObject([413, { type: 'urn:skein:problem:mail-too-large' }])
  })

  it('take a reply from the bus into the same thread', async () => {
    const options = { user: 'bus', pass: passwordOf('bus'), inboxPrefix: '_INBOX_bus' }
    const bus = await connect({ servers: services.nats.natsUrl, ...options })
    const events = bus.subscribe('skein.events.>', { max: 1, timeout: 10_000 })
    const raw = mail('2', 'In-Reply-To: <1@b.example>')
    const answer = await bus.request(`skein.in.${inboxes['help']}`, raw, { timeout: 10_000 })
    expect(answer.json()).not.toHaveProperty('error')
    for await (const event of events) expect(event.headers?.get('ce-id')).toBeTruthy()
    await bus.close()
    await expect.poll(() => threadsOf('help'), PATIENCE).toMatchObject([{ message_count: 2 }])
  })

  it('pass commands on: claim, labels, read, and corrections', async () => {
    const [thread] = await threadsOf('help')
    const path = `/v1/threads/${thread?.id}`
    await json(200, 'PATCH', path, { claim: { for: 60, by: 'ann' }, labels: { add: ['urgent'] }, is_read: true })
    await expect
      .poll(() => threadsOf('help'), PATIENCE)
      .toMatchObject([{ id: thread?.id, is_read: true, labels: ['urgent'] }])
    const other = await shown(await mailTo('help', mail('3').replace('Offer', 'Something else')))
    const merged = await json<{ wait_for: string }>(200, 'POST', `${path}/merge`, { with: [other.thread_id] })
    const after = await json<Listed>(200, 'GET', `${path}?wait_for=${merged.wait_for}`)
    expect(after.message_count).toBe(3)
    await json(200, 'POST', `/v1/threads/${other.thread_id}/undo`, {})
  })

  it('send a mail once, however often the same request comes, and it arrives in the other inbox', async () => {
    const draft = { to: 'shop@skein.example', subject: 'Inside', text: 'From one to the other.' }
    const path = `/v1/inboxes/${inboxes['help']}/send`
    const headers = { 'idempotency-key': 'inside' }
    const first = await json<Sent>(202, 'POST', path, draft, headers)
    expect((await json<Sent>(202, 'POST', path, draft, headers)).message_id).toBe(first.message_id)
    await expect.poll(async () => (await shown(first)).delivery?.status, PATIENCE).toBe('sent')
    const arrived = async () => (await threadsOf('shop')).filter(({ subject }) => subject === 'Inside').length
    await expect.poll(arrived, PATIENCE).toBe(1)
    const { messages } = await json<{ messages: { id: string }[] }>(200, 'GET', '/v1/outbox')
    expect(messages).toHaveLength(1)
  })

  it('reply to a thread; what leaves the instance is kept to be looked at', async () => {
    const [thread] = (await threadsOf('help')).filter(({ labels }) => labels.includes('urgent'))
    const sent = await json<Sent>(202, 'POST', `/v1/threads/${thread?.id}/reply`, { text: 'Yes.' })
    expect((await shown(sent)).thread_id).toBe(thread?.id)
    interface Kept {
      messages: { id: number; to: string[] }[]
    }
    const kept = async () => (await json<Kept>(200, 'GET', '/v1/dev/outbox')).messages
    await expect.poll(kept, PATIENCE).toMatchObject([{ to: ['b@b.example'] }])
    const [one] = await kept()
    const raw = await call('GET', `/v1/dev/outbox/${one?.id}/raw`)
    expect(await raw.text()).toContain('Yes.')
  })

  it('tell a webhook and a live stream what happens', async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`
    const { id } = await json<{ id: string }>(201, 'POST', '/v1/webhooks', { url, types: ['MessageThreaded'] })
    const ending = new AbortController()
    const stream = await fetch(`${services.url}/v1/events`, {
      headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream' },
      signal: ending.signal,
    })
    expect(stream.headers.get('content-type')).toContain('text/event-stream')
    let streamed = ''
    const reading = (async () => {
      const texts = stream.body?.pipeThrough(new TextDecoderStream()) as AsyncIterable<string>
      for await (const piece of texts) streamed += piece
    })().catch(() => undefined)
    expect(await json(200, 'POST', `/v1/webhooks/${id}/test`, {})).toMatchObject({ delivered: true, status: 204 })
    await shown(await mailTo('help', mail('4').replace('Offer', 'Told')))
    await expect.poll(() => received.length, PATIENCE).toBeGreaterThan(1)
    await expect.poll(() => streamed, PATIENCE).toContain('MessageThreaded')
    ending.abort()
    await reading
    const attempts = async () =>
      (await json<{ attempts: { status: number }[] }>(200, 'GET', `/v1/webhooks/${id}/attempts`)).attempts
    await expect.poll(attempts, PATIENCE).toMatchObject([{ status: 204 }, { status: 204 }])
  })

  it('say how many requests the key has left, whichever answers', async () => {
    const left = async (path: string) =>
      Number(/r=(\d+)/.exec((await call('GET', path)).headers.get('ratelimit') ?? '')?.[1])
    const [here, there] = [await left('/v1/threads'), await left('/v1/outbox')]
    expect(here).toBeGreaterThan(0)
    expect(there).toBeGreaterThan(0)
  })

  it('each have health and metrics of their own', async () => {
    const own = {
      ingest: 'skein_mails_accepted_total{door="http"}',
      threader: 'skein_events_decided_total{type="MessageThreaded"}',
      query: 'skein_views_lag_events{partition="0"}',
      outbox: 'skein_sends_open{state="queued"}',
    } as const
    for (const name of ['ingest', 'threader', 'query', 'outbox'] as const) {
      const headers = { authorization: `Bearer ${key}` }
      const health = await fetch(`${services.urlOf(name)}/health/ready`)
      expect([name, health.status]).toEqual([name, 200])
      expect((await fetch(`${services.urlOf(name)}/metrics`)).status).toBe(401)
      const metrics = await fetch(`${services.urlOf(name)}/metrics`, { headers })
      expect(await metrics.text()).toContain(own[name])
    }
  })

  it('are looked after by the tools, with a user of their own', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'skein-backup-'))
    const tools = [
      ...['status', 'lag', 'streams', 'parked list', 'rebuild', 'rethread --rules jmap', `backup --to ${folder}`],
      ...['replay --type MessageThreaded', 'replay --to-subject skein.replay.spec'],
    ].map((tool) => ['ops', ...tool.split(' ')])
    for (const tool of [...tools, ['verify']]) {
      const { code, said } = await services.skein(tool)
      expect([tool, code, code === 0 ? '' : said]).toEqual([tool, 0, ''])
    }
    await rm(folder, { recursive: true })
  })

  it('forget an address, by a user that may', async () => {
    const { code, said } = await services.skein(['ops', 'erase', '--address', 'b@b.example', '--json'], 'erasure')
    expect(code, said).toBe(0)
    const subjects = async () => new Set((await threadsOf('help')).map(({ subject }) => subject))
    await expect.poll(subjects, PATIENCE).toEqual(new Set(['', 'Inside']))
  })

  it('say so where the service of a call is away, and go on with the rest', async () => {
    const { code, said } = await services.end('outbox', 'SIGTERM')
    expect(code, said).toBe(0)
    const answer = await call('GET', '/v1/outbox')
    expect([answer.status, await answer.json()]).toMatchObject([503, { type: 'urn:skein:problem:unavailable' }])
    expect(answer.headers.get('retry-after')).toBe('1')
    interface Health {
      state: string
      checks: Record<string, { state: string }>
    }
    const { state, checks } = (await (await call('GET', '/health/ready')).json()) as Health
    expect([state, checks['outbox']?.state, checks['ingest']?.state]).toEqual(['yellow', 'yellow', 'green'])
    expect((await threadsOf('help')).length).toBeGreaterThan(0)
  })

  it('end on SIGTERM, in seconds and with nothing to complain of', async () => {
    for (const [name] of services.running()) {
      const { code, said } = await services.end(name, 'SIGTERM')
      expect(code, `${name}: ${said}`).toBe(0)
    }
  }, 30_000)

  it('need no right on the bus that infra/nats.conf does not give them', async () => {
    expect(await services.refusals()).toEqual([])
  })
})
