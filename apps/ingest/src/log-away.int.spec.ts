import type { AccountId, SpaceId } from '@skein/events'
import { hashOfKey } from '@skein/http'
import { openLog } from '@skein/log'
import { testNats } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIngest, type RunningIngest } from './index.js'

const KEY = 'sk_writer_1'

describe('while the log is away', () => {
  let nats: Awaited<ReturnType<typeof testNats>>
  let ingest: RunningIngest

  beforeAll(async () => {
    nats = await testNats()
    const options = { url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 1 }
    const log = await openLog(options)
    const account = 'acc_a' as AccountId
    const inbox = { account, space: 'spc_a' as SpaceId, name: 'a', address: 'a@skein.example', aliases: [] }
    await log.directory.put('inbox', { ...inbox, id: 'inb_a' })
    const createdAt = '2026-01-01T00:00:00.000Z'
    await log.directory.put('key', {
      id: 'key_a',
      account,
      name: 'a',
      hash: hashOfKey(KEY),
      scopes: ['write'],
      createdAt,
    })
    await log.close()
    ingest = await startIngest({ log: { ...options, name: 'ingest' }, http: { port: 0, host: '127.0.0.1' } })
  })
  afterAll(async () => {
    await ingest?.stop()
    await nats?.stop()
  })

  const post = (body: string) =>
    fetch(`${ingest.url}/v1/inboxes/inb_a/mail`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'message/rfc822' },
    })

  it('keys and inboxes are still known, mail is told to come again, what is no mail is told so, and nobody waits', async () => {
    expect((await post('Subject: x\n\nx')).status).toBe(202)
    await nats.stop()
    await expect.poll(async () => (await fetch(`${ingest.url}/health/ready`)).status, { timeout: 10_000 }).toBe(503)
    const started = performance.now()
    const away = await post('Subject: x\n\nx')
    expect(away.status).toBe(503)
    expect(away.headers.get('retry-after')).toBe('5')
    expect(await away.json()).toMatchObject({
      type: 'urn:skein:problem:log-unavailable',
      fix: expect.any(String) as string,
    })
    expect((await post('no mail')).status).toBe(400)
    expect((await fetch(`${ingest.url}/health/live`)).status).toBe(200)
    expect(performance.now() - started).toBeLessThan(1_000)
  })
})
