/**
 * The views alone, on a Postgres that syncs: how many events a second become rows (with texts of 3 kB), and how long a page of
 * the newest 50 threads takes when there are many.
 *   npm run bench -- views [--threads 100000] [--mails-each 1] [--json]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { AccountId, InboxId, MessageId, ReceivedRecord, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import { startPostgres } from '@skein/servers'
import { openViews } from '@skein/views'
import { machine, percentile } from './bench-system.ts'

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '100000' },
    'mails-each': { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const threads = Number(values.threads)
const mailsEach = Number(values['mails-each'])
const BATCH = 500
const account = 'acc_bench' as AccountId
const space = 'spc_bench' as SpaceId
const text = 'Some words of a mail, neither many nor few. '.repeat(68)
const topics = ['Budget', 'Lunch', 'Quarterly report', 'Re-organisation', 'Invoice', 'Patch']

const at = (seconds: number): string => new Date(Date.UTC(2020, 0, 1) + seconds * 1000).toISOString()
const person = (n: number) => ({ name: `Person ${n % 5_000}`, address: `p${n % 5_000}@host${n % 50}.test` })
const noKeys = { owned: [], named: [], mentioned: [], waiting: [], sameSubject: [] }

let sequence = 0
const event = (thread: ThreadId, rest: Pick<StoredEvent, 'type' | 'data'>): StoredEvent => {
  sequence++
  const cause = { kind: 'input', stream: 'MAIL-0', sequence } as const
  return {
    ...rest,
    thread,
    id: `b${sequence}`,
    time: at(sequence),
    space,
    cause,
    sequence,
    partition: 0,
  } as StoredEvent
}

const eventsOfMail = (n: number): StoredEvent[] => {
  const number = Math.floor(n / mailsEach)
  const thread = `thr_b${number}` as ThreadId
  const message = `msg_b${n}` as MessageId
  const isFirst = n % mailsEach === 0
  const topic = `${topics[number % topics.length]} ${number}`
  const data = { message, order: n, subject: topic, relation: null }
  const started = isFirst ? [event(thread, { type: 'ThreadStarted', data })] : []
  const threaded = event(thread, {
    type: 'MessageThreaded',
    data: {
      rule: isFirst ? 'start' : 'link',
      evidence: [],
      confidence: 'certain',
      rivals: [],
      message,
      inbox: `inb_${n % 3}` as InboxId,
      role: 'to',
      direction: 'in',
      keys: noKeys,
      messageId: `m${n}@bench.test`,
      aliases: [],
      inReplyTo: [],
      references: [],
      parent: isFirst ? null : { id: `m${n - 1}@bench.test`, fact: 'in-reply-to' },
      subject: isFirst ? topic : `Re: ${topic}`,
      baseSubject: topic,
      subjectKind: isFirst ? 'plain' : 'reply',
      kind: 'normal',
      listId: null,
      forward: false,
      from: [person(n * 7)],
      replyTo: [],
      to: [person(n * 7 + 1)],
      cc: [],
      sentAt: at(n * 60),
      date: at(n * 60),
      receivedAt: at(n * 60),
      snippet: text.slice(0, 140),
      attachments: 0,
      size: text.length,
      digest: '0'.repeat(32),
      threadIndex: null,
      read: n % 10 === 0,
      input: { stream: 'MAIL-0', sequence: sequence + 1 },
    },
  })
  return [...started, threaded]
}

const dataDir = mkdtempSync(join(tmpdir(), 'skein-bench-'))
const postgres = await startPostgres({ dataDir })
const views = await openViews({ databaseUrl: postgres.databaseUrl, cursorSecret: 'bench' })
const recordOf = (message: MessageId): ReceivedRecord =>
  ({
    message,
    account,
    text: text + message,
    html: null,
    attachments: [],
    facts: { authentication: null, problems: [] },
  }) as never

const mails = threads * mailsEach
let spent = 0
for (let n = 0; n < mails;) {
  const events: StoredEvent[] = []
  const records = new Map<number, ReceivedRecord>()
  for (; n < mails && events.length < BATCH; n++) {
    for (const one of eventsOfMail(n)) {
      events.push(one)
      if (one.type === 'MessageThreaded') records.set(one.data.input.sequence, recordOf(one.data.message))
    }
  }
  const began = performance.now()
  await views.apply({ partition: 0, events }, () => Promise.resolve(records))
  spent += performance.now() - began
}
await views.database.run('analyze')

const timed = async (read: () => Promise<unknown>) => {
  for (let i = 0; i < 20; i++) await read()
  const ms: number[] = []
  for (let i = 0; i < 500; i++) {
    const began = performance.now()
    await read()
    ms.push(performance.now() - began)
  }
  return { p50: Number(percentile(ms, 0.5).toFixed(2)), p99: Number(percentile(ms, 0.99).toFixed(2)) }
}
const newest = { limit: 50 }
const report = {
  bench: 'views',
  machine: machine(),
  threads,
  mails,
  eventsPerSecond: Math.round(sequence / (spent / 1000)),
  mailsPerSecond: Math.round(mails / (spent / 1000)),
  newest50Ms: await timed(() => views.listThreads({ account }, newest)),
  inboxNewest50Ms: await timed(() => views.listThreads({ account, inbox: 'inb_1' as InboxId }, newest)),
  unread50Ms: await timed(() => views.listThreads({ account, isRead: false }, newest)),
  threadMs: await timed(() => views.thread(account, `thr_b${threads >> 1}`)),
}
await views.close()
await postgres.stop()
for (const folder of [postgres.clusterDir, dataDir]) rmSync(folder, { recursive: true, force: true })

if (values.json) console.log(JSON.stringify(report))
else {
  const line = (name: string, { p50, p99 }: { p50: number; p99: number }): void =>
    console.log(`${name.padEnd(30)} p50 ${p50} ms   p99 ${p99} ms`)
  console.log(`${mails} mails in ${threads} threads; ${report.machine}`)
  console.log(`projected ${report.eventsPerSecond} events/s, ${report.mailsPerSecond} mails/s`)
  line('newest 50 of the account', report.newest50Ms)
  line('newest 50 of an inbox', report.inboxNewest50Ms)
  line('newest 50 unread', report.unread50Ms)
  line('one thread by its id', report.threadMs)
}
