import { afterEach, describe, expect, it } from 'vitest'
import { attemptBySmtp, type SmtpAttempt, type SmtpOutcome } from '@skein/outbox'
import { BREAK_MOMENTS, BREAK_WAYS, BreakingSmtpServer, type ServerPlan } from './breaking-smtp-server.ts'

const PATIENCE = { connect: 300, greeting: 300, command: 300, data: 300, whole: 5_000 }
const RAW = Buffer.from(`Message-ID: <1@a.example>\r\nSubject: x\r\n\r\nText\r\n..dot\r\n${'Line\r\n'.repeat(50_000)}`)

let server: BreakingSmtpServer
afterEach(() => server.stop())

const attempt = async (
  plan: ServerPlan,
  given: Partial<SmtpAttempt> = {},
  to = ['b@b.example'],
): Promise<SmtpOutcome> => {
  server = await BreakingSmtpServer.start(plan)
  return attemptHere(given, to)
}

const attemptHere = (given: Partial<SmtpAttempt>, to = ['b@b.example']): Promise<SmtpOutcome> =>
  attemptBySmtp({
    server: { host: '127.0.0.1', port: server.port, security: 'none', login: null },
    mail: { from: 'a@a.example', to, raw: RAW },
    patience: PATIENCE,
    begin: () => Promise.resolve(),
    signal: new AbortController().signal,
    ...given,
  })

const refusing = (pattern: RegExp, answer: string): ServerPlan => ({
  answer: (line) => (pattern.test(line) ? answer : undefined),
})

describe('one attempt by SMTP', () => {
  it('sends the mail as it is, and says what the server said', async () => {
    const outcome = await attempt({ answer: (line) => (line === '.' ? '250 2.0.0 taken as 17' : undefined) })
    expect(outcome).toEqual({ outcome: 'sent', response: '250 2.0.0 taken as 17', refused: [] })
    expect(server.taken).toEqual([{ from: 'a@a.example', to: ['b@b.example'], raw: RAW.toString() }])
  })

  it.each([[[]], [['PIPELINING', 'SIZE 10000000', '8BITMIME']]])(
    'begins after the server asked for the mail and before an octet of it left: %j',
    async (extensions) => {
      let beforeBegin: string[] = []
      const begin = async (): Promise<void> => {
        beforeBegin = [...server.said]
        await new Promise((resolve) => setTimeout(resolve, 50))
        expect(server.taken).toEqual([])
      }
      expect(await attempt({ extensions }, { begin })).toMatchObject({ outcome: 'sent' })
      expect(beforeBegin.at(-1)).toBe('DATA')
    },
  )

  it('keeps the mail when it may not begin', async () => {
    const outcome = await attempt({}, { begin: () => Promise.reject(new Error('begun by another')) })
    expect(outcome).toMatchObject({ outcome: 'not-granted', error: { message: 'begun by another' } })
    expect([server.taken, server.said.at(-1)]).toEqual([[], 'DATA'])
  })

  it('knows that nothing left when the server goes while the attempt begins', async () => {
    const outcome = await attempt(
      { answer: (line) => (line === 'DATA' ? '354 go on\r\n421 closing down' : undefined) },
      { begin: () => new Promise((resolve) => setTimeout(resolve, 100)) },
    )
    expect(outcome).toMatchObject({ outcome: 'no', begun: true, temporary: true })
  })

  const cases = BREAK_MOMENTS.flatMap((at) => BREAK_WAYS.map((by) => ({ at, by })))
  it.each(cases)('tells whether the mail may have left when the server breaks: $at, $by', async ({ at, by }) => {
    for (const extensions of [[], ['PIPELINING']]) {
      const outcome = await attempt({ breaks: { at, by, times: 1 }, extensions })
      const after = at === 'body' || at === 'dot'
      expect(outcome).toMatchObject(after ? { outcome: 'unknown' } : { outcome: 'no', begun: false, temporary: true })
      await server.stop()
    }
    server = await BreakingSmtpServer.start()
  })

  it.each([
    ['a refused sender, for ever', /^MAIL/, '550 no such sender', { temporary: false, blame: 'mail' }],
    ['a refused sender, for now', /^MAIL/, '451 come back later', { temporary: true, blame: 'mail' }],
    ['a login that is missing', /^MAIL/, '530 log in first', { temporary: true, blame: 'transport' }],
    ['a server that is too busy', /^EHLO/, '421 busy', { temporary: true, blame: 'transport' }],
    ['everybody refused, for ever', /^RCPT/, '550 nobody', { temporary: false, refused: [{ address: 'b@b.example' }] }],
    [
      'everybody refused, for now',
      /^RCPT/,
      '450 greylisted',
      { temporary: true, refused: [{ address: 'b@b.example' }] },
    ],
    ['DATA refused, for ever', /^DATA/, '554 no', { temporary: false, begun: false }],
    ['DATA refused, for now', /^DATA/, '452 full', { temporary: true, begun: false }],
    ['a final no, for ever', /^\.$/, '554 spam', { temporary: false, begun: true }],
    ['a final no, for now', /^\.$/, '451 try later', { temporary: true, begun: true }],
  ])('takes a clear no as one: %s', async (_, line, answer, expected) => {
    expect(await attempt(refusing(line, answer))).toMatchObject({ outcome: 'no', ...expected })
    if (!line.test('.')) expect(server.taken).toEqual([])
  })

  it('sends to those who were accepted, and lists the others', async () => {
    const outcome = await attempt(refusing(/^RCPT TO:<c@/, '550 nobody'), {}, ['b@b.example', 'c@c.example'])
    expect(outcome).toMatchObject({
      outcome: 'sent',
      refused: [{ address: 'c@c.example', response: '550 nobody' }],
    })
  })

  it('says its name', async () => {
    await attempt({}, { ehloName: 'out.skein.example' })
    expect(server.said[0]).toBe('EHLO out.skein.example')
  })

  it('never goes on in plain text where TLS is asked for', async () => {
    server = await BreakingSmtpServer.start(refusing(/^STARTTLS/, '502 no'))
    const there = { host: '127.0.0.1', port: server.port, security: 'starttls', login: null } as const
    const outcome = await attemptHere({ server: there })
    expect(outcome).toMatchObject({ outcome: 'no', temporary: true, blame: 'transport' })
    expect(server.said.some((line) => line.startsWith('MAIL'))).toBe(false)
  })

  it('does not send an address beyond ASCII to a server that does not take it', async () => {
    const outcome = await attempt({}, {}, ['jürgen@b.example'])
    expect(outcome).toMatchObject({ outcome: 'no', temporary: false, blame: 'mail' })
    await server.stop()
    expect(await attempt({ extensions: ['SMTPUTF8'] }, {}, ['jürgen@b.example'])).toMatchObject({ outcome: 'sent' })
    expect(server.said.find((line) => line.startsWith('MAIL'))).toContain('SMTPUTF8')
  })

  it('gives a domain beyond ASCII in its ASCII form', async () => {
    expect(await attempt({}, {}, ['b@bücher.example'])).toMatchObject({ outcome: 'sent' })
    expect(server.taken[0]?.to).toEqual(['b@xn--bcher-kva.example'])
  })

  it('does not try a mail that is too large for the server', async () => {
    const outcome = await attempt({ extensions: ['SIZE 1000'] })
    expect(outcome).toMatchObject({ outcome: 'no', temporary: false, begun: false })
  })

  it('ends when it is told to stop: with nothing sent before the mail left, as unknown after', async () => {
    const before = attempt({ breaks: { at: 'mail', by: 'silence', times: 1 } }, { signal: AbortSignal.timeout(100) })
    expect(await before).toMatchObject({ outcome: 'no', begun: false, temporary: true })
    await server.stop()
    const after = attempt({ thinks: 10_000 }, { signal: AbortSignal.timeout(100) })
    expect(await after).toMatchObject({ outcome: 'unknown' })
  })
})
