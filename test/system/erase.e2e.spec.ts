import { execFile } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startNats, temporaryFolder, testPostgres, type TestDatabase } from '@skein/servers'
import { Database } from '@skein/views'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system.js'

const run = promisify(execFile)
const skein = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname

const SECRETS = ['Zanzibar plan', 'the word is quetzal', 'mallory@secret.example', 'Mallory Malone'] as const
const mail = (id: string, answers: string | null, who = 'Ann <ann@made.example>', subject = 'Lunch', text = 'Hello.') =>
  [
    `From: ${who}`,
    'To: support@skein.example',
    'Date: Mon, 05 Jan 2026 08:00:00 +0000',
    `Message-ID: <${id}@made.example>`,
    ...(answers === null ? [] : [`In-Reply-To: <${answers}@made.example>`]),
    `Subject: ${subject}`,
    '',
    text,
    '',
  ].join('\r\n')
const secret = (id: string, answers: string | null): string =>
  mail(id, answers, 'Mallory Malone <mallory@secret.example>', 'Re: Zanzibar plan', 'Psst, the word is quetzal.')

interface Message {
  id: string
  thread_id: string
  subject: string
  text: string | null
  from_addr: string | null
  is_erased: boolean
}

describe('skein ops erase', () => {
  let folder: string
  let nats: Awaited<ReturnType<typeof startNats>>
  let postgres: TestDatabase
  let system: System
  const ids = new Map<string, string>()

  const ops = async (...parameters: string[]): Promise<{ stdout: string; code: number }> => {
    const env = {
      ...process.env,
      NATS_URL: nats.natsUrl,
      NATS_MONITOR_URL: nats.monitorUrl,
      DATABASE_URL: postgres.databaseUrl,
    }
    return run(process.execPath, [skein, 'ops', ...parameters], { env }).then(
      ({ stdout }) => ({ stdout, code: 0 }),
      ({ stdout, stderr, code }: { stdout: string; stderr: string; code: number }) => ({
        stdout: stdout + stderr,
        code,
      }),
    )
  }
  const send = async (id: string, raw: string, inbox?: string): Promise<Message> => {
    const answer = (await (await system.mail(raw, inbox)).json()) as { message_id: string; sequence: string }
    ids.set(id, answer.message_id)
    return message(id, answer.sequence)
  }
  const message = async (id: string, waitFor?: string): Promise<Message> => {
    const query = waitFor === undefined ? '' : `?wait_for=${waitFor}`
    return (await (await system.call('GET', `/v1/messages/${ids.get(id)}${query}`)).json()) as Message
  }
  /** What the files of the log hold in clear. */
  const onDisk = (): string =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.blk'))
      .map((path) => readFileSync(join(folder, path), 'latin1'))
      .join('')
  const inTables = async (): Promise<string> => {
    const database = await Database.open({ databaseUrl: postgres.databaseUrl })
    const tables = await database.run<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'skein'`,
      [],
    )
    const rows: string[] = []
    for (const { name } of tables)
      rows.push(
        ...(await database.run<{ row: string }>(`select t::text as row from skein."${name}" t`, [])).map(
          ({ row }) => row,
        ),
      )
    await database.close()
    return rows.join('\n')
  }
  const found = (text: string): string[] => SECRETS.filter((word) => text.toLowerCase().includes(word.toLowerCase()))

  beforeAll(async () => {
    folder = temporaryFolder()
    ;[nats, postgres] = await Promise.all([startNats({ dataDir: folder }), testPostgres()])
    system = await startSystem({ nats, postgres })
    await send('a', mail('a', null))
    await send('b', secret('b', 'a'))
    await send('b', secret('b', 'a'), 'inb_sales')
    await send('c', mail('c', 'b', 'Ann <ann@made.example>', 'Re: Lunch'))
    await send('alone', secret('alone', null))
  })
  afterAll(async () => {
    await system?.stopServices()
    await nats?.stop()
    await postgres?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('finds what it is to take out, in log and tables', async () => {
    expect(found(onDisk())).toEqual([...SECRETS])
    expect(found(await inTables())).toEqual([...SECRETS])
  })

  it('refuses to guess what is meant, and says where nothing was found', async () => {
    expect(await ops('erase')).toMatchObject({ code: 1, stdout: expect.stringContaining('name one of') as unknown })
    expect(await ops('erase', '--message', 'x')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('--message') as unknown,
    })
    expect(await ops('erase', '--address', 'nobody@nowhere.example')).toMatchObject({
      code: 1,
      stdout: 'Nothing was found.\n',
    })
  })

  it('takes one message out: its ids stay, its thread stays, and an answer to it still joins', async () => {
    const before = await message('b')
    expect((await ops('erase', '--message', before.id)).code).toBe(0)
    await expect.poll(() => message('b')).toMatchObject({ is_erased: true, subject: '', text: null, from_addr: null })
    expect((await message('b')).thread_id).toBe(before.thread_id)
    expect((await system.call('GET', `/v1/messages/${before.id}/raw`)).status).toBe(410)
    expect((await send('d', mail('d', 'b', 'Bob <bob@made.example>', 'Re: Lunch'))).thread_id).toBe(before.thread_id)
    expect((await message('a')).thread_id).toBe(before.thread_id)
  })

  it('takes out all that an address wrote or got: nothing of it is left in log or tables', async () => {
    expect((await ops('erase', '--address', 'Mallory@secret.example')).code).toBe(0)
    await expect.poll(() => message('alone')).toMatchObject({ is_erased: true })
    expect(found(onDisk())).toEqual([])
    expect(found(await inTables())).toEqual([])
  })

  it('leaves a log that is whole, and tables that follow from it', async () => {
    const { stdout } = await ops('verify', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      equal: true,
      log: { faults: [] },
      tables: { equal: true, differences: [] },
    })
  })

  it('is the same done again, and views that are made anew from the log hold the same', async () => {
    await ops('erase', '--address', 'mallory@secret.example')
    const threads = await (await system.call('GET', '/v1/threads')).text()
    await system.stopServices()
    const database = await Database.open({ databaseUrl: postgres.databaseUrl })
    await database.run('drop schema skein cascade', [])
    await database.close()
    system = await startSystem({ nats, postgres })
    const read = async (): Promise<unknown> =>
      ((await (await system.call('GET', '/v1/threads')).json()) as { threads: unknown }).threads
    await expect.poll(read, { timeout: 20_000 }).toEqual((JSON.parse(threads) as { threads: unknown }).threads)
  })
})
