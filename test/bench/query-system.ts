import { createHash, randomBytes } from 'node:crypto'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { headers, nuid } from '@nats-io/transport-node'
import { mailStream, mailSubject, partitionOf, type SkeinEvent, type StoredEvent } from '@skein/events'
import { openLog, type Log } from '@skein/log'
import { freePort, startServers } from '@skein/servers'
import { fillTables, type CatchUpProgress } from '@skein/views'
import { account, eventsOf, INBOXES, madeMails, mailsOf, space, type MadeMail } from './many-threads.ts'

const PARTITIONS = 4
const MAILS_AT_ONCE = 400
const MIB = 1024 * 1024
const main = fileURLToPath(new URL('../../apps/query/dist/main.js', import.meta.url))
const partition = partitionOf(space, PARTITIONS)

/** What a folder of a benchmark says of itself: who may ask, and how much is in it once it is filled. */
interface Notes {
  key: string
  secret: string
  filled: Filled | null
}
export interface Filled {
  threads: number
  mails: number
  storedSeconds: number
  visibleSeconds: number
}
const newNotes = (): Notes => ({
  key: `sk_${randomBytes(24).toString('base64url')}`,
  secret: randomBytes(32).toString('base64url'),
  filled: null,
})

/** Stores records as one atomic batch (ADR-50 of NATS); answers where the first of them is. */
const storeRecords = async ({ connection }: Log, mails: readonly MadeMail[]): Promise<number> => {
  const batch = nuid.next()
  for (const [i, { record }] of mails.entries()) {
    const head = headers()
    head.set('Nats-Batch-Id', batch)
    head.set('Nats-Batch-Sequence', String(i + 1))
    const [subject, body] = [mailSubject(partition, space, 'received'), JSON.stringify(record)]
    if (i < mails.length - 1) connection.publish(subject, body, { headers: head })
    else {
      head.set('Nats-Batch-Commit', '1')
      const answer = await connection.request(subject, body, { headers: head, timeout: 60_000 })
      const { seq, error } = answer.json<{ seq?: number; error?: { description: string } }>()
      if (seq === undefined) throw new Error(`the log took no batch: ${error?.description}`)
      return seq - mails.length + 1
    }
  }
  return 0
}

/** Who may ask, and one raw mail for all records to name. */
const prepare = async (log: Log, key: string): Promise<void> => {
  const { directory } = log
  await directory.put('account', { id: account, name: 'Bench' })
  await directory.put('space', { id: space, account, name: 'Bench', rules: 'skein', policies: {} })
  for (const id of INBOXES) {
    const inbox = {
      id,
      account,
      space,
      name: id,
      address: `${id}@desk.test`,
      aliases: [],
      catchAll: [],
      transport: null,
    }
    await directory.put('inbox', { ...inbox, plusAddressing: true })
  }
  const hash = createHash('sha256').update(key).digest('hex')
  const rights = { scopes: ['read' as const], instance: false, spaces: null, inboxes: null, expiresAt: null }
  const createdAt = '2026-01-01T00:00:00.000Z'
  await directory.put('key', { id: 'key_bench', account, name: 'bench', hash, ...rights, createdAt })
  const subject = mailSubject(partition, space, 'raw')
  await log.connection.request(subject, 'Subject: bench\r\n\r\n', { timeout: 10_000 })
}

/** What is in the log so far, for those who read it while it grows. */
class Growing {
  last = 0
  private change = Promise.withResolvers<void>()

  grow(last: number): void {
    this.last = last
    this.change.resolve()
    this.change = Promise.withResolvers<void>()
  }
  /** Ends the waiting of those who read. */
  fail(error: unknown): void {
    this.change.reject(error)
  }
  next(): Promise<void> {
    return this.change.promise
  }
}

/** Puts the mails of so many threads into the log, as ingest and a threader would: records first, then their events. */
const fillLog = async (log: Log, threads: number, grown: Growing): Promise<number> => {
  let count = 0
  let appended: Promise<unknown> = Promise.resolve()
  const put = async (mails: readonly MadeMail[]): Promise<void> => {
    const first = await storeRecords(log, mails)
    await appended
    const events: SkeinEvent[] = mails.flatMap((mail, i) =>
      eventsOf(mail, { stream: mailStream(partition), sequence: first + i }),
    )
    appended = log.appendEvents(partition, grown.last, events).then((sequence) => grown.grow(sequence))
    count += mails.length
  }
  let mails: MadeMail[] = []
  for (const mail of madeMails(threads, PARTITIONS)) {
    if (mails.push(mail) < MAILS_AT_ONCE) continue
    await put(mails)
    mails = []
  }
  if (mails.length > 0) await put(mails)
  await appended
  return count
}

/** Events of a log that grows, up to one that it will have. */
async function* asItGrows(log: Log, after: number, until: number, grown: Growing): AsyncGenerator<StoredEvent[]> {
  for (let at = after; at < until;) {
    const change = grown.next()
    const end = Math.min(grown.last, until)
    if (end > at) yield* log.readEvents(partition, at, end, () => undefined)
    else await change
    at = Math.max(at, end)
  }
}

/** Makes the views while the log grows, by the code of the projection, in the large batches of a rebuild. */
const fillViews = (log: Log, databaseUrl: string, threads: number, grown: Growing, say: (line: string) => void) => {
  let last = 0
  // an event for each mail, and one for each thread that starts
  for (let thread = 0; thread < threads; thread++) last += mailsOf(thread) + 1
  const source = {
    readEvents: (_: number, after: number, until: number) => asItGrows(log, after, until, grown),
    records: (from: number) => log.source().records(from),
  }
  const onProgress = ({ events, totalEvents }: CatchUpProgress): void =>
    say(`\r${events} of ${totalEvents} events in the views, ${grown.last} in the log   `)
  const marks = { views: new Map([[partition, last]]), index: new Map<number, number>() }
  return fillTables({ databaseUrl }, marks, { groups: ['views'], source, onProgress })
}

export interface Answer {
  status: number
  ms: number
  body: string
}

/** A folder to work in: a given one is kept, with what was filled into it. */
const openFolder = (given: string | undefined) => {
  const dataDir = given === undefined ? mkdtempSync(join(tmpdir(), 'skein-bench-')) : resolve(given)
  mkdirSync(dataDir, { recursive: true })
  const file = join(dataDir, 'bench.json')
  const notes = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Notes) : newNotes()
  const keep = (): void => writeFileSync(file, JSON.stringify(notes))
  if (!existsSync(file)) keep()
  return { dataDir, notes, keep }
}

/**
 * Servers that sync, with a log and views that the benchmark fills, or has filled before into the folder `data`; and the query
 * service in a process of its own.
 */
export const startQuerySystem = async (threads: number, data: string | undefined, say: (line: string) => void) => {
  const { dataDir, notes, keep } = openFolder(data)
  const { key, secret } = notes
  const servers = await startServers({ dataDir })
  const monitorUrl = servers.nats?.monitorUrl
  const log = await openLog({ url: servers.natsUrl, monitorUrl, name: 'bench', partitions: PARTITIONS, secret })
  if (notes.filled === null) {
    const began = performance.now()
    const seconds = (): number => Math.round((performance.now() - began) / 1000)
    await prepare(log, key)
    const grown = new Growing()
    const stored = fillLog(log, threads, grown).then((mails) => ({ mails, storedSeconds: seconds() }))
    stored.catch((error: unknown) => grown.fail(error))
    await fillViews(log, servers.databaseUrl, threads, grown, say)
    notes.filled = { threads, ...(await stored), visibleSeconds: seconds() }
    keep()
  }
  const port = await freePort()
  const env = {
    ...process.env,
    ...{
      NATS_URL: servers.natsUrl,
      NATS_MONITOR_URL: monitorUrl,
      DATABASE_URL: servers.databaseUrl,
      SKEIN_SECRET: secret,
    },
    ...{ PORT: String(port), HOST: '127.0.0.1', SKEIN_PARTITIONS: String(PARTITIONS), SKEIN_REQUESTS_PER_MINUTE: '0' },
  }
  const child = spawn(process.execPath, [main], { stdio: ['ignore', 'ignore', 'inherit'], env })
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const get = (path: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const began = performance.now()
      const asked = request({ port, path, agent, headers: { authorization: `Bearer ${key}` } }, (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => {
          const ms = performance.now() - began
          resolve({ status: answer.statusCode ?? 0, ms, body: Buffer.concat(parts).toString() })
        })
      })
      asked.on('error', reject).end()
    })
  /** Until all of the log shows. */
  const shown = async (say: (line: string) => void): Promise<void> => {
    for (;;) {
      const answer = await get('/v1/threads?limit=1').catch(() => null)
      const lag = answer?.status === 200 ? (JSON.parse(answer.body) as { lag: number | null }).lag : null
      if (lag === 0) return
      say(`\r${lag ?? '?'} events to go   `)
      await pause(1_000)
    }
  }
  const stop = async (): Promise<void> => {
    agent.destroy()
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
    await log.close()
    await servers.stop()
    if (data !== undefined) return
    for (const folder of [servers.postgres?.clusterDir, dataDir])
      if (folder) rmSync(folder, { recursive: true, force: true })
  }
  const bytes = async (): Promise<number> => {
    const streams = await Promise.all(['MAIL', 'EVENTS'].map((name) => log.streamState(`${name}-${partition}`)))
    return Math.round(streams.reduce((sum, one) => sum + one.bytes, 0) / MIB)
  }
  return {
    get,
    shown,
    stop,
    logMegabytes: bytes,
    databaseUrl: servers.databaseUrl,
    filled: notes.filled,
  }
}
