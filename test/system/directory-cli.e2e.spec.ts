import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system.js'

const run = promisify(execFile)
const bin = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname

describe('the directory by the command line', () => {
  let system: System
  let folder: string
  const skein = async (...parameters: string[]): Promise<string> => {
    const env = { ...process.env, SKEIN_URL: system.url, SKEIN_API_KEY: system.key }
    return (await run(process.execPath, [bin, ...parameters], { env })).stdout
  }
  const json = async (...parameters: string[]): Promise<Record<string, unknown>> =>
    JSON.parse(await skein(...parameters, '--json')) as Record<string, unknown>

  beforeAll(async () => {
    system = await startSystem()
    folder = await mkdtemp(join(tmpdir(), 'skein-cli-'))
  })
  afterAll(async () => {
    await system?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('lists as a table for people and line by line for programs', async () => {
    expect(await skein('inboxes', 'list')).toMatch(/^id +space +address .*\ninb_sales +spc_demo +sales@skein\.example/)
    const lines = (await skein('inboxes', 'list', '--json')).trim().split('\n')
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual([
      'inb_sales',
      'inb_support',
      'inb_team',
    ])
  })

  it('makes, changes and removes', async () => {
    const { id } = await json(
      'inboxes',
      'add',
      '--address',
      'new@skein.example',
      '--alias',
      'a@skein.example',
      '--no-plus',
    )
    const changed = await json('inboxes', 'set', String(id), '--name', 'New', '--alias', 'b@skein.example')
    expect(changed).toMatchObject({ name: 'New', aliases: ['b@skein.example'], plus_addressing: false })
    expect(await skein('inboxes', 'remove', String(id))).toContain('is gone')
    await expect(skein('inboxes', 'show', String(id))).rejects.toMatchObject({
      stderr: expect.stringContaining('Not found') as unknown,
    })
  })

  it('shows a key once, and rotates it', async () => {
    const made = await skein('keys', 'add', '--name', 'reader', '--scope', 'read', '--inbox', 'inb_support')
    expect(made).toContain('it is not shown again')
    const id = /^id +(key_\w+)/m.exec(made)?.[1] ?? ''
    const { key } = await json('keys', 'rotate', id, '--grace', '0')
    expect(key).toMatch(/^sk_/)
    expect(await skein('keys', 'list')).not.toContain(String(key))
  })

  it('takes secrets from files, and tells what a server refuses in its words', async () => {
    const file = join(folder, 'password')
    await writeFile(file, 'open sesame\n')
    const made = await json('transports', 'add', '--host', 'smtp.example', '--user', 'u', '--password-file', file)
    expect(made).toMatchObject({ has_password: true, port: 587 })
    await expect(skein('webhooks', 'add', '--to', 'http://plain.example/')).rejects.toMatchObject({
      stderr: expect.stringContaining('https://') as unknown,
    })
  })
})
