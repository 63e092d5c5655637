import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { Body, Controller, Get, Module, Param, Post, Query } from '@nestjs/common'
import type { AccountId } from '@skein/events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { Caller, createHttpApp, hashOfKey, KEYS, Needs, Problem, Public } from './index.js'
import type { CallerOf, HttpApp, KeyLookup } from './index.js'

const account = 'acc_a' as AccountId
const keys: KeyLookup = {
  keyByHash: (hash) =>
    [
      { id: 'reader', account, scopes: ['read' as const], hash: hashOfKey('sk_reader_1') },
      { id: 'writer', account, scopes: ['read' as const, 'write' as const], hash: hashOfKey('sk_writer_1') },
      { id: 'chief', account, scopes: ['admin' as const], hash: hashOfKey('sk_chief_01') },
    ].find((key) => key.hash === hash),
}

const listQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(100).default(50) })
const patch = z.strictObject({ is_read: z.boolean(), inbox: z.string().optional() })

@Controller()
class Calls {
  @Get('/open') @Public() open() {
    return { open: true }
  }
  @Get('/who') who(@Caller() caller: CallerOf) {
    return caller
  }
  @Get('/list') list(@Query({ schema: listQuery }) query: z.infer<typeof listQuery>) {
    return query
  }
  @Post('/patch') patch(@Body({ schema: patch }) body: z.infer<typeof patch>) {
    return body
  }
  @Get('/admin') @Needs('admin') admin() {
    return { admin: true }
  }
  @Get('/slow') slow() {
    throw new Problem(503, 'no-writer', 'No writer', 'Nobody writes partition 3 just now.', { retry_after: 2 })
  }
  @Get('/broken') broken() {
    throw new Error('the secret is 4711')
  }
  @Get('/away')
  away() {
    throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' })
  }
  @Get('/item/:id') item(@Param('id') id: string) {
    return { id }
  }
}

@Module({ controllers: [Calls], providers: [{ provide: KEYS, useValue: keys }] })
class TestModule {}

let web: HttpApp
let url: string
beforeAll(async () => {
  web = await createHttpApp(TestModule, { http: { port: 0, host: '127.0.0.1' }, logger: false })
  url = (await web.start()) ?? ''
})
afterAll(() => web.close())

const call = async (path: string, init: RequestInit & { key?: string | null } = {}) => {
  const { key = 'sk_writer_1', headers, ...rest } = init
  const answer = await fetch(url + path, {
    ...rest,
    headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
  })
  const type = answer.headers.get('content-type')?.split(';')[0]
  return {
    status: answer.status,
    type,
    headers: answer.headers,
    body: (await answer.json()) as Record<string, unknown>,
  }
}
const json = { 'content-type': 'application/json' }

describe('every error is a problem with a type, a status and a detail', () => {
  it.each<[string, number, string, Record<string, unknown>, string, RequestInit & { key?: string | null }]>([
    ['no key', 401, 'key-needed', { field: 'Authorization' }, '/who', { key: null }],
    ['a key of another form', 401, 'key-needed', { field: 'Authorization' }, '/who', { key: 'abc' }],
    ['an unknown key', 401, 'key-unknown', { field: 'Authorization' }, '/who', { key: 'sk_nobody_1' }],
    ['a scope that the key has not', 403, 'scope-missing', {}, '/admin', {}],
    ['a write with a reading key', 403, 'scope-missing', {}, '/patch', { method: 'POST', key: 'sk_reader_1' }],
    ['an unknown call', 404, 'no-such-call', {}, '/nothing', {}],
    ['an unknown parameter', 400, 'invalid-request', { field: 'limt', in: 'query' }, '/list?limt=1', {}],
    [
      'a value out of range',
      400,
      'invalid-request',
      { field: 'limit', fix: 'Send at most 100.' },
      '/list?limit=101',
      {},
    ],
    ['a parameter that is there twice', 400, 'invalid-request', { field: 'limit' }, '/list?limit=1&limit=2', {}],
    ['a broken escape in the path', 400, 'invalid-request', {}, '/item/%ff', {}],
    ['a missing body', 400, 'invalid-request', { field: 'body' }, '/patch', { method: 'POST' }],
    ['no JSON', 400, 'not-json', { field: 'body' }, '/patch', { method: 'POST', headers: json, body: '{"a":' }],
    ['a bare value', 400, 'not-json', { field: 'body' }, '/patch', { method: 'POST', headers: json, body: '1' }],
    [
      'a wrong type in the body',
      400,
      'invalid-request',
      { field: 'is_read' },
      '/patch',
      { method: 'POST', headers: json, body: '{"is_read":"yes"}' },
    ],
    [
      'another content type',
      415,
      'unsupported-body',
      { field: 'Content-Type' },
      '/patch',
      { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' },
    ],
    [
      'another charset',
      415,
      'unsupported-body',
      {},
      '/patch',
      { method: 'POST', headers: { 'content-type': 'application/json; charset=koi8-r' }, body: '{}' },
    ],
    [
      'a body that is too large',
      413,
      'too-large',
      { field: 'body' },
      '/patch',
      { method: 'POST', headers: json, body: `"${'x'.repeat(2_000_000)}"` },
    ],
    [
      'a small body that unpacks to a large one',
      413,
      'too-large',
      {},
      '/patch',
      {
        method: 'POST',
        headers: { ...json, 'content-encoding': 'gzip' },
        body: gzipSync(Buffer.alloc(50_000_000, ' ')),
      },
    ],
    ['a problem of the handler', 503, 'no-writer', { retry_after: 2 }, '/slow', {}],
    ['a server behind it that is away', 503, 'unavailable', { retry_after: 1 }, '/away', {}],
    ['an error that nobody foresaw', 500, 'internal', {}, '/broken', {}],
  ])('%s', async (_, status, slug, members, path, init) => {
    const answer = await call(path, init)
    expect(answer).toMatchObject({ status, type: 'application/problem+json' })
    expect(answer.body).toMatchObject({ type: `urn:skein:problem:${slug}`, status, ...members })
    expect(answer.body['detail']).toEqual(expect.any(String))
    expect(answer.body['instance']).toBe(`urn:skein:request:${answer.headers.get('x-request-id')}`)
    if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  it('tells nobody the words of an internal error', async () => {
    expect(JSON.stringify((await call('/broken')).body)).not.toContain('4711')
  })

  it('answers bytes that are not HTTP with a problem and closes', async () => {
    const { port, hostname } = new URL(url)
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write('EHLO me\r\n\r\n'))
      let text = ''
      socket
        .on('data', (chunk) => (text += chunk.toString()))
        .on('end', () => resolve(text))
        .on('error', reject)
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*urn:skein:problem:not-http/)
  })

  it('keeps an idle connection longer than proxies do, and says so', async () => {
    const { port, hostname } = new URL(url)
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => socket.write('GET /open HTTP/1.1\r\nHost: here\r\n\r\n'))
      socket.once('data', (chunk) => resolve(chunk.toString())).on('error', reject)
      socket.once('data', () => socket.destroy())
    })
    expect(answer).toMatch(/^Keep-Alive: timeout=75\r$/m)
  })
})

describe('a good request', () => {
  it('names its caller', async () => {
    expect((await call('/who')).body).toEqual({
      ...{ key: 'writer', account, scopes: ['read', 'write'] },
      ...{ spaces: null, inboxes: null, instance: false },
    })
  })
  it('needs no key where the call is public', async () => {
    expect((await call('/open', { key: null })).body).toEqual({ open: true })
  })
  it('is let in by an admin key whatever the scope', async () => {
    expect((await call('/admin', { key: 'sk_chief_01' })).status).toBe(200)
  })
  it('gets defaults and typed values from the schema', async () => {
    expect((await call('/list')).body).toEqual({ limit: 50 })
    expect((await call('/list?limit=7')).body).toEqual({ limit: 7 })
  })
  it('keeps a sane request id and replaces any other', async () => {
    expect((await call('/who', { headers: { 'x-request-id': 'abc-1' } })).headers.get('x-request-id')).toBe('abc-1')
    expect((await call('/who', { headers: { 'x-request-id': '<b>' } })).headers.get('x-request-id')).toMatch(
      /^[\w-]{36}$/,
    )
  })
})

it('serves another server in the process when its place is shared', async () => {
  const shared = await createHttpApp(TestModule, { http: 'shared', logger: false })
  expect(await shared.start()).toBeNull()
  const { createServer } = await import('node:http')
  const server = createServer(shared.handler).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening')
  expect((await fetch(`http://127.0.0.1:${address.port}/open`)).status).toBe(200)
  expect((await fetch(`http://127.0.0.1:${address.port}/who`)).status).toBe(401)
  server.closeAllConnections()
  server.close()
  await shared.close()
})
