import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { openLog } from '@skein/log'
import { testNats } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const skein = new URL('../../apps/cli/bin/skein.mjs', import.meta.url).pathname

describe('skein seed', () => {
  let nats: Awaited<ReturnType<typeof testNats>>

  const seed = (...parameters: string[]): Promise<{ stdout: string }> =>
    run(process.execPath, [skein, 'seed', ...parameters], {
      env: { ...process.env, NATS_URL: nats.natsUrl, NATS_MONITOR_URL: nats.monitorUrl },
    })

  beforeAll(async () => {
    nats = await testNats()
  })
  afterAll(async () => {
    await nats?.stop()
  })

  it('gives an empty instance a key that is known by its hash, and inboxes; a second run makes no second key', async () => {
    const { stdout } = await seed()
    const key = /sk_[\w-]+/.exec(stdout)?.[0] ?? ''
    const log = await openLog({ url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 4 })
    expect(log.directory.keyByHash(createHash('sha256').update(key).digest('hex'))?.scopes).toContain('admin')
    expect(log.directory.inboxByAddress('support@skein.example')?.id).toBe('inb_support')
    await log.close()
    await expect(seed()).rejects.toMatchObject({ stderr: expect.stringContaining('there already') as unknown })
    await expect(seed('--key', 'short')).rejects.toMatchObject({ stderr: expect.stringContaining('--key') as unknown })
  })
})
