import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversations, mboxOf } from './conversations.js'

const skein = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname
const THREADS = 60
const LENGTH = 25

interface Started {
  child: ChildProcess
  output: () => string
}

const start = (...parameters: string[]): Started => {
  const child = spawn(process.execPath, [skein, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
  return { child, output: () => Buffer.concat(chunks).toString() }
}

const ended = ({ child }: Started): Promise<number | null> =>
  new Promise((resolve) =>
    child.exitCode !== null || child.signalCode !== null ? resolve(child.exitCode) : child.once('exit', resolve),
  )

describe('kill -9 in the middle of an import', () => {
  let folder: string
  let mbox: string
  let up: Started | undefined
  const data = (): string => join(folder, 'data')

  const startUp = async (): Promise<{ url: string; key: string }> => {
    const began = start(
      'up',
      '--data',
      data(),
      '--no-samples',
      '--port',
      '0',
      '--nats-port',
      '0',
      '--postgres-port',
      '0',
    )
    up = began
    await expect.poll(() => began.output(), { timeout: 60_000 }).toContain('API key')
    const { url } = JSON.parse(await readFile(join(data(), 'running.json'), 'utf8')) as { url: string }
    const { apiKey } = JSON.parse(await readFile(join(data(), 'instance.json'), 'utf8')) as { apiKey: string }
    return { url, key: apiKey }
  }
  const startImport = ({ url, key }: { url: string; key: string }): Started =>
    start(
      'import',
      mbox,
      '--inbox',
      'inb_support',
      '--url',
      url,
      '--key',
      key,
      '--state',
      join(folder, 'import.json'),
      '--json',
    )

  const threads = async ({ url, key }: { url: string; key: string }): Promise<{ message_count: number }[]> => {
    const all: { message_count: number }[] = []
    for (let cursor = ''; ;) {
      const answer = await fetch(`${url}/v1/threads?limit=100${cursor}`, {
        headers: { authorization: `Bearer ${key}` },
      })
      const page = (await answer.json()) as { threads: { message_count: number }[]; next_cursor: string | null }
      all.push(...page.threads)
      if (page.next_cursor === null) return all
      cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`
    }
  }
  const mails = async (api: { url: string; key: string }): Promise<number> =>
    (await threads(api)).reduce((sum, thread) => sum + thread.message_count, 0)

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'skein-kill-'))
    mbox = join(folder, 'made.mbox')
    await writeFile(mbox, mboxOf(conversations(THREADS, LENGTH)))
  })
  afterAll(async () => {
    up?.child.kill('SIGTERM')
    if (up !== undefined) await ended(up)
    await rm(folder, { recursive: true, force: true })
  })

  it('loses no message, stores none twice, and the views still follow from the log', { timeout: 240_000 }, async () => {
    for (const killAt of [0.2, 0.55]) {
      const api = await startUp()
      const importing = startImport(api)
      await expect.poll(() => mails(api), { timeout: 60_000, interval: 20 }).toBeGreaterThan(THREADS * LENGTH * killAt)
      up?.child.kill('SIGKILL')
      if (up !== undefined) await ended(up)
      importing.child.kill('SIGKILL')
      await ended(importing)
    }
    const api = await startUp()
    const importing = startImport(api)
    expect([await ended(importing), importing.output()]).toEqual([0, expect.any(String)])
    await expect.poll(() => mails(api), { timeout: 60_000 }).toBe(THREADS * LENGTH)
    const counts = (await threads(api)).map((thread) => thread.message_count)
    expect(counts).toEqual(Array.from({ length: THREADS }, () => LENGTH))
    const verifying = start('verify', '--data', data(), '--json')
    expect([await ended(verifying), verifying.output()]).toEqual([0, expect.stringContaining('"equal":true')])
  })
})
