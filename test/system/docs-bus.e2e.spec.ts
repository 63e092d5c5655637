import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system.js'

const run = promisify(execFile)
const root = new URL('../../', import.meta.url).pathname

/** The programs of a page: fenced blocks with `file=NAME`. */
const programsOf = (page: string): Map<string, string> =>
  new Map([...page.matchAll(/^```js file=(\S+)\n([\s\S]*?)^```$/gm)].map(([, name = '', code = '']) => [name, code]))

describe('docs/bus.md', () => {
  let system: System
  let folder: string
  const program = async (name: string, ...parameters: string[]): Promise<string> => {
    const { stdout } = await run(process.execPath, [join(folder, name), ...parameters], {
      env: { ...process.env, NATS_URL: system.natsUrl },
      timeout: 20_000,
    })
    return stdout
  }

  beforeAll(async () => {
    system = await startSystem()
    // Inside the checkout, so that the programs find the NATS client.
    folder = await mkdtemp(join(root, 'node_modules', '.docs-'))
    for (const [name, code] of programsOf(await readFile(join(root, 'docs/bus.md'), 'utf8')))
      await writeFile(join(folder, name), code)
  })
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true })
    await system?.stop()
  })

  it('its first program sends a mail in, and its second reads what was decided', async () => {
    await writeFile(
      join(folder, 'a.eml'),
      'From: a@a.example\r\nMessage-ID: <1@a.example>\r\nSubject: By bus\r\n\r\nHello\r\n',
    )
    const answer = JSON.parse(await program('send.mjs', 'inb_support', join(folder, 'a.eml'))) as Record<
      string,
      unknown
    >
    expect(answer).toMatchObject({ accepted: true, stream: expect.stringMatching(/^MAIL-\d$/) })
    const stream = String(answer['stream']).replace('MAIL', 'EVENTS')
    const events = (await program('events.mjs', stream, '0', '2')).trim().split('\n')
    expect(events[0]).toMatch(/^1 skein\.ThreadStarted thr_\w+ By bus$/)
    expect(events[1]).toMatch(/^2 skein\.MessageThreaded thr_\w+ By bus$/)
  })

  it('its first program shows why something was refused', async () => {
    await writeFile(join(folder, 'b.eml'), '')
    const answer = JSON.parse(await program('send.mjs', 'inb_support', join(folder, 'b.eml'))) as {
      error: Record<string, unknown>
    }
    expect(answer).toMatchObject({ accepted: false, error: { type: expect.stringMatching(/^urn:skein:problem:/) } })
    expect(answer.error['fix']).toBeTypeOf('string')
  })
})
