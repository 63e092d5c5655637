import { spawn, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect } from '@nats-io/transport-node'
import { openLog } from '@skein/log'
import { freePort, testNats, testPostgres, type TestDatabase, type TestNats } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

// The four services as infra/compose.yaml runs them: a process each, with the environment and the NATS user that it gives them.

const root = new URL('..', import.meta.url).pathname
const key = 'sk_of-the-test'
const passwordOf = (user: string): string => `secret-of-${user}`
const allUsers = ['ingest', 'threader', 'query', 'outbox', 'erasure', 'bus', 'bus-history']

interface Service {
  url: string
  process: ChildProcess
  said: string[]
}

let nats: TestNats
let postgres: TestDatabase
const services = new Map<string, Service>()
const urlOf = (name: string): string => services.get(name)?.url ?? ''

const isReady = async (url: string): Promise<boolean> => {
  const answer = await fetch(`${url}/health/ready`).catch(() => null)
  return answer?.ok ?? false
}

const start = async (name: string): Promise<void> => {
  const port = await freePort()
  const env = {
    PATH: process.env['PATH'],
    HOST: '127.0.0.1',
    PORT: String(port),
    NATS_URL: nats.natsUrl,
    NATS_MONITOR_URL: nats.monitorUrl,
    NATS_USER: name,
    NATS_PASSWORD: passwordOf(name),
    ...(name !== 'ingest' ? { DATABASE_URL: postgres.databaseUrl } : {}),
    SKEIN_SECRET: 'a-secret-of-this-instance',
  }
  const child = spawn(process.execPath, [`${root}apps/${name}/dist/main.js`], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const service: Service = { url: `http://127.0.0.1:${port}`, process: child, said: [] }
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => service.said.push(text.toString()))
  services.set(name, service)
  const ready = async (): Promise<boolean> => child.exitCode !== null || isReady(service.url)
  await vi.waitUntil(ready, { timeout: 30_000, interval: 100 })
  expect(child.exitCode, `${name} has ended: ${service.said.join('')}`).toBeNull()
}

const fillDirectory = async (): Promise<void> => {
  const options = { url: nats.natsUrl, monitorUrl: nats.monitorUrl, partitions: 4 }
  const log = await openLog({ ...options, name: 'setup', user: 'query', password: passwordOf('query') })
  const account = 'acc_a' as never
  const space = 'spc_a' as never
  const hash = createHash('sha256').update(key).digest('hex')
  await log.directory.put('account', { id: account, name: 'A' })
  await log.directory.put('space', { id: space, account, name: 'A', rules: 'skein', policies: {} })
  await log.directory.put('inbox', {
    id: 'inb_a' as never,
    account,
    space,
    name: 'A',
    address: 'a@skein.example',
    aliases: [],
  })
  const createdAt = '2026-03-01T10:00:00.000Z'
  await log.directory.put('key', {
    id: 'key_a',
    account,
    name: 'key',
    hash,
    scopes: ['read', 'write', 'admin'],
    createdAt,
  })
  await log.close()
}

beforeAll(async () => {
  for (const user of allUsers) vi.stubEnv(`NATS_${user.replace('-', '_').toUpperCase()}_PASSWORD`, passwordOf(user))
  const config = `${root}infra/nats.conf`
  ;[nats, postgres] = await Promise.all([testNats({ config }), testPostgres()])
  await start('threader')
  await Promise.all(['ingest', 'query', 'outbox'].map(start))
  await fillDirectory()
})
afterAll(async () => {
  for (const { process: child } of services.values()) child.kill('SIGKILL')
  await Promise.all([nats.stop(), postgres.stop()])
  vi.unstubAllEnvs()
})

const mail = (id: string, ...more: string[]): string =>
  [
    `Message-ID: <${id}@b.example>`,
    'From: b@b.example',
    'To: a@skein.example',
    'Subject: Offer',
    ...more,
    '',
    'Text',
    '',
  ].join('\r\n')

const headers = { authorization: `Bearer ${key}` }
const threads = async (): Promise<{ id: string; message_count: number; is_read: boolean }[]> => {
  const answer = await fetch(`${urlOf('query')}/v1/inboxes/inb_a/threads`, { headers })
  return ((await answer.json()) as { threads: { id: string; message_count: number; is_read: boolean }[] }).threads
}

describe('the services in processes of their own', () => {
  it('take a mail at the door of one and show it at the door of another', async () => {
    const post = (): Promise<Response> =>
      fetch(`${urlOf('ingest')}/v1/inboxes/inb_a/mail`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'message/rfc822' },
        body: mail('1'),
      })
    await expect.poll(async () => (await post()).status, { timeout: 10_000 }).toBe(202)
    await expect.poll(threads, { timeout: 10_000 }).toMatchObject([{ message_count: 1 }])
  })

  it('take a reply from the bus into the same thread', async () => {
    const options = { user: 'bus', pass: passwordOf('bus'), inboxPrefix: '_INBOX_bus' }
    const bus = await connect({ servers: nats.natsUrl, ...options })
    const events = bus.subscribe('skein.events.>', { max: 1, timeout: 10_000 })
    const answer = await bus.request('skein.in.inb_a', mail('2', 'In-Reply-To: <1@b.example>'), { timeout: 10_000 })
    expect(answer.json()).not.toHaveProperty('error')
    for await (const event of events) expect(event.headers?.get('ce-id')).toBeTruthy()
    await bus.close()
    await expect.poll(threads, { timeout: 10_000 }).toMatchObject([{ message_count: 2 }])
  })

  it('pass a command from one to another', async () => {
    const [thread] = await threads()
    const answer = await fetch(`${urlOf('query')}/v1/threads/${thread?.id}`, {
      method: 'PATCH',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ is_read: true }),
    })
    expect(answer.status, await answer.text()).toBe(200)
    await expect.poll(threads, { timeout: 10_000 }).toMatchObject([{ is_read: true }])
  })

  it('end on SIGTERM, in seconds and with nothing to complain of', async () => {
    for (const [name, { process: child, said }] of services) {
      const exit = once(child, 'exit') as Promise<[number | null]>
      child.kill('SIGTERM')
      const [code] = await exit
      expect(code, `${name}: ${said.join('')}`).toBe(0)
    }
  }, 30_000)

  it('need no right on the bus that infra/nats.conf does not give them', async () => {
    const log = await nats.log()
    expect(log.split('\n').filter((line) => line.includes('Violation'))).toEqual([])
  })
})
