/**
 * Views and index made anew from a log of real and generated mail. First into an empty schema, as a projector does it (500 events
 * a time, all indexes in place) for a part of the log, and as a rebuild does it for all. Then `skein ops rebuild` on an instance
 * that takes mail and is read all the time: what fails, how long readers wait, whether the tables are equal; once as it is, and once
 * killed at so many moments of chance and gone on with.
 *   npm run bench -- rebuild [--mails 200000] [--rate 50] [--kills 10] [--json]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { openLog } from '@skein/log'
import { startServers } from '@skein/servers'
import { Database, fillTables, LinkStore, Projection, type EventSource } from '@skein/views'
import { machine, percentile, startBenchSystem } from './bench-system.ts'
import { fillLog, PARTITIONS } from './rebuild-log.ts'
import { startLoad } from './rebuild-load.ts'

const { values } = parseArgs({
  options: {
    mails: { type: 'string', default: process.env['SKEIN_BENCH_MAILS'] ?? '200000' },
    rate: { type: 'string', default: '50' },
    kills: { type: 'string', default: '10' },
    json: { type: 'boolean', default: false },
  },
})
const SAMPLE = 20_000
const skein = fileURLToPath(new URL('../../apps/cli/bin/skein.mjs', import.meta.url))
const say = (line: string): void => void process.stderr.write(line)
const seconds = (since: number): number => (performance.now() - since) / 1000

interface Servers {
  natsUrl: string
  monitorUrl: string | undefined
  databaseUrl: string
}

/** Makes tables with nobody watching: in the small batches of a projector, then as a rebuild. Answers events a second of both. */
const measureTables = async ({ databaseUrl, ...where }: Servers) => {
  const log = await openLog({
    url: where.natsUrl,
    monitorUrl: where.monitorUrl,
    name: 'bench',
    partitions: PARTITIONS,
    allowUnsafeFsync: true,
  })
  const source: EventSource = {
    readEvents: (partition, after, until) => log.readEvents(partition, after, until, () => undefined),
    recordsAt: (partition, sequences) => log.recordsAt(partition, sequences),
  }
  const ends = new Map<number, number>()
  for (let partition = 0; partition < PARTITIONS; partition++) ends.set(partition, await log.endOfEvents(partition))
  const small = await Database.open({ databaseUrl, schema: 'skein_small' })
  const [projection, index] = [new Projection(small), new LinkStore(small)]
  let [began, events] = [performance.now(), 0]
  for (const [partition, end] of ends)
    for await (const batch of source.readEvents(partition, 0, Math.min(end, SAMPLE / PARTITIONS))) {
      await projection.apply({ partition, events: batch }, source.recordsAt)
      await index.apply(partition, batch)
      events += batch.length
    }
  const bySmall = events / seconds(began)
  await small.run('drop schema skein_small cascade')
  await small.close()
  began = performance.now()
  let filled = 0
  const onProgress = ({ events: done, totalEvents }: { events: number; totalEvents: number }): void => {
    filled = seconds(began)
    say(`\r${done} of ${totalEvents} events in the tables   `)
  }
  const made = await fillTables({ databaseUrl }, { views: ends, index: ends }, { source, onProgress })
  const result = { events: made, projector: bySmall, filling: made / filled, withIndexes: made / seconds(began) }
  await log.close()
  return result
}

interface Answer {
  code: number | null
  seconds: number
  result: { equal: boolean; swapped: boolean; events: number; rows: number; stallMs: number } | null
}

/** `skein ops rebuild`, ended by a signal after a while where `killAfter` says so, in milliseconds. */
const rebuild = async (servers: Servers, killAfter?: number): Promise<Answer> => {
  const env = {
    ...process.env,
    NATS_URL: servers.natsUrl,
    NATS_MONITOR_URL: servers.monitorUrl,
    DATABASE_URL: servers.databaseUrl,
  }
  const began = performance.now()
  const child = spawn(process.execPath, [skein, 'ops', 'rebuild', '--json'], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env,
  })
  const timer = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter)
  let out = ''
  child.stdout.on('data', (text: Buffer) => (out += text.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(timer)
  return { code, seconds: seconds(began), result: out === '' ? null : (JSON.parse(out) as Answer['result']) }
}

const isEqual = async (servers: Servers): Promise<boolean> => {
  const env = {
    ...process.env,
    NATS_URL: servers.natsUrl,
    NATS_MONITOR_URL: servers.monitorUrl,
    DATABASE_URL: servers.databaseUrl,
  }
  const child = spawn(process.execPath, [skein, 'verify', '--json'], { stdio: 'ignore', env })
  const [code] = (await once(child, 'close')) as [number | null]
  return code === 0
}

/** The log of so many mails, made on servers and by a thread that are gone when the tables are measured, as with an operator's rebuild. */
const makeLog = async (dataDir: string): Promise<Awaited<ReturnType<typeof fillLog>>> => {
  const { natsUrl, nats, stop } = await startServers({ dataDir })
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) })
  worker.postMessage({ natsUrl, monitorUrl: nats?.monitorUrl })
  const [made] = (await once(worker, 'message')) as [Awaited<ReturnType<typeof fillLog>>]
  await worker.terminate()
  await stop()
  return made
}

if (!isMainThread) {
  const [where] = (await once(parentPort as NonNullable<typeof parentPort>, 'message')) as [
    Parameters<typeof fillLog>[0],
  ]
  parentPort?.postMessage(await fillLog(where, Number(values.mails), say))
  await new Promise(() => undefined)
}

const dataDir = mkdtempSync(join(tmpdir(), 'skein-bench-'))
const log = await makeLog(dataDir)
const servers = await startServers({ dataDir })
const tables = await measureTables({ ...servers, monitorUrl: servers.nats?.monitorUrl })
await servers.stop()

// the load's one key makes more requests than a key may
process.env['SKEIN_REQUESTS_PER_MINUTE'] = '0'
const system = await startBenchSystem(dataDir)
const load = startLoad(system.url, system.key, Number(values.rate))
await pause(3_000)
const before = load.reads.length
const whole = await rebuild(system)
const during = load.reads.slice(before).map(({ ms }) => ms)
say(`\nrebuilt in ${whole.seconds.toFixed(1)} s: ${JSON.stringify(whole.result)}\n`)

const killed: number[] = []
// a run that goes on with much behind it may end before its moment comes: that one does not count
for (let n = 0; killed.length < Number(values.kills) && n < 3 * Number(values.kills); n++) {
  const after = 500 + Math.random() * whole.seconds * 1000 * 0.9
  const { code } = await rebuild(system, after)
  if (code === null) killed.push(Math.round(after) / 1000)
  say(`killed after ${(after / 1000).toFixed(1)} s   \r`)
}
const last = await rebuild(system)
const { mails, reads, failed, shown } = await load.stop()
const equal = await isEqual(system)
await system.stop()

const result = {
  bench: 'rebuild',
  machine: machine(),
  log,
  eventsPerSecond: {
    asProjector: Math.round(tables.projector),
    filling: Math.round(tables.filling),
    withIndexes: Math.round(tables.withIndexes),
    times: Number((tables.withIndexes / tables.projector).toFixed(1)),
  },
  underLoad: {
    seconds: Number(whole.seconds.toFixed(1)),
    ...whole.result,
    reads: during.length,
    readMs: { p50: percentile(during, 0.5), p99: percentile(during, 0.99), longest: Math.max(...during) },
  },
  killed: { after: killed, ...last.result },
  all: {
    mails,
    shown,
    reads: reads.length,
    failed: failed.length,
    longestReadMs: Math.max(...reads.map(({ ms }) => ms)),
  },
  equal,
}
if (values.json) console.log(JSON.stringify(result))
else {
  const { eventsPerSecond: rate, underLoad, all } = result
  console.log(`${log.mails} mails (${log.real} real), ${log.events} events; ${result.machine}`)
  console.log(`as a projector          ${rate.asProjector} events/s`)
  console.log(
    `as a rebuild            ${rate.filling} events/s; ${rate.withIndexes} with its indexes (${rate.times} times as fast)`,
  )
  console.log(
    `under load              ${underLoad.seconds} s, equal ${String(underLoad.equal)}, swap ${underLoad.stallMs} ms; reads p50 ${underLoad.readMs.p50.toFixed(1)}, p99 ${underLoad.readMs.p99.toFixed(1)}, longest ${underLoad.readMs.longest.toFixed(0)} ms`,
  )
  console.log(
    `killed ${killed.length} times, gone on   equal ${String(last.result?.equal)}, swap ${last.result?.stallMs} ms, ${last.result?.events} events left for the last run`,
  )
  console.log(
    `in all                  ${all.mails} mails, all shown: ${String(all.shown)}; ${all.reads} reads, ${all.failed} failed; verify: ${equal ? 'equal' : 'DIFFERENT'}`,
  )
  for (const one of failed.slice(0, 5)) console.log(`  ${one}`)
}
