import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Instance } from '../../test/instance.js'
import { RawSmtp } from '../../test/raw-smtp.js'
import { startIngest, type RunningIngest } from '../index.js'

let instance: Instance
let ingest: RunningIngest
/** One that does not wait for long. */
let hasty: RunningIngest

beforeAll(async () => {
  instance = await Instance.start()
  const rest = { log: instance.options, http: { port: 0, host: '127.0.0.1' } } as const
  const smtp = { host: '127.0.0.1', port: 0, catchAll: false }
  ingest = await startIngest({
    ...rest,
    settings: { maxMailBytes: 200_000, maxReadingBytes: 250_000 },
    smtp: { ...smtp, maxConnections: 6, maxConnectionsOfOneAddress: 3 },
  })
  hasty = await startIngest({ ...rest, smtp: { ...smtp, idleMs: 3_000, mailMs: 1_000 } })
})
afterAll(async () => {
  await ingest?.stop()
  await hasty?.stop()
  await instance?.stop()
})

const connect = (at = ingest) => RawSmtp.connect(at.smtp ?? { host: '', port: 0 })
const mail = (size: number) =>
  `Subject: x\r\n\r\n${'x'
    .repeat(98)
    .concat('\r\n')
    .repeat(size / 100)}`

describe('what one peer may take up', () => {
  it('a mail that there is no memory for is told to come again, and taken when there is', async () => {
    const [first, second] = [await connect(), await connect()]
    await first.begin('help@skein.example')
    first.socket.write(mail(150_000))
    const another = async (): Promise<string> => {
      await second.begin('help@skein.example')
      second.socket.write(mail(150_000))
      return second.say('.')
    }
    // as soon as what the first has sent is read
    await expect.poll(another).toMatch(/^451 4\.3\.0 Too much mail at once/)
    expect(await first.say('.')).toMatch(/^250/)
    expect(await another()).toMatch(/^250/)
    first.leave()
    second.leave()
  })

  it('a fourth connection of one address is sent away, and comes in when another has left', async () => {
    const open = [await connect(), await connect(), await connect()]
    const fourth = await connect()
    expect(fourth.greeting).toMatch(/^421 .*your address/)
    expect(await fourth.reply()).toBe('closed')
    open.forEach((client) => client.leave())
    await expect
      .poll(async () => {
        const next = await connect()
        next.leave()
        return next.greeting
      })
      .toMatch(/^220/)
  })

  it('who says nothing is sent away', async () => {
    const client = await connect(hasty)
    expect(await client.reply()).toMatch(/^421 .*Timeout/)
    expect(await client.reply()).toBe('closed')
  })

  it('who drips a mail is cut off, and leaves nothing', async () => {
    const before = await instance.endOfMail()
    const client = await connect(hasty)
    await client.begin('help@skein.example')
    const drip = setInterval(() => client.socket.write('x: y\r\n'), 100)
    expect(await client.reply()).toMatch(/^421 .*no end/)
    clearInterval(drip)
    expect(await instance.endOfMail()).toBe(before)
  })
})

describe('with a certificate', () => {
  const folder = mkdtempSync(join(tmpdir(), 'skein-smtp-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const made = spawnSync(
    'openssl',
    'req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -days 1 -subj /CN=mx.skein.example -keyout'
      .split(' ')
      .concat(key, '-out', cert),
  )

  it.skipIf(made.status !== 0)('a mail comes through STARTTLS (skipped where no openssl makes one)', async () => {
    const door = await startIngest({
      log: { ...instance.options, name: 'tls' },
      http: { port: 0, host: '127.0.0.1' },
      smtp: {
        host: '127.0.0.1',
        port: 0,
        catchAll: false,
        tls: { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') },
      },
    })
    const place = door.smtp ?? { host: '', port: 0 }
    const transport = createTransport({
      ...place,
      requireTLS: true,
      tls: { ca: readFileSync(cert, 'utf8'), servername: 'mx.skein.example' },
    })
    const sent = await transport.sendMail({ from: 'a@b.example', to: 'help@skein.example', text: 'x' })
    const [record] = await instance.storedAt(sent.response)
    expect(await instance.rawOf(record!)).toContain(' with ESMTPS id ')
    await door.stop()
  })
})

it('health says where it listens, and that there is none', async () => {
  const smtpOf = async (at: RunningIngest) =>
    ((await (await fetch(`${at.url}/health/ready`)).json()) as { checks: { smtp: { detail: string } } }).checks.smtp
      .detail
  expect(await smtpOf(ingest)).toContain(`listens on 127.0.0.1, port ${ingest.smtp?.port}`)
  const without = await startIngest({ log: instance.options, http: { port: 0, host: '127.0.0.1' } })
  expect(without.smtp).toBeNull()
  expect(await smtpOf(without)).toMatch(/^off/)
  await without.stop()
})

describe('at the end', () => {
  it('the door lets a mail finish, answers it, and sends the idle away', async () => {
    const door = await startIngest({
      log: { ...instance.options, name: 'short' },
      http: { port: 0, host: '127.0.0.1' },
      smtp: { host: '127.0.0.1', port: 0, catchAll: false },
    })
    const place = door.smtp ?? { host: '', port: 0 }
    const [idle, busy] = [await RawSmtp.connect(place), await RawSmtp.connect(place)]
    await busy.begin('help@skein.example')
    const stopped = door.stop()
    expect(await idle.reply()).toMatch(/^421/)
    const reply = await busy.say(`${mail(1_000)}.`)
    expect(reply).toMatch(/^250/)
    expect(await instance.storedAt(reply)).toMatchObject([{ inbox: 'inb_help' }])
    expect(await busy.reply()).toMatch(/^421/)
    await stopped
  })

  it('a taken port is an error at the start', async () => {
    const smtp = { ...(ingest.smtp ?? { host: '', port: 0 }), catchAll: false }
    await expect(startIngest({ log: instance.options, http: { port: 0, host: '127.0.0.1' }, smtp })).rejects.toThrow(
      'EADDRINUSE',
    )
  })
})

describe('while the log is away', () => {
  it('a mail for one inbox or several is told to come again, and nobody waits long', async () => {
    const client = await connect()
    await client.begin('help@skein.example', 'b@other.example')
    await instance.nats.stop()
    await expect.poll(async () => (await fetch(`${ingest.url}/health/ready`)).status, { timeout: 10_000 }).toBe(503)
    const patient = await connect()
    expect(await patient.begin('help@skein.example', 'b@other.example')).toMatch(/^354/)
    expect(await patient.say(`${mail(1_000)}.`)).toMatch(/^451 4\.3\.0 Mail cannot be stored/)
    expect(await patient.begin('nobody@skein.example')).toMatch(/^503/)
    client.leave()
    patient.leave()
  })
})
