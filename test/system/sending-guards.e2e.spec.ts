import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { headerOf, mailFrom, startOutgoing, type Outgoing } from './outgoing.js'

/** Mails within an hour; the first limit is beyond what breaks a loop. */
const INBOX_MOST = 25
const ACCOUNT_MOST = 40

describe('mail that may not leave', () => {
  let out: Outgoing
  beforeAll(async () => {
    out = await startOutgoing({ inboxPerHour: INBOX_MOST, accountPerHour: ACCOUNT_MOST })
  })
  afterAll(() => out?.stop())
  const refusal = (more: object) =>
    out.refusal('/v1/inboxes/inb_team/send/plan', { to: ['x@there.example'], text: 'x', ...more })

  describe('with a control character', () => {
    const inHeaders: [string, (text: string) => object, string][] = [
      ['subject', (text) => ({ subject: text }), 'subject'],
      ['to', (text) => ({ to: [`${text}@there.example`] }), 'to.0'],
      ['the address in to', (text) => ({ to: [{ address: `${text}@there.example` }] }), 'to.0.address'],
      ['a name in to', (text) => ({ to: [{ name: text, address: 'x@there.example' }] }), 'to.0.name'],
      ['cc', (text) => ({ cc: [`${text}@there.example`] }), 'cc.0'],
      ['a name in cc', (text) => ({ cc: [{ name: text, address: 'x@there.example' }] }), 'cc.0.name'],
      ['bcc', (text) => ({ bcc: [`${text}@there.example`] }), 'bcc.0'],
      ['a name in bcc', (text) => ({ bcc: [{ name: text, address: 'x@there.example' }] }), 'bcc.0.name'],
      ['reply_to', (text) => ({ reply_to: `${text}@there.example` }), 'reply_to'],
      ['a name in reply_to', (text) => ({ reply_to: { name: text, address: 'x@there.example' } }), 'reply_to.name'],
      ['message_id', (text) => ({ message_id: `<${text}@there.example>` }), 'message_id'],
      ['in_reply_to', (text) => ({ in_reply_to: `<${text}@there.example>` }), 'in_reply_to'],
      ['references', (text) => ({ references: ['<a.b@there.example>', `<${text}@there.example>`] }), 'references.1'],
      ['the value of a header', (text) => ({ headers: { 'X-Order': text } }), 'headers.X-Order'],
      ['the name of a header', (text) => ({ headers: { [`X-${text}`]: 'x' } }), 'headers'],
      ['a file name', (text) => ({ attachments: [{ filename: text, content: 'eA==' }] }), 'attachments.0.filename'],
      ['a type', (text) => ({ attachments: [{ content_type: text, content: 'eA==' }] }), 'attachments.0.content_type'],
      [
        'a content id',
        (text) => ({ attachments: [{ content_id: text, content: 'eA==' }] }),
        'attachments.0.content_id',
      ],
    ]

    it.each(inHeaders)('in %s is refused, and the answer says where', async (_, body, field) => {
      for (const control of ['\r\nBcc: y@there.example', '\n', '\r', '\0', '\x0b', '\x1b', '\x7f', '\x85']) {
        const found = await refusal(body(`ab${control}cd`))
        expect(found).toMatchObject({ status: 400, type: 'invalid-request' })
        expect(found.field?.startsWith(field)).toBe(true)
      }
    })

    it.each(['text', 'html'])('that is NUL is refused in %s, and line ends are not', async (field) => {
      expect(await refusal({ [field]: 'a\0b' })).toEqual({ status: 400, type: 'invalid-request', field })
      const plan = await out.system.call('POST', '/v1/inboxes/inb_team/send/plan', {
        to: ['x@there.example'],
        [field]: 'a\r\nBcc: y@there.example\r\n\r\n.\r\nb',
      })
      expect(plan.status).toBe(200)
      expect(await plan.json()).toMatchObject({ envelope: { to: ['x@there.example'] }, bcc: [] })
    })
  })

  it.each([
    ...['Message-ID', 'In-Reply-To', 'References', 'From', 'Sender', 'To', 'Cc', 'Bcc', 'Reply-To', 'Subject', 'Date'],
    ...['Received', 'Return-Path', 'Delivered-To', 'Authentication-Results', 'ARC-Seal', 'DKIM-Signature'],
    ...['Auto-Submitted', 'Precedence', 'Thread-Index', 'Thread-Topic', 'Content-Type', 'MIME-Version'],
    ...['Resent-To', 'Resent-Message-ID', 'Disposition-Notification-To', 'X-Original-To', 'X-Loop'],
    ...['X-Google-Original-Message-ID', 'X-Microsoft-Original-Message-ID', 'X-Skein-Token', 'X-Failed-Recipients'],
  ])('the header %s is not the caller’s to set', async (name) => {
    const field = `headers.${name}`
    expect(await refusal({ headers: { [name]: '<a.b@there.example>' } })).toEqual({
      ...{ status: 400, type: 'invalid-request', field },
    })
    expect((await refusal({ headers: { [name.toLowerCase()]: 'x' } })).status).toBe(400)
  })

  it.each([
    ['an id that is none', { message_id: 'no id' }, 'message_id'],
    ['several people in one text', { to: 'Ann <a@there.example>, Bob <b@there.example>' }, 'to'],
    ['a time that is past', { send_at: '2020-01-01T00:00:00Z' }, 'send_at'],
    ['nobody to get it', { to: [] }, 'to'],
    ['a field that there is not', { subjekt: 'x' }, 'subjekt'],
    ['a path in place of octets', { attachments: [{ path: '/etc/passwd' }] }, 'attachments.0.content'],
    ['an address in place of octets', { attachments: [{ href: 'http://x.example/' }] }, 'attachments.0.content'],
    ['a file URL in place of octets', { attachments: [{ content: 'file:///etc/passwd' }] }, 'attachments.0.content'],
    ['a path beside octets', { attachments: [{ content: 'eA==', path: '/etc/passwd' }] }, 'attachments.0.path'],
    ['a raw part', { attachments: [{ content: 'eA==', raw: 'x' }] }, 'attachments.0.raw'],
    ['a path in place of a text', { text: { path: '/etc/passwd' } }, 'text'],
    ['an address in place of HTML', { html: { href: 'http://x.example/' } }, 'html'],
  ])('%s is refused, and the answer says where', async (_, body, field) => {
    expect(await refusal(body)).toEqual({ status: 400, type: 'invalid-request', field })
  })

  it('files and addresses that the text names are not read, and stand there as they were written', async () => {
    let asked = 0
    const server = createServer((_, response) => {
      asked++
      response.end('x')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/x.png`
    const sources = [address, 'file:///etc/passwd', '/etc/passwd', 'data:image/png;base64,AAAA', 'cid:nobody']
    const html = sources.map((source) => `<img src="${source}">`).join('\n')
    const sent = await out.send('/v1/inboxes/inb_team/send', {
      ...{ to: 'x@there.example', subject: 'Pictures', html, text: sources.join('\n') },
      attachments: [{ filename: '/etc/passwd', content: Buffer.from('only this').toString('base64') }],
      bcc: ['hidden@there.example'],
      headers: { 'X-Order': '4711' },
    })
    const raw = await out.onTheWire(sent.message_id_header)
    server.close()
    expect(asked).toBe(0)
    for (const source of sources) expect(raw.replace(/=\r\n/g, '').replaceAll('=3D', '=')).toContain(source)
    expect(raw).not.toMatch(/root:|hidden@|^Bcc/im)
    expect(raw.match(/^Content-Disposition:/gim)).toHaveLength(1)
    expect(raw).toContain(Buffer.from('only this').toString('base64'))
    expect(headerOf(raw, 'X-Order')).toBe('4711')
  })

  it('a Message-ID that the space has is refused, whoever wrote the mail and although nothing shows it yet', async () => {
    await out.arrived(mailFrom('theirs', 'Theirs'), 'inb_team')
    const taken = { status: 409, type: 'message-id-used', field: 'message_id' }
    const body = (id: string) => ({ to: 'x@there.example', text: 'x', message_id: `<${id}>` })
    expect(await out.refusal('/v1/inboxes/inb_team/send', body('theirs@there.example'))).toEqual(taken)
    const both = await Promise.all(
      ['One', 'Two'].map((subject) =>
        out.system.call('POST', '/v1/inboxes/inb_team/send', { ...body('own.1@mailer.example'), subject }),
      ),
    )
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409])
  })

  it('a machine does not answer a machine, and a person may', async () => {
    const vacation = mailFrom('away', 'Out of office', ['Auto-Submitted: auto-replied'])
    const { message, thread } = await out.arrived(vacation)
    const refused = { status: 409, type: 'automatic-mail', field: 'auto_submitted' }
    const body = { text: 'x', auto_submitted: true }
    expect(await out.refusal(`/v1/messages/${message}/reply`, body)).toEqual(refused)
    expect(await out.refusal(`/v1/threads/${thread}/reply`, body)).toEqual(refused)
    const sent = await out.send(`/v1/messages/${message}/reply`, { text: 'x' })
    expect(headerOf(await out.onTheWire(sent.message_id_header), 'Auto-Submitted')).toBe('')
  })

  it('two machines that answer one another are stopped, then an inbox that sends too much, then the account', async () => {
    const { message } = await out.arrived(mailFrom('circle', 'A question'))
    const limited = async (path: string, body: object) => {
      const answer = await out.system.call('POST', path, body)
      const { type, retry_after: wait } = (await answer.json()) as { type: string; retry_after: number }
      expect(Number(answer.headers.get('retry-after'))).toBe(wait)
      expect(wait).toBeGreaterThan(3_000)
      return [answer.status, type.split(':').at(-1)]
    }
    const automatic = { text: 'x', auto_submitted: true }
    for (let n = 0; n < 21; n++) {
      const sent = await out.send(`/v1/messages/${message}/reply`, automatic)
      await out.shown(sent)
      if (n === 0) expect(headerOf(await out.onTheWire(sent.message_id_header), 'Auto-Submitted')).toBe('auto-replied')
    }
    expect(await limited(`/v1/messages/${message}/reply`, automatic)).toEqual([429, 'loop-breaker'])

    const counted = async (inbox?: string): Promise<number> => {
      const of = inbox === undefined ? '' : `&inbox=${inbox}`
      return (await out.json<{ messages: unknown[] }>(`/v1/outbox?limit=100${of}`)).messages.length
    }
    const fill = async (inbox: string, until: () => Promise<boolean>): Promise<void> => {
      while (!(await until()))
        await out.shown(await out.send(`/v1/inboxes/${inbox}/send`, { to: 'x@there.example', text: 'x' }))
    }
    await fill('inb_support', async () => (await counted('inb_support')) >= INBOX_MOST)
    const mail = { to: 'x@there.example', text: 'x' }
    expect(await limited('/v1/inboxes/inb_support/send', mail)).toEqual([429, 'rate-limited'])
    await fill('inb_sales', async () => (await counted()) >= ACCOUNT_MOST)
    expect(await limited('/v1/inboxes/inb_sales/send', mail)).toEqual([429, 'rate-limited'])
  })
})
