import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { AccountId, ReceivedRecord, SpaceId } from '@skein/events'
import { hashOfKey } from '@skein/http'
import { openLog, type Log } from '@skein/log'
import { testNats, type TestNats } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIngest, type RunningIngest } from './index.js'

const account = 'acc_a' as AccountId
const space = 'spc_a' as SpaceId
const WRITER = 'sk_writer_1'
const READER = 'sk_reader_1'
const STRANGER = 'sk_stranger_1'
const LIMIT = 3_000_000

let nats: TestNats
let log: Log
let bus: NatsConnection
let ingest: RunningIngest

beforeAll(async () => {
  nats = await testNats()
  const options = { url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 2 }
  log = await openLog(options)
  const { directory } = log
  const key = (id: string, text: string, owner: AccountId, scopes: ('read' | 'write')[]) =>
    directory.put('key', {
      id: `key_${id.replaceAll(/[^a-z0-9]/g, '')}`,
      account: owner,
      name: id,
      hash: hashOfKey(text),
      scopes,
      createdAt: '2026-01-01T00:00:00.000Z',
    })
  await directory.put('account', { id: account, name: 'A' })
  await directory.put('space', { id: space, account, name: 'A', rules: 'skein', policies: {} })
  const inbox = { account, space, name: 'x', aliases: [] }
  await directory.put('inbox', {
    ...inbox,
    id: 'inb_help',
    address: 'help@skein.example',
    aliases: ['hilfe@skein.example'],
  })
  await directory.put('inbox', { ...inbox, id: 'inb_sales', address: 'sales@skein.example' })
  await key('key_w', WRITER, account, ['read', 'write'])
  await key('key_r', READER, account, ['read'])
  await key('key_s', STRANGER, 'acc_b' as AccountId, ['read', 'write'])
  bus = await connect({ servers: nats.natsUrl })
  ingest = await startIngest({
    log: { ...options, name: 'ingest' },
    http: { port: 0, host: '127.0.0.1' },
    settings: { maxMailBytes: LIMIT, authservId: 'mx.skein.example' },
  })
})
afterAll(async () => {
  await ingest?.stop()
  await bus?.close()
  await log?.close()
  await nats?.stop()
})

let count = 0
const mail = (more: string[] = [], body = 'Good morning\r\n') =>
  Buffer.from(
    [
      'From: Ann <ann@example.org>',
      'To: help@skein.example',
      `Message-ID: <${++count}@example.org>`,
      'Date: Mon, 2 Mar 2026 10:00:00 +0000',
      'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
      ...more,
      '',
      body,
    ].join('\r\n'),
  )

interface Post {
  inbox?: string
  key?: string | null
  type?: string | null
  query?: string
  headers?: Record<string, string>
}

const post = async (
  body: Uint8Array,
  { inbox = 'inb_help', key = WRITER, type = 'message/rfc822', query = '', headers }: Post = {},
) => {
  const answer = await fetch(`${ingest.url}/v1/inboxes/${inbox}/mail${query}`, {
    method: 'POST',
    body,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(type === null ? {} : { 'content-type': type }),
      ...headers,
    },
  })
  return { status: answer.status, headers: answer.headers, json: (await answer.json()) as Record<string, unknown> }
}

const stored = async (sequence: unknown): Promise<{ record: ReceivedRecord; raw: Buffer }> => {
  const [, partition = '', at = ''] = /^MAIL-(\d+):(\d+)$/.exec(String(sequence)) ?? []
  const record = (await log.recordsAt(Number(partition), [Number(at)])).get(Number(at))
  if (!record) throw new Error(`nothing is stored at ${String(sequence)}`)
  return { record, raw: Buffer.from(await log.readRaw(record.raw)) }
}

describe('POST /v1/inboxes/:id/mail', () => {
  it('answers when the mail is stored: the raw bytes to the byte, and what was read of them', async () => {
    const raw = mail(['Cc: sales@skein.example', 'X-Odd: \xff'], 'Good morning,\r\nwhat about the ~\x7f offer?\r\n')
    const answer = await post(raw)
    expect(answer).toMatchObject({ status: 202, json: { thread: null, problems: [] } })
    expect(answer.headers.get('location')).toBe(`/v1/messages/${String(answer.json['message_id'])}`)
    const { record, raw: kept } = await stored(answer.json['sequence'])
    expect(kept.equals(raw)).toBe(true)
    expect(record).toMatchObject({
      message: answer.json['message_id'],
      account,
      space,
      inbox: 'inb_help',
      role: 'to',
      direction: 'in',
      door: 'http',
      size: raw.length,
      text: 'Good morning,\nwhat about the ~\x7f offer?\n',
      html: null,
    })
    expect(record.facts).toMatchObject({ subject: 'Grüße', messageId: `${count}@example.org`, authentication: null })
    expect((await stored((await post(raw, { inbox: 'inb_sales' })).json['sequence'])).record.role).toBe('cc')
  })

  it('gives the same mail the same id, through whichever door and into whichever inbox of the space', async () => {
    const raw = mail()
    const first = await post(raw)
    const again = await post(raw, { inbox: 'inb_sales', query: '?door=import' })
    expect(again.json['message_id']).toBe(first.json['message_id'])
    expect(again.json['sequence']).not.toBe(first.json['sequence'])
    expect((await stored(again.json['sequence'])).record.door).toBe('import')
  })

  it('keeps a mail of several pieces, and one with any bytes', async () => {
    const large = mail(['Content-Type: application/octet-stream'], 'x'.repeat(2_500_000))
    const odd = Buffer.concat([Buffer.from('A: b\n\n'), Buffer.from(Array.from({ length: 256 }, (_, i) => i))])
    for (const raw of [large, odd]) {
      const answer = await post(raw)
      expect(answer.status).toBe(202)
      expect((await stored(answer.json['sequence'])).raw.equals(raw)).toBe(true)
    }
  })

  it('believes the trusted server and nobody else about the sender', async () => {
    const results = (id: string) =>
      `Authentication-Results: ${id}; dmarc=pass (p=none; sp=x) header.from=example.org; spf=fail; dkim=none`
    const forged = await post(mail([results('mx.evil.example')]))
    expect((await stored(forged.json['sequence'])).record.facts.authentication).toBeNull()
    const trusted = await post(
      mail([results('MX.skein.example 1'), results('mx.evil.example').replace('spf=fail', 'spf=pass')]),
    )
    expect((await stored(trusted.json['sequence'])).record.facts.authentication).toEqual({
      dmarc: 'pass',
      spf: 'fail',
      dkim: 'none',
    })
  })
})

describe('bad input is an answer with the field and the fix, and the service goes on', () => {
  const big = Buffer.alloc(60 * 1024 * 1024, 'x')
  it.each<[string, number, string, string, () => Promise<Awaited<ReturnType<typeof post>>>]>([
    ['an empty body', 400, 'empty-body', 'body', () => post(Buffer.alloc(0))],
    ['no mail', 400, 'not-a-mail', 'body', () => post(Buffer.from('{"from":"ann","text":"no mail"}'))],
    ['a picture', 400, 'not-a-mail', 'body', () => post(Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]))],
    ['60 MB, announced', 413, 'mail-too-large', 'body', () => post(big)],
    ['one octet too many', 413, 'mail-too-large', 'body', () => post(mail([], 'x'.repeat(LIMIT)))],
    [
      'another content type',
      415,
      'unsupported-body',
      'Content-Type',
      () => post(mail(), { type: 'application/octet-stream' }),
    ],
    ['no content type', 415, 'unsupported-body', 'Content-Type', () => post(mail(), { type: null })],
    [
      'a compressed body',
      415,
      'unsupported-body',
      'Content-Encoding',
      () => post(mail(), { headers: { 'content-encoding': 'gzip' } }),
    ],
    ['an unknown inbox', 404, 'no-such-inbox', 'inbox', () => post(mail(), { inbox: 'inb_none' })],
    ['an inbox of somebody else', 404, 'no-such-inbox', 'inbox', () => post(mail(), { key: STRANGER })],
    ['no key', 401, 'key-needed', 'Authorization', () => post(mail(), { key: null })],
    ['a wrong key', 401, 'key-unknown', 'Authorization', () => post(mail(), { key: 'sk_wrong_key' })],
    ['a key that may only read', 403, 'scope-missing', 'Authorization', () => post(mail(), { key: READER })],
    ['an unknown parameter', 400, 'invalid-request', 'dor', () => post(mail(), { query: '?dor=import' })],
    [
      'a mail that goes round in circles',
      422,
      'mail-loop',
      'Received',
      () => post(mail(Array.from({ length: 101 }, (_, i) => `Received: from a by b; ${i}`))),
    ],
    ['a header of 2.5 MB', 413, 'header-too-large', 'body', () => post(mail([`X: ${'y'.repeat(2_500_000)}`]))],
  ])('%s', async (_, status, slug, field, send) => {
    const answer = await send()
    expect(answer.json).toMatchObject({
      type: `urn:skein:problem:${slug}`,
      status,
      field,
      fix: expect.any(String) as string,
    })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect((await post(mail())).status).toBe(202)
  })

  it('60 MB that were not announced', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x')
    const endless = (async function* () {
      yield Buffer.from('Subject: large\r\n\r\n')
      for (let i = 0; i < 60; i++) yield chunk
    })()
    const sent = fetch(`${ingest.url}/v1/inboxes/inb_help/mail`, {
      method: 'POST',
      body: ReadableStream.from(endless),
      duplex: 'half',
      headers: { authorization: `Bearer ${WRITER}`, 'content-type': 'message/rfc822' },
    })
    // the answer comes while the body is still under way; a sender that goes on regardless is cut off
    expect(
      await sent.then(
        (answer) => answer.status,
        () => 'cut off',
      ),
    ).toSatisfy((end) => end === 413 || end === 'cut off')
    expect((await post(mail())).status).toBe(202)
  })

  it('a sender who leaves in the middle', async () => {
    const leave = new AbortController()
    const slow = (async function* () {
      yield Buffer.from('Subject: half\r\n\r\n')
      setTimeout(() => leave.abort(), 50)
      await new Promise((resolve) => setTimeout(resolve, 200))
      yield Buffer.from('never')
    })()
    await expect(
      fetch(`${ingest.url}/v1/inboxes/inb_help/mail`, {
        method: 'POST',
        body: ReadableStream.from(slow),
        duplex: 'half',
        signal: leave.signal,
        headers: { authorization: `Bearer ${WRITER}`, 'content-type': 'message/rfc822' },
      }),
    ).rejects.toThrow()
    expect((await post(mail())).status).toBe(202)
  })
})

describe('hostile mail is accepted, and the service goes on', () => {
  const parts = (body: string) =>
    ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary="b"', '', body].join('\r\n')
  const head = 'From: a@example.org\r\nSubject: hostile\r\n'
  const nested = Array.from(
    { length: 1_000 },
    (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}\r\n`,
  ).join('')
  it.each<[string, string]>([
    ['2.5 MB of empty parts', head + parts('--b\r\n\r\n'.repeat(350_000))],
    ['1,000 multiparts in one another', `${head}${nested}Content-Type: text/plain\r\n\r\ndeep`],
    [
      '2.5 MB of addresses of pages',
      `${head}Content-Type: text/html\r\n\r\n${'<a href="https://a.example/?b=1">c</a> '.repeat(65_000)}`,
    ],
    [
      'base64 that unpacks to zeros',
      head +
        parts(
          `--b\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\n${'A'.repeat(2_500_000)}\r\n--b--`,
        ),
    ],
    ['a character set that does not exist', `${head}Content-Type: text/plain; charset="../../etc"\r\n\r\n\xff\xfe\0`],
    [
      '20,000 References',
      `${head}References: ${Array.from({ length: 20_000 }, (_, i) => `<${i}@example.org>`).join('\r\n ')}\r\n\r\nx`,
    ],
    [
      '100,000 recipients',
      `${head}To: ${Array.from({ length: 100_000 }, (_, i) => `a${i}@example.org`).join(',')}\r\n\r\nx`,
    ],
  ])('%s', async (_, raw) => {
    const answer = await post(Buffer.from(raw, 'latin1'))
    expect(answer.status).toBe(202)
    expect((await stored(answer.json['sequence'])).record.facts.subject).toBe('hostile')
    expect((await post(mail())).status).toBe(202)
  })
})

describe('the bus door', () => {
  const send = async (inbox: string, raw: Uint8Array) =>
    (await bus.request(`skein.in.${inbox}`, raw, { timeout: 10_000 })).json<Record<string, unknown>>()

  it('takes a raw mail by request and answers where it is stored', async () => {
    const raw = mail()
    const answer = await send('inb_help', raw)
    expect(answer).toMatchObject({ accepted: true, stream: expect.stringMatching(/^MAIL-\d$/) as string })
    const { record, raw: kept } = await stored(`${String(answer['stream'])}:${String(answer['sequence'])}`)
    expect(kept.equals(raw)).toBe(true)
    expect(record).toMatchObject({ message: answer['message_id'], door: 'bus' })
  })

  it.each<[string, string, string, Uint8Array]>([
    ['an empty message', 'empty-body', 'inb_help', new Uint8Array()],
    ['no mail', 'not-a-mail', 'inb_help', Buffer.from('hello')],
    ['an unknown inbox', 'no-such-inbox', 'inb_none', mail()],
    ['too large a mail', 'mail-too-large', 'inb_help', mail([], 'x'.repeat(LIMIT))],
  ])('answers %s with what is wrong and the fix', async (_, slug, inbox, raw) => {
    expect(await send(inbox, raw)).toMatchObject({
      accepted: false,
      error: {
        type: `urn:skein:problem:${slug}`,
        field: expect.any(String) as string,
        fix: expect.any(String) as string,
      },
    })
    expect(await send('inb_help', mail())).toMatchObject({ accepted: true })
  })
})

describe('health', () => {
  it('is live, and ready while the log answers', async () => {
    expect((await fetch(`${ingest.url}/health/live`)).status).toBe(200)
    const ready = await fetch(`${ingest.url}/health/ready`)
    expect(ready.status).toBe(200)
    expect(await ready.json()).toMatchObject({ state: 'green', checks: { nats: { state: 'green' } } })
  })
})

it('several hundred mails at once are all stored', async () => {
  const mails = Array.from({ length: 400 }, (_, i) => mail([], `mail ${i}\r\n`))
  const answers = await Promise.all(mails.map((raw) => post(raw)))
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]))
  expect(new Set(answers.map((answer) => answer.json['sequence'])).size).toBe(400)
})
