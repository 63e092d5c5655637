/**
 * Reading over HTTP, on one connection that is kept: the newest threads, deep pages, one thread with 50 messages, searches. The
 * mail is made by the benchmark and goes through the log; the query service reads it from there.
 *   npm run bench -- query [--threads 100000] [--rounds 300] [--data folder] [--json]
 * What was made stays in the folder `--data`, where one is named: another run with it measures again without making it anew.
 */
import { parseArgs } from 'node:util'
import { Database } from '@skein/views'
import { machine, percentile } from './bench-system.ts'
import { LONG_EVERY, personOf, SOME, threadName, word } from './many-threads.ts'
import { startQuerySystem } from './query-system.ts'

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '300' },
    data: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
/** Of each list, not counted: the service compiles what runs often, and is measured as one in use. */
const WARM_UP = 1_000
const say = (line: string): void => void (values.json ? undefined : process.stderr.write(line))

const system = await startQuerySystem(Number(values.threads), values.data, say)
const { threads, mails, storedSeconds, visibleSeconds } = system.filled
const megabytes = await system.logMegabytes()
await system.shown(say)
say(`\r${mails} mails stored after ${storedSeconds} s, in the views after ${visibleSeconds} s\n`)
// what autovacuum does in its own time: statistics, the visibility map, and the pending lists of text indexes
const database = await Database.open({ databaseUrl: system.databaseUrl })
await database.run('vacuum analyze')
await database.close()

interface Page {
  threads: { id: string }[]
  next_cursor: string | null
}
const get = async (path: string): Promise<{ ms: number; page: Page }> => {
  const { status, ms, body } = await system.get(path)
  if (status !== 200) throw new Error(`${path}: ${status} ${body}`)
  return { ms, page: JSON.parse(body) as Page }
}
const measure = async (path: (round: number) => string) => {
  const ms: number[] = []
  let found = 0
  for (let round = 0; round < WARM_UP + rounds; round++) {
    const answer = await get(path(round))
    if (round < WARM_UP) continue
    ms.push(answer.ms)
    found += answer.page.threads?.length ?? 1
  }
  const of = (share: number): number => Number(percentile(ms, share).toFixed(2))
  return { p50: of(0.5), p99: of(0.99), found: Math.round(found / rounds) }
}

const inbox = '/v1/inboxes/inb_two/threads?limit=50'
let [cursor, deep] = [(await get(inbox)).page.next_cursor, '']
for (let n = 0; n < 40 && cursor !== null; n++) {
  deep = cursor
  cursor = (await get(`${inbox}&cursor=${cursor}`)).page.next_cursor
}
const longs = Math.max(1, Math.floor(threads / LONG_EVERY))
const text = (value: string): string => encodeURIComponent(value)
const report = {
  bench: 'query',
  machine: machine(),
  threads,
  mails,
  logMegabytes: megabytes,
  storedSeconds,
  visibleSeconds,
  ms: {
    'newest 50 of an inbox': await measure(() => inbox),
    'newest 50 of the account': await measure(() => '/v1/threads?limit=50'),
    'unread 50 of an inbox': await measure(() => `${inbox}&is_read=false`),
    'page 41 of an inbox': await measure(() => `${inbox}&cursor=${deep}`),
    'thread with 50 messages': await measure((n) => `/v1/threads/${threadName(((n % longs) + 1) * LONG_EVERY - 1)}`),
    'search: one subject': await measure((n) => `/v1/threads?search=${text(` ${(n * 7919) % threads}`)}`),
    'search: one in a hundred': await measure(() => `/v1/threads?search=${SOME}`),
    'search: a person': await measure((n) => `/v1/threads?search=${text(personOf(n * 31).address)}`),
    'search: nearly all': await measure(() => '/v1/threads?search=test'),
    'search: nothing': await measure((n) => `/v1/threads?search=${text(`nowhere ${n}`)}`),
    'search in an inbox': await measure(() => `${inbox}&search=${SOME}`),
    'q: one in a hundred': await measure(() => `/v1/threads?q=${SOME}`),
    'q: a rare word and a common one': await measure((n) => `/v1/threads?q=${text(`${word(20_000 + n)} ${word(0)}`)}`),
    'q: a common word': await measure(() => `/v1/threads?q=${word(0)}`),
    'q: nothing': await measure((n) => `/v1/threads?q=nowhere${n}`),
    'q in an inbox': await measure(() => `${inbox}&q=${SOME}`),
    'a domain': await measure((n) => `/v1/threads?domain=${personOf(n).address.split('@')[1]}`),
    'an address': await measure((n) => `/v1/threads?address=${text(personOf(n).address)}`),
    'attachments in an inbox': await measure(() => `${inbox}&has_attachment=true`),
    'open in an inbox': await measure(() => `${inbox}&handled=false`),
    'handled in an inbox': await measure(() => `${inbox}&handled=true`),
  },
}
await system.stop()

if (values.json) console.log(JSON.stringify(report))
else {
  console.log(`${mails} mails in ${threads} threads, ${megabytes} MB of log; ${report.machine}`)
  console.log(`in the log after ${storedSeconds} s, all in the views after ${visibleSeconds} s`)
  for (const [name, { p50, p99, found }] of Object.entries(report.ms))
    console.log(
      `${name.padEnd(34)} p50 ${String(p50).padStart(7)} ms   p99 ${String(p99).padStart(7)} ms   (${found} found)`,
    )
}
