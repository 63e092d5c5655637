import { Kvm } from '@nats-io/kv'
import type { ComposedRecord, MessageId } from '@skein/events'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BreakingSmtpServer, type ServerPlan } from './breaking-smtp-server.ts'
import { account, fillDirectory, putTransport, queueMail, space } from './outgoing-mail.ts'
import { startSendingSystem, type SendingSystem, type StartedOutbox } from './sending-system.ts'

const settings = { retryBaseMs: 100, takeoverMs: 200, stopMs: 500, maxAttempts: 3 }

let system: SendingSystem
let server: BreakingSmtpServer
let outbox: StartedOutbox
let made = 0
let name = ''
beforeAll(async () => {
  system = await startSendingSystem()
})
afterAll(() => system?.stop())
beforeEach(async () => {
  name = `case${++made}`
  await fillDirectory(system.log, [name])
})
afterEach(async () => {
  await outbox.stop()
  await server.stop()
})

const serve = async (plan: ServerPlan): Promise<void> => {
  server = await BreakingSmtpServer.start(plan)
  await putTransport(system.log, name, server.port)
}
const start = async (over: typeof settings | object = {}): Promise<void> => {
  outbox = await system.startOutbox({ ...settings, ...over })
}
const queue = (n = 1, outgoing: Partial<ComposedRecord['outgoing']> = {}) => queueMail(system.log, name, n, outgoing)
const sendingOf = async (message: MessageId) => (await system.views.message(account, message))?.sending
const becomes = (message: MessageId, state: string) =>
  expect.poll(async () => (await sendingOf(message))?.state, { timeout: 20_000, interval: 30 }).toBe(state)
const say = async (command: string, message: MessageId, more: object = {}): Promise<void> => {
  const { partition } = (await system.views.message(account, message))!
  const given = { id: `${command}${made}`, space, actor: 'key_spec', message, reason: 'a person says so' }
  await system.log.command(partition, command, { ...given, ...more })
}
const refusing = (pattern: RegExp, answer: string, times = Infinity): ServerPlan => ({
  answer: (line) => (pattern.test(line) && times-- > 0 ? answer : undefined),
})

describe('a mail of ours', () => {
  it('waits for its time, and can be called back until then', async () => {
    await serve({})
    await start()
    const soon = await queue(1, { sendAt: new Date(Date.now() + 1_500).toISOString() })
    const late = await queue(2, { sendAt: new Date(Date.now() + 3_600_000).toISOString() })
    await becomes(late, 'queued')
    await say('CancelSend', late)
    await becomes(late, 'cancelled')
    expect(server.connections).toBe(0)
    await becomes(soon, 'sent')
    expect(server.taken).toHaveLength(1)
  })

  it('is given up after so many attempts, and sent after all when a person wants it', async () => {
    await serve(refusing(/^MAIL/, '451 not now', settings.maxAttempts))
    await start()
    const message = await queue()
    await becomes(message, 'failed')
    expect(await sendingOf(message)).toMatchObject({ attempt: 3, reason: expect.stringContaining('given up') })
    await say('RetrySend', message)
    await becomes(message, 'sent')
    expect(server.taken).toHaveLength(1)
  })

  it('is known by the id that the server gave it', async () => {
    await serve(refusing(/^\.$/, '250 2.0.0 OK <there.4711-0815@their.example> queued'))
    await start()
    const message = await queue()
    await becomes(message, 'sent')
    const { partition } = (await system.views.message(account, message))!
    const events = []
    for await (const batch of system.log.readEvents(partition, 0, await system.log.endOfEvents(partition)))
      events.push(...batch)
    expect(events.filter(({ type }) => type === 'WireIdLearned')).toMatchObject([
      { data: { message, wireId: 'there.4711-0815@their.example' } },
    ])
  })

  it('fails at once where the server will never take it', async () => {
    await serve(refusing(/^RCPT/, '550 no such user'))
    await start()
    const message = await queue()
    await becomes(message, 'failed')
    expect(await sendingOf(message)).toMatchObject({
      attempt: 1,
      refused: [{ address: 'them@there.example', response: '550 no such user' }],
    })
  })

  it('fails with the reason where there is nothing to send it by', async () => {
    await serve({})
    await system.log.directory.delete('transport', `trp_${name}`)
    await start()
    const message = await queue()
    await becomes(message, 'failed')
    expect(await sendingOf(message)).toMatchObject({ reason: expect.stringContaining('no transport') })
  })

  it('waits while its transport cannot log in, and health says so', async () => {
    await serve({ ...refusing(/^AUTH/, '535 wrong password'), extensions: ['AUTH PLAIN'] })
    const sealed = system.log.secrets.seal('guess', `transport trp_${name} password`)
    await system.log.directory.put('transport', {
      ...system.log.directory.get('transport', `trp_${name}`)!,
      ...{ user: 'us', password: sealed },
    })
    await start({ maxAttempts: 50, retryBaseMs: 30 })
    const message = await queue()
    await becomes(message, 'deferred')
    await expect
      .poll(async () => (await outbox.health())['sending'], { timeout: 10_000 })
      .toMatchObject({ state: 'yellow', detail: expect.stringContaining('535 wrong password') })
    expect(server.said.some((line) => line.startsWith('MAIL'))).toBe(false)
    await system.log.directory.delete('transport', `trp_${name}`)
    await becomes(message, 'failed')
  })

  it('was sent, and is not sent again, when its sender lost its lease and lived', async () => {
    await serve({ thinks: 3_000 })
    await start()
    const second = await system.startOutbox(settings, 'second')
    const message = await queue()
    await expect.poll(() => server.taken.length, { timeout: 10_000 }).toBe(1)
    await becomes(message, 'sending')
    const leases = await new Kvm(system.log.js).open('leases')
    for (const partition of [0, 1]) await leases.put(`outbox.${partition}`, 'second')
    await becomes(message, 'unknown')
    await becomes(message, 'sent')
    expect(server.connections).toBe(1)
    await second.stop()
  })

  it('is of unknown outcome when the service stops while the server thinks', async () => {
    await serve({ thinks: 60_000 })
    await start()
    const message = await queue()
    await expect.poll(() => server.taken.length, { timeout: 10_000 }).toBe(1)
    await outbox.stop()
    await becomes(message, 'unknown')
    expect(await sendingOf(message)).toMatchObject({ attempt: 1, reason: expect.stringContaining('stop') })
    await start()
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect([server.taken.length, (await outbox.health())['sending']?.state]).toEqual([1, 'yellow'])
    await say('SettleSend', message, { as: 'sent' })
    await becomes(message, 'sent')
  })

  it('has had no attempt when the service stops before the server asked for it', async () => {
    await serve({ breaks: { at: 'rcpt', by: 'silence', times: 1 } })
    await start()
    const message = await queue()
    await expect.poll(() => server.said.some((line) => line.startsWith('RCPT')), { timeout: 10_000 }).toBe(true)
    await outbox.stop()
    await becomes(message, 'queued')
    expect(await sendingOf(message)).toMatchObject({ attempt: 0 })
    await start()
    await becomes(message, 'sent')
    expect(await sendingOf(message)).toMatchObject({ attempt: 1 })
  })
})
