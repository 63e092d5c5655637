import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system.js'

interface Thread {
  id: string
  subject: string
  message_count: number
  unread_count: number
  is_read: boolean
}
interface Page {
  threads: Thread[]
  next_cursor: string | null
  position: unknown
  lag: unknown
}
interface Message {
  id: string
  message_id: string
  subject: string
  text: string
  is_read: boolean
}

const mailOf = (id: string, subject: string, headers: string[] = []): string =>
  [
    'From: Ada <ada@made.example>',
    'To: support@skein.example',
    'Date: Mon, 05 Jan 2026 08:00:00 +0000',
    `Message-ID: <${id}@made.example>`,
    `Subject: ${subject}`,
    ...headers,
    '',
    `Text of ${id}.`,
    '',
  ].join('\r\n')

describe('the way of one mail', () => {
  let system: System

  const json = async <T>(path: string): Promise<T> => (await (await system.call('GET', path)).json()) as T
  const accepted = async (raw: string, inbox?: string): Promise<{ message_id: string }> => {
    const answer = await system.mail(raw, inbox)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      202,
      expect.stringContaining('application/json'),
    ])
    return (await answer.json()) as { message_id: string }
  }
  const threadWith = async (subject: string, mails: number): Promise<Thread> => {
    const find = async (): Promise<Thread | undefined> =>
      (await json<Page>('/v1/threads?limit=100')).threads.find(
        (one) => one.subject === subject && one.message_count === mails,
      )
    await expect.poll(find, { timeout: 10_000, interval: 20 }).toBeDefined()
    return (await find())!
  }

  beforeAll(async () => {
    system = await startSystem()
  })
  afterAll(async () => {
    await system?.stop()
  })

  it('shows a mail in the lists of its space and its inbox, and not in those of others', async () => {
    const { message_id } = await accepted(mailOf('a1', 'First'))
    const thread = await threadWith('First', 1)
    expect(thread).toMatchObject({ unread_count: 1, is_read: false })
    expect((await json<Page>('/v1/inboxes/inb_support/threads')).threads.map(({ id }) => id)).toContain(thread.id)
    expect((await json<Page>('/v1/inboxes/inb_sales/threads')).threads).toEqual([])
    const { messages } = await json<{ messages: Message[] }>(`/v1/threads/${thread.id}/messages`)
    expect(messages).toEqual([
      expect.objectContaining({
        id: message_id,
        message_id: '<a1@made.example>',
        text: expect.stringContaining('Text of a1.'),
      }),
    ])
  })

  it('brings two halves together when the mail between them arrives, and the absorbed id still leads there', async () => {
    await accepted(mailOf('b3', 'Re: Second', ['In-Reply-To: <b2@made.example>']))
    await accepted(mailOf('b1', 'Second'))
    const left = await threadWith('Re: Second', 1)
    const right = await threadWith('Second', 1)
    await accepted(mailOf('b2', 'Re: Second', ['In-Reply-To: <b1@made.example>', 'References: <b1@made.example>']))
    const whole = await threadWith('Second', 3)
    expect(whole.id).toBe(left.id)
    expect(await json<{ id: string }>(`/v1/threads/${right.id}`)).toMatchObject({ id: whole.id, message_count: 3 })
  })

  it('takes the same mail twice as one message', async () => {
    const raw = mailOf('c1', 'Third')
    expect(await accepted(raw)).toMatchObject({ message_id: (await accepted(raw)).message_id })
    await accepted(mailOf('c2', 'Re: Third', ['In-Reply-To: <c1@made.example>']))
    await threadWith('Third', 2)
  })

  it('marks a thread read, and unread again when mail arrives', async () => {
    await accepted(mailOf('d1', 'Fourth'))
    const { id } = await threadWith('Fourth', 1)
    const patched = await system.call('PATCH', `/v1/threads/${id}`, { is_read: true })
    expect(patched.status).toBe(200)
    await expect.poll(async () => (await json<Thread>(`/v1/threads/${id}`)).is_read).toBe(true)
    await accepted(mailOf('d2', 'Re: Fourth', ['In-Reply-To: <d1@made.example>']))
    expect(await threadWith('Fourth', 2)).toMatchObject({ is_read: false, unread_count: 1 })
    const unread = await json<Page>('/v1/inboxes/inb_support/threads?is_read=false&limit=100')
    expect(unread.threads.map((one) => one.id)).toContain(id)
  })

  it('keeps everything through a restart, and goes on where it was', async () => {
    const before = await json<Page>('/v1/threads?limit=100')
    await system.restart()
    const after = await json<Page>('/v1/threads?limit=100')
    expect(after.threads).toEqual(before.threads)
    await accepted(mailOf('a2', 'Re: First', ['In-Reply-To: <a1@made.example>']))
    await threadWith('First', 2)
  })

  it('walks all pages without repeating or leaving out a thread', async () => {
    const walk = async (limit: number): Promise<string[]> => {
      const ids: string[] = []
      for (let cursor = ''; ;) {
        const page = await json<Page>(`/v1/threads?limit=${limit}${cursor}`)
        ids.push(...page.threads.map(({ id }) => id))
        if (page.next_cursor === null) return ids
        cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`
      }
    }
    const all = await walk(100)
    expect(new Set(all).size).toBe(all.length)
    expect(all.length).toBeGreaterThanOrEqual(4)
    expect(await walk(1)).toEqual(all)
  })
})

describe('bad input', () => {
  let system: System

  beforeAll(async () => {
    system = await startSystem()
  })
  afterAll(async () => {
    await system?.stop()
  })

  const post = (
    body: string | Uint8Array,
    { inbox = 'inb_support', headers = {} }: { inbox?: string; headers?: Record<string, string> } = {},
  ) => system.call('POST', `/v1/inboxes/${inbox}/mail`, body, { 'content-type': 'message/rfc822', ...headers })

  it.each<[what: string, status: number, field: string | undefined, ask: () => Promise<Response>]>([
    ['not a mail', 400, 'body', () => post('{"this": "is no mail"}')],
    ['an empty body', 400, 'body', () => post('')],
    [
      'a mail of 60 MB',
      413,
      'body',
      () => post(Buffer.concat([Buffer.from(mailOf('big', 'Big')), Buffer.alloc(60 * 1024 * 1024, 'a\n')])),
    ],
    [
      'another content type',
      415,
      'Content-Type',
      () => post(mailOf('x', 'X'), { headers: { 'content-type': 'text/plain' } }),
    ],
    ['an unknown inbox', 404, undefined, () => post(mailOf('x', 'X'), { inbox: 'inb_nobody' })],
    ['a missing key', 401, 'Authorization', () => fetch(`${system.url}/v1/threads`)],
    [
      'a wrong key',
      401,
      'Authorization',
      () => system.call('GET', '/v1/threads', undefined, { authorization: 'Bearer sk_wrong-wrong-wrong' }),
    ],
    ['a cursor of one’s own making', 400, 'cursor', () => system.call('GET', '/v1/threads?cursor=abc')],
    ['a limit out of range', 400, 'limit', () => system.call('GET', '/v1/threads?limit=1000')],
    ['an unknown parameter', 400, 'lmit', () => system.call('GET', '/v1/threads?lmit=10')],
    ['a thread that is not there', 404, undefined, () => system.call('GET', '/v1/threads/thr_nothere')],
    [
      'a body that is not JSON',
      400,
      undefined,
      () => system.call('PATCH', '/v1/threads/thr_nothere', '{', { 'content-type': 'application/json' }),
    ],
    ['a path that is not there', 404, undefined, () => system.call('GET', '/v1/nothing')],
  ])('%s is answered %i with the field at fault and what to do', async (_, status, field, ask) => {
    const answer = await ask()
    const problem = (await answer.json()) as Record<string, unknown>
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      expect.stringContaining('application/problem+json'),
    ])
    expect(problem).toMatchObject({
      status,
      type: expect.stringMatching(/^urn:skein:problem:[a-z-]+$/),
      title: expect.any(String),
    })
    expect(problem['detail']).toEqual(expect.any(String))
    if (field !== undefined) expect(problem).toMatchObject({ field, fix: expect.any(String) })
    const next = await post(mailOf(`after-${status}-${field ?? ''}`, 'Still there'))
    expect(next.status).toBe(202)
  })
})
