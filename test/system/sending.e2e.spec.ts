import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { threadIndexGuid } from '@skein/mail'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { headerOf, mailFrom, startOutgoing, type Outgoing, type Sent, type Thread } from './outgoing.js'

describe('mail that leaves', () => {
  let out: Outgoing
  beforeAll(async () => {
    out = await startOutgoing()
  })
  afterAll(() => out?.stop())

  it('a first mail with an id of the caller and follow-ups that name all before them are one thread', async () => {
    const ids = ['one', 'two', 'three'].map((name) => `${name}.seed@mailer.example`)
    const sent: Sent[] = []
    for (const [n, id] of ids.entries())
      sent.push(
        await out.send('/v1/inboxes/inb_sales/send', {
          to: ['Bea <bea@there.example>'],
          subject: n === 0 ? 'An offer' : 'Re: An offer',
          text: `Mail ${n}`,
          message_id: `<${id}>`,
          ...(n === 0 ? {} : { in_reply_to: `<${ids[n - 1]}>`, references: ids.slice(0, n).map((one) => `<${one}>`) }),
        }),
      )
    const threads = await Promise.all(sent.map(async (one) => (await out.shown(one)).thread_id))
    expect(new Set(threads).size).toBe(1)
    const raw = await out.onTheWire(`<${ids[2]}>`)
    expect(headerOf(raw, 'References')).toBe(`<${ids[0]}> <${ids[1]}>`)
    expect(headerOf(raw, 'In-Reply-To')).toBe(`<${ids[1]}>`)
    const guids = await Promise.all(
      ids.map(async (id) => threadIndexGuid(headerOf(await out.onTheWire(`<${id}>`), 'Thread-Index'))),
    )
    expect(guids[0]).not.toBeNull()
    expect(new Set(guids).size).toBe(1)
    expect(
      await out.refusal('/v1/inboxes/inb_sales/send', { to: 'x@there.example', message_id: `<${ids[0]}>` }),
    ).toEqual({
      status: 409,
      type: 'message-id-used',
      field: 'message_id',
    })
  })

  it('a reply with thread_id and no subject goes to the sender under the subject of the thread, and reads it', async () => {
    const { thread } = await out.arrived(mailFrom('quiet', 'Opening hours'))
    const before = await out.json<Thread>(`/v1/threads/${thread}`)
    expect(before.unread_count).toBe(1)
    const sent = await out.send('/v1/inboxes/inb_support/send', { thread_id: thread, text: 'From nine to five.' })
    expect([sent.thread_id, sent.status, sent.to.map(({ address }) => address)]).toEqual([
      thread,
      'queued',
      ['ann@there.example'],
    ])
    expect(sent.sequence).toMatch(/^MAIL-\d+:\d+$/)
    expect((await out.shown(sent)).thread_id).toBe(thread)
    const after = await out.json<Thread>(`/v1/threads/${thread}`)
    expect([after.message_count, after.unread_count]).toEqual([2, 0])
    const raw = await out.onTheWire(sent.message_id_header)
    expect(headerOf(raw, 'Subject')).toBe('Re: Opening hours')
    expect(headerOf(raw, 'In-Reply-To')).toBe('<quiet@there.example>')
    expect(headerOf(raw, 'Reply-To')).toMatch(/support\+r\.[a-z2-7]{36}@skein\.example/)
    expect(raw).toContain('> Words of quiet.')
    await expect.poll(async () => (await out.shown(sent)).delivery?.status, { timeout: 10_000 }).toBe('sent')
  })

  it('a subject that is sent along to a thread is ignored, and the answer says so', async () => {
    const { thread } = await out.arrived(mailFrom('stubborn', 'The real one'))
    const sent = await out.send(`/v1/threads/${thread}/reply`, { text: 'x', subject: 'Another one' })
    expect(sent.notes.map(({ code }) => code)).toContain('subject-ignored')
    expect(headerOf(await out.onTheWire(sent.message_id_header), 'Subject')).toBe('Re: The real one')
  })

  it('where the inbox was copied the answer goes to whom the sender addressed, with a copy to him and those asked for', async () => {
    const people = ['To: Carl <carl@else.example>', 'Cc: support@skein.example']
    const { message } = await out.arrived(mailFrom('copied', 'Our visit', people))
    const sent = await out.send(`/v1/messages/${message}/reply`, { text: 'We can help.', cc: ['dora@else.example'] })
    expect(sent.to.map(({ address }) => address)).toEqual(['carl@else.example'])
    expect(sent.cc.map(({ address }) => address).sort()).toEqual(['ann@there.example', 'dora@else.example'])
  })

  it('include_quote: false leaves the quote out', async () => {
    const { message } = await out.arrived(mailFrom('unquoted', 'Short'))
    const sent = await out.send(`/v1/messages/${message}/reply`, { text: 'Only this.', include_quote: false })
    const raw = await out.onTheWire(sent.message_id_header)
    expect(raw).toContain('Only this.')
    expect(raw).not.toContain('Words of unquoted')
  })

  it('mail that came after the request stays unread', async () => {
    const { thread, message } = await out.arrived(mailFrom('seen', 'Two at once'))
    const plan = await out.system.call('POST', `/v1/messages/${message}/reply/plan`, { text: 'x' })
    expect(plan.status).toBe(200)
    const sent = await out.send(`/v1/messages/${message}/reply`, { text: 'Seen.' })
    await out.shown(sent)
    await out.arrived(mailFrom('later', 'Re: Two at once', ['In-Reply-To: <seen@there.example>']))
    const after = await out.json<Thread>(`/v1/threads/${thread}`)
    expect([after.message_count, after.unread_count]).toEqual([3, 1])
  })

  it('50 requests at one time with one Idempotency-Key are one mail, and get one answer', async () => {
    const { message, thread } = await out.arrived(mailFrom('many', 'Once only'))
    const ask = () => out.send(`/v1/messages/${message}/reply`, { text: 'Once.' }, { 'idempotency-key': 'fifty' })
    const answers = await Promise.all(Array.from({ length: 50 }, ask))
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1)
    await out.shown(answers[0]!)
    expect((await out.json<Thread>(`/v1/threads/${thread}`)).message_count).toBe(2)
    const id = answers[0]!.message_id_header
    await out.onTheWire(id)
    expect(out.relay.mails.filter(({ raw }) => raw.includes(`Message-ID: ${id}`))).toHaveLength(1)
    expect(
      await out.refusal(`/v1/messages/${message}/reply`, { text: 'Other.' }, { 'idempotency-key': 'fifty' }),
    ).toEqual({
      status: 409,
      type: 'idempotency-key-reused',
      field: 'Idempotency-Key',
    })
  })

  it('blind copies get the mail, and nobody reads of them', async () => {
    const sent = await out.send('/v1/inboxes/inb_team/send', {
      to: 'eve@there.example',
      bcc: ['hidden@there.example'],
      subject: 'Quietly',
      text: 'x',
    })
    const raw = await out.onTheWire(sent.message_id_header)
    expect(raw).not.toContain('hidden@')
    expect(out.relay.mails.find((one) => one.raw === raw)?.to).toEqual(['eve@there.example', 'hidden@there.example'])
  })

  it('skein send and skein reply do the same from a terminal, files read there', async () => {
    const skein = join(import.meta.dirname, '..', '..', 'apps', 'cli', 'bin', 'skein.mjs')
    const run = async (...args: string[]): Promise<string> => {
      const asked = [skein, ...args, '--url', out.system.url, '--key', out.system.key]
      return (await promisify(execFile)(process.execPath, asked)).stdout
    }
    const { message, thread } = await out.arrived(mailFrom('terminal', 'By hand'))
    const copies = ['--cc', 'one@there.example', '--cc', 'two@there.example']
    const plan = await run('reply', message, '--text', 'x', ...copies, '--plan')
    expect(plan).toContain('to: ann@there.example  (From of the mail)')
    expect(plan).toContain('Nothing was sent.')
    expect((await out.json<Thread>(`/v1/threads/${thread}`)).message_count).toBe(1)
    expect(await run('reply', thread, '--text', 'x', ...copies, '--no-quote')).toContain(
      'To ann@there.example, copy to one@there.example, two@there.example',
    )
    const own = ['--from', 'team@skein.example', '--to', 'ida@there.example', '--subject', 'A file', '--text', 'x']
    const sent = JSON.parse(await run('send', ...own, '--attach', skein, '--json')) as Sent
    await out.shown(sent)
    const file = await out.system.call('GET', `/v1/messages/${sent.message_id}/attachments/1`)
    expect(await file.text()).toBe(await readFile(skein, 'utf8'))
  }, 30_000)

  describe('a forward', () => {
    const withFile = (id: string): string =>
      [
        ...['From: Ann <ann@there.example>', 'To: support@skein.example', `Message-ID: <${id}@there.example>`],
        ...['Date: Mon, 02 Mar 2026 12:00:00 +0000', `Subject: Plans ${id}`, 'MIME-Version: 1.0'],
        ...['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain', '', `Words of ${id}.`],
        ...[
          '--b',
          'Content-Type: text/csv',
          'Content-Disposition: attachment; filename=plan.csv',
          '',
          'a,b',
          '--b--',
          '',
        ],
      ].join('\r\n')
    const warned = async (message: string, call: string, body: object): Promise<string[]> => {
      const answer = await out.system.call('POST', `/v1/messages/${message}/${call}/plan`, body)
      return ((await answer.json()) as { warnings: { code: string }[] }).warnings.map(({ code }) => code)
    }

    it('is a branch of its thread, with the text and the files below the words, and whoever answers it is warned', async () => {
      const { message, thread } = await out.arrived(withFile('inline'))
      const to = { to: 'bea@else.example' }
      const sent = await out.send(`/v1/messages/${message}/forward`, { ...to, text: 'Have a look.' })
      const forwarded = await out.shown(sent)
      expect([sent.thread_id, forwarded.thread_id, forwarded.is_forward]).toEqual([thread, thread, true])
      const raw = await out.onTheWire(sent.message_id_header)
      expect([headerOf(raw, 'Subject'), headerOf(raw, 'In-Reply-To')]).toEqual([
        'Fwd: Plans inline',
        '<inline@there.example>',
      ])
      for (const part of ['Have a look.', 'Forwarded message', 'Words of inline.', 'plan.csv'])
        expect(raw).toContain(part)
      expect(await warned(sent.message_id, 'reply', { text: 'x' })).toContain('forward-branch')
      const answered = await out.send(`/v1/threads/${thread}/reply`, { text: 'To Ann.' })
      expect(answered.to.map(({ address }) => address)).toEqual(['ann@there.example'])
    })

    it('as attachment is a mail of its own, with the whole mail as a file', async () => {
      const { message, thread } = await out.arrived(withFile('whole'))
      const body = { to: 'bea@else.example', text: 'See the file.', as_attachment: true }
      const sent = await out.send(`/v1/messages/${message}/forward`, body)
      expect(sent.thread_id).toBeNull()
      expect((await out.shown(sent)).thread_id).not.toBe(thread)
      const raw = await out.onTheWire(sent.message_id_header)
      expect([headerOf(raw, 'In-Reply-To'), headerOf(raw, 'References')]).toEqual(['', ''])
      const file = await out.system.call('GET', `/v1/messages/${sent.message_id}/attachments/1`)
      expect(file.headers.get('content-type')).toContain('message/rfc822')
      expect(await file.text()).toBe(withFile('whole'))
    })

    it('needs somebody to get it', async () => {
      const { message } = await out.arrived(withFile('nobody'))
      const refused = { status: 400, type: 'invalid-request', field: 'to' }
      expect(await out.refusal(`/v1/messages/${message}/forward`, { text: 'x' })).toEqual(refused)
    })
  })
})
