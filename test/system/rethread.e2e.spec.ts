import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { partitionOf, type SpaceId } from '@skein/events'
import { openLog, type Log } from '@skein/log'
import { Database } from '@skein/views'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { corporaFolder, corpusMails, hasCorpus } from '../bench/corpora.js'
import { readSamples } from '../samples/samples.js'
import { startSystem, type System } from './system.js'

const run = promisify(execFile)
const skein = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname
const space = 'spc_demo' as SpaceId
const CORPUS = 'spamassassin-ham'
const MAILS = 800
const AT_ONCE = 16

interface Difference {
  messages: number
  threads: { all: number; unchanged: number; merged: number; split: number }
  moved: number
  people: { kept: number; unapplied: unknown[] }
  examples: unknown[]
}

/** Mulberry32: the same order in every run. */
const chance = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}
const shuffled = <T>(items: readonly T[]): T[] => {
  const next = chance(7)
  return items
    .map((item) => ({ item, at: next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}

const folder = corporaFolder()
const hasMail = folder !== null && hasCorpus(folder, CORPUS)

describe.each<[string, boolean, () => { raw: Uint8Array; inbox: string }[]]>([
  ['the samples', true, readSamples],
  [
    `${MAILS} mails of ${CORPUS}${hasMail ? '' : ' (skipped: the corpus is not here)'}`,
    hasMail,
    () =>
      corpusMails(folder ?? '', CORPUS)
        .slice(0, MAILS)
        .map(({ raw }) => ({ raw, inbox: 'support' })),
  ],
])('other rules for stored mail: %s, arrived shuffled', (_, isHere, mails) => {
  let system: System
  let log: Log
  let database: Database

  const ops = async (...parameters: string[]): Promise<string> => {
    const env = {
      ...process.env,
      NATS_URL: system.natsUrl,
      NATS_MONITOR_URL: system.monitorUrl,
      DATABASE_URL: system.databaseUrl,
    }
    return (await run(process.execPath, [skein, ...parameters], { env })).stdout
  }
  const rethread = async (...parameters: string[]): Promise<Difference[]> =>
    (await ops('ops', 'rethread', '--space', space, '--json', ...parameters))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Difference)
  const partition = async (): Promise<Map<string, string>> => {
    const rows = await database.run<{ id: string; thread: string }>('select id, thread from message order by id', [])
    return new Map(rows.map(({ id, thread }) => [id, thread]))
  }
  const asSets = (threads: Map<string, string>): string[] =>
    [...Map.groupBy(threads.keys(), (id) => threads.get(id)).values()].map((ids) => ids.join(' ')).sort()
  const caughtUp = async (): Promise<void> => {
    const lag = async (): Promise<number> =>
      ((await (await system.call('GET', '/v1/threads?limit=1')).json()) as { lag: number }).lag
    await vi.waitUntil(async () => (await lag()) === 0, { timeout: 60_000, interval: 50 })
  }

  beforeAll(async () => {
    if (!isHere) return
    system = await startSystem()
    log = await openLog({ url: system.natsUrl, monitorUrl: system.monitorUrl, name: 'test', partitions: 4 })
    await log.directory.put('space', { ...log.directory.space(space)!, rules: 'openmail' })
    database = await Database.open({ databaseUrl: system.databaseUrl })
    const waiting = shuffled(mails())
    const sent = async ({ raw, inbox }: { raw: Uint8Array; inbox: string }): Promise<number> => {
      const { sequence } = (await (await system.mail(raw, `inb_${inbox}`)).json()) as { sequence: string }
      return Number(sequence.split(':')[1])
    }
    let last = 0
    const send = async (): Promise<void> => {
      for (let mail = waiting.pop(); mail !== undefined; mail = waiting.pop()) last = Math.max(last, await sent(mail))
    }
    await Promise.all(Array.from({ length: AT_ONCE }, send))
    await system.call('GET', `/v1/threads?limit=1&wait_for=MAIL-${partitionOf(space, 4)}:${last}`)
    await caughtUp()
  })
  afterAll(async () => {
    await database?.close()
    await log?.close()
    await system?.stop()
  })

  it.skipIf(!isHere)('shows the difference and changes nothing; applies it; takes it back', async () => {
    const before = await partition()
    const [dry] = await rethread('--rules', 'skein', '--dry-run')
    expect(dry?.messages).toBe(before.size)
    expect(dry?.threads.merged).toBeGreaterThan(0)
    expect(dry?.examples.length).toBeGreaterThan(0)
    expect(await partition()).toEqual(before)

    const [, applied] = await rethread('--rules', 'skein', '--apply')
    await caughtUp()
    const after = await partition()
    expect(asSets(after)).not.toEqual(asSets(before))
    const [left] = await rethread('--rules', 'skein', '--dry-run')
    expect(left).toMatchObject({ threads: { merged: 0, split: 0 }, moved: 0 })
    expect(left?.threads.unchanged).toBe(left?.threads.all)
    expect(await ops('verify')).toContain('Equal')
    for (const thread of new Set(before.values()))
      expect((await system.call('GET', `/v1/threads/${thread}`)).status).toBe(200)
    expect(log.directory.space(space)?.rules).toBe('skein')

    await rethread('--undo', (applied as unknown as { application: string }).application)
    await caughtUp()
    expect(asSets(await partition())).toEqual(asSets(before))
    expect(await ops('verify')).toContain('Equal')
    expect(log.directory.space(space)?.rules).toBe('openmail')
  })
})

describe('skein ops rethread', () => {
  it.each<[string, string[], RegExp]>([
    ['rules that do not exist', ['--rules', 'guess'], /--rules: there is no rule set guess; use one of/],
    ['no rules at all', [], /--rules: name the rules/],
    ['a policy of another form', ['--rules', 'skein', '--policy', 'x'], /--policy: x is not of the form name=value/],
    ['a dry run that changes something', ['--rules', 'skein', '--dry-run', '--apply'], /--dry-run changes nothing/],
  ])('refuses %s, in words', async (_, parameters, words) => {
    const failed = run(process.execPath, [skein, 'ops', 'rethread', ...parameters], { env: { ...process.env } })
    await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(words) as unknown })
  })
})
