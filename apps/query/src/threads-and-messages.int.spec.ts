import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { message as messageSchema } from './answers/message.js'
import { diagnosis, explanation, quarantineList, simulation, suggestionList } from './answers/reasons.js'
import { messageList, threadAnswer, threadCount, threadList } from './answers/thread.js'
import { support, KEY, partition, receive, mail, call, query, useQuery } from '../test/running-query.js'

useQuery()

describe('a thread', () => {
  it('comes with its messages in reading order, with its tree when asked, and with its version as ETag', async () => {
    const first = await receive(mail('t1', 'Tree'))
    const third = await receive([
      ...mail('t3', 'Re: Tree', ['In-Reply-To: <t2@mail.test>', 'References: <t1@mail.test> <t2@mail.test>']).filter(
        (line) => !line.startsWith('Date'),
      ),
      'Date: Mon, 05 Jan 2026 10:00:00 +0000',
    ])
    const { headers, body } = await call(
      `/v1/threads/${first.thread}?tree=true&wait_for=${partition}:${third.sequence}`,
    )
    expect(headers.get('etag')).toBe(`"${body.version}"`)
    expect(body.messages.map(({ id }) => id)).toEqual([first.message, third.message])
    expect(body.inboxes).toEqual([expect.objectContaining({ inbox: support, message_count: 2, unread_count: 2 })])
    expect(body['tree']).toEqual([
      expect.objectContaining({ id: first.message, depth: 0, is_ghost: false }),
      expect.objectContaining({
        id: null,
        message_id: '<t2@mail.test>',
        depth: 1,
        is_ghost: true,
        parent_id: first.message,
      }),
      expect.objectContaining({ id: third.message, depth: 2, parent_id: null, nearest_known_ancestor: first.message }),
    ])
  })

  it('is found by every id that it ever had', async () => {
    const later = await receive(mail('m3', 'Re: Halves', ['In-Reply-To: <m2@mail.test>']))
    const early = await receive(mail('m1', 'Halves'))
    const bridge = await receive(mail('m2', 'Re: Halves', ['In-Reply-To: <m1@mail.test>']))
    const wait = `?wait_for=${partition}:${bridge.sequence}`
    for (const id of [later.thread, early.thread]) {
      expect((await call(`/v1/threads/${id}${wait}`)).body).toMatchObject({
        id: bridge.thread,
        message_count: 3,
        subject: 'Halves',
      })
    }
  })

  it('lists its messages page by page, each with what a reader needs', async () => {
    const first = await receive(mail('p1', 'Pages', ['Cc: Bo <bo@mail.test>']), { body: 'Fresh.\r\n\r\n> old' })
    const second = await receive(
      mail('p2', 'Re: Pages', ['In-Reply-To: <p1@mail.test>', 'References: <p0@mail.test> <p1@mail.test>']),
    )
    const page = await call(`/v1/threads/${first.thread}/messages?limit=1&wait_for=${partition}:${second.sequence}`)
    expect(page.body.messages).toHaveLength(1)
    const next = await call(`/v1/threads/${first.thread}/messages?limit=1&cursor=${page.body.next_cursor}`)
    const both = [...page.body.messages, ...next.body.messages]
    expect(next.body.next_cursor).toBeNull()
    expect(both.find(({ id }) => id === first.message)).toMatchObject({
      thread_id: first.thread,
      direction: 'in',
      from_addr: 'ada@mail.test',
      to_addr: 'support@skein.test',
      header_to: [{ name: '', address: 'support@skein.test' }],
      cc: [{ name: 'Bo', address: 'bo@mail.test' }],
      delivery_role: 'to',
      message_id: '<p1@mail.test>',
      in_reply_to: [],
      references: [],
      subject: 'Pages',
      text: 'Fresh.\r\n\r\n> old',
      new_text: 'Fresh.',
      is_read: false,
    })
    expect(both.find(({ id }) => id === second.message)).toMatchObject({
      in_reply_to: ['<p1@mail.test>'],
      references: ['<p0@mail.test>', '<p1@mail.test>'],
      parent_id: first.message,
    })
  })
})

describe('a message', () => {
  it('says why it is where it is', async () => {
    const first = await receive(mail('e1', 'Explained'))
    const second = await receive(mail('e2', 'Re: Explained', ['In-Reply-To: <e1@mail.test>']))
    await call(`/v1/threads?wait_for=${partition}:${second.sequence}`)
    const { body } = await call(`/v1/messages/${second.message}/explain`)
    expect(body).toMatchObject({ message_id: second.message, thread_id: first.thread, rule: expect.any(String) })
    expect(body.words.join('\n')).toContain(`In-Reply-To says e1@mail.test: that is message ${first.message}`)
  })

  it('comes as it was received, octet for octet', async () => {
    const { message, raw, sequence } = await receive(mail('r1', 'Räw'.normalize()))
    await call(`/v1/messages/${message}?wait_for=${partition}:${sequence}`)
    const answer = await fetch(`${query.url}/v1/messages/${message}/raw`, {
      headers: { authorization: `Bearer ${KEY}` },
    })
    expect(answer.headers.get('content-type')).toBe('message/rfc822')
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename=/)
    expect(Buffer.from(await answer.arrayBuffer()).equals(raw)).toBe(true)
  })
})

describe('answers', () => {
  /** Every call that reads, with what its description says that it answers. */
  const walk = (thread: string, message: string): [path: string, schema: z.ZodType][] => [
    ['/v1/threads', threadList],
    ['/v1/threads?q=shapes', threadList],
    [`/v1/inboxes/${support}/threads?domain=mail.test`, threadList],
    ['/v1/threads/count', threadCount],
    [`/v1/threads/${thread}?tree=true`, threadAnswer],
    [`/v1/threads/${thread}/messages`, messageList],
    [`/v1/messages/${message}`, messageSchema],
    [`/v1/messages/${message}/explain`, explanation],
    [`/v1/messages/${message}/diagnosis`, diagnosis],
    ['/v1/suggestions', suggestionList],
    ['/v1/quarantine', quarantineList],
  ]

  it('have what their schemas say, and nothing beside', async () => {
    const first = await receive(mail('sh1', 'Shapes', ['Cc: "Bo" <bo@mail.test>']), { body: 'All the shapes.' })
    const chain = ['In-Reply-To: <sh1@mail.test>', 'References: <sh0@mail.test> <sh1@mail.test>']
    const { message, sequence } = await receive(mail('sh2', 'Re: Shapes', chain))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    for (const [path, schema] of walk(first.thread, message)) {
      const { status, body } = await call(path)
      expect([path, status]).toEqual([path, 200])
      expect([path, schema.parse(body)]).toEqual([path, body])
    }
    const asked = { thread_id: first.thread, draft: { subject: 'Re: Shapes' } }
    const { body } = await call('/v1/simulate', { method: 'POST', body: JSON.stringify(asked) })
    expect(simulation.parse(body)).toEqual(body)
  })

  it('of a thread that has not changed are empty for who has it', async () => {
    const { thread, sequence } = await receive(mail('etag1', 'Unchanged'))
    const first = await call(`/v1/threads/${thread}?wait_for=${partition}:${sequence}`)
    const etag = first.headers.get('etag') ?? ''
    const headers = { authorization: `Bearer ${KEY}`, 'if-none-match': etag }
    const again = await fetch(`${query.url}/v1/threads/${thread}`, { headers })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })
})
