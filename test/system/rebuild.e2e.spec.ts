import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { testNats, testPostgres, type TestDatabase, type TestNats } from '@skein/servers'
import { Database } from '@skein/views'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversations } from './conversations.js'
import { startSystem, type System } from './system.js'

const run = promisify(execFile)
const skein = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname

interface Outcome {
  code: number
  out: string
  error: string
}

describe('skein ops rebuild', () => {
  let nats: TestNats
  let postgres: TestDatabase
  let system: System
  let database: Database

  const env = () => ({
    ...process.env,
    NATS_URL: nats.natsUrl,
    NATS_MONITOR_URL: nats.monitorUrl,
    DATABASE_URL: postgres.databaseUrl,
  })
  const ops = async (...parameters: string[]): Promise<Outcome> => {
    const answer = await run(process.execPath, [skein, 'ops', ...parameters], { env: env() }).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    )
    return { code: answer.code, out: answer.stdout, error: answer.stderr }
  }
  const rebuild = async (...parameters: string[]): Promise<Record<string, unknown> & { code: number }> => {
    const { code, out, error } = await ops('rebuild', '--json', ...parameters)
    if (out === '') throw new Error(error)
    return { code, ...(JSON.parse(out) as Record<string, unknown>) }
  }
  const isEqual = async (): Promise<boolean> => (await ops('verify', '--json')).code === 0

  beforeAll(async () => {
    ;[nats, postgres] = await Promise.all([testNats(), testPostgres()])
    system = await startSystem({ nats, postgres })
    database = await Database.open({ databaseUrl: postgres.databaseUrl })
    let last = ''
    for (const { raw } of conversations(10, 4))
      last = ((await (await system.mail(raw)).json()) as { sequence: string }).sequence
    await system.call('GET', `/v1/threads?wait_for=${last}`)
  })
  afterAll(async () => {
    await database?.close()
    await system?.stopServices()
    await Promise.all([nats?.stop(), postgres?.stop()])
  })

  it('swaps equal tables in while mail arrives and reads run: none fails, and none is lost', async () => {
    let stop = false
    const failed: string[] = []
    const accepted: string[] = []
    const told = async (answer: Promise<Response>): Promise<Response> => {
      const response = await answer
      if (response.status >= 400) failed.push(`${response.status} ${await response.clone().text()}`)
      return response
    }
    const mailing = (async () => {
      for (let n = 0; !stop; n++) {
        const raw = `From: Ada <ada@mail.test>\r\nTo: support@skein.test\r\nSubject: Live ${n}\r\nMessage-ID: <live-${n}@mail.test>\r\nDate: Mon, 2 Mar 2026 12:00:00 +0000\r\n\r\nText\r\n`
        const { sequence } = (await (await told(system.mail(raw))).json()) as { sequence: string }
        accepted.push(sequence)
        // its sender reads it at once: the projector came that far, in whatever tables
        await told(system.call('GET', `/v1/threads?limit=3&wait_for=${sequence}`))
      }
    })()
    const reading = Array.from({ length: 3 }, async () => {
      while (!stop) {
        const list = (await (await told(system.call('GET', '/v1/threads?limit=20'))).json()) as {
          threads: { id: string }[]
        }
        const [first] = list.threads
        await told(system.call('GET', `/v1/threads/${first?.id}/messages`))
        await told(system.call('GET', '/v1/threads?search=Live&limit=5'))
      }
    })
    for (const parameters of [[], ['--view', 'views'], ['--rollback'], ['--view', 'index'], []])
      expect(await rebuild(...parameters)).toMatchObject({ code: 0 })
    stop = true
    await Promise.all([mailing, ...reading])
    expect(failed).toEqual([])
    expect(accepted.length).toBeGreaterThan(20)
    const [count] = await database.run<{ count: number }>(
      `select count(*)::int as count from message where message_id like 'live-%'`,
    )
    expect(count?.count).toBe(accepted.length)
    expect(await isEqual()).toBe(true)
  }, 120_000)

  it('repairs a row that was changed by hand, once that is accepted, and goes back', async () => {
    await database.run(`update thread set subject = 'changed by hand' where id = (select min(id) from thread)`)
    const refused = await ops('rebuild')
    expect(refused).toMatchObject({
      code: 1,
      out: expect.stringMatching(/Different.*thread.*Nothing was swapped/s) as string,
    })
    expect(await isEqual()).toBe(false)
    expect(await rebuild('--accept')).toMatchObject({ code: 0, equal: false, swapped: true })
    expect(await isEqual()).toBe(true)
    expect(await rebuild('--rollback')).toMatchObject({ code: 0 })
    expect(await isEqual()).toBe(false)
    expect(await rebuild('--rollback')).toMatchObject({ code: 0 })
    expect(await isEqual()).toBe(true)
  }, 120_000)

  it('repairs one space', async () => {
    await database.run(`update thread set subject = 'changed by hand' where id = (select min(id) from thread)`)
    expect(await rebuild('--space', 'spc_demo')).toMatchObject({ code: 1, replaced: false })
    expect(await rebuild('--space', 'spc_demo', '--accept')).toMatchObject({ code: 0, replaced: true })
    expect(await isEqual()).toBe(true)
  }, 120_000)

  it('goes on after being killed, wherever that was', async () => {
    for (const word of [/events/, /making message/, /comparing/]) {
      const child = spawn(process.execPath, [skein, 'ops', 'rebuild'], {
        env: env(),
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      let said = ''
      for await (const text of child.stderr) if (word.test((said += String(text)))) break
      expect(said).toMatch(word)
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      const { sequence } = (await (
        await system.mail(`From: b@mail.test\r\nSubject: After ${word.source}\r\n\r\nText\r\n`)
      ).json()) as { sequence: string }
      expect((await system.call('GET', `/v1/threads?wait_for=${sequence}`)).status).toBe(200)
    }
    expect(await rebuild()).toMatchObject({ code: 0, swapped: true, equal: true })
    expect(await isEqual()).toBe(true)
  }, 120_000)

  it('runs once at a time, and says who runs', async () => {
    const holding = spawn(process.execPath, [skein, 'ops', 'rebuild'], {
      env: env(),
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await once(holding.stderr, 'data')
    holding.kill('SIGSTOP')
    try {
      const { code, error } = await ops('rebuild')
      expect([code, error]).toEqual([1, expect.stringMatching(/already: skein rebuild by .+ process \d+/)])
    } finally {
      holding.kill('SIGCONT')
    }
    if (holding.exitCode === null) await once(holding, 'exit')
    await pause(100)
    expect(await rebuild()).toMatchObject({ code: 0 })
  }, 120_000)

  it('makes tables of an older definition anew by itself, while the old ones are read', async () => {
    await system.stopServices()
    await database.run('update definition set version = 0')
    await system.restart()
    expect((await system.call('GET', '/v1/threads')).status).toBe(200)
    const { sequence } = (await (await system.mail(`From: c@mail.test\r\nSubject: New\r\n\r\nText\r\n`)).json()) as {
      sequence: string
    }
    const shown = async () => (await system.call('GET', `/v1/threads?wait_for=${sequence}`)).status
    await expect.poll(shown, { timeout: 60_000 }).toBe(200)
    const health = (await (await fetch(new URL('/health/ready', system.url))).json()) as {
      checks: Record<string, { state: string }>
    }
    expect(health.checks['tables']).toMatchObject({ state: 'green' })
    expect(await isEqual()).toBe(true)
  }, 120_000)

  it.each([
    [['--view', 'threads'], /--view: there is no threads; say views/],
    [['--space', 'spc_none'], /--space: there is no space spc_none/],
    [['--rollback', '--accept'], /--rollback takes back the whole/],
  ])('refuses %j in words', async (parameters, words) => {
    const { code, error } = await ops('rebuild', ...parameters)
    expect([code !== 0, error]).toEqual([true, expect.stringMatching(words)])
  })
})
