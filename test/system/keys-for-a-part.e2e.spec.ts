import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system.js'

interface Thread {
  id: string
  subject: string
  message_count: number
  unread_count: number
  inboxes: { inbox: string; unread_count: number }[]
  messages: { id: string }[]
}

const mailOf = (id: string, subject: string, ...headers: string[]): string =>
  [
    ...['From: Ada <ada@made.example>', 'To: someone@skein.example', `Message-ID: <${id}@made.example>`],
    ...[`Subject: ${subject}`, 'Date: Mon, 05 Jan 2026 08:00:00 +0000', ...headers, '', `Text of ${id}.`, ''],
  ].join('\r\n')

describe('a key for a part of an account', () => {
  let system: System
  const ids: Record<string, string> = {}
  let thread: string

  const ask = async <T>(key: string, path: string): Promise<T> => {
    const answer = await fetch(new URL(`/v1/${path}`, system.url), { headers: { authorization: `Bearer ${key}` } })
    const text = await answer.text()
    expect(answer.status, text).toBe(200)
    return JSON.parse(text) as T
  }
  const statusOf = async (key: string, path: string, method = 'GET', body?: object): Promise<number> => {
    const headers = { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) }
    const sent = { method, headers, ...(body && { body: JSON.stringify(body) }) }
    return (await fetch(new URL(`/v1/${path}`, system.url), sent)).status
  }
  const keyFor = async (part: object): Promise<string> => {
    const answer = await system.call('POST', '/v1/api-keys', { name: 'part', ...part })
    return ((await answer.json()) as { key: string }).key
  }
  const subjects = async (key: string, query = ''): Promise<string[]> =>
    (await ask<{ threads: Thread[] }>(key, `threads${query}`)).threads.map(({ subject }) => subject).sort()

  beforeAll(async () => {
    system = await startSystem()
    const sent = async (name: string, inbox: string, raw: string) => {
      const { message_id, sequence } = (await (await system.mail(raw, inbox)).json()) as Record<string, string>
      ids[name] = message_id ?? ''
      await system.call('GET', `/v1/messages/${message_id}?wait_for=${sequence}`)
    }
    await sent('asked', 'inb_support', mailOf('asked', 'Both'))
    await sent('answered', 'inb_sales', mailOf('answered', 'Re: Both', 'In-Reply-To: <asked@made.example>'))
    await sent('alone', 'inb_team', mailOf('alone', 'Team only'))
    thread = (await ask<{ thread_id: string }>(system.key, `messages/${ids['asked']}`)).thread_id
  })
  afterAll(() => system?.stop())

  it('lists and counts what it is for, and nothing else', async () => {
    const [sales, two, space] = [
      await keyFor({ inboxes: ['inb_sales'] }),
      await keyFor({ inboxes: ['inb_sales', 'inb_team'] }),
      await keyFor({ spaces: ['spc_demo'] }),
    ]
    expect([await subjects(sales), await subjects(two), await subjects(space)]).toEqual([
      ['Both'],
      ['Both', 'Team only'],
      ['Both', 'Team only'],
    ])
    const counts = await Promise.all([sales, two, space].map((key) => ask<{ count: number }>(key, 'threads/count')))
    expect(counts.map(({ count }) => count)).toEqual([1, 2, 2])
    expect(await statusOf(sales, 'inboxes/inb_support/threads')).toBe(404)
    expect(await statusOf(sales, 'threads?inbox=inb_support')).toBe(404)
  })

  it('sees of a thread the messages of its inboxes, and the counts of these', async () => {
    const key = await keyFor({ inboxes: ['inb_sales'] })
    const found = await ask<Thread & { tree: unknown }>(key, `threads/${thread}?tree=true`)
    expect(found.messages.map(({ id }) => id)).toEqual([ids['answered']])
    expect(found.inboxes.map(({ inbox }) => inbox)).toEqual(['inb_sales'])
    expect(found.message_count).toBe(1)
    expect(JSON.stringify(found.tree)).not.toContain(ids['asked'])
    const page = await ask<{ messages: { id: string }[] }>(key, `threads/${thread}/messages`)
    expect(page.messages.map(({ id }) => id)).toEqual([ids['answered']])
    for (const path of ['', '/raw', '/explain', '/diagnosis'])
      expect(await statusOf(key, `messages/${ids['asked']}${path}`)).toBe(404)
  })

  it('marks read for its inboxes alone', async () => {
    const key = await keyFor({ inboxes: ['inb_sales'], scopes: ['read', 'write'] })
    expect(await statusOf(key, `threads/${thread}`, 'PATCH', { is_read: true, inbox: 'inb_support' })).toBe(400)
    const answer = await fetch(new URL(`/v1/threads/${thread}`, system.url), {
      method: 'PATCH',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{"is_read":true}',
    })
    const { wait_for } = (await answer.json()) as { wait_for: string }
    const { inboxes } = await ask<Thread>(system.key, `threads/${thread}?wait_for=${wait_for}`)
    expect(Object.fromEntries(inboxes.map((one) => [one.inbox, one.unread_count]))).toEqual({
      inb_sales: 0,
      inb_support: 1,
    })
  })

  it('corrects only what it sees', async () => {
    const key = await keyFor({ inboxes: ['inb_sales'], scopes: ['read', 'write'] })
    expect(await statusOf(key, `threads/${thread}/split`, 'POST', { messages: [ids['asked']] })).toBe(404)
    const other = (await ask<{ thread_id: string }>(system.key, `messages/${ids['alone']}`)).thread_id
    expect(await statusOf(key, `threads/${thread}/merge`, 'POST', { with: [other] })).toBe(404)
    expect(await statusOf(key, `threads/${thread}/split`, 'POST', { messages: [ids['answered']] })).toBe(200)
  })
})
