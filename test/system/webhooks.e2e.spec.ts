import { readFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Database } from '@skein/views'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startSystem, type System } from './system.js'

type IsGenuine = (headers: IncomingHttpHeaders, body: string, secret: string) => boolean
/** The check that the page for receivers shows: if it is wrong, so are these receivers. */
const checkOfThePage = async (): Promise<IsGenuine> => {
  const page = readFileSync(new URL('../../docs/webhooks.md', import.meta.url), 'utf8')
  const code = page.split('```js\n')[1]?.split('\n```')[0] ?? ''
  const source = `data:text/javascript,${encodeURIComponent(code)}`
  return ((await import(/* @vite-ignore */ source)) as { isGenuine: IsGenuine }).isGenuine
}

interface Arrived {
  id: string
  type: string
  position: string
  body: string
}

describe('a webhook', () => {
  let id: string
  let secret: string
  let system: System
  let server: Server
  let isGenuine: IsGenuine
  const arrived: Arrived[] = []
  const ids = (): string[] => arrived.map((one) => one.id)

  const receive = async (): Promise<string> => {
    isGenuine = await checkOfThePage()
    server = createServer((request, response) => {
      request.setEncoding('utf8')
      let body = ''
      request.on('data', (piece: string) => (body += piece))
      request.on('end', () => {
        if (!isGenuine(request.headers, body, secret)) return void response.writeHead(400).end()
        const { type, data } = JSON.parse(body) as { type: string; data: { position: string } }
        arrived.push({ id: String(request.headers['webhook-id']), type, position: data.position, body })
        response.writeHead(204).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  }

  const accept = { accept: 'application/json' }
  const json = async (path: string, headers = {}): Promise<Record<string, unknown>> => {
    const answer = await system.call('GET', path, undefined, headers)
    expect([path, answer.status]).toEqual([path, 200])
    return (await answer.json()) as Record<string, unknown>
  }
  const mail = (n: number): string =>
    `From: ada@a.example\r\nTo: support@skein.example\r\nMessage-ID: <w${n}@a.example>\r\nSubject: Secret ${n}\r\n\r\nText.\r\n`
  const arrive = (count: number): Promise<void> => expect.poll(() => arrived.length, { timeout: 20_000 }).toBe(count)

  beforeAll(async () => {
    vi.stubEnv('SKEIN_PRIVATE_WEBHOOKS', '1')
    const url = await receive()
    system = await startSystem()
    const body = { url, types: ['MessageThreaded', 'ThreadRead'] }
    const made = await system.call('POST', '/v1/webhooks', body)
    expect(made.status).toBe(201)
    const webhook = (await made.json()) as { id: string; secret: string }
    id = webhook.id
    secret = webhook.secret
  })
  afterAll(async () => {
    await system?.stop()
    server?.closeAllConnections()
    server?.close()
    vi.unstubAllEnvs()
  })

  it('hears of mail, with links that lead there, and without its content', async () => {
    await system.mail(mail(1))
    await arrive(1)
    const { body } = arrived[0] as Arrived
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
    await arrive(11)
    await system.restart()
    for (let n = 12; n <= 21; n++) await system.mail(mail(n))
    await arrive(21)
    expect(new Set(ids()).size).toBe(21)
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
    await arrive(22)
    expect(new Set(ids()).size).toBe(22)
    const [first] = arrived
    const answer = await system.call('POST', `/v1/webhooks/${id}/replay`, { event: first?.position })
    expect([answer.status, await answer.json()]).toMatchObject([202, { events: 1 }])
    await arrive(23)
    expect(ids().at(-1)).toBe(first?.id)
  })

  it('can be told from a forgery by the check of the page', () => {
    expect(isGenuine({ 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' }, '{}', secret)).toBe(
      false,
    )
    const now = String(Math.floor(Date.now() / 1_000))
    const forged = { 'webhook-id': 'x', 'webhook-timestamp': now, 'webhook-signature': `v1,${'A'.repeat(43)}=` }
    expect(isGenuine(forged, '{}', secret)).toBe(false)
  })

  it('is tested and looked at by the API of the whole', async () => {
    const test = await system.call('POST', `/v1/webhooks/${id}/test`)
    expect(await test.json()).toMatchObject({ delivered: true, status: 204 })
    const { attempts } = await json(`/v1/webhooks/${id}/attempts?limit=2`)
    expect(attempts).toMatchObject([{ kind: 'test' }, { kind: 'replay', event_id: arrived[0]?.id }])
    const health = (await (await fetch(`${system.url}/health/ready`)).json()) as { checks: Record<string, unknown> }
    expect(health.checks['webhooks']).toMatchObject({ state: 'green' })
  })
})
