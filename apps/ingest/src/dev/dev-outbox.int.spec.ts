import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Instance, KEY_OF_A, KEY_OF_B, KEY_OF_INSTANCE, KEY_OF_SALES } from '../../test/instance.js'
import { startIngest, type RunningIngest } from '../index.js'

let instance: Instance
let catching: RunningIngest
let strict: RunningIngest

beforeAll(async () => {
  instance = await Instance.start()
  const start = (catchAll: boolean) =>
    startIngest({
      log: instance.options,
      http: { port: 0, host: '127.0.0.1' },
      smtp: { host: '127.0.0.1', port: 0, catchAll, name: 'mx.skein.example' },
    })
  catching = await start(true)
  strict = await start(false)
})
afterAll(async () => {
  await catching?.stop()
  await strict?.stop()
  await instance?.stop()
})

const send = async (from: string, to: string[], raw: string | Buffer): Promise<string> => {
  const place = catching.smtp ?? { host: '', port: 0 }
  const transport = createTransport({ ...place, secure: false, ignoreTLS: true })
  return (await transport.sendMail({ envelope: { from, to }, raw })).response
}
const get = async (path: string, key = KEY_OF_A, at = catching) => {
  const answer = await fetch(`${at.url}/v1/dev/outbox${path}`, { headers: { authorization: `Bearer ${key}` } })
  const text = await answer.text()
  return { status: answer.status, type: answer.headers.get('content-type'), text }
}
interface Listed {
  messages: { id: number; from: string; to: string[]; subject: string; size: number }[]
  next_cursor: string | null
}
const list = async (path = '', key = KEY_OF_A) => JSON.parse((await get(path, key)).text) as Listed
const subjects = async (key: string) => (await list('', key)).messages.map(({ subject }) => subject)
const mail = (subject: string, ...more: string[]) =>
  [`Subject: ${subject}`, 'From: help@skein.example', 'To: x@y.example', ...more, '', 'Hello\u00e4', ''].join('\r\n')

describe('mail to addresses that are no inbox', () => {
  it('is kept with its envelope, beside the copies for those that are one', async () => {
    const raw = Buffer.from(mail('=?utf-8?q?Gr=C3=BC=C3=9Fe?='), 'latin1')
    const response = await send('help@skein.example', ['bob@far.example', 'b@other.example', 'eve@far.example'], raw)
    expect(response).toMatch(/^250 2\.6\.0 Stored at MAIL-0:\d+ DEV_OUTBOX:\d+$/)
    expect(await instance.storedAt(response)).toMatchObject([
      { inbox: 'inb_other', envelope: { from: 'help@skein.example', to: ['b@other.example'] } },
    ])
    const [kept] = (await list()).messages
    expect(kept).toMatchObject({
      from: 'help@skein.example',
      to: ['bob@far.example', 'eve@far.example'],
      subject: 'Grüße',
    })
    const one = JSON.parse((await get(`/${kept!.id}`)).text) as Record<string, unknown>
    expect(one).toMatchObject({ ...kept, text: 'Helloä\n', html: null, attachments: [] })
    expect(one['headers']).toEqual(
      expect.arrayContaining([
        { name: 'Return-Path', value: '<help@skein.example>' },
        { name: 'To', value: 'x@y.example' },
      ]),
    )
    const whole = await fetch(`${catching.url}/v1/dev/outbox/${kept!.id}/raw`, {
      headers: { authorization: `Bearer ${KEY_OF_A}` },
    })
    expect(whole.headers.get('content-type')).toContain('message/rfc822')
    const octets = Buffer.from(await whole.arrayBuffer())
    expect(octets.subarray(-raw.length).equals(raw)).toBe(true)
    expect(octets.length).toBe(kept!.size)
  })

  it('of several pieces is kept whole', async () => {
    const large = mail('large').concat('x'.repeat(98).concat('\r\n').repeat(25_000))
    await send('help@skein.example', ['bob@far.example'], large)
    const [kept] = (await list()).messages
    expect((await get(`/${kept!.id}/raw`)).text.endsWith(large)).toBe(true)
  })

  it('is seen by the account whose inbox sent it; by its author where the reverse path is null; else by the operator', async () => {
    const to = ['x@far.example']
    await send('sales@skein.example', to, mail('of sales'))
    await send('b@other.example', to, mail('of b'))
    await send('', to, mail('a report of help'))
    await send('stranger@far.example', to, mail('of a stranger'))
    expect(await subjects(KEY_OF_B)).toEqual(['of b'])
    expect((await subjects(KEY_OF_A)).slice(0, 2)).toEqual(['a report of help', 'of sales'])
    expect(await subjects(KEY_OF_SALES)).toEqual(['of sales'])
    expect(await subjects(KEY_OF_INSTANCE)).toEqual(['of a stranger', 'of b'])
    const [ofB] = (await list('', KEY_OF_B)).messages
    expect((await get(`/${ofB!.id}`)).status).toBe(404)
    expect((await get(`/${ofB!.id}/raw`, KEY_OF_SALES)).status).toBe(404)
  })

  it('is listed page by page, newest first', async () => {
    const all = (await list('?limit=100')).messages.map(({ id }) => id)
    expect(all).toEqual(all.toSorted((a, b) => b - a))
    const first = await list('?limit=2')
    const second = await list(`?limit=100&cursor=${first.next_cursor}`)
    expect([...first.messages, ...second.messages].map(({ id }) => id)).toEqual(all)
    expect(second.next_cursor).toBeNull()
  })

  it.each([
    ['a place that holds nothing', '/99999', 404],
    ['a place that holds a piece of a mail', '/1', 404],
    ['a place that is none', '/x', 400],
    ['an unknown parameter', '?page=2', 400],
  ])('%s is an answer', async (_, path, status) => {
    const { status: answered, type } = await get(path)
    expect(answered).toBe(status)
    expect(type).toContain('application/problem+json')
  })
})

it('nothing is there where mail to the outside is not taken', async () => {
  expect((await get('', KEY_OF_A, strict)).status).toBe(404)
  expect((await get('/1', KEY_OF_A, strict)).status).toBe(404)
})
