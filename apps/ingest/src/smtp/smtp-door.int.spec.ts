import { createTransport, type SendMailOptions } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Instance, KEY_OF_A } from '../../test/instance.js'
import { RawSmtp } from '../../test/raw-smtp.js'
import { startIngest, type RunningIngest } from '../index.js'

const LIMIT = 400_000
const NAME = 'mx.skein.example'

let instance: Instance
let ingest: RunningIngest

beforeAll(async () => {
  instance = await Instance.start()
  const start = () =>
    startIngest({
      log: instance.options,
      http: { port: 0, host: '127.0.0.1' },
      settings: { maxMailBytes: LIMIT, authservId: NAME },
      smtp: { host: '127.0.0.1', port: 0, name: NAME, catchAll: false },
    })
  ingest = await start()
})
afterAll(async () => {
  await ingest?.stop()
  await instance?.stop()
})

const placeOf = (at: RunningIngest) => at.smtp ?? { host: '', port: 0 }
const connect = () => RawSmtp.connect(placeOf(ingest))

const send = async (options: SendMailOptions, at = ingest): Promise<{ response: string; rejected: string[] }> => {
  const transport = createTransport({ ...placeOf(at), secure: false, ignoreTLS: true, disableFileAccess: true })
  const { response, rejected } = await transport.sendMail({ from: 'ann@example.org', ...options })
  return { response, rejected: rejected.map(String) }
}

let count = 0
const mail = (...more: string[]) =>
  ['From: ann@example.org', 'To: help@skein.example', `Message-ID: <${++count}@example.org>`, 'Subject: x', ...more]
    .join('\r\n')
    .concat('\r\n\r\nGood morning\r\n')

describe('a mail for an inbox', () => {
  it('is stored octet for octet below two lines of ours, with its envelope, when the client is told so', async () => {
    const raw = Buffer.from(mail('X-Odd: \xff').concat('.dot\r\n..dots\r\n\ttab \xe4\r\n'), 'latin1')
    const { response } = await send({ envelope: { from: 'bounce@example.org', to: 'help@skein.example' }, raw })
    expect(response).toMatch(/^250 2\.6\.0 Stored at MAIL-0:\d+$/)
    const [record] = await instance.storedAt(response)
    expect(record).toMatchObject({
      inbox: 'inb_help',
      door: 'smtp',
      role: 'to',
      envelope: { from: 'bounce@example.org', to: ['help@skein.example'] },
    })
    const stored = await instance.rawOf(record!)
    expect(stored.endsWith(raw.toString('latin1'))).toBe(true)
    expect(stored).toMatch(
      /^Return-Path: <bounce@example\.org>\r\nReceived: from \S+ \(\[127\.0\.0\.1\]\)\r\n by mx\.skein\.example with ESMTP id \w+;\r\n \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r\nFrom:/,
    )
    expect(record!.size).toBe(stored.length)
  })

  it('has the id that it has through any other door, although two lines of ours stand on top', async () => {
    const raw = mail()
    const posted = await fetch(`${ingest.url}/v1/inboxes/help@skein.example/mail`, {
      method: 'POST',
      body: raw.trimEnd(),
      headers: { authorization: `Bearer ${KEY_OF_A}`, 'content-type': 'message/rfc822' },
    })
    const { message_id } = (await posted.json()) as { message_id: string }
    const { response } = await send({ envelope: { from: 'ann@example.org', to: 'help@skein.example' }, raw })
    expect(await instance.storedAt(response)).toMatchObject([{ message: message_id }])
  })

  it('with the null reverse path is taken', async () => {
    const client = await connect()
    await client.say('EHLO client.example')
    expect(await client.say('MAIL FROM:<>')).toMatch(/^250/)
    expect(await client.say('RCPT TO:<help@skein.example>')).toMatch(/^250/)
    await client.say('DATA')
    const [record] = await instance.storedAt(await client.say(`${mail('From: MAILER-DAEMON@x.example')}.`))
    expect(record!.envelope).toEqual({ from: '', to: ['help@skein.example'] })
    client.leave()
  })

  it.each([
    ['its address in other letters', 'HELP@Skein.Example', 'inb_help'],
    ['a plus-tag', 'help+x.y@skein.example', 'inb_help'],
    ['an alias, its domain in ASCII', 'hilfe@xn--bcher-kva.example', 'inb_help'],
    ['any address of a domain that it catches', 'whatever@caught.example', 'inb_all'],
  ])('reaches it by %s', async (_, to, inbox) => {
    const [record] = await instance.storedAt((await send({ to, text: 'x' })).response)
    expect(record).toMatchObject({ inbox, envelope: { to: [expect.stringMatching(/@/)] } })
  })

  it('for several inboxes is one copy for each, which knows nothing of the others', async () => {
    const to = ['help@skein.example', 'help+a@skein.example', 'sales@skein.example', 'b@other.example']
    const records = await instance.storedAt(
      (await send({ envelope: { from: 'ann@example.org', to }, raw: mail() })).response,
    )
    expect(records.map(({ inbox, space, envelope }) => [inbox, space, envelope?.to])).toEqual([
      ['inb_help', 'spc_a', ['help@skein.example', 'help+a@skein.example']],
      ['inb_sales', 'spc_a', ['sales@skein.example']],
      ['inb_other', 'spc_b', ['b@other.example']],
    ])
  })
})

describe('who is refused', () => {
  it.each([
    ['nobody', 'nobody@skein.example'],
    ['a plus-tag of an inbox that takes none', 'sales+x@skein.example'],
    ['a domain that only ends alike', 'x@not.caught.example.org'],
    ['postmaster, where no inbox is that', 'postmaster'],
  ])('%s', async (_, address) => {
    const client = await connect()
    await client.say('EHLO client.example')
    await client.say('MAIL FROM:<ann@example.org>')
    expect(await client.say(`RCPT TO:<${address}>`)).toMatch(/^550 5\.1\.1 Nobody has the address/)
    client.leave()
  })

  it('while the others of the same mail get it', async () => {
    const { response, rejected } = await send({ to: ['help@skein.example', 'nobody@skein.example'], text: 'x' })
    expect(rejected).toEqual(['nobody@skein.example'])
    expect(await instance.storedAt(response)).toMatchObject([{ inbox: 'inb_help' }])
  })

  it('the hundred-and-first recipient', async () => {
    const client = await connect()
    await client.say('EHLO client.example')
    await client.say('MAIL FROM:<ann@example.org>')
    for (let i = 0; i < 100; i++) expect(await client.say(`RCPT TO:<help+${i}@skein.example>`)).toMatch(/^250/)
    expect(await client.say('RCPT TO:<help+100@skein.example>')).toMatch(/^452 4\.5\.3/)
    client.leave()
  })
})

describe('the manners of the door', () => {
  it('offers neither passwords nor, without a certificate, STARTTLS; and says what it can', async () => {
    const client = await connect()
    const offered = await client.say('EHLO client.example')
    for (const word of ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES']) expect(offered).toContain(word)
    for (const word of ['AUTH', 'STARTTLS', 'XCLIENT', 'CHUNKING']) expect(offered).not.toContain(word)
    expect(await client.say('AUTH PLAIN AGEAYg==')).toMatch(/^5/)
    expect(await client.say('STARTTLS')).toMatch(/^5/)
    client.leave()
  })

  it('says nothing about who is here to those who only ask', async () => {
    const client = await connect()
    await client.say('EHLO client.example')
    expect(await client.say('VRFY help@skein.example')).toBe(await client.say('VRFY nobody@skein.example'))
    client.leave()
  })
})
