import { mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mailStream, partitionOf, type AccountId, type SpaceId } from '@skein/events'
import { startIngest, type RunningIngest } from '@skein/ingest'
import { openLog, type Log } from '@skein/log'
import { testNats, type TestNats } from '@skein/servers'
import { createHash } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { importMail, type ImportOptions } from './import-mail.js'

const account = 'acc_a' as AccountId
const space = 'spc_a' as SpaceId
const KEY = 'sk_writer_1'
const COUNT = 300

let nats: TestNats
let log: Log
let ingest: RunningIngest
let folder: string

beforeAll(async () => {
  nats = await testNats()
  const options = { url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 1 }
  log = await openLog(options)
  const hash = createHash('sha256').update(KEY).digest('hex')
  await log.directory.put('inbox', {
    id: 'inb_a',
    account,
    space,
    name: 'a',
    address: 'help@skein.example',
    aliases: [],
  })
  await log.directory.put('key', {
    id: 'key_a',
    account,
    name: 'a',
    hash,
    scopes: ['write'],
    createdAt: '2026-01-01T00:00:00.000Z',
  })
  ingest = await startIngest({ log: options, http: { port: 0, host: '127.0.0.1' } })
})
afterAll(async () => {
  await ingest?.stop()
  await log?.close()
  await nats?.stop()
})
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skein-import-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

let serial = 0
const mail = (body = 'Good morning') =>
  `From: ann@example.org\nTo: help@skein.example\nMessage-ID: <${++serial}@example.org>\nDate: Mon, 2 Mar 2026 10:00:00 +0000\nSubject: x\n\n${body}\n`
const mbox = async (mails: string[], name = 'archive.mbox'): Promise<string> => {
  const path = join(folder, name)
  await writeFile(path, mails.map((one) => `From ann@example.org Mon Mar  2 10:00:00 2026\n${one}\n`).join(''))
  return path
}
const run = (paths: string[], more: Partial<ImportOptions> = {}) =>
  importMail({
    paths,
    inbox: 'inb_a',
    url: ingest.url ?? '',
    key: KEY,
    stateFile: join(folder, 'state', 'imports.json'),
    ...more,
  })

/** Message-IDs of all input records, in order. */
const storedIds = async (): Promise<string[]> => {
  const partition = partitionOf(space, 1)
  const { state } = await (await log.js.jetstreamManager()).streams.info(mailStream(partition))
  const all = await log.recordsAt(
    partition,
    Array.from({ length: state.last_seq }, (_, i) => i + 1),
  )
  return [...all.values()].map(({ facts }) => facts.messageId)
}

describe('import', () => {
  it('stores every mail of an mbox, a Maildir, a folder and single files', async () => {
    const archive = await mbox([mail(), mail('>From the start\n'), mail()])
    for (const part of ['cur', 'new', 'tmp']) await mkdir(join(folder, 'Maildir', part), { recursive: true })
    await writeFile(join(folder, 'Maildir', 'cur', '1.host:2,S'), mail())
    await writeFile(join(folder, 'Maildir', 'new', '2.host'), mail())
    await mkdir(join(folder, 'letters'))
    await writeFile(join(folder, 'letters', 'a.eml'), mail())
    await writeFile(join(folder, 'letters', 'notes.txt'), 'no mail')
    await writeFile(join(folder, 'single'), mail())
    const before = (await storedIds()).length
    const result = await run([archive, join(folder, 'Maildir'), join(folder, 'letters'), join(folder, 'single')])
    expect(result).toMatchObject({ stored: 7, before: 0, refused: 0, problems: [], stopped: null, threads: null })
    expect(result.lastSequence).toMatch(/^MAIL-0:\d+$/)
    expect((await storedIds()).slice(before).sort()).toEqual(
      Array.from({ length: 7 }, (_, i) => `${serial - 6 + i}@example.org`).sort(),
    )
  })

  it('takes the address of an inbox for its id', async () => {
    expect(await run([await mbox([mail()])], { inbox: 'Help@skein.example' })).toMatchObject({ stored: 1 })
  })

  it('sends nothing again on a second run, unless the file has changed or it is told to start again', async () => {
    const mails = [mail(), mail()]
    const path = await mbox(mails)
    await run([path])
    expect(await run([path])).toMatchObject({ stored: 0, before: 2, problems: [] })
    await utimes(path, 1_000, 1_000)
    expect(await run([path])).toMatchObject({ stored: 2, before: 0 })
    expect(await run([path], { restart: true })).toMatchObject({ stored: 2, before: 0 })
  })

  it('goes on where an interrupted run stopped, and ends with every mail stored', async () => {
    const path = await mbox(Array.from({ length: COUNT }, () => mail()))
    const before = (await storedIds()).length
    const stop = new AbortController()
    const door = await proxy((n) => {
      if (n === COUNT / 3) stop.abort()
      return null
    })
    const first = await run([path], { url: door.url, signal: stop.signal, concurrency: 8 })
    door.close()
    expect(first.stopped).toBe('it was interrupted')
    expect(first.stored).toBeLessThan(COUNT)
    const second = await run([path])
    expect(second).toMatchObject({ problems: [], stopped: null })
    expect(second.before).toBe(first.stored)
    expect(second.stored).toBe(COUNT - first.stored)
    const ids = (await storedIds()).slice(before)
    expect(new Set(ids).size).toBe(COUNT)
    expect(ids.length - COUNT).toBeLessThanOrEqual(8)
  })

  it('comes again when the door is busy, answers with an error or hangs up, until every mail is stored', async () => {
    const path = await mbox(Array.from({ length: 60 }, () => mail()))
    const fates = [503, 429, 'hang up', 500, null] as const
    const door = await proxy((n) => (n < 40 ? (fates[n % 5] ?? null) : null))
    const result = await run([path], { url: door.url, concurrency: 8 })
    door.close()
    expect(result).toMatchObject({ stored: 60, problems: [], stopped: null })
  })

  it('lists what was refused with file and reason, stores the rest, and tries the refused ones again next time', async () => {
    const archive = await mbox([mail(), `${'Received: x\n'.repeat(101)}${mail()}`, mail()])
    const odd = join(folder, 'odd.eml')
    await writeFile(odd, '{"this": "is no mail"}')
    const result = await run([archive, odd, join(folder, 'missing.mbox')])
    expect(result).toMatchObject({ stored: 2, refused: 3, stopped: null })
    expect(
      result.problems.map(({ file, reason }) => [
        file.slice(folder.length + 1),
        reason.replace(folder, '').slice(0, 30),
      ]),
    ).toEqual([
      ['missing.mbox', '/missing.mbox: there is no suc'],
      ['archive.mbox#2', '422 The mail goes round in cir'],
      ['odd.eml', '400 This is no mail What was s'],
    ])
    expect(await run([archive])).toMatchObject({ stored: 0, before: 2, refused: 1 })
  })

  it('lists a file that cannot be read, stores the others, and sends all of them again when it can be read', async () => {
    const cur = join(folder, 'Maildir', 'cur')
    for (const part of ['cur', 'new', '.Sent/cur', '.Sent/new'])
      await mkdir(join(folder, 'Maildir', part), { recursive: true })
    await symlink(join(folder, 'moved'), join(cur, '1.host'))
    await writeFile(join(cur, '2.host'), mail())
    await writeFile(join(folder, 'Maildir', '.Sent', 'cur', '3.host'), mail())
    await symlink(join(folder, 'nowhere'), join(folder, 'Maildir', '.Old'))
    const first = await run([join(folder, 'Maildir')])
    expect(first.problems.map(({ file }) => file.slice(folder.length))).toEqual([
      '/Maildir/cur/1.host',
      '/Maildir/.Old',
    ])
    expect(first).toMatchObject({ stored: 2, stopped: null })
    await rm(join(folder, 'Maildir', '.Old'))
    await writeFile(join(folder, 'moved'), mail())
    expect(await run([join(folder, 'Maildir')])).toMatchObject({ stored: 3, before: 0, problems: [] })
    expect(await run([join(folder, 'Maildir')])).toMatchObject({ stored: 0, before: 3, problems: [] })
  })

  it.each<[string, Partial<ImportOptions>, RegExp]>([
    ['the inbox does not exist', { inbox: 'inb_none' }, /404 There is no such inbox/],
    ['the key is wrong', { key: 'sk_wrong_key' }, /401/],
    ['nobody is there', { url: 'http://127.0.0.1:9', patienceMs: 300 }, /has taken no mail for 0 s/],
  ])('stops at once and says why when %s', async (_, more, reason) => {
    const result = await run([await mbox([mail(), mail()])], more)
    expect(result).toMatchObject({ stored: 0, problems: [] })
    expect(result.stopped).toMatch(reason)
  })

  it('stops and says so when it cannot note how far it got', async () => {
    const stateFile = join(folder, 'imports.json')
    await mkdir(`${stateFile}.new`)
    const result = await run([await mbox([mail()])], { stateFile })
    expect(result.stopped).toMatch(/EISDIR/)
  })

  it('refuses a state file that is none', async () => {
    const stateFile = join(folder, 'notes.json')
    await writeFile(stateFile, '{"my": "notes"}')
    await expect(run([await mbox([mail()])], { stateFile })).rejects.toThrow(/is no import state/)
    expect(await readFile(stateFile, 'utf8')).toBe('{"my": "notes"}')
  })
})

/** Stands before the ingest service and fails the n-th request as told: a status, a closed connection, or not at all. */
const proxy = async (fate: (n: number) => number | 'hang up' | null): Promise<{ url: string; close: () => void }> => {
  let n = 0
  const listener: RequestListener = (request, response) => {
    const how = request.method === 'POST' ? fate(n++) : null
    if (how === 'hang up') return void request.socket.destroy()
    if (how !== null) return void response.writeHead(how, { 'content-type': 'application/problem+json' }).end('{}')
    ingestHandler(request, response)
  }
  const server: Server = createServer(listener).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const close = (): void => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close }
}
const ingestHandler: RequestListener = (request, response) => void ingest.handler(request, response)
