import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { attemptBySmtp, SMTP_PATIENCE, type SmtpOutcome, type SmtpServer } from './smtp-attempt.js'

let server: SMTPServer
let taken: string[]
afterEach(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

/** A server with the certificate that comes with it, which nobody trusts who is not told to. */
const serve = async (options: SMTPServerOptions): Promise<number> => {
  taken = []
  server = new SMTPServer({
    ...options,
    onAuth: ({ username, password }, _, done) =>
      password === 'right' ? done(null, { user: username }) : done(new Error('wrong password')),
    onData: (stream, { user }, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        taken.push(`${String(user)}: ${Buffer.concat(chunks).toString()}`)
        done(null, 'queued')
      })
    },
  })
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  return (listening.address() as AddressInfo).port
}

const attempt = (over: Partial<SmtpServer> & { port: number }): Promise<SmtpOutcome> =>
  attemptBySmtp({
    server: { host: '127.0.0.1', security: 'starttls', login: { user: 'us', password: 'right' }, ...over },
    mail: { from: 'a@a.example', to: ['b@b.example'], raw: Buffer.from('Subject: x\r\n\r\nText\r\n') },
    patience: SMTP_PATIENCE,
    begin: () => Promise.resolve(),
    signal: new AbortController().signal,
  })
const trusting = { tls: { rejectUnauthorized: false } }

describe.each(['starttls', 'tls'] as const)('with %s', (security) => {
  const secure = security === 'tls'

  it('a mail leaves after a login, when the server is trusted', async () => {
    const port = await serve({ secure })
    expect(await attempt({ port, security, ...trusting })).toMatchObject({ outcome: 'sent', refused: [] })
    expect(taken).toEqual(['us: Subject: x\r\n\r\nText\r\n'])
  })

  it('nothing is said to a server whose certificate is not trusted', async () => {
    const port = await serve({ secure })
    const outcome = await attempt({ port, security })
    expect(outcome).toMatchObject({ outcome: 'no', begun: false, temporary: true, blame: 'transport' })
    expect(taken).toEqual([])
  })

  it('a wrong password is the transport’s fault, and can be mended', async () => {
    const port = await serve({ secure })
    const login = { user: 'us', password: 'wrong' }
    const outcome = await attempt({ port, security, login, ...trusting })
    expect(outcome).toMatchObject({ outcome: 'no', temporary: true, blame: 'transport' })
  })
})

it('asks for TLS of a server that does not offer it, and leaves when it has none', async () => {
  const port = await serve({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'], authOptional: true })
  const outcome = await attempt({ port, login: null, ...trusting })
  expect(outcome).toMatchObject({ outcome: 'no', temporary: true, blame: 'transport' })
  expect(taken).toEqual([])
})
