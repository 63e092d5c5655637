import { createTransport, type SendMailOptions } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Instance } from '../../test/instance.js'
import { RawSmtp } from '../../test/raw-smtp.js'
import { startIngest, type RunningIngest } from '../index.js'

const LIMIT = 400_000
const NAME = 'mx.skein.example'

let instance: Instance
let ingest: RunningIngest
let trusting: RunningIngest

beforeAll(async () => {
  instance = await Instance.start()
  const start = (catchAll: boolean, trusted: string[]) =>
    startIngest({
      log: instance.options,
      http: { port: 0, host: '127.0.0.1' },
      settings: { maxMailBytes: LIMIT, authservId: NAME },
      smtp: { host: '127.0.0.1', port: 0, name: NAME, catchAll, trusted },
    })
  ingest = await start(false, [])
  trusting = await start(false, ['127.0.0.0/8'])
})
afterAll(async () => {
  await trusting?.stop()
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

describe('the mail as a whole', () => {
  const results = 'Authentication-Results: mx.skein.example; dmarc=pass; spf=pass'
  const authenticationOf = async (at: RunningIngest) => {
    const envelope = { from: 'ann@example.org', to: 'help@skein.example' }
    const [record] = await instance.storedAt((await send({ envelope, raw: mail(results) }, at)).response)
    return record?.facts.authentication
  }

  it('is not believed about its own sender, even under our name, unless the peer is trusted to have checked', async () => {
    expect(await authenticationOf(ingest)).toBeNull()
    expect(await authenticationOf(trusting)).toEqual({ dmarc: 'pass', spf: 'pass', dkim: null })
  })

  const large = 'x'.repeat(70).concat('\r\n').repeat(6_000)
  it.each<[string, () => string, RegExp]>([
    ['too large', () => mail().concat(large), /^552 5\.3\.4 /],
    ['no mail', () => 'hello there\r\nthis is nothing\r\n', /^554 5\.6\.0 This is no mail: .* no header line/],
    ['empty', () => '', /^554 5\.6\.0 The body is empty/],
    [
      'going round in circles',
      () => mail(...Array.from({ length: 101 }, (_, i) => `Received: from a by b; ${i}`)),
      /^554 5\.6\.0 The mail goes round in circles/,
    ],
  ])('%s is refused for good, nothing of it is kept, and the connection goes on', async (_, raw, reply) => {
    const client = await connect()
    await client.begin('help@skein.example')
    const before = await instance.endOfMail()
    client.socket.write(raw())
    expect(await client.say('.')).toMatch(reply)
    expect(await instance.endOfMail()).toBe(before)
    await client.say('MAIL FROM:<ann@example.org>')
    await client.say('RCPT TO:<help@skein.example>')
    await client.say('DATA')
    expect(await client.say(`${mail()}.`)).toMatch(/^250/)
    client.leave()
  })

  it('announced as too large is refused before it is sent', async () => {
    const client = await connect()
    expect(await client.say('EHLO client.example')).toContain(`SIZE ${LIMIT}`)
    expect(await client.say(`MAIL FROM:<ann@example.org> SIZE=${LIMIT + 1}`)).toMatch(/^552 5\.3\.4/)
    client.leave()
  })

  it('without an end is cut off', async () => {
    const client = await connect()
    await client.begin('help@skein.example')
    client.socket.write(mail())
    const chunk = Buffer.alloc(100_000, 'x\r\n')
    for (let i = 0; i < 40 && !client.socket.destroyed; i++)
      await new Promise((resolve) => client.socket.write(chunk, resolve))
    expect(await client.reply()).toMatch(/^(421 .*no end|closed)/)
  })

  it('that breaks off is not stored', async () => {
    const before = await instance.endOfMail()
    const client = await connect()
    await client.begin('help@skein.example')
    await new Promise((resolve) => client.socket.write(`${mail()}.\r`, resolve))
    client.leave()
    await send({ to: 'sales@skein.example', text: 'x' })
    expect(await instance.endOfMail()).toBe(before + 2)
  })
})

describe('one mail is one mail', () => {
  const second =
    'MAIL FROM:<evil@example.org>\r\nRCPT TO:<help@skein.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n'
  it.each([
    ['LF dot LF', '\n.\n'],
    ['LF dot CRLF', '\n.\r\n'],
    ['CRLF dot LF', '\r\n.\n'],
    ['CR dot CR', '\r.\r'],
    ['CRLF dot CR', '\r\n.\r'],
    ['LF dot CR LF', '\n.\r\r\n'],
    ['CRLF NUL dot CRLF', '\r\n\0.\r\n'],
    ['CR CRLF dot CR CRLF', '\r\r\n.\r\r\n'],
  ])('a false end (%s) ends nothing, and what follows it is text', async (_, end) => {
    const before = await instance.endOfMail()
    const client = await connect()
    await client.begin('help@skein.example')
    const reply = await client.say(`${mail()}${end}${second}.`)
    expect(reply).toMatch(/^250/)
    expect(await instance.endOfMail()).toBe(before + 2)
    const [record] = await instance.storedAt(reply)
    expect(record).toMatchObject({ envelope: { from: 'ann@example.org' }, facts: { subject: 'x' } })
    expect(await instance.rawOf(record!)).toContain('Subject: smuggled')
    expect(await client.say('NOOP')).toMatch(/^250/)
    client.leave()
  })

  it('an end that comes in single octets ends it, and dots in front of lines are taken off once', async () => {
    const client = await connect()
    await client.begin('help@skein.example')
    for (const octet of 'Subject: x\r\n\r\n..\r\n...a\r\n.')
      await new Promise((resolve) => client.socket.write(octet, () => setImmediate(resolve)))
    const reply = await client.say('')
    const [record] = await instance.storedAt(reply)
    expect((await instance.rawOf(record!)).endsWith('\r\n\r\n.\r\n..a\r\n')).toBe(true)
    client.leave()
  })

  it('several in one piece of a pipeline are answered one by one, in order', async () => {
    const client = await connect()
    await client.say('EHLO client.example')
    const command = (to: string) => `MAIL FROM:<ann@example.org>\r\nRCPT TO:<${to}>\r\nDATA\r\n`
    client.socket.write(command('help@skein.example'))
    const replies = [await client.reply(), await client.reply(), await client.reply()]
    client.socket.write(`${mail()}.\r\n${command('sales@skein.example')}`)
    for (let i = 0; i < 4; i++) replies.push(await client.reply())
    replies.push(await client.say(`${mail()}.`))
    expect(replies.map((reply) => reply.slice(0, 3))).toEqual('250 250 354 250 250 250 354 250'.split(' '))
    client.leave()
  })
})
