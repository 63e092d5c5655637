import { randomBytes } from 'node:crypto'
import { partitionOf, type AccountId, type InboxId, type SkeinEvent, type SpaceId, type WebhookId } from '@skein/events'
import { createHttpApp, hashOfKey, healthOf } from '@skein/http'
import { EventStreamServer, openLog, type Log, type Webhook } from '@skein/log'
import { testNats, type TestNats } from '@skein/servers'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import { WebhookReceiver } from './webhook-receiver.js'
import { OutboxModule } from '../src/outbox.module.js'
import { DEFAULT_OUTBOX_SETTINGS, type OutboxParts, type OutboxSettings } from '../src/parts.js'
import { webhooks } from '../src/webhooks/webhooks.module.js'

const PARTITIONS = 2
const account = 'acc_a' as AccountId
const stranger = 'acc_b' as AccountId
export const space = 'spc_a' as SpaceId
const KEY = 'sk_admin_of_a'
export const READER = 'sk_reader_of_a'
export const STRANGER = 'sk_admin_of_b'
export const partition = partitionOf(space, PARTITIONS)
export const secretOf = (): string => `whsec_${randomBytes(24).toString('base64')}`

let nats: TestNats
export let log: Log
export let receiver: WebhookReceiver
export const secret = secretOf()

/** What answers have that these specs look at. */
export interface Answer {
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
export const running: Running[] = []

const logOptions = (name: string) => ({
  url: nats.natsUrl,
  monitorUrl: nats.monitorUrl,
  name,
  partitions: PARTITIONS,
  secret: 'only for this spec',
})

/** The webhooks of an outbox, on a log of their own; `now` may run ahead of the clock. */
export const start = async (settings: Partial<OutboxSettings> = {}, now = () => new Date()): Promise<Running> => {
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

export let endpoints = 0
export const endpoint = (more: Partial<Webhook> = {}): Promise<Webhook> => {
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

export let made = 0
export const event = (thread: string, more: Record<string, unknown> = {}): SkeinEvent =>
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
export const append = async (...events: SkeinEvent[]): Promise<string[]> => {
  const of = partitionOf((events[0] as SkeinEvent).space, PARTITIONS)
  await log.appendEvents(of, await log.endOfEvents(of), events)
  return events.map(({ id }) => id)
}
export const several = (count: number): SkeinEvent[] => Array.from({ length: count }, (_, i) => event(`t${i % 3}`))
export const arrive = (count: number): Promise<void> =>
  expect.poll(() => receiver.arrived.length, { timeout: 15_000 }).toBe(count)

/** A log and a receiver for the specs of a file. */
export const onOwnLog = (): void => {
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
}
