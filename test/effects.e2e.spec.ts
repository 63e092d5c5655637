import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import { promisify } from 'node:util'
import type { AddressInfo } from 'node:net'
import { testPostgres } from '@skein/servers'
import { openViews, verifyTables } from '@skein/views'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BreakingSmtpServer } from './faults/breaking-smtp-server.ts'
import { account, fillDirectory, putTransport, queueMail } from './faults/outgoing-mail.ts'
import { startSendingSystem, type SendingSystem } from './faults/sending-system.ts'

// What leaves, leaves once and only live: a replay or a rebuild can send nothing.

const run = promisify(execFile)
const skein = new URL('../apps/cli/bin/skein.mjs', import.meta.url).pathname

const MAILS = 12
const settings = { privateWebhooks: true, retryBaseMs: 60_000 }
const WAIT_MS = 1_500

/** Whatever connects is counted. */
let requests = 0
const hook = createServer((_, response) => {
  requests++
  response.writeHead(204).end()
})

let system: SendingSystem
let smtp: BreakingSmtpServer
beforeAll(async () => {
  system = await startSendingSystem()
  smtp = await BreakingSmtpServer.start({
    answer: (line) => (line.startsWith('RCPT TO:<later@') ? '450 later' : undefined),
  })
  hook.listen(0, '127.0.0.1')
  await once(hook, 'listening')
  await fillDirectory(system.log, ['effects'])
  await putTransport(system.log, 'effects', smtp.port)
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
  await system.log.directory.put('webhook', {
    ...{ id: 'whk_effects', account, name: 'effects', types: null, inboxes: null },
    url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`,
    secrets: [system.log.secrets.seal(secret, 'webhook whk_effects secret')],
    createdAt: new Date().toISOString(),
  })
})
afterAll(async () => {
  await system?.stop()
  await smtp?.stop()
  hook.close()
})

const counted = (): { connections: number; mails: number; requests: number } => ({
  ...{ connections: smtp.connections, mails: smtp.taken.length, requests },
})
/** Nothing more reaches either server, for a while. */
const staysAt = async (before: ReturnType<typeof counted>): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
  expect(counted()).toEqual(before)
}

describe('mail and webhooks leave', () => {
  let outbox: { stop(): Promise<void> }
  let live: ReturnType<typeof counted>

  it('as the log grows', async () => {
    outbox = await system.startOutbox(settings)
    for (let n = 1; n < MAILS; n++) await queueMail(system.log, 'effects', n)
    await queueMail(system.log, 'effects', MAILS, { to: ['later@there.example'] })
    const states = async () =>
      (await system.views.listOutbox(account, {}, { limit: 50 })).sends.map(({ state }) => state)
    await expect
      .poll(async () => (await states()).sort(), { timeout: 30_000 })
      .toEqual(['deferred', ...Array.from({ length: MAILS - 1 }, () => 'sent')])
    const events = await Promise.all([0, 1].map((partition) => system.log.endOfEvents(partition)))
    await expect.poll(() => requests, { timeout: 30_000 }).toBe(events[0]! + events[1]!)
    live = counted()
    expect(live).toMatchObject({ connections: MAILS, mails: MAILS - 1 })
  })

  it('not when the log is verified, or read into new tables, while the outbox runs', async () => {
    const { databaseUrl } = system
    expect(await verifyTables({ databaseUrl }, system.log.source())).toMatchObject({ equal: true })
    const rebuilt = await openViews({ databaseUrl, schema: 'rebuilt', cursorSecret: 'x' })
    for (const partition of [0, 1])
      for await (const events of system.log.readEvents(partition, 0, await system.log.endOfEvents(partition)))
        await rebuilt.apply({ partition, events }, (p, sequences) => system.log.recordsAt(p, sequences))
    expect((await rebuilt.listOutbox(account, {}, { limit: 50 })).sends).toHaveLength(MAILS)
    await rebuilt.close()
    await staysAt(live)
  })

  it.each<[string, string[]]>([
    ['tables are rebuilt and swapped', ['ops', 'rebuild', '--accept']],
    ['events are replayed to a terminal', ['ops', 'replay', '--since', '2000-01-01T00:00:00Z']],
    ['other rules are tried', ['ops', 'rethread', '--rules', 'jmap', '--dry-run']],
    ['other rules are applied', ['ops', 'rethread', '--rules', 'openmail', '--apply']],
    ['log and tables are verified', ['ops', 'verify']],
  ])('not when %s by an operator, while the outbox runs', async (_, parameters) => {
    const { natsUrl, monitorUrl, databaseUrl } = system
    const env = { NATS_URL: natsUrl, NATS_MONITOR_URL: monitorUrl, DATABASE_URL: databaseUrl, SKEIN_PARTITIONS: '2' }
    const { stdout } = await run(process.execPath, [skein, ...parameters], {
      env: { ...process.env, ...env },
      maxBuffer: 64 * 1024 * 1024,
    })
    expect(stdout).not.toBe('')
    await staysAt(live)
  })

  it('not when an outbox starts on tables that are empty, and so sees the whole log again', async () => {
    await outbox.stop()
    const empty = await testPostgres()
    outbox = await system.startOutbox(settings, 'again', empty.databaseUrl)
    await staysAt(live)
    await queueMail(system.log, 'effects', 99)
    await expect.poll(() => smtp.taken.length, { timeout: 30_000 }).toBe(MAILS)
    await outbox.stop()
    await empty.stop()
  })
})

describe('what can send', () => {
  const root = new URL('..', import.meta.url).pathname
  const packages = ['apps', 'libs', 'tools'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => {
        const text = readFileSync(`${root}${folder}/${entry.name}/package.json`, 'utf8')
        return JSON.parse(text) as { name: string; dependencies?: Record<string, string> }
      }),
  )
  const dependents = (name: string): string[] =>
    packages.filter(({ dependencies = {} }) => name in dependencies).map((one) => one.name)

  it.each(['nodemailer', 'standardwebhooks'])('is the outbox alone: nothing else depends on %s', (name) => {
    expect(dependents(name)).toEqual(['@skein/outbox'])
  })

  it('is no part of anything that reads the log: only the host that runs the services knows the outbox', () => {
    expect(dependents('@skein/outbox')).toEqual(['@skein/cli'])
  })
})
