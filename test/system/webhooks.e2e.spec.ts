import { Database } from '@skein/views'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebhookReceiver } from '../../apps/outbox/test/webhook-receiver.js'
import { startSystem, type System } from './system.js'

describe('a webhook', () => {
  let id: string
  let system: System
  let receiver: WebhookReceiver

  const accept = { accept: 'application/json' }
  const json = async (path: string, headers = {}): Promise<Record<string, unknown>> => {
    const answer = await system.call('GET', path, undefined, headers)
    expect([path, answer.status]).toEqual([path, 200])
    return (await answer.json()) as Record<string, unknown>
  }
  const mail = (n: number): string =>
    `From: ada@a.example\r\nTo: support@skein.example\r\nMessage-ID: <w${n}@a.example>\r\nSubject: Secret ${n}\r\n\r\nText.\r\n`
  const arrived = (count: number): Promise<void> =>
    expect.poll(() => receiver.arrived.length, { timeout: 20_000 }).toBe(count)
  const ofMail = () => receiver.arrived.filter(({ type }) => type === 'MessageThreaded')

  beforeAll(async () => {
    vi.stubEnv('SKEIN_PRIVATE_WEBHOOKS', '1')
    receiver = await WebhookReceiver.open('whsec_')
    system = await startSystem()
    const body = { url: receiver.url, types: ['MessageThreaded', 'ThreadRead'] }
    const made = await system.call('POST', '/v1/webhooks', body)
    expect(made.status).toBe(201)
    const webhook = (await made.json()) as { id: string; secret: string }
    id = webhook.id
    receiver.secret = webhook.secret
  })
  afterAll(async () => {
    await system?.stop()
    await receiver?.close()
    vi.unstubAllEnvs()
  })

  it('hears of mail, with links that lead there, and without its content', async () => {
    await system.mail(mail(1))
    await arrived(1)
    const { body } = ofMail()[0] as { body: string }
    expect(body).not.toMatch(/Secret|Text|ada/)
    const { data } = JSON.parse(body) as { data: { links: { thread: string; message: string; event: string } } }
    const { links, ...rest } = data
    expect(rest).toMatchObject({ inbox: 'inb_support', space: 'spc_demo' })
    expect(links.thread.startsWith(system.url)).toBe(true)
    expect(await json(links.thread)).toMatchObject({ subject: 'Secret 1' })
    expect(await json(links.message)).toMatchObject({ subject: 'Secret 1' })
    const { events } = await json(links.event, accept)
    expect(events).toMatchObject([{ type: 'MessageThreaded' }])
  })

  it('hears each event once, over a restart of everything', async () => {
    for (let n = 2; n <= 11; n++) await system.mail(mail(n))
    await arrived(11)
    await system.restart()
    for (let n = 12; n <= 21; n++) await system.mail(mail(n))
    await arrived(21)
    expect(new Set(receiver.ids).size).toBe(21)
    expect(receiver.wrong).toEqual([])
  })

  it('hears of nothing again because the views are built anew, but when somebody asks', async () => {
    await system.stopServices()
    const database = await Database.open({ databaseUrl: system.databaseUrl })
    await database.run('drop schema skein cascade')
    await database.close()
    await system.restart()
    await expect
      .poll(async () => (await json('/v1/threads?limit=100'))['threads'], { timeout: 20_000 })
      .toHaveLength(21)
    await system.mail(mail(22))
    await arrived(22)
    expect(new Set(receiver.ids).size).toBe(22)
    const [first] = receiver.arrived
    const answer = await system.call('POST', `/v1/webhooks/${id}/replay`, { event: first?.position })
    expect([answer.status, await answer.json()]).toMatchObject([202, { events: 1 }])
    await arrived(23)
    expect(receiver.ids.at(-1)).toBe(first?.id)
  })

  it('is tested and looked at by the API of the whole', async () => {
    const test = await system.call('POST', `/v1/webhooks/${id}/test`)
    expect(await test.json()).toMatchObject({ delivered: true, status: 204 })
    const { attempts } = await json(`/v1/webhooks/${id}/attempts?limit=2`)
    expect(attempts).toMatchObject([{ kind: 'test' }, { kind: 'replay', event_id: receiver.arrived[0]?.id }])
    const health = (await (await fetch(`${system.url}/health/ready`)).json()) as { checks: Record<string, unknown> }
    expect(health.checks['webhooks']).toMatchObject({ state: 'green' })
  })
})
