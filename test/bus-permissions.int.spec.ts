import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import { openLog, type Log, type WebhookAttempt } from '@skein/log'
import { testNats, type TestNats } from '@skein/servers'
import { partitionOf, type ReceivedRecord, type SkeinEvent, type SpaceId, type WebhookId } from '@skein/events'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

const users = ['ingest', 'threader', 'query', 'outbox', 'operator', 'erasure', 'bus', 'bus-history'] as const
type User = (typeof users)[number]

const config = new URL('../infra/nats.conf', import.meta.url).pathname
const PARTITIONS = 4
const space = 'spc_a' as SpaceId
const partition = partitionOf(space, PARTITIONS)

let nats: TestNats
const logs = new Map<User, Log>()
const connections = new Map<User, NatsConnection>()
const logOf = (user: User): Log => logs.get(user) as Log
const busOf = (user: User): NatsConnection => connections.get(user) as NatsConnection
const passwordOf = (user: User): string => `secret-of-${user}`

beforeAll(async () => {
  for (const user of users) vi.stubEnv(`NATS_${user.replace('-', '_').toUpperCase()}_PASSWORD`, passwordOf(user))
  nats = await testNats({ config })
  const { natsUrl: url, monitorUrl } = nats
  // the order of the compose file: the threader makes what is missing
  for (const user of ['threader', 'ingest', 'query', 'outbox', 'operator', 'erasure'] as const) {
    const options = { url, monitorUrl, name: `skein-${user}`, partitions: PARTITIONS, user, password: passwordOf(user) }
    logs.set(user, await openLog(options))
  }
  for (const user of users) {
    connections.set(user, await connect({ servers: url, user, pass: passwordOf(user), inboxPrefix: `_INBOX_${user}` }))
  }
})
afterAll(async () => {
  await Promise.all([...logs.values()].map((log) => log.close()))
  await Promise.all([...connections.values()].map((connection) => connection.close()))
  await nats.stop()
  vi.unstubAllEnvs()
})

const record: Omit<ReceivedRecord, 'raw'> = {
  v: 1,
  message: 'msg_1',
  account: 'acc_a',
  space,
  inbox: 'inb_a',
  role: 'to',
  direction: 'in',
  door: 'http',
  receivedAt: '2026-03-01T10:00:00.000Z',
  envelope: null,
  size: 3,
  facts: {} as ReceivedRecord['facts'],
  text: '',
  html: null,
  attachments: [],
  parserVersion: '1',
} as never

const event = {
  id: 'e1',
  time: '2026-03-01T10:00:00.000Z',
  space,
  thread: 'thr_1',
  cause: { kind: 'command', id: 'c1', name: 'MarkThreadRead', actor: 'key_1' },
  type: 'ThreadUnread',
  data: { inboxes: ['inb_a'] },
} as SkeinEvent

const attempted: Omit<WebhookAttempt, 'webhook' | 'partition'> = {
  v: 1,
  kind: 'event',
  replay: null,
  sequence: 1,
  event: 'e1',
  type: 'ThreadUnread',
  attempt: 1,
  at: '2026-03-01T10:00:00.000Z',
  ms: 10,
  status: 200,
  error: null,
  nextAt: null,
}

describe('each service may do its work', () => {
  it('the server syncs every message', () => {
    expect(logOf('ingest').durability).toEqual({ durable: true })
  })

  it('ingest stores mail and answers on the bus', async () => {
    expect((await logOf('ingest').acceptMail({ raw: new Uint8Array(3), record })).sequence).toBeGreaterThan(0)
    busOf('ingest').subscribe('skein.in.*', { callback: (_, message) => void message.respond('accepted') })
    await busOf('ingest').flush()
    expect((await busOf('bus').request('skein.in.inb_a', 'mail')).string()).toBe('accepted')
  })

  it('ingest keeps mail to the outside, and shows it', async () => {
    const { devOutbox } = logOf('ingest')
    const about = { account: null, inbox: null, envelope: { from: '', to: ['x@y.example'] }, subject: 's' }
    const kept = await devOutbox.keep(new Uint8Array(3), { ...about, receivedAt: '2026-03-01T10:00:00.000Z' })
    expect(await devOutbox.list(null)).toMatchObject([{ ...about, n: kept.sequence }])
    expect((await devOutbox.read(kept.sequence))?.raw).toHaveLength(3)
  })

  it('threader appends events, takes leases and reads mail', async () => {
    const log = logOf('threader')
    expect(await log.appendEvents(partition, await log.endOfEvents(partition), [event, { ...event, id: 'e2' }])).toBe(2)
    const lease = log.lease('threader.0', 'one')
    expect(await lease.take(() => undefined)).toBe(true)
    await lease.release()
    expect(await log.readRaw({ stream: `MAIL-${partition}`, sequences: [1] })).toHaveLength(3)
    await log.park({ stream: `MAIL-${partition}`, sequence: 1 }, 'reason')
  })

  it('query keeps the directory, follows events and passes commands on', async () => {
    await logOf('query').directory.put('account', { id: 'acc_a', name: 'A' })
    await expect.poll(() => logOf('ingest').directory.account('acc_a' as never)?.name).toBe('A')
    const followed = await logOf('query').events.follow(partition, 0)
    for await (const message of followed) if (message.seq === 2) break
    await followed.close()
    busOf('threader').subscribe('skein.cmd.threader.0.*', {
      callback: (_, message) => void message.respond(JSON.stringify({ ok: true, result: 'done' })),
    })
    await busOf('threader').flush()
    expect(await logOf('query').command(0, 'MarkThreadRead', {})).toBe('done')
  })

  it('every door with keys notes their use; query and outbox count requests', async () => {
    for (const user of ['ingest', 'threader', 'query', 'outbox'] as const) {
      logOf(user).directory.used(`key_${user}`)
      await expect.poll(() => logOf('query').directory.lastUsed(`key_${user}`)).not.toBeNull()
    }
    for (const user of ['query', 'outbox'] as const)
      expect(await logOf(user).rates(100).take('key_a')).toMatchObject({ allowed: true })
    expect((await logOf('outbox').streamState('RATES')).messages).toBeGreaterThan(0)
  })

  it('outbox follows events', async () => {
    const followed = await logOf('outbox').events.follow(partition, 0)
    for await (const message of followed) if (message.seq === 2) break
    await followed.close()
  })

  it('outbox notes attempts of webhooks and where they stand', async () => {
    const { webhooks } = logOf('outbox')
    const webhook = 'whk_a' as WebhookId
    const attempt: WebhookAttempt = { ...attempted, webhook, partition }
    expect(await webhooks.noteAttempt(attempt)).toBe(1)
    expect(await webhooks.attempts(webhook, { limit: 10 })).toEqual({
      attempts: [{ attempt, sequence: 1 }],
      next: null,
    })
    const asked: number[] = []
    const stop = await webhooks.watchReplays((p) => asked.push(p))
    await webhooks.askReplay(partition, webhook, { after: 0, to: 2, at: attempted.at })
    await expect.poll(() => asked).toEqual([partition])
    stop()
    expect(await webhooks.sequenceAt(partition, new Date(0))).toBe(1)
  })

  it('a client of the bus sees events as they happen, and one with history those of before', async () => {
    const live = busOf('bus').subscribe('skein.events.>', { max: 1 })
    await busOf('bus').flush()
    const log = logOf('threader')
    await log.appendEvents(partition, await log.endOfEvents(partition), [{ ...event, id: 'e3' }])
    for await (const message of live) expect(message.headers?.get('ce-id')).toBe('e3')
    const consumer = await jetstream(busOf('bus-history')).consumers.get(`EVENTS-${partition}`, {
      inactive_threshold: 1e9,
    })
    expect((await consumer.next({ expires: 2_000 }))?.headers?.get('ce-id')).toBe('e1')
  })

  it('operator gives the first key, reads what there is, and settles what is parked', async () => {
    const { directory, parked, webhooks } = logOf('operator')
    await directory.put('account', { id: 'acc_b', name: 'B' })
    expect((await parked.list()).length).toBeGreaterThan(0)
    await parked.note({ stream: `MAIL-${partition}`, sequence: 1 }, 'dropped', '')
    await webhooks.askReplay(partition, 'whk_b' as WebhookId, { after: 0, to: 1, at: attempted.at })
    expect(await logOf('operator').readRaw({ stream: `MAIL-${partition}`, sequences: [1] })).toHaveLength(3)
  })

  it('operator replays events to other systems, which hear them', async () => {
    const heard = busOf('bus').subscribe('skein.replay.other', { max: 1 })
    await busOf('bus').flush()
    logOf('operator').connection.publish('skein.replay.other', 'once more')
    for await (const message of heard) expect(message.string()).toBe('once more')
    expect((await logOf('operator').streams()).length).toBeGreaterThan(4)
  })

  it('erasure takes a message out of the log', async () => {
    const manager = await jetstreamManager(busOf('erasure'))
    const { last } = await logOf('erasure').streamState('PARKED')
    expect(await manager.streams.deleteMessage('PARKED', last)).toBe(true)
  })

  it('and for all of that needed no right that it lacks, not even one that the client does without', async () => {
    const log = await nats.log()
    expect(log).toContain('Server is ready')
    expect(log).not.toContain('Violation')
  })
})

/** Publishes and waits until the server has either taken or refused it. */
const publish = async (user: User, subject: string): Promise<string> => {
  const connection = await connect({ servers: nats.natsUrl, user, pass: passwordOf(user), reconnect: false })
  const refusal = (async () => {
    for await (const status of connection.status()) if (status.type === 'error') return status.error.message
    return 'closed'
  })()
  connection.publish(subject, '{}')
  await connection.flush()
  const outcome = await Promise.race([refusal, new Promise<string>((resolve) => setTimeout(resolve, 200, 'taken'))])
  await connection.close()
  return outcome
}

describe('and nothing else', () => {
  it.each<[User, string]>([
    ['ingest', 'skein.events.0.spc_a.ThreadStarted'],
    ['ingest', 'skein.mail.0.spc_a.delivery'],
    ['ingest', '$KV.directory.key.x'],
    ['ingest', 'skein.rates.key_a.1'],
    ['ingest', '$JS.API.STREAM.PURGE.MAIL-0'],
    ['ingest', '$JS.API.STREAM.DELETE.MAIL-0'],
    ['ingest', '$JS.API.STREAM.UPDATE.MAIL-0'],
    ['ingest', '$JS.API.DIRECT.GET.MAIL-0'],
    ['ingest', '$JS.API.CONSUMER.CREATE.EVENTS-0.x'],
    ['ingest', '$JS.API.STREAM.PURGE.DEV_OUTBOX'],
    ['threader', 'skein.mail.0.spc_a.received'],
    ['threader', '$JS.API.STREAM.PURGE.EVENTS-0'],
    ['threader', '$JS.API.STREAM.MSG.DELETE.EVENTS-0'],
    ['threader', '$JS.API.STREAM.CREATE.OTHER'],
    ['threader', '$KV.directory.key.x'],
    ['threader', '$KV.idempotency.x'],
    ['threader', 'skein.rates.key_a.1'],
    ['query', 'skein.events.0.spc_a.ThreadStarted'],
    ['query', 'skein.mail.0.spc_a.received'],
    ['query', '$JS.API.STREAM.PURGE.MAIL-0'],
    ['query', '$JS.API.STREAM.CREATE.OTHER'],
    ['query', '$KV.leases.x'],
    ['query', '$JS.ACK.MAIL-0.outbox.1.1.1.1.0'],
    ['outbox', 'skein.parked.MAIL-0.1'],
    ['outbox', '$KV.directory.key.x'],
    ['outbox', 'skein.events.0.spc_a.MessageSent'],
    ['outbox', 'skein.mail.0.spc_a.received'],
    ['outbox', 'skein.dev.outbox.acc_a.kept'],
    ['outbox', '$JS.API.STREAM.DELETE.MAIL-0'],
    ['query', 'skein.webhooks.0.whk_a'],
    ['query', '$KV.webhooks.lane.0.whk_a'],
    ['operator', 'skein.mail.0.spc_a.received'],
    ['operator', 'skein.events.0.spc_a.MessageErased'],
    ['operator', '$JS.API.STREAM.PURGE.MAIL-0'],
    ['operator', '$JS.API.STREAM.MSG.DELETE.MAIL-0'],
    ['erasure', 'skein.mail.0.spc_a.received'],
    ['erasure', 'skein.events.0.spc_a.MessageErased'],
    ['erasure', '$JS.API.STREAM.DELETE.MAIL-0'],
    ['bus', 'skein.replay.other'],
    ['bus', 'skein.mail.0.spc_a.received'],
    ['bus', 'skein.events.0.spc_a.ThreadStarted'],
    ['bus', 'skein.cmd.threader.0.MarkThreadRead'],
    ['bus', '$KV.key_usage.key_a'],
    ['bus', '$JS.API.STREAM.PURGE.EVENTS-0'],
    ['bus', '$JS.API.CONSUMER.CREATE.EVENTS-0.x'],
    ['bus-history', 'skein.mail.0.spc_a.received'],
    ['bus-history', '$JS.API.CONSUMER.CREATE.MAIL-0.x'],
    ['bus-history', '$JS.API.DIRECT.GET.KV_directory'],
  ])('%s may not publish to %s', async (user, subject) => {
    expect(await publish(user, subject)).toContain('Permissions Violation')
  })

  it.each<[User, string]>([
    ['bus', 'skein.mail.>'],
    ['bus', 'skein.in.*'],
    ['bus', '$KV.>'],
    ['bus', '_INBOX.>'],
    ['bus', '_INBOX_query.>'],
    ['bus-history', '>'],
    ['ingest', 'skein.cmd.>'],
    ['query', 'skein.in.*'],
  ])('%s may not subscribe to %s', async (user, subject) => {
    const subscription = busOf(user).subscribe(subject)
    await expect(async () => {
      for await (const message of subscription) void message
    }).rejects.toThrow('Permissions Violation')
  })

  it('nobody comes in with a wrong password, or without one', async () => {
    const options = { servers: nats.natsUrl, reconnect: false }
    await expect(connect({ ...options, user: 'bus', pass: 'guess' })).rejects.toThrow('Authorization Violation')
    await expect(connect(options)).rejects.toThrow('Authorization Violation')
  })
})
