import { connect as connectTcp, type Socket } from 'node:net'
import type { AccountId, ReceivedRecord, SpaceId } from '@skein/events'
import { openLog, type Log } from '@skein/log'
import { testNats, type TestNats } from '@skein/servers'
import { createTransport, type SendMailOptions } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startIngest, type RunningIngest } from '../index.js'

const account = 'acc_a' as AccountId
const space = 'spc_a' as SpaceId
const LIMIT = 400_000

let nats: TestNats
let log: Log
let ingest: RunningIngest
let catching: RunningIngest

beforeAll(async () => {
  nats = await testNats()
  const options = { url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 1 }
  log = await openLog(options)
  const { directory } = log
  const inbox = { account, space, name: 'x', aliases: [] }
  await directory.put('inbox', {
    ...inbox,
    id: 'inb_help',
    address: 'help@skein.example',
    aliases: ['hilfe@bücher.example'],
  })
  await directory.put('inbox', {
    ...inbox,
    id: 'inb_sales',
    address: 'sales@skein.example',
    plusAddressing: false,
  })
  await directory.put('inbox', {
    ...inbox,
    id: 'inb_all',
    address: 'any@caught.example',
    catchAll: ['caught.example'],
  })
  await directory.put('inbox', {
    account: 'acc_b',
    space: 'spc_b',
    name: 'b',
    id: 'inb_other',
    address: 'b@other.example',
    aliases: [],
  })
  const smtp = { host: '127.0.0.1', port: 0, name: 'mx.skein.example' }
  const rest = { log: options, http: { port: 0, host: '127.0.0.1' } } as const
  const settings = { maxMailBytes: LIMIT, authservId: 'mx.skein.example' }
  ingest = await startIngest({ ...rest, settings, smtp: { ...smtp, catchAll: false } })
  catching = await startIngest({ ...rest, settings, smtp: { ...smtp, catchAll: true, trusted: ['127.0.0.0/8'] } })
})
afterAll(async () => {
  await ingest?.stop()
  await catching?.stop()
  await log?.close()
  await nats?.stop()
})

const placeOf = (at: RunningIngest) => at.smtp ?? { host: '', port: 0 }

const send = async (options: SendMailOptions, at = ingest): Promise<{ response: string; rejected: string[] }> => {
  const transport = createTransport({ ...placeOf(at), secure: false, ignoreTLS: true, disableFileAccess: true })
  const { response, rejected } = await transport.sendMail({ from: 'ann@example.org', ...options })
  return { response, rejected: rejected.map(String) }
}

/** The records that a reply says were stored. */
const storedAt = async (response: string): Promise<ReceivedRecord[]> => {
  const sequences = [...response.matchAll(/MAIL-0:(\d+)/g)].map(([, sequence]) => Number(sequence))
  const records = await log.recordsAt(0, sequences)
  return sequences.map((sequence) => records.get(sequence) as ReceivedRecord)
}
const rawOf = async (record: ReceivedRecord): Promise<string> =>
  Buffer.from(await log.readRaw(record.raw)).toString('latin1')
const endOfMail = async (): Promise<number> => (await log.streamState('MAIL-0')).last

/** A client that says what it is told, octet by octet. */
class Raw {
  private text = ''
  private isOver = false
  private wake = (): void => undefined
  private constructor(readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (more: string) => {
      this.text += more
      this.wake()
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.isOver = true
      this.wake()
    })
  }
  static async connect(at = ingest): Promise<Raw> {
    const { host, port } = placeOf(at)
    const raw = new Raw(connectTcp(port, host))
    await raw.reply()
    return raw
  }
  /** The next whole reply, its lines joined. */
  async reply(): Promise<string> {
    const whole = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/
    for (;;) {
      const found = whole.exec(this.text)?.[0]
      if (found !== undefined) {
        this.text = this.text.slice(found.length)
        return found.trimEnd()
      }
      if (this.isOver) return 'closed'
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }
  async say(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`, 'latin1')
    return this.reply()
  }
  async begin(...to: string[]): Promise<string> {
    await this.say('EHLO client.example')
    await this.say('MAIL FROM:<ann@example.org>')
    for (const address of to) await this.say(`RCPT TO:<${address}>`)
    return this.say('DATA')
  }
  leave(): void {
    this.socket.destroy()
  }
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
    const [record] = await storedAt(response)
    expect(record).toMatchObject({
      inbox: 'inb_help',
      door: 'smtp',
      role: 'to',
      envelope: { from: 'bounce@example.org', to: ['help@skein.example'] },
    })
    const stored = await rawOf(record!)
    expect(stored.endsWith(raw.toString('latin1'))).toBe(true)
    expect(stored).toMatch(
      /^Return-Path: <bounce@example\.org>\r\nReceived: from \S+ \(\[127\.0\.0\.1\]\)\r\n by mx\.skein\.example with ESMTP id \w+;\r\n \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r\nFrom:/,
    )
    expect(record!.size).toBe(stored.length)
  })

  it('with the null reverse path is taken', async () => {
    const client = await Raw.connect()
    await client.say('EHLO client.example')
    expect(await client.say('MAIL FROM:<>')).toMatch(/^250/)
    expect(await client.say('RCPT TO:<help@skein.example>')).toMatch(/^250/)
    await client.say('DATA')
    const [record] = await storedAt(await client.say(`${mail('From: MAILER-DAEMON@x.example')}.`))
    expect(record!.envelope).toEqual({ from: '', to: ['help@skein.example'] })
    client.leave()
  })

  it.each([
    ['its address in other letters', 'HELP@Skein.Example', 'inb_help'],
    ['a plus-tag', 'help+x.y@skein.example', 'inb_help'],
    ['an alias, its domain in ASCII', 'hilfe@xn--bcher-kva.example', 'inb_help'],
    ['any address of a domain that it catches', 'whatever@caught.example', 'inb_all'],
  ])('reaches it by %s', async (_, to, inbox) => {
    const [record] = await storedAt((await send({ to, text: 'x' })).response)
    expect(record).toMatchObject({ inbox, envelope: { to: [expect.stringMatching(/@/)] } })
  })

  it('for several inboxes is one copy for each, which knows nothing of the others', async () => {
    const to = ['help@skein.example', 'help+a@skein.example', 'sales@skein.example', 'b@other.example']
    const records = await storedAt((await send({ envelope: { from: 'ann@example.org', to }, raw: mail() })).response)
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
    const client = await Raw.connect()
    await client.say('EHLO client.example')
    await client.say('MAIL FROM:<ann@example.org>')
    expect(await client.say(`RCPT TO:<${address}>`)).toMatch(/^550 5\.1\.1 Nobody has the address/)
    client.leave()
  })

  it('while the others of the same mail get it', async () => {
    const { response, rejected } = await send({ to: ['help@skein.example', 'nobody@skein.example'], text: 'x' })
    expect(rejected).toEqual(['nobody@skein.example'])
    expect(await storedAt(response)).toMatchObject([{ inbox: 'inb_help' }])
  })

  it('the hundred-and-first recipient', async () => {
    const client = await Raw.connect()
    await client.say('EHLO client.example')
    await client.say('MAIL FROM:<ann@example.org>')
    for (let i = 0; i < 100; i++) expect(await client.say(`RCPT TO:<help+${i}@skein.example>`)).toMatch(/^250/)
    expect(await client.say('RCPT TO:<help+100@skein.example>')).toMatch(/^452 4\.5\.3/)
    client.leave()
  })
})
