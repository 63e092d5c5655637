import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { conversations } from './conversations.js'
import { startSystem, type System } from './system.js'

const SKEIN = fileURLToPath(new URL('../../apps/cli/bin/skein.mjs', import.meta.url))

describe('reading mail by the command line', () => {
  let system: System
  let thread = ''

  /** Runs `skein …` to its end, or until `enough` of what it prints. */
  const skein = (
    args: string[],
    enough?: (out: string) => boolean,
  ): Promise<{ out: string; err: string; code: number | null }> =>
    new Promise((resolve) => {
      const env = { ...process.env, SKEIN_URL: system.url, SKEIN_API_KEY: system.key }
      const child = spawn(process.execPath, [SKEIN, ...args], { env })
      let out = ''
      let err = ''
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString()
        if (enough?.(out)) child.kill('SIGINT')
      })
      child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
      child.on('close', (code) => resolve({ out, err, code }))
    })
  const jsonLines = (out: string) =>
    out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  beforeAll(async () => {
    system = await startSystem()
    let last = ''
    for (const { raw } of conversations(3, 2)) {
      const answer = await system.mail(raw)
      last = ((await answer.json()) as { sequence: string }).sequence
    }
    await system.call('GET', `/v1/threads?wait_for=${last}`)
    const { out } = await skein(['threads', '--json', '--search', 'Topic 1'])
    thread = String(jsonLines(out)[0]?.['id'])
  })
  afterAll(() => system.stop())

  it('lists inboxes, and the threads of one', async () => {
    expect((await skein(['inbox'])).out).toContain('support@skein.example')
    const { out } = await skein(['inbox', 'support@skein.example', '--unread'])
    expect(out.match(/Topic \d/g)).toHaveLength(3)
    expect((await skein(['inbox', 'inb_sales'])).out).toBe('No such threads.\n')
  })

  it('lists threads by filters, for people and for programs, over pages', async () => {
    expect((await skein(['threads', '--limit', '2'])).out).toMatch(/Topic[^]*Topic[^]*2 threads, and more/)
    expect(jsonLines((await skein(['threads', '--json', '--address', 'p2.0@made.example'])).out)).toMatchObject([
      { subject: 'Topic 2' },
    ])
    expect((await skein(['threads', '--domain', 'other.example'])).out).toBe('No such threads.\n')
    expect(jsonLines((await skein(['search', '"mail 1 of conversation 1"', '--json'])).out)).toHaveLength(1)
  })

  it('shows a thread, its messages, and marks it read up to what was shown', async () => {
    const shown = await skein(['thread', thread])
    expect(shown.out).toMatch(/^Topic 1\n[^]*2 messages, 2 unread, version \d+/)
    expect(shown.out.match(/^ +\d+ \* /gm)).toHaveLength(2)
    expect((await skein(['messages', thread])).out).toMatch(/Mail 0 of conversation 1\.[^]*Mail 1 of conversation 1\./)
    const [marked] = jsonLines((await skein(['read', thread, '--json'])).out)
    await system.call('GET', `/v1/threads?wait_for=${String(marked?.['wait_for'])}`)
    expect((await skein(['thread', thread])).out).toContain('0 unread')
  })

  it('watches what happens, from the start where it is asked, until it is interrupted', async () => {
    const args = ['watch', '--from-start', '--json', '--type', 'MessageThreaded', '--thread', thread]
    const { out, code } = await skein(args, (text) => text.split('\n').length > 2)
    expect(jsonLines(out)).toMatchObject([{ thread_id: thread }, { thread_id: thread }])
    expect(code).toBe(0)
  })

  it('says in words what went wrong', async () => {
    const { err, code } = await skein(['messages', 'thr_nothing'])
    expect([err, code]).toEqual([expect.stringContaining('There is no thread thr_nothing'), 1])
    expect((await skein(['threads', '--key', 'sk_wrong_key_1'])).err).toContain('Use a key that exists')
  })

  it('still threads files', async () => {
    const file = fileURLToPath(new URL('../samples/mail/support', import.meta.url))
    expect(jsonLines((await skein(['thread', file])).out)[0]).toHaveProperty('threadId')
  })
})
