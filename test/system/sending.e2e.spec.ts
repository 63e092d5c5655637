import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { threadIndexDistance, threadIndexGuid } from '@skein/mail'
import nodemailer from 'nodemailer'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRelay, type Relay } from './mail-relay.js'
import { startSystem, type System } from './system.js'

interface Sent {
  message_id: string
  message_id_header: string
  thread_id: string | null
  sequence: string
  status: string
  to: { address: string }[]
  cc: { address: string }[]
  notes: { code: string }[]
}
interface Message {
  id: string
  message_id: string
  in_reply_to: string | string[] | null
  references: string[]
  text: string
  new_text: string
  is_read: boolean
  direction: string
}
interface Thread {
  id: string
  subject: string
  message_count: number
  unread_count: number
}

const mailFrom = (id: string, subject: string, more: string[] = []): string =>
  [
    'From: Ann <ann@there.example>',
    ...(more.some((line) => line.startsWith('To:')) ? [] : ['To: support@skein.example']),
    'Date: Mon, 02 Mar 2026 12:00:00 +0000',
    `Message-ID: <${id}@there.example>`,
    `Subject: ${subject}`,
    ...more,
    '',
    `Words of ${id}.`,
    '',
  ].join('\r\n')

const headerOf = (raw: string, name: string): string =>
  new RegExp(`^${name}: ?((?:.*)(?:\\r\\n[ \\t].*)*)`, 'im')
    .exec(raw)?.[1]
    ?.replace(/\r\n[ \t]+/g, ' ')
    .trim() ?? ''

describe('mail that leaves', () => {
  let system: System
  let relay: Relay

  const json = async <T>(path: string): Promise<T> => {
    const answer = await system.call('GET', path)
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const send = async (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Sent> => {
    const answer = await system.call('POST', path, body, headers)
    if (answer.status !== 202) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Sent
  }
  const problem = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const answer = await system.call('POST', path, body, headers)
    const { type, field } = (await answer.json()) as { type: string; field?: string }
    return { status: answer.status, type: type.split(':').at(-1), ...(field === undefined ? {} : { field }) }
  }
  /** The message as it is once the views show it. */
  const shown = async ({ message_id: id, sequence }: Pick<Sent, 'message_id' | 'sequence'>) =>
    json<Message & { thread_id: string; delivery: { status: string } | null }>(
      `/v1/messages/${id}?wait_for=${sequence}`,
    )
  const arrived = async (raw: string, inbox = 'inb_support'): Promise<{ message: string; thread: string }> => {
    const accepted = (await (await system.mail(raw, inbox)).json()) as Sent
    return { message: accepted.message_id, thread: (await shown(accepted)).thread_id }
  }
  const onTheWire = async (id: string): Promise<string> => {
    const find = () => relay.mails.find(({ raw }) => raw.includes(`Message-ID: ${id}`))?.raw
    await expect.poll(find, { timeout: 20_000, interval: 50 }).toBeDefined()
    return find() ?? ''
  }

  /** The outbox hears of changes of the directory a moment later. */
  const leavesBy = async (inbox: string, transport: string): Promise<void> => {
    const planned = async () => {
      const plan = await system.call('POST', `/v1/inboxes/${inbox}/send/plan`, { to: 'x@there.example' })
      return ((await plan.json()) as { transport: { id: string } | null }).transport?.id
    }
    await expect.poll(planned, { timeout: 5_000, interval: 20 }).toBe(transport)
  }

  beforeAll(async () => {
    system = await startSystem()
    const inboxes = ['support', 'sales', 'team'].map((name) => [`${name}@skein.example`, `inb_${name}`] as const)
    relay = await startRelay(system, new Map(inboxes))
    const transport = {
      name: 'Relay',
      host: '127.0.0.1',
      port: relay.port,
      security: 'none',
      domains: ['skein.example'],
    }
    const made = await system.call('POST', '/v1/transports', transport)
    if (made.status !== 201) throw new Error(await made.text())
  })
  afterAll(async () => {
    await relay?.stop()
    await system?.stop()
  })

  it('a first mail with an id of the caller and follow-ups that name all before them are one thread', async () => {
    const ids = ['one', 'two', 'three'].map((name) => `${name}.seed@mailer.example`)
    const sent: Sent[] = []
    for (const [n, id] of ids.entries())
      sent.push(
        await send('/v1/inboxes/inb_sales/send', {
          to: ['Bea <bea@there.example>'],
          subject: n === 0 ? 'An offer' : 'Re: An offer',
          text: `Mail ${n}`,
          message_id: `<${id}>`,
          ...(n === 0 ? {} : { in_reply_to: `<${ids[n - 1]}>`, references: ids.slice(0, n).map((one) => `<${one}>`) }),
        }),
      )
    const threads = await Promise.all(sent.map(async (one) => (await shown(one)).thread_id))
    expect(new Set(threads).size).toBe(1)
    const raw = await onTheWire(`<${ids[2]}>`)
    expect(headerOf(raw, 'References')).toBe(`<${ids[0]}> <${ids[1]}>`)
    expect(headerOf(raw, 'In-Reply-To')).toBe(`<${ids[1]}>`)
    const guids = await Promise.all(
      ids.map(async (id) => threadIndexGuid(headerOf(await onTheWire(`<${id}>`), 'Thread-Index'))),
    )
    expect(guids[0]).not.toBeNull()
    expect(new Set(guids).size).toBe(1)
    expect(await problem('/v1/inboxes/inb_sales/send', { to: 'x@there.example', message_id: `<${ids[0]}>` })).toEqual({
      status: 409,
      type: 'message-id-used',
      field: 'message_id',
    })
  })

  it('a reply with thread_id and no subject goes to the sender under the subject of the thread, and reads it', async () => {
    const { thread } = await arrived(mailFrom('quiet', 'Opening hours'))
    const before = await json<Thread>(`/v1/threads/${thread}`)
    expect(before.unread_count).toBe(1)
    const sent = await send('/v1/inboxes/inb_support/send', { thread_id: thread, text: 'From nine to five.' })
    expect([sent.thread_id, sent.status, sent.to.map(({ address }) => address)]).toEqual([
      thread,
      'queued',
      ['ann@there.example'],
    ])
    expect(sent.sequence).toMatch(/^MAIL-\d+:\d+$/)
    expect((await shown(sent)).thread_id).toBe(thread)
    const after = await json<Thread>(`/v1/threads/${thread}`)
    expect([after.message_count, after.unread_count]).toEqual([2, 0])
    const raw = await onTheWire(sent.message_id_header)
    expect(headerOf(raw, 'Subject')).toBe('Re: Opening hours')
    expect(headerOf(raw, 'In-Reply-To')).toBe('<quiet@there.example>')
    expect(headerOf(raw, 'Reply-To')).toMatch(/support\+r\.[a-z2-7]{36}@skein\.example/)
    expect(raw).toContain('> Words of quiet.')
    await expect.poll(async () => (await shown(sent)).delivery?.status, { timeout: 10_000 }).toBe('sent')
  })

  it('a subject that is sent along to a thread is ignored, and the answer says so', async () => {
    const { thread } = await arrived(mailFrom('stubborn', 'The real one'))
    const sent = await send(`/v1/threads/${thread}/reply`, { text: 'x', subject: 'Another one' })
    expect(sent.notes.map(({ code }) => code)).toContain('subject-ignored')
    expect(headerOf(await onTheWire(sent.message_id_header), 'Subject')).toBe('Re: The real one')
  })

  it('where the inbox was copied the answer goes to whom the sender addressed, with a copy to him and those asked for', async () => {
    const people = ['To: Carl <carl@else.example>', 'Cc: support@skein.example']
    const { message } = await arrived(mailFrom('copied', 'Our visit', people))
    const sent = await send(`/v1/messages/${message}/reply`, { text: 'We can help.', cc: ['dora@else.example'] })
    expect(sent.to.map(({ address }) => address)).toEqual(['carl@else.example'])
    expect(sent.cc.map(({ address }) => address).sort()).toEqual(['ann@there.example', 'dora@else.example'])
  })

  it('include_quote: false leaves the quote out', async () => {
    const { message } = await arrived(mailFrom('unquoted', 'Short'))
    const sent = await send(`/v1/messages/${message}/reply`, { text: 'Only this.', include_quote: false })
    const raw = await onTheWire(sent.message_id_header)
    expect(raw).toContain('Only this.')
    expect(raw).not.toContain('Words of unquoted')
  })

  it('mail that came after the request stays unread', async () => {
    const { thread, message } = await arrived(mailFrom('seen', 'Two at once'))
    const plan = await system.call('POST', `/v1/messages/${message}/reply/plan`, { text: 'x' })
    expect(plan.status).toBe(200)
    const sent = await send(`/v1/messages/${message}/reply`, { text: 'Seen.' })
    await shown(sent)
    await arrived(mailFrom('later', 'Re: Two at once', ['In-Reply-To: <seen@there.example>']))
    const after = await json<Thread>(`/v1/threads/${thread}`)
    expect([after.message_count, after.unread_count]).toEqual([3, 1])
  })

  it('50 requests at one time with one Idempotency-Key are one mail, and get one answer', async () => {
    const { message, thread } = await arrived(mailFrom('many', 'Once only'))
    const ask = () => send(`/v1/messages/${message}/reply`, { text: 'Once.' }, { 'idempotency-key': 'fifty' })
    const answers = await Promise.all(Array.from({ length: 50 }, ask))
    expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1)
    await shown(answers[0]!)
    expect((await json<Thread>(`/v1/threads/${thread}`)).message_count).toBe(2)
    const id = answers[0]!.message_id_header
    await onTheWire(id)
    expect(relay.mails.filter(({ raw }) => raw.includes(`Message-ID: ${id}`))).toHaveLength(1)
    expect(await problem(`/v1/messages/${message}/reply`, { text: 'Other.' }, { 'idempotency-key': 'fifty' })).toEqual({
      status: 409,
      type: 'idempotency-key-reused',
      field: 'Idempotency-Key',
    })
  })

  it('blind copies get the mail, and nobody reads of them', async () => {
    const sent = await send('/v1/inboxes/inb_team/send', {
      to: 'eve@there.example',
      bcc: ['hidden@there.example'],
      subject: 'Quietly',
      text: 'x',
    })
    const raw = await onTheWire(sent.message_id_header)
    expect(raw).not.toContain('hidden@')
    expect(relay.mails.find((one) => one.raw === raw)?.to).toEqual(['eve@there.example', 'hidden@there.example'])
  })

  it('a mail for later is listed and can be called back, and then never leaves', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString()
    const body = { to: 'fay@there.example', subject: 'Later', text: 'x', send_at: later }
    const sent = await send('/v1/inboxes/inb_team/send', body)
    await shown(sent)
    const listed = async (state: string) =>
      (await json<{ messages: { message_id: string }[] }>(`/v1/outbox?state=${state}&inbox=inb_team`)).messages.map(
        ({ message_id }) => message_id,
      )
    expect(await listed('queued')).toEqual([sent.message_id])
    const answer = await system.call('POST', `/v1/messages/${sent.message_id}/cancel`, { reason: 'not yet' })
    expect(answer.status).toBe(200)
    await expect.poll(() => listed('cancelled')).toEqual([sent.message_id])
    expect(await problem(`/v1/messages/${sent.message_id}/settle`, { as: 'sent' })).toMatchObject({ status: 409 })
    expect(relay.mails.some(({ raw }) => raw.includes(sent.message_id_header))).toBe(false)
  })

  it.each([
    ['a line end in the subject', { subject: 'a\r\nBcc: x@y.example' }, 400, 'subject'],
    ['a line end in a name', { to: [{ name: 'a\nb', address: 'x@there.example' }] }, 400, 'to.0.name'],
    ['a NUL in an address', { to: ['x\0@there.example'] }, 400, 'to.0'],
    [
      'a line end in the name of a file',
      { attachments: [{ filename: 'a\r\nb', content: 'eA==' }] },
      400,
      'attachments.0.filename',
    ],
    [
      'a line end in a content id',
      { attachments: [{ content_id: 'a\r\nb', content: 'eA==' }] },
      400,
      'attachments.0.content_id',
    ],
    ['a path in place of octets', { attachments: [{ path: '/etc/passwd' }] }, 400, 'attachments.0.content'],
    ['a header that is ours', { headers: { 'Message-ID': '<a@b.example>' } }, 400, 'headers.Message-ID'],
    [
      'a header that gives another id',
      { headers: { 'X-Google-Original-Message-ID': '<a@b.example>' } },
      400,
      'headers.X-Google-Original-Message-ID',
    ],
    ['an id that is none', { message_id: 'no id' }, 400, 'message_id'],
    ['a time that is past', { send_at: '2020-01-01T00:00:00Z' }, 400, 'send_at'],
    ['nobody to get it', { to: [] }, 400, 'to'],
    ['a field that there is not', { subjekt: 'x' }, 400, 'subjekt'],
  ])('%s is refused, and the answer says where', async (_, body, status, field) => {
    const found = await problem('/v1/inboxes/inb_team/send', { to: ['x@there.example'], text: 'x', ...body })
    expect(found).toEqual({ status, type: 'invalid-request', field })
  })

  it('skein send and skein reply do the same from a terminal, files read there', async () => {
    const skein = join(import.meta.dirname, '..', '..', 'apps', 'cli', 'bin', 'skein.mjs')
    const run = async (...args: string[]): Promise<string> => {
      const asked = [skein, ...args, '--url', system.url, '--key', system.key]
      return (await promisify(execFile)(process.execPath, asked)).stdout
    }
    const { message, thread } = await arrived(mailFrom('terminal', 'By hand'))
    const copies = ['--cc', 'one@there.example', '--cc', 'two@there.example']
    const plan = await run('reply', message, '--text', 'x', ...copies, '--plan')
    expect(plan).toContain('to: ann@there.example  (From of the mail)')
    expect(plan).toContain('Nothing was sent.')
    expect((await json<Thread>(`/v1/threads/${thread}`)).message_count).toBe(1)
    expect(await run('reply', thread, '--text', 'x', ...copies, '--no-quote')).toContain(
      'To ann@there.example, copy to one@there.example, two@there.example',
    )
    const own = ['--from', 'team@skein.example', '--to', 'ida@there.example', '--subject', 'A file', '--text', 'x']
    const sent = JSON.parse(await run('send', ...own, '--attach', skein, '--json')) as Sent
    await shown(sent)
    const file = await system.call('GET', `/v1/messages/${sent.message_id}/attachments/1`)
    expect(await file.text()).toBe(await readFile(skein, 'utf8'))
  }, 30_000)

  it('20 MB go along, as base64 in JSON and as a file of a form', async () => {
    const octets = Buffer.alloc(14 * 1024 * 1024, 'skein ')
    const attachment = { filename: 'large.bin', content_type: 'application/octet-stream' }
    const sent = await send('/v1/inboxes/inb_team/send', {
      to: 'gil@there.example',
      subject: 'Large',
      text: 'x',
      attachments: [{ ...attachment, content: octets.toString('base64') }],
    })
    const form = new FormData()
    form.set('message', JSON.stringify({ to: 'gil@there.example', subject: 'Large again', text: 'x' }))
    form.append('files', new Blob([octets], { type: attachment.content_type }), attachment.filename)
    const answer = await fetch(new URL('/v1/inboxes/inb_team/send', system.url), {
      method: 'POST',
      headers: { authorization: `Bearer ${system.key}` },
      body: form,
    })
    expect(answer.status).toBe(202)
    for (const one of [sent, (await answer.json()) as Sent]) {
      await shown(one)
      const file = await system.call('GET', `/v1/messages/${one.message_id}/attachments/1`)
      expect(Buffer.from(await file.arrayBuffer()).equals(octets)).toBe(true)
    }
    const over = {
      to: 'x@there.example',
      attachments: [{ content: Buffer.alloc(26 * 1024 * 1024).toString('base64') }],
    }
    expect((await problem('/v1/inboxes/inb_team/send', over)).status).toBe(413)
  }, 60_000)

  it('two inboxes hold a conversation of 30 messages, one through the API, one by a mailer that sets In-Reply-To alone', async () => {
    const post = async <T>(path: string, body: unknown): Promise<T> => {
      const answer = await system.call('POST', path, body)
      if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
      return (await answer.json()) as T
    }
    const { id: space } = await post<{ id: string }>('/v1/spaces', { name: 'The other side' })
    const { id: other } = await post<{ id: string }>('/v1/inboxes', {
      name: 'Hal',
      address: 'hal@other.example',
      space,
    })
    const far = await startRelay(
      system,
      new Map([
        ['hal@other.example', other],
        ['team@skein.example', 'inb_team'],
      ]),
    )
    try {
      await post('/v1/transports', { name: 'Far', host: '127.0.0.1', port: far.port, security: 'none' }).then(
        async (made) => {
          const { id } = made as { id: string }
          const answer = await system.call('PATCH', '/v1/inboxes/inb_team', { transport: id })
          if (answer.status !== 200) throw new Error(await answer.text())
          await leavesBy('inb_team', id)
        },
      )
      const mailer = nodemailer.createTransport({ host: '127.0.0.1', port: far.port, secure: false, ignoreTLS: true })
      const wire = async (id: string): Promise<string> => {
        const find = () => far.mails.find(({ raw }) => raw.includes(`Message-ID: ${id}`))?.raw
        await expect.poll(find, { timeout: 20_000, interval: 20 }).toBeDefined()
        return find() ?? ''
      }
      const of = async (inbox: string): Promise<Thread[]> =>
        (await json<{ threads: Thread[] }>(`/v1/inboxes/${inbox}/threads?limit=100`)).threads.filter(
          ({ subject }) => subject === 'Thirty' || subject === 'Re: Thirty',
        )
      const first = await send('/v1/inboxes/inb_team/send', {
        to: 'Hal <hal@other.example>',
        subject: 'Thirty',
        text: '0',
      })
      let last = await wire(first.message_id_header)
      const indexes = [headerOf(last, 'Thread-Index')]
      for (let n = 1; n < 30; n += 2) {
        const replyTo = /<?([^\s<>]+@skein\.example)>?$/.exec(headerOf(last, 'Reply-To'))?.[1] ?? ''
        const messageId = `<hal.${n}@other.example>`
        await mailer.sendMail({
          from: 'Hal <hal@other.example>',
          to: replyTo,
          subject: 'Re: Thirty',
          text: `${n}`,
          messageId,
          inReplyTo: headerOf(last, 'Message-ID'),
        })
        await expect
          .poll(async () => (await of('inb_team'))[0]?.message_count, { timeout: 10_000, interval: 20 })
          .toBe(n + 1)
        if (n === 29) break
        const [thread] = await of('inb_team')
        const answer = await send(`/v1/threads/${thread!.id}/reply`, { text: `${n + 1}` })
        last = await wire(answer.message_id_header)
        indexes.push(headerOf(last, 'Thread-Index'))
        expect(headerOf(last, 'In-Reply-To')).toBe(messageId)
        expect(headerOf(last, 'References').split(' ').length).toBeLessThanOrEqual(20)
      }
      expect((await of('inb_team')).map(({ message_count }) => message_count)).toEqual([30])
      await expect.poll(async () => (await of(other)).length, { timeout: 10_000 }).toBe(1)
      expect(indexes).toHaveLength(15)
      const steps = indexes.slice(1).map((index, n) => threadIndexDistance(indexes[n] ?? '', index))
      expect(steps).toEqual(steps.map(() => 1))
    } finally {
      await far.stop()
    }
  }, 120_000)
})
