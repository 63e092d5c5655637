import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system.js'

interface Message {
  id: string
  thread_id: string
  message_id: string
  is_read: boolean
  parent_id: string | null
  parent_message_id: string | null
}
interface Thread {
  id: string
  subject: string
  message_count: number
  unread_count: number
  is_read: boolean
  version: number
  tree: {
    id: string | null
    message_id: string
    is_ghost: boolean
    nearest_known_ancestor: string | null
    depth: number
  }[]
}

describe('threading as the API shows it', () => {
  let system: System

  const json = async <T>(path: string): Promise<T> => {
    const answer = await system.call('GET', path)
    const body = (await answer.json()) as T
    expect([answer.status, body]).toEqual([200, expect.anything()])
    return body
  }
  const send = async (id: string, names: { answers?: string; references?: string[] } = {}): Promise<Message> => {
    const { answers, references } = names
    const raw = [
      'From: Ada <ada@made.example>',
      'To: support@skein.example',
      `Message-ID: <${id}@made.example>`,
      ...(answers === undefined ? [] : [`In-Reply-To: <${answers}@made.example>`]),
      ...(references === undefined
        ? []
        : [`References: ${references.map((one) => `<${one}@made.example>`).join(' ')}`]),
      `Subject: ${answers === undefined ? '' : 'Re: '}Topic ${id.split('-')[0]}`,
      '',
      `Text of ${id}.`,
      '',
    ].join('\r\n')
    const { message_id: message, sequence } = (await (await system.mail(raw)).json()) as Record<string, string>
    return json<Message>(`/v1/messages/${message}?wait_for=${sequence}`)
  }
  const markRead = async ({ thread_id }: Message): Promise<void> => {
    const answer = await system.call('PATCH', `/v1/threads/${thread_id}`, { is_read: true })
    const { wait_for: place } = (await answer.json()) as { wait_for: string }
    await json(`/v1/threads/${thread_id}?wait_for=${place}`)
  }

  beforeAll(async () => {
    system = await startSystem()
  })
  afterAll(async () => {
    await system?.stop()
  })

  it('names a parent that never came, and the nearest ancestor that did', async () => {
    const root = await send('ghost-1')
    const third = await send('ghost-3', { answers: 'ghost-2', references: ['ghost-1', 'ghost-2'] })
    expect(third).toMatchObject({
      thread_id: root.thread_id,
      parent_id: null,
      parent_message_id: '<ghost-2@made.example>',
    })
    const { tree } = await json<Thread>(`/v1/threads/${root.thread_id}?tree=true`)
    expect(tree.map(({ message_id, is_ghost, depth }) => [message_id, is_ghost, depth])).toEqual([
      ['<ghost-1@made.example>', false, 0],
      ['<ghost-2@made.example>', true, 1],
      ['<ghost-3@made.example>', false, 2],
    ])
    expect(tree.find(({ id }) => id === third.id)?.nearest_known_ancestor).toBe(root.id)
  })

  it('keeps the id of a thread when the mail that began it comes late, and shows that mail as its root', async () => {
    const reply = await send('late-2', { answers: 'late-1' })
    const first = await send('late-1')
    expect(first.thread_id).toBe(reply.thread_id)
    const { subject, tree } = await json<Thread>(`/v1/threads/${reply.thread_id}?tree=true`)
    expect([subject, tree[0]?.id]).toEqual(['Topic late', first.id])
  })

  it('makes a read thread unread by new mail, and leaves what was read as it was', async () => {
    const first = await send('read-1')
    await markRead(first)
    const second = await send('read-2', { answers: 'read-1' })
    const thread = await json<Thread>(`/v1/threads/${first.thread_id}`)
    expect(thread).toMatchObject({ is_read: false, unread_count: 1 })
    const { messages } = await json<{ messages: Message[] }>(`/v1/threads/${first.thread_id}/messages`)
    expect(messages.map(({ id, is_read }) => [id, is_read])).toEqual([
      [first.id, true],
      [second.id, false],
    ])
  })

  it('leaves mail unread that the caller was not shown when it marked the thread read', async () => {
    const first = await send('shown-1')
    const { version } = await json<Thread>(`/v1/threads/${first.thread_id}`)
    await send('shown-2', { answers: 'shown-1' })
    const answer = await system.call(
      'PATCH',
      `/v1/threads/${first.thread_id}`,
      { is_read: true },
      { 'if-match': `"${version}"` },
    )
    const { wait_for: place } = (await answer.json()) as { wait_for: string }
    expect(await json<Thread>(`/v1/threads/${first.thread_id}?wait_for=${place}`)).toMatchObject({ unread_count: 1 })
  })

  it('keeps the read state of each message when a read and an unread thread merge', async () => {
    const first = await send('merge-1')
    await markRead(first)
    await send('merge-3', { answers: 'merge-2' })
    const tie = await send('merge-2', { answers: 'merge-1' })
    const thread = await json<Thread>(`/v1/threads/${tie.thread_id}`)
    expect(thread).toMatchObject({ message_count: 3, unread_count: 2 })
    const { messages } = await json<{ messages: Message[] }>(`/v1/threads/${tie.thread_id}/messages`)
    expect(messages.filter(({ is_read }) => is_read).map(({ id }) => id)).toEqual([first.id])
  })

  it('holds 250 messages in one thread, in pages', async () => {
    let last = await send('long-0')
    for (let n = 1; n < 250; n++) last = await send(`long-${n}`, { answers: `long-${n - 1}` })
    expect(await json<Thread>(`/v1/threads/${last.thread_id}`)).toMatchObject({ message_count: 250 })
    const ids: string[] = []
    for (let cursor = ''; ;) {
      const page = await json<{ messages: Message[]; next_cursor: string | null }>(
        `/v1/threads/${last.thread_id}/messages?limit=100${cursor}`,
      )
      ids.push(...page.messages.map(({ id }) => id))
      if (page.next_cursor === null) break
      cursor = `&cursor=${encodeURIComponent(page.next_cursor)}`
    }
    expect([ids.length, new Set(ids).size]).toEqual([250, 250])
  })
})
