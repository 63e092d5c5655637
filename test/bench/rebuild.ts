/**
 * Views and index made anew from a log of real and generated mail: one that holds nothing but mail, and one of an instance in use,
 * where mail is read, claimed, handled and labelled as well. Of each: empty tables filled, then `skein ops rebuild`
 * while nothing else goes on; of the second a part as a projector does it, too (500 events a time, all indexes in place). Then
 * `skein ops rebuild` on an instance that takes mail and is read all the time: what fails, how long readers wait, whether the tables
 * are equal; once as it is, and once killed at so many moments of chance and gone on with.
 *   npm run bench -- rebuild [--mails 200000] [--rate 50] [--kills 10] [--json]
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { openLog, type Log } from '@skein/log'
import { startServers } from '@skein/servers'
import { Database, fillTables, LinkStore, Projection, type RebuildResult } from '@skein/views'
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

const openBenchLog = ({ natsUrl, monitorUrl }: Servers): Promise<Log> =>
  openLog({ url: natsUrl, monitorUrl, name: 'bench', partitions: PARTITIONS, allowUnsafeFsync: true })

/** The start of each partition in the small batches of a projector; answers events a second. */
const measureProjector = async (log: Log, databaseUrl: string): Promise<number> => {
  const small = await Database.open({ databaseUrl, schema: 'skein_small' })
  const [projection, index] = [new Projection(small), new LinkStore(small)]
  const [began, source] = [performance.now(), log.source()]
  let events = 0
  for (let partition = 0; partition < log.partitions; partition++)
    for await (const batch of source.readEvents(partition, 0, SAMPLE / PARTITIONS)) {
      await projection.apply({ partition, events: batch }, (p, sequences) => log.recordsAt(p, sequences))
      await index.apply(partition, batch)
      events += batch.length
    }
  const rate = events / seconds(began)
  await small.run('drop schema skein_small cascade')
  await small.close()
  return rate
}

/** Fills empty tables, then makes them anew as an operator does. Rates are in events a second. */
const measureTables = async (servers: Servers, withProjector: boolean) => {
  const log = await openBenchLog(servers)
  const ends = new Map<number, number>()
  for (let partition = 0; partition < PARTITIONS; partition++) ends.set(partition, await log.endOfEvents(partition))
  const projector = withProjector ? await measureProjector(log, servers.databaseUrl) : null
  const began = performance.now()
  const onProgress = ({ events, totalEvents }: { events: number; totalEvents: number }): void =>
    say(`\r${events} of ${totalEvents} events in the tables   `)
  const marks = { views: ends, index: ends }
  const events = await fillTables({ databaseUrl: servers.databaseUrl }, marks, { source: log.source(), onProgress })
  const empty = events / seconds(began)
  await log.close()
  const { result, seconds: whole } = await rebuild(servers)
  if (result === null) throw new Error('the rebuild failed')
  const { fillMs, indexMs, equal } = result
  const filling = result.events / (fillMs / 1000)
  const withIndexes = result.events / ((fillMs + indexMs) / 1000)
  say(`\nrebuilt at ${Math.round(withIndexes)} events/s, equal: ${String(equal)}\n`)
  return { events, projector, empty, filling, withIndexes, seconds: whole, equal }
}
type Measured = Awaited<ReturnType<typeof measureTables>>

interface Answer {
  code: number | null
  seconds: number
  result: RebuildResult | null
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
const makeLog = async (dataDir: string, inUse: boolean): Promise<Awaited<ReturnType<typeof fillLog>>> => {
  const { natsUrl, nats, stop } = await startServers({ dataDir })
  const worker = new Worker(new URL(import.meta.url), { argv: process.argv.slice(2) })
  worker.postMessage({ natsUrl, monitorUrl: nats?.monitorUrl, inUse })
  const [made] = (await once(worker, 'message')) as [Awaited<ReturnType<typeof fillLog>>]
  await worker.terminate()
  await stop()
  return made
}

/** A log, and what was measured of its tables, which stay in the folder. */
const measure = async (dataDir: string, inUse: boolean) => {
  const log = await makeLog(dataDir, inUse)
  const servers = await startServers({ dataDir })
  const tables = await measureTables({ ...servers, monitorUrl: servers.nats?.monitorUrl }, inUse)
  await servers.stop()
  return { log, tables }
}

const rates = ({ projector, empty, filling, withIndexes, seconds: whole, equal }: Measured) => ({
  ...(projector === null ? {} : { asProjector: Math.round(projector) }),
  emptyWithIndexes: Math.round(empty),
  filling: Math.round(filling),
  withIndexes: Math.round(withIndexes),
  rebuildSeconds: Number(whole.toFixed(1)),
  equal,
})

if (!isMainThread) {
  const [where] = (await once(parentPort as NonNullable<typeof parentPort>, 'message')) as [
    Parameters<typeof fillLog>[0] & { inUse: boolean },
  ]
  parentPort?.postMessage(await fillLog(where, { mails: Number(values.mails), inUse: where.inUse }, say))
  await new Promise(() => undefined)
}

const mailOnly = mkdtempSync(join(tmpdir(), 'skein-bench-'))
const onlyMail = await measure(mailOnly, false)
rmSync(mailOnly, { recursive: true })
const dataDir = mkdtempSync(join(tmpdir(), 'skein-bench-'))
const { log, tables } = await measure(dataDir, true)

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
  onlyMail: { ...onlyMail.log, ...rates(onlyMail.tables) },
  inUse: { ...log, ...rates(tables) },
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
  const { underLoad, all } = result
  console.log(`${log.mails} mails (${log.real} real); ${result.machine}`)
  for (const [name, one] of [['only mail', result.onlyMail] as const, ['in use', result.inUse] as const]) {
    console.log(`${name}: ${one.events} events`)
    if ('asProjector' in one) console.log(`  as a projector          ${one.asProjector} events/s`)
    console.log(`  empty tables filled     ${one.emptyWithIndexes} events/s with indexes`)
    console.log(
      `  skein ops rebuild       ${one.filling} events/s, ${one.withIndexes} with indexes; with the comparison ${one.rebuildSeconds} s; equal ${String(one.equal)}`,
    )
  }
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
