import { generateKeyPairSync } from 'node:crypto'
import type { AccountId, SpaceId } from '@skein/events'
import { hashOfKey } from '@skein/http'
import { openLog, type Log } from '@skein/log'
import { testNats, testPostgres, type TestDatabase, type TestNats } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startQuery, type RunningQuery } from '../index.js'

const OPERATOR = 'sk_operator_1'
let nats: TestNats
let postgres: TestDatabase
let log: Log
let query: RunningQuery

beforeAll(async () => {
  ;[nats, postgres] = await Promise.all([testNats(), testPostgres()])
  const { natsUrl: url, monitorUrl } = nats
  const options = { url, monitorUrl, name: 'spec', partitions: 2, secret: 'only for this spec' }
  log = await openLog(options)
  const account = 'acc_op' as AccountId
  await log.directory.put('account', { id: account, name: 'Operator' })
  await log.directory.put('key', {
    id: 'key_op',
    account,
    name: 'first',
    hash: hashOfKey(OPERATOR),
    scopes: ['admin'],
    instance: true,
    createdAt: '2026-01-01T00:00:00Z',
  })
  const http = { port: 0, host: '127.0.0.1' }
  query = await startQuery({ log: options, databaseUrl: postgres.databaseUrl, http })
})
afterAll(async () => {
  await query?.stop()
  await log?.close()
  await Promise.all([nats?.stop(), postgres?.stop()])
})

type Json = Record<string, unknown> & { id: string }
const call = async (
  key: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
) => {
  const answer = await fetch(`${query.url}/v1/${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, json: (text === '' ? {} : JSON.parse(text)) as Json }
}
/** What a call that has to succeed answers. */
const done = async (...given: Parameters<typeof call>): Promise<Json> => {
  const { status, json } = await call(...given)
  expect(status, JSON.stringify(json)).toBeLessThan(300)
  return json
}
const refused = async (...given: Parameters<typeof call>) => {
  const { status, json } = await call(...given)
  return [status, String(json['type']).replace('urn:skein:problem:', ''), json['field']]
}

let tenants = 0
/** An account of its own, with one space and a key that may do everything in it. */
const tenant = async () => {
  const account = await done(OPERATOR, 'POST', 'accounts', { name: `Tenant ${++tenants}` })
  const made = await done(OPERATOR, 'POST', 'api-keys', { name: 'chief', scopes: ['admin'], account: account.id })
  const key = made['key'] as string
  const space = await done(key, 'POST', 'spaces', { name: 'Main' })
  return { account: account.id as AccountId, key, keyId: made.id, space: space.id as SpaceId, n: tenants }
}
const makeInbox = (key: string, address: string, more: object = {}) =>
  done(key, 'POST', 'inboxes', { address, ...more })

describe('accounts', () => {
  it('are made and listed by the operator; a tenant sees its own and makes none', async () => {
    const one = await tenant()
    expect((await done(OPERATOR, 'GET', 'accounts?limit=1000'))['accounts']).toContainEqual({
      id: one.account,
      name: `Tenant ${one.n}`,
    })
    expect((await done(one.key, 'GET', 'accounts'))['accounts']).toHaveLength(1)
    expect(await refused(one.key, 'POST', 'accounts', { name: 'More' })).toEqual([
      403,
      'key-restricted',
      'Authorization',
    ])
    expect(await refused(one.key, 'GET', 'accounts/acc_op')).toEqual([404, 'not-found', undefined])
  })

  it('cannot be deleted while they have a space, and take their keys with them', async () => {
    const one = await tenant()
    expect(await refused(OPERATOR, 'DELETE', `accounts/${one.account}`)).toEqual([409, 'account-in-use', undefined])
    await done(one.key, 'DELETE', `spaces/${one.space}`)
    await done(OPERATOR, 'DELETE', `accounts/${one.account}`)
    expect(await refused(one.key, 'GET', 'me')).toEqual([401, 'key-unknown', 'Authorization'])
    expect(await refused(OPERATOR, 'DELETE', 'accounts/acc_op')).toEqual([409, 'account-in-use', undefined])
  })
})

describe('spaces', () => {
  it('thread by rules and policies that there are', async () => {
    const { key, space } = await tenant()
    expect(await done(key, 'PATCH', `spaces/${space}`, { policies: { subject_policy: 'split' } })).toMatchObject({
      rules: 'skein',
      policies: { subject_policy: 'split' },
    })
    expect(await refused(key, 'PATCH', `spaces/${space}`, { rules: 'guess' })).toEqual([
      400,
      'invalid-request',
      'rules',
    ])
    const wrong = { policies: { subject_policy: 'maybe' } }
    expect(await refused(key, 'POST', 'spaces', { name: 'x', ...wrong })).toEqual([
      400,
      'invalid-request',
      'policies.subject_policy',
    ])
  })

  it('are listed in pages by id', async () => {
    const { key } = await tenant()
    for (const name of ['b', 'c']) await done(key, 'POST', 'spaces', { name })
    const first = await done(key, 'GET', 'spaces?limit=2')
    const second = await done(key, 'GET', `spaces?limit=2&cursor=${String(first['next_cursor'])}`)
    const ids = [first, second].flatMap((page) => (page['spaces'] as Json[]).map(({ id }) => id))
    expect(new Set(ids).size).toBe(3)
    expect(second['next_cursor']).toBeNull()
  })
})

describe('inboxes', () => {
  it('get an id, the only space there is, and answer to it and their address', async () => {
    const { key, account, space } = await tenant()
    const inbox = await makeInbox(key, 'Desk@One.Example', { aliases: ['help@one.example', 'HELP@one.example'] })
    expect(inbox).toMatchObject({ account, space, address: 'Desk@one.example', aliases: ['HELP@one.example'] })
    expect(await done(key, 'GET', 'inboxes/desk@one.example')).toEqual(inbox)
    await expect.poll(() => log.directory.inboxFor('help@one.example')?.id).toBe(inbox.id)
  })

  it('share no address, alias or caught domain with any other, and nobody is told with whose', async () => {
    const [one, two] = [await tenant(), await tenant()]
    const name = `n${one.n}.example`
    await makeInbox(one.key, `a@${name}`, { aliases: [`b@${name}`], catch_all: [name] })
    const take = (body: object) => refused(two.key, 'POST', 'inboxes', body)
    expect(await take({ address: `A@${name}` })).toEqual([409, 'address-taken', 'address'])
    expect(await take({ address: 'x@other.example', aliases: [`b@${name}`] })).toEqual([
      409,
      'address-taken',
      'aliases',
    ])
    expect(await take({ address: `new@${name}` })).toEqual([409, 'address-taken', 'address'])
    expect(await take({ address: 'x@other.example', catch_all: [name] })).toEqual([409, 'domain-taken', 'catch_all'])
    await makeInbox(two.key, 'x@other.example')
  })

  it('of twenty that want one address at one time, one gets it', async () => {
    const { key, n } = await tenant()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => call(key, 'POST', 'inboxes', { address: `race@t${n}.example` })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)])
  })

  it('give an address back when they are deleted or change it', async () => {
    const { key, n } = await tenant()
    const first = await makeInbox(key, `a@t${n}.example`)
    await done(key, 'PATCH', `inboxes/${first.id}`, { address: `b@t${n}.example`, aliases: [`c@t${n}.example`] })
    const second = await makeInbox(key, `a@t${n}.example`)
    await done(key, 'DELETE', `inboxes/${first.id}`)
    await done(key, 'PATCH', `inboxes/${second.id}`, { aliases: [`b@t${n}.example`, `c@t${n}.example`] })
    expect(await refused(key, 'GET', `inboxes/${first.id}`)).toEqual([404, 'not-found', undefined])
  })

  it('never change their space', async () => {
    const { key, n } = await tenant()
    const inbox = await makeInbox(key, `a@t${n}.example`)
    const other = await done(key, 'POST', 'spaces', { name: 'Other' })
    const move = { space: other.id }
    expect(await refused(key, 'PATCH', `inboxes/${inbox.id}`, move)).toEqual([409, 'inbox-space-fixed', 'space'])
    expect(await refused(key, 'POST', 'inboxes', { address: `z@t${n}.example` })).toEqual([
      400,
      'invalid-request',
      'space',
    ])
    expect(await refused(key, 'DELETE', `spaces/${String(inbox['space'])}`)).toEqual([409, 'space-in-use', undefined])
  })

  it('of two changes at one time lose none', async () => {
    const { key, n } = await tenant()
    const inbox = await makeInbox(key, `a@t${n}.example`)
    await Promise.all([
      done(key, 'PATCH', `inboxes/${inbox.id}`, { name: 'New name' }),
      done(key, 'PATCH', `inboxes/${inbox.id}`, { plus_addressing: false }),
    ])
    expect(await done(key, 'GET', `inboxes/${inbox.id}`)).toMatchObject({ name: 'New name', plus_addressing: false })
  })
})

describe('API keys', () => {
  it('are shown once, stored by their hash, and say when they were used', async () => {
    const { key } = await tenant()
    const made = await done(key, 'POST', 'api-keys', { name: 'reader', scopes: ['read'] })
    const secret = made['key'] as string
    expect(secret).toMatch(/^sk_[\w-]{43}$/)
    expect(log.directory.get('key', made.id)?.hash).toBe(hashOfKey(secret))
    expect(await done(key, 'GET', `api-keys/${made.id}`)).toMatchObject({ last_used_at: null })
    await done(secret, 'GET', 'me')
    await expect.poll(async () => (await done(key, 'GET', `api-keys/${made.id}`))['last_used_at']).not.toBeNull()
    expect(JSON.stringify(await done(key, 'GET', 'api-keys'))).not.toContain(secret)
  })

  it('give no more than they have', async () => {
    const { key, space, n } = await tenant()
    const inbox = await makeInbox(key, `a@t${n}.example`)
    const other = await done(key, 'POST', 'spaces', { name: 'Other' })
    const of = async (body: object) => (await done(key, 'POST', 'api-keys', { name: 'k', ...body }))['key'] as string
    const part = await of({ scopes: ['admin'], spaces: [space] })
    const soon = new Date(Date.now() + 60_000).toISOString()
    const brief = await of({ scopes: ['admin'], expires_at: soon })
    const ask = (by: string, body: object) =>
      refused(by, 'POST', 'api-keys', { name: 'more', scopes: ['read'], ...body })
    expect(await ask(part, { spaces: [other.id] })).toEqual([400, 'invalid-request', 'spaces'])
    expect(await ask(part, { account: 'acc_op' })).toEqual([403, 'key-restricted', 'Authorization'])
    expect(await ask(part, { instance: true })).toEqual([403, 'key-restricted', 'Authorization'])
    expect(await ask(brief, { expires_at: '2126-01-01T00:00:00Z' })).toEqual([400, 'invalid-request', 'expires_at'])
    expect(await done(brief, 'POST', 'api-keys', { name: 'x' })).toMatchObject({ expires_at: soon })
    expect(await done(part, 'POST', 'api-keys', { name: 'x' })).toMatchObject({ spaces: [space], inboxes: null })
    expect(await done(part, 'POST', 'api-keys', { name: 'x', inboxes: [inbox.id] })).toMatchObject({ spaces: null })
    const seen = (await done(part, 'GET', 'api-keys'))['api_keys'] as Json[]
    expect(seen.every(({ spaces, inboxes }) => spaces !== null || inboxes !== null)).toBe(true)
  })

  it('are rotated without a moment without one, and the old one ends', async () => {
    const { key } = await tenant()
    const old = await done(key, 'POST', 'api-keys', { name: 'k', scopes: ['read'] })
    const fresh = await done(key, 'POST', `api-keys/${old.id}/rotate`, { grace_seconds: 3600 })
    for (const { key: one } of [old, fresh]) await done(one as string, 'GET', 'me')
    await done(key, 'POST', `api-keys/${old.id}/rotate`, { grace_seconds: 0 })
    expect(await refused(old['key'] as string, 'GET', 'me')).toEqual([401, 'key-unknown', 'Authorization'])
    await done(fresh['key'] as string, 'GET', 'me')
  })

  it('that end make no key that ends later, also by rotation; one that has ended is not rotated', async () => {
    const { key } = await tenant()
    const endless = await done(key, 'POST', 'api-keys', { name: 'endless', scopes: ['admin'] })
    const soon = new Date(Date.now() + 60_000).toISOString()
    const brief = await done(key, 'POST', 'api-keys', { name: 'brief', scopes: ['admin'], expires_at: soon })
    const rotated = await done(brief['key'] as string, 'POST', `api-keys/${endless.id}/rotate`, {})
    expect(rotated['expires_at']).toBe(soon)
    await done(key, 'POST', `api-keys/${endless.id}/rotate`, { grace_seconds: 0 })
    expect(await refused(key, 'POST', `api-keys/${endless.id}/rotate`, {})).toEqual([409, 'key-expired', 'expires_at'])
  })

  it('are revoked at once, but never by themselves', async () => {
    const { key, keyId } = await tenant()
    const made = await done(key, 'POST', 'api-keys', { name: 'k' })
    await done(key, 'DELETE', `api-keys/${made.id}`)
    expect(await refused(made['key'] as string, 'GET', 'me')).toEqual([401, 'key-unknown', 'Authorization'])
    expect(await refused(key, 'DELETE', `api-keys/${keyId}`)).toEqual([409, 'key-in-use', undefined])
  })

  it('for an inbox see that inbox, and change its name but not what it gets', async () => {
    const { key, space, n } = await tenant()
    const inbox = await makeInbox(key, `a@t${n}.example`)
    await makeInbox(key, `b@t${n}.example`)
    const part = (await done(key, 'POST', 'api-keys', { name: 'k', scopes: ['admin'], inboxes: [inbox.id] }))[
      'key'
    ] as string
    expect(((await done(part, 'GET', 'inboxes'))['inboxes'] as Json[]).map(({ id }) => id)).toEqual([inbox.id])
    expect(await refused(part, 'GET', `inboxes/b@t${n}.example`)).toEqual([404, 'not-found', undefined])
    await done(part, 'PATCH', `inboxes/${inbox.id}`, { name: 'Mine' })
    const more = { catch_all: [`t${n}.example`] }
    for (const [method, path, body] of [
      ['PATCH', `inboxes/${inbox.id}`, more],
      ['PATCH', `spaces/${space}`, { name: 'x' }],
      ['POST', 'spaces', { name: 'x' }],
      ['GET', 'transports', undefined],
    ] as const)
      expect(await refused(part, method, path, body)).toEqual([403, 'key-restricted', 'Authorization'])
    expect(await refused(part, 'POST', 'inboxes', { address: `c@t${n}.example`, space })).toEqual([
      404,
      'not-found',
      undefined,
    ])
  })
})

const pem = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ type: 'pkcs8', format: 'pem' })

describe('transports', () => {
  it('keep their secrets sealed, and show none', async () => {
    const { key } = await tenant()
    const dkim = { domain: 'one.example', selector: 's1', private_key: pem }
    const made = await done(key, 'POST', 'transports', {
      ...{ host: '10.0.0.5', user: 'u', password: 'open sesame', dkim, domains: ['one.example'] },
    })
    expect(made).toMatchObject({ port: 587, security: 'starttls', has_password: true, dkim: { selector: 's1' } })
    expect(made['dkim']).toMatchObject({ record: { name: 's1._domainkey.one.example' } })
    expect(JSON.stringify(made)).not.toMatch(/sesame|PRIVATE/)
    await expect.poll(() => log.directory.get('transport', made.id)).toBeDefined()
    const stored = log.directory.get('transport', made.id)
    expect(log.secrets.open(stored?.password ?? '', `transport ${made.id} password`)).toBe('open sesame')
    expect(log.secrets.open(stored?.dkim?.privateKey ?? '', `transport ${made.id} dkim`)).toBe(pem)
    expect(await done(key, 'PATCH', `transports/${made.id}`, { password: null })).toMatchObject({ has_password: false })
  })

  it.each<[string, object, string]>([
    ['a key that is none', { dkim: { domain: 'a.example', selector: 's', private_key: 'x' } }, 'dkim.private_key'],
    ['a password in clear', { security: 'none', user: 'u', password: 'p' }, 'security'],
    ['a password without a user', { password: 'p' }, 'user'],
    ['a host that is none', { host: 'not a host' }, 'host'],
  ])('refuse %s', async (_, body, field) => {
    const { key } = await tenant()
    const ask = await refused(key, 'POST', 'transports', { host: 'smtp.example', ...body })
    expect(ask).toEqual([400, 'invalid-request', field])
  })

  it('serve a domain one at a time, and stay as long as an inbox sends by them', async () => {
    const { key, n } = await tenant()
    const domains = [`t${n}.example`]
    const made = await done(key, 'POST', 'transports', { host: 'smtp.example', domains })
    const again = { host: 'b.example', domains }
    expect(await refused(key, 'POST', 'transports', again)).toEqual([409, 'domain-taken', 'domains'])
    const inbox = await makeInbox(key, `a@t${n}.example`, { transport: made.id })
    expect(await refused(key, 'DELETE', `transports/${made.id}`)).toEqual([409, 'transport-in-use', undefined])
    await done(key, 'PATCH', `inboxes/${inbox.id}`, { transport: null })
    await done(key, 'DELETE', `transports/${made.id}`)
    const gone = { transport: made.id }
    expect(await refused(key, 'PATCH', `inboxes/${inbox.id}`, gone)).toEqual([400, 'invalid-request', 'transport'])
  })
})

describe('webhooks', () => {
  it('show their secret once, and both while it changes', async () => {
    const { key } = await tenant()
    const made = await done(key, 'POST', 'webhooks', { url: 'https://hooks.example/in', types: ['MessageSent'] })
    expect(made['secret']).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(await done(key, 'GET', `webhooks/${made.id}`)).not.toHaveProperty('secret')
    const opened = () =>
      log.directory.get('webhook', made.id)?.secrets.map((one) => log.secrets.open(one, `webhook ${made.id} secret`))
    const second = await done(key, 'POST', `webhooks/${made.id}/rotate`, {})
    await expect.poll(opened).toEqual([second['secret'], made['secret']])
    const third = await done(key, 'POST', `webhooks/${made.id}/rotate`, { keep_old: false })
    await expect.poll(opened).toEqual([third['secret']])
  })

  it('are switched off and on', async () => {
    const { key } = await tenant()
    const { id } = await done(key, 'POST', 'webhooks', { url: 'https://hooks.example/in' })
    expect(await done(key, 'PATCH', `webhooks/${id}`, { enabled: false })).toMatchObject({ enabled: false })
    expect(await done(key, 'PATCH', `webhooks/${id}`, { enabled: true })).toMatchObject({ disabled: null })
  })

  it.each<[string, object, string]>([
    ['plain HTTP', { url: 'http://hooks.example/' }, 'url'],
    ['a password in the address', { url: 'https://u:p@hooks.example/' }, 'url'],
    ['an event that there is not', { url: 'https://hooks.example/', types: ['Guess'] }, 'types.0'],
    ['an inbox of nobody', { url: 'https://hooks.example/', inboxes: ['inb_none'] }, 'inboxes'],
  ])('refuse %s', async (_, body, field) => {
    const { key } = await tenant()
    expect(await refused(key, 'POST', 'webhooks', body)).toEqual([400, 'invalid-request', field])
  })
})

describe('Idempotency-Key', () => {
  const by = (key: string) => ({ 'idempotency-key': key })

  it('gives the same request the same answer, secrets and status included', async () => {
    const { key } = await tenant()
    const ask = (name: string) => call(key, 'POST', 'api-keys', { name }, by('one'))
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('k')))
    expect(new Set(answers.map(({ json }) => JSON.stringify(json))).size).toBe(1)
    const again = await ask('k')
    expect([again.status, again.json['key']]).toEqual([201, answers[0]?.json['key']])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(
      ((await done(key, 'GET', 'api-keys'))['api_keys'] as Json[]).filter(({ name }) => name === 'k'),
    ).toHaveLength(1)
    expect(await refused(key, 'POST', 'api-keys', { name: 'other' }, by('one'))).toEqual([
      409,
      'idempotency-key-reused',
      'Idempotency-Key',
    ])
  })

  it('is free again after a request that was refused', async () => {
    const { key, n } = await tenant()
    expect(await refused(key, 'POST', 'inboxes', { address: 'nothing' }, by('two'))).toContain(400)
    const { status } = await call(key, 'POST', 'inboxes', { address: `a@t${n}.example`, transport: null }, by('two'))
    expect(status).toBe(201)
  })

  it('keeps no secret in the open', async () => {
    const { key } = await tenant()
    const made = await call(key, 'POST', 'api-keys', { name: 'k' }, by('three'))
    const bucket = await (await log.js.jetstreamManager()).streams.get('KV_idempotency')
    const stored = await bucket.getMessage({ last_by_subj: '$KV.idempotency.>' })
    expect(stored?.string()).toContain('"answer":"')
    expect(stored?.string()).not.toContain(made.json['key'])
  })
})
