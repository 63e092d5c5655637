/**
 * Other rules for an archive that arrived shuffled: the mails of a corpus are threaded by `openmail` as they come, in a shuffled
 * order; then `skein ops rethread` shows what `skein` would make of them, applies it, and takes it back.
 *   npm run bench -- rethread [--corpus lore-10k] [--json]
 */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'
import type { SpaceId } from '@skein/events'
import { openLog } from '@skein/log'
import { Database } from '@skein/views'
import { machine, startBenchSystem } from './bench-system.ts'
import { corporaFolder, corpusMails } from './corpora.ts'

const run = promisify(execFile)
const skein = fileURLToPath(new URL('../../apps/cli/bin/skein.mjs', import.meta.url))
const space = 'spc_demo' as SpaceId
const AT_ONCE = 64

const { values } = parseArgs({
  options: { corpus: { type: 'string', default: 'lore-10k' }, json: { type: 'boolean', default: false } },
})
const folder = corporaFolder()
if (folder === null) {
  console.error('bench rethread: there are no corpora here; SKEIN_CORPORA says where they are')
  process.exit(2)
}

/** Mulberry32: the same order in every run. */
const chance = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}
const next = chance(7)
const mails = corpusMails(folder, values.corpus)
  .map(({ raw }) => ({ raw, at: next() }))
  .sort((a, b) => a.at - b.at)

const system = await startBenchSystem()
const options = { url: system.natsUrl, monitorUrl: system.monitorUrl, name: 'bench', partitions: 4 }
const log = await openLog(options)
await log.directory.put('space', { ...log.directory.space(space)!, rules: 'openmail' })
const database = await Database.open({ databaseUrl: system.databaseUrl })

const ops = async (...parameters: string[]): Promise<{ lines: string[]; seconds: number }> => {
  const began = performance.now()
  const env = {
    ...process.env,
    NATS_URL: system.natsUrl,
    NATS_MONITOR_URL: system.monitorUrl,
    DATABASE_URL: system.databaseUrl,
  }
  const { stdout } = await run(process.execPath, [skein, 'ops', ...parameters, '--json'], { env, maxBuffer: 1 << 28 })
  return { lines: stdout.trim().split('\n'), seconds: Number(((performance.now() - began) / 1000).toFixed(1)) }
}
const get = async (path: string): Promise<Record<string, unknown>> =>
  (await (
    await fetch(`${system.url}${path}`, { headers: { authorization: `Bearer ${system.key}` } })
  ).json()) as Record<string, unknown>
const caughtUp = async (): Promise<void> => {
  while ((await get('/v1/threads?limit=1'))['lag'] !== 0) await new Promise((resolve) => setTimeout(resolve, 100))
}
const partition = async (): Promise<string> => {
  const rows = await database.run<{ ids: string }>(
    `select string_agg(id, ' ' order by id) as ids from message group by thread order by 1`,
    [],
  )
  return rows.map(({ ids }) => ids).join('\n')
}

let last = 0
let stream = ''
const send = async (): Promise<void> => {
  for (let mail = mails.pop(); mail !== undefined; mail = mails.pop()) {
    const answer = await fetch(`${system.url}/v1/inboxes/inb_support/mail?door=import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${system.key}`, 'content-type': 'message/rfc822' },
      body: Buffer.from(mail.raw),
    })
    if (answer.status !== 202) continue
    const [name = '', sequence] = ((await answer.json()) as { sequence: string }).sequence.split(':')
    stream = name
    last = Math.max(last, Number(sequence))
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, send))
while ('status' in (await get(`/v1/threads?limit=1&wait_for=${stream}:${last}`)));
await caughtUp()

const rethread = ['rethread', '--space', space, '--rules', 'skein']
const before = await partition()
const dry = await ops(...rethread, '--dry-run')
const unchanged = (await partition()) === before
const applied = await ops(...rethread, '--apply')
await caughtUp()
const verified = JSON.parse((await ops('verify')).lines[0] ?? '{}') as { equal: boolean }
const left = JSON.parse((await ops(...rethread, '--dry-run')).lines[0] ?? '{}') as {
  moved: number
  threads: { merged: number }
}
const application = JSON.parse(applied.lines[1] ?? '{}') as { application: string; events: number; rounds: number }
const undone = await ops('rethread', '--undo', application.application)
await caughtUp()
const back = (await partition()) === before
const { messages, threads, moved } = JSON.parse(dry.lines[0] ?? '{}') as {
  messages: number
  threads: object
  moved: number
}

const report = {
  bench: 'rethread',
  machine: machine(),
  corpus: values.corpus,
  messages,
  threads,
  moved,
  dryRun: { seconds: dry.seconds, changedNothing: unchanged },
  apply: { seconds: applied.seconds, events: application.events, rounds: application.rounds },
  verifyEqual: verified.equal,
  leftToDo: left.moved + left.threads.merged,
  undo: { seconds: undone.seconds, asBefore: back },
}
console.log(values.json ? JSON.stringify(report) : JSON.stringify(report, null, 2))
await database.close()
await log.close()
await system.stop()
