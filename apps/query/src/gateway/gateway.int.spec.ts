import { createHash, randomBytes } from 'node:crypto'
import { createServer, request as requestOf, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { connect, createServer as createTcpServer, type AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { Controller, Get, Module } from '@nestjs/common'
import { createHttpApp, KEYS, Public, type HttpApp } from '@skein/http'
import { afterEach, describe, expect, it } from 'vitest'
import { gatewayTo, type Gateway } from './gateway.js'
import type { GatewayPatience } from './pass-on.js'

@Controller()
class Own {
  @Get('/v1/threads') @Public() threads() {
    return { own: true }
  }
}
@Module({ controllers: [Own], providers: [{ provide: KEYS, useValue: { keyByHash: () => undefined } }] })
class OwnModule {}

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const MAIL = '/v1/inboxes/inb_a/mail'
const portOf = (server: { address(): AddressInfo | string | null }): number => (server.address() as AddressInfo).port

const listening = async (listener: RequestListener): Promise<Server> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return server
}

/** A public door in front of an ingest that answers by this listener. */
const doorTo = async (ingest: string, patience?: GatewayPatience): Promise<{ url: string; gateway: Gateway }> => {
  const gateway = gatewayTo({ ingest }, patience)
  const http: HttpApp = await createHttpApp(OwnModule, {
    http: { host: '127.0.0.1', port: 0 },
    passOn: gateway.handler,
    logger: false,
  })
  const url = (await http.start()) ?? ''
  closing.push(async () => {
    await http.close()
    gateway.close()
  })
  return { url, gateway }
}
const doorBefore = async (listener: RequestListener, patience?: GatewayPatience) => {
  const server = await listening(listener)
  return { ...(await doorTo(`http://127.0.0.1:${portOf(server)}`, patience)), server }
}

const problemOf = async (answer: Response): Promise<unknown[]> => {
  const { type } = (await answer.json()) as { type: string }
  return [answer.status, type.replace('urn:skein:problem:', ''), answer.headers.get('content-type')]
}
const PROBLEM = 'application/problem+json; charset=utf-8'

describe('the gateway', () => {
  it('passes on what is another service’s, with its headers and query, and answers the rest itself', async () => {
    const seen: IncomingMessage[] = []
    const { url } = await doorBefore((request, response) => {
      seen.push(request)
      request.resume().once('end', () => {
        response.writeHead(202, 'Accepted', {
          'x-own': 'yes',
          'set-cookie': ['a=1', 'b=2'],
          connection: 'x-hop',
          'x-hop': '1',
        })
        response.end('{}')
      })
    })
    const answer = await fetch(`${url}${MAIL}?role=to`, {
      method: 'POST',
      body: 'mail',
      headers: { authorization: 'Bearer sk_x', 'x-request-id': 'mine', 'x-forwarded-for': '192.0.2.1' },
    })
    expect([answer.status, answer.headers.get('x-own'), answer.headers.get('x-hop')]).toEqual([202, 'yes', null])
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2'])
    expect(seen).toMatchObject([
      {
        url: `${MAIL}?role=to`,
        headers: { authorization: 'Bearer sk_x', 'x-request-id': 'mine', 'x-forwarded-for': '192.0.2.1, 127.0.0.1' },
      },
    ])
    expect(await (await fetch(`${url}/v1/threads`)).json()).toEqual({ own: true })
    expect((await fetch(`${url}/v1/outbox`)).status).toBe(404)
    expect(seen).toHaveLength(1)
  })

  it('passes large bodies on while they come, and never holds one', async () => {
    const begun: number[] = []
    const { url } = await doorBefore((request, response) => {
      const hash = createHash('sha256')
      request.once('data', () => begun.push(1))
      request.on('data', (piece: Buffer) => hash.update(piece)).on('end', () => response.end(hash.digest('hex')))
    })
    const piece = randomBytes(1024 * 1024)
    const hash = createHash('sha256')
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        if (sent === 25) return controller.close()
        // the second half is only sent once the first has got through
        if (sent === 12) while (begun.length === 0) await sleep(5)
        sent += 1
        hash.update(piece)
        controller.enqueue(piece)
      },
    })
    const answer = await fetch(url + MAIL, { method: 'POST', body, duplex: 'half' })
    expect(await answer.text()).toBe(hash.digest('hex'))
  })

  it('gives back a refusal that comes before the body was read', async () => {
    const { url } = await doorBefore((request, response) => {
      response.writeHead(413).end('too large')
      request.resume()
    })
    const answer = await fetch(url + MAIL, { method: 'POST', body: new Uint8Array(20e6) })
    expect([answer.status, await answer.text()]).toEqual([413, 'too large'])
    expect((await fetch(url + MAIL, { method: 'POST', body: 'x' })).status).toBe(413)
  })

  const smuggled = 'POST /v1/inboxes/inb_b/mail HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n'
  it.each([
    ['in chunks', 'transfer-encoding: chunked', `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`],
    ['of a length', `content-length: ${smuggled.length}\r\nconnection: content-length`, smuggled],
  ])('lets no body of a GET become a request of its own: one %s', async (_, frame, body) => {
    const seen: string[] = []
    const { url } = await doorBefore((request, response) => {
      seen.push(`${request.method} ${request.url}`)
      request.resume().once('end', () => response.end('{}'))
    })
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    closing.push(() => socket.destroy())
    socket.write(`GET /v1/dev/outbox HTTP/1.1\r\nhost: x\r\n${frame}\r\n\r\n${body}`)
    await new Promise((resolve) => socket.once('data', resolve))
    await sleep(100)
    expect(seen).toEqual(['GET /v1/dev/outbox'])
  })

  it('takes the other side along when a caller goes away', async () => {
    let ended = ''
    const { url } = await doorBefore((request) => {
      request.resume().once('close', () => (ended = request.complete ? 'complete' : 'cut off'))
    })
    const going = requestOf(url + MAIL, { method: 'POST', headers: { 'content-length': 1_000_000 } })
    going.on('error', () => undefined)
    going.write('From: a@b.example\r\n')
    await sleep(100)
    going.destroy()
    await expect.poll(() => ended).toBe('cut off')
  })

  it('breaks off an answer that the other service breaks off', async () => {
    const { url } = await doorBefore((request, response) => {
      response.writeHead(200, { 'content-length': 1_000 }).write('half')
      setTimeout(() => request.socket.destroy(), 50)
    })
    await expect(fetch(`${url}/v1/dev/outbox`).then((answer) => answer.text())).rejects.toThrow()
  })
})

describe('where the other service', () => {
  it('is not there: 503, and to be tried again', async () => {
    const { server, url, gateway } = await doorBefore((_, response) => response.end())
    expect(await gateway.checks['ingest']?.()).toMatchObject({ state: 'green' })
    server.closeAllConnections()
    server.close()
    const answer = await fetch(url + MAIL, { method: 'POST', body: 'x' })
    expect(answer.headers.get('retry-after')).toBe('1')
    expect(await problemOf(answer)).toEqual([503, 'unavailable', PROBLEM])
    expect(await gateway.checks['ingest']?.()).toMatchObject({ state: 'yellow' })
  })

  it('takes no connection in time: 503', async () => {
    // nothing answers in this net (RFC 5737)
    const { url } = await doorTo('http://192.0.2.1:9', { connectMs: 50, idleMs: 5_000 })
    expect(await problemOf(await fetch(`${url}/v1/dev/outbox`))).toEqual([503, 'unavailable', PROBLEM])
  })

  it('is lost before it answers: 502, which does not say that nothing was done', async () => {
    const { url } = await doorBefore((request) => void request.once('data', () => request.socket.destroy()))
    const answer = await fetch(url + MAIL, { method: 'POST', body: 'x' })
    expect(await problemOf(answer)).toEqual([502, 'answer-lost', PROBLEM])
  })

  it('keeps silent: 504; and where the caller does: 408', async () => {
    const { url } = await doorBefore((request) => void request.resume(), { connectMs: 1_000, idleMs: 100 })
    expect(await problemOf(await fetch(url + MAIL, { method: 'POST', body: 'x' }))).toEqual([
      504,
      'answer-late',
      PROBLEM,
    ])
    const waiting = requestOf(url + MAIL, { method: 'POST', headers: { 'content-length': 10 } })
    waiting.on('error', () => undefined).write('half')
    const answer = await new Promise<IncomingMessage>((resolve) => waiting.once('response', resolve))
    expect(answer.statusCode).toBe(408)
    waiting.destroy()
  })

  it('closed a connection that was kept: a request without a body goes by another', async () => {
    let connections = 0
    const server = createTcpServer((socket) => {
      const isFirst = ++connections === 1
      let requests = 0
      socket
        .on('error', () => undefined)
        .on('data', () => {
          // the first connection takes one request, and breaks off at the second
          if (isFirst && ++requests === 2) return void socket.resetAndDestroy()
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')
        })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(() => server.close())
    const { url } = await doorTo(`http://127.0.0.1:${portOf(server)}`)
    for (let n = 0; n < 2; n++) expect((await fetch(`${url}/v1/dev/outbox`)).status).toBe(200)
    expect(connections).toBe(2)
  })
})
