import { Body, Controller, Get, Module, Post } from '@nestjs/common'
import type { AccountId } from '@skein/events'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  ChanceOf,
  createHttpApp,
  hashOfKey,
  IDEMPOTENCY,
  Idempotent,
  KEYS,
  metricsController,
  Public,
} from './index.js'
import type { Chance, HttpApp, IdempotencyStore, KeptAnswer, KeyLookup, RateLimiter } from './index.js'

const account = 'acc_a' as AccountId
const known = (key: string, more: object = {}) => ({
  ...{ id: `key_${key}`, account, scopes: ['admin' as const], hash: hashOfKey(`sk_${key}_1234`) },
  ...more,
})
const all = [
  known('chief', { instance: true }),
  known('tenant'),
  known('late', { expiresAt: '2020-01-01T00:00:00.000Z' }),
  known('busy'),
]
const used: string[] = []
const keys: KeyLookup = { keyByHash: (hash) => all.find((key) => key.hash === hash), used: (key) => used.push(key) }

const kept = new Map<string, { request: string; seed: Uint8Array; answer: KeptAnswer | null }>()
const store: IdempotencyStore = {
  begin: (owner, key, request) => {
    const name = `${owner} ${key}`
    const entry = kept.get(name) ?? { request, seed: new Uint8Array(32).fill(kept.size), answer: null }
    kept.set(name, entry)
    const begun = { at: '2026-03-01T10:00:00.000Z', seed: entry.seed, answer: entry.answer }
    return Promise.resolve(entry.request === request ? begun : undefined)
  },
  settle: (owner, key, answer) => {
    const entry = kept.get(`${owner} ${key}`)
    if (entry) entry.answer = answer
    return Promise.resolve()
  },
  forget: (owner, key) => Promise.resolve(void kept.delete(`${owner} ${key}`)),
}

let left = 2
const limiter: RateLimiter = {
  limit: 2,
  take: (key) => {
    if (key !== 'key_busy') return { allowed: true, remaining: 1, reset: 30 }
    return Promise.resolve({ allowed: left-- > 0, remaining: Math.max(0, left), reset: 30 })
  },
}

let broken = false
@Controller()
class Calls {
  @Get('open') @Public() open() {
    return { open: true }
  }
  @Get('item/:id') item() {
    return { item: true }
  }
  @Post('make')
  @Idempotent()
  make(@Body({ schema: z.strictObject({ name: z.string() }) }) { name }: { name: string }, @ChanceOf() chance: Chance) {
    if (broken) throw new Error('broken')
    return { name, id: Buffer.from(chance.bytes('id', 8)).toString('hex') }
  }
}
@Module({
  controllers: [Calls, metricsController(false)],
  providers: [
    { provide: KEYS, useValue: keys },
    { provide: IDEMPOTENCY, useValue: store },
  ],
})
class TestModule {}

let web: HttpApp
let url: string
beforeAll(async () => {
  web = await createHttpApp(TestModule, {
    http: { port: 0, host: '127.0.0.1' },
    manners: { corsOrigins: ['https://app.example'], requestsPerMinute: 2 },
    rates: () => limiter,
    logger: false,
  })
  url = (await web.start()) ?? ''
})
afterAll(() => web.close())

const call = (path: string, key: string | null = 'chief', init: RequestInit = {}) =>
  fetch(url + path, {
    ...init,
    headers: { ...(key === null ? {} : { authorization: `Bearer sk_${key}_1234` }), ...init.headers },
  })
const make = (name: unknown, idempotency: string, key = 'chief') =>
  call('/make', key, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotency },
    body: JSON.stringify({ name }),
  })

describe('a key', () => {
  it('that has expired is refused like one that never was, with the time', async () => {
    const answer = await call('/item/1', 'late')
    expect([answer.status, ((await answer.json()) as { detail: string }).detail]).toEqual([
      401,
      'The key expired at 2020-01-01T00:00:00.000Z.',
    ])
    expect(used).not.toContain('key_late')
  })

  it('is told how much of its limit is left, and refused beyond', async () => {
    const answers = [await call('/item/1', 'busy'), await call('/item/1', 'busy'), await call('/item/1', 'busy')]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(answers.map(({ headers }) => headers.get('ratelimit'))).toEqual([
      '"default";r=1;t=30',
      '"default";r=0;t=30',
      '"default";r=0;t=30',
    ])
    expect(answers[2]?.headers.get('ratelimit-policy')).toBe('"default";q=2;w=60')
    expect(answers[2]?.headers.get('retry-after')).toBe('30')
    expect((await call('/open', null)).headers.has('ratelimit')).toBe(false)
  })
})

describe('Idempotency-Key', () => {
  it('brings the first answer again, and refuses another request', async () => {
    const [first, again] = [await make('a', 'one'), await make('a', 'one')]
    expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true'])
    expect(await again.json()).toEqual(await first.json())
    expect((await make('b', 'one')).status).toBe(409)
  })

  it('is its own for each API key', async () => {
    await make('a', 'own')
    expect((await make('b', 'own', 'tenant')).status).toBe(201)
  })

  it('makes the same again where the first never came to its end', async () => {
    broken = true
    expect((await make('a', 'crash')).status).toBe(500)
    broken = false
    const seed = kept.get('acc_a key_chief crash')?.seed
    const [first, again] = [await make('a', 'crash'), await make('a', 'crash')]
    expect(kept.get('acc_a key_chief crash')?.seed).toEqual(seed)
    expect(await first.json()).toEqual(await again.json())
  })

  it('is free again where the request was refused', async () => {
    expect((await make(1, 'refused')).status).toBe(400)
    expect((await make('right', 'refused')).status).toBe(201)
  })

  it('has to be one', async () => {
    expect((await make('a', 'x'.repeat(256))).status).toBe(400)
  })
})

describe('browsers', () => {
  const preflight = (origin: string) =>
    call('/item/1', null, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization' },
    })

  it('may call from an origin that is let in, and read the headers that matter', async () => {
    const asked = await preflight('https://app.example')
    expect(asked.status).toBe(204)
    expect(asked.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(asked.headers.get('access-control-allow-headers')).toContain('Authorization')
    expect(asked.headers.get('access-control-allow-credentials')).toBeNull()
    const answer = await call('/item/1', 'chief', { headers: { origin: 'https://app.example' } })
    expect(answer.headers.get('access-control-expose-headers')).toContain('ETag')
    expect(answer.headers.get('vary')).toContain('Origin')
  })

  it('may not from any other', async () => {
    const asked = await preflight('https://app.example.evil')
    expect([...asked.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })

  it('keep no answer, guess no type, frame nothing and tell nobody where they came from', async () => {
    const { headers } = await call('/open', null)
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
  })
})

describe('/metrics', () => {
  it('counts requests by call and status, never by id, for the operator alone', async () => {
    await call('/item/4711')
    await call('/nowhere')
    const answer = await call('/metrics')
    const text = await answer.text()
    expect(answer.headers.get('content-type')).toContain('text/plain')
    expect(text).toMatch(
      /skein_http_request_duration_seconds_count\{method="GET",route="\/item\/:id",status="200"\} \d/,
    )
    expect(text).toContain('route="none",status="404"')
    expect(text).not.toContain('4711')
    expect((await call('/metrics', 'tenant')).status).toBe(403)
    expect((await call('/metrics', null)).status).toBe(401)
  })
})
