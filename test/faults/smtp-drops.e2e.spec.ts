import type { MessageId } from '@skein/events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BREAK_MOMENTS, BREAK_WAYS, BreakingSmtpServer } from './breaking-smtp-server.ts'
import { account, fillDirectory, putTransport, queueMail } from './outgoing-mail.ts'
import { startSendingSystem, type SendingSystem } from './sending-system.ts'

const RETRY_MS = 150
const settings = {
  retryBaseMs: RETRY_MS,
  smtp: { connect: 500, greeting: 500, command: 500, data: 500, whole: 10_000 },
  sendsAtOnce: 50,
}

const cases = BREAK_MOMENTS.flatMap((at) => BREAK_WAYS.map((by) => ({ at, by, name: `${at}${by}` })))
const before = cases.filter(({ at }) => at !== 'body' && at !== 'dot')
const after = cases.filter(({ at }) => at === 'body' || at === 'dot')

let system: SendingSystem
const servers = new Map<string, BreakingSmtpServer>()
const messages = new Map<string, MessageId>()
const serverOf = (name: string): BreakingSmtpServer => servers.get(name)!

const sendingOf = async (name: string) => (await system.views.message(account, messages.get(name)!))?.sending
const becomes = (name: string, state: string) =>
  expect.poll(async () => (await sendingOf(name))?.state, { timeout: 30_000, interval: 50 }).toBe(state)

const put = async (name: string, server: BreakingSmtpServer): Promise<void> => {
  servers.set(name, server)
  await putTransport(system.log, name, server.port)
}
/** Every case has a server of its own, which breaks its first connection, and an inbox whose mail leaves by it; all at one time. */
beforeAll(async () => {
  system = await startSendingSystem()
  await fillDirectory(system.log, [...cases.map(({ name }) => name), 'retry'])
  for (const { at, by, name } of cases)
    await put(name, await BreakingSmtpServer.start({ breaks: { at, by, times: 1 } }))
  await put('retry', await BreakingSmtpServer.start({ breaks: { at: 'dot', by: 'fin', times: 1 } }))
  await system.startOutbox(settings)
  for (const { name } of cases) messages.set(name, await queueMail(system.log, name, 1))
  messages.set('retry', await queueMail(system.log, 'retry', 1, { onUnknown: 'retry' }))
})
afterAll(async () => {
  await system?.stop()
  for (const server of servers.values()) await server.stop()
})

const textOf = (name: string): RegExp => new RegExp(`\\r\\nMail 1 of ${name}\\r\\n$`)

describe('a mail whose server breaks the connection', () => {
  it.each(before)('before its 354 is delivered once, after a retry: at $at, by $by', async ({ name }) => {
    await becomes(name, 'sent')
    expect(await sendingOf(name)).toMatchObject({ attempt: 2, response: '250 2.0.0 ok' })
    expect(serverOf(name).taken).toEqual([
      { from: `us@${name}.example`, to: ['them@there.example'], raw: expect.stringMatching(textOf(name)) },
    ])
    expect(serverOf(name).connections).toBe(2)
  })

  it.each(after)('after its 354 is of unknown outcome, and is held: in the $at, by $by', async ({ at, name }) => {
    await becomes(name, 'unknown')
    await new Promise((resolve) => setTimeout(resolve, 3 * RETRY_MS))
    expect(await sendingOf(name)).toMatchObject({ state: 'unknown', attempt: 1, onUnknown: 'hold' })
    expect(serverOf(name).connections).toBe(1)
    expect(serverOf(name).taken).toHaveLength(at === 'dot' ? 1 : 0)
  })

  it('goes again, under its own Message-ID, when a person says so', async () => {
    const name = 'bodyrst'
    const { partition, space } = (await system.views.message(account, messages.get(name)!))!
    const command = { id: 'again', space, actor: 'key_spec', message: messages.get(name)!, reason: 'it was cut off' }
    await system.log.command(partition, 'RetrySend', command)
    await becomes(name, 'sent')
    expect(serverOf(name).taken.map(({ raw }) => /^Message-ID: .*$/m.exec(raw)?.[0])).toEqual([
      `Message-ID: <1.${name}@skein.example>`,
    ])
  })

  it('goes again by itself where its policy is to retry, with the same bytes', async () => {
    await becomes('retry', 'sent')
    const [first, second, ...more] = serverOf('retry').taken
    expect([second, more]).toEqual([first, []])
  })
})
