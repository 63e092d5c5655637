import { answerOf, createClient, events, pages, type Client, type Message, type ThreadSummary } from '@skein/client'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SMTPServer } from 'smtp-server'
import { startSystem, type System } from './system.js'

interface Mail {
  readonly id: string
  readonly from?: string
  readonly to?: string
  readonly cc?: string
  readonly subject?: string
  readonly answers?: string
  readonly text?: string
}
let minutes = 0
const date = (): string => new Date(Date.UTC(2026, 0, 5, 8, minutes++)).toUTCString().replace('GMT', '+0000')

const rawOf = ({ id, from = 'Ada <ada@customer.example>', to = 'support@skein.example', ...mail }: Mail): string =>
  [
    `From: ${from}`,
    `To: ${to}`,
    ...(mail.cc === undefined ? [] : [`Cc: ${mail.cc}`]),
    `Date: ${date()}`,
    `Message-ID: <${id}@customer.example>`,
    ...(mail.answers === undefined ? [] : [`In-Reply-To: <${mail.answers}@customer.example>`]),
    `Subject: ${mail.subject ?? 'A broken kettle'}`,
    '',
    mail.text ?? `Text of ${id}.`,
    '',
  ].join('\r\n')

/** What an agent with an inbox does all day, one after the other, by the client that others use too. */
describe('the flows of docs/recipes.md', () => {
  let system: System
  let skein: Client
  /** What left by SMTP. */
  const left: string[] = []
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        left.push(Buffer.concat(chunks).toString())
        done()
      })
    },
  })

  const send = async (mail: Mail, inbox = 'inb_support'): Promise<{ message_id: string; sequence: string }> => {
    const answer = await system.mail(rawOf(mail), inbox)
    expect(answer.status).toBe(202)
    return (await answer.json()) as { message_id: string; sequence: string }
  }
  const unread = async (wait_for?: string): Promise<ThreadSummary[]> => {
    const query = { is_read: 'false' as const, ...(wait_for === undefined ? {} : { wait_for }) }
    const params = { path: { inbox: 'support@skein.example' }, query }
    return (await answerOf(skein.GET('/v1/inboxes/{inbox}/threads', { params }))).threads
  }
  const messages = async (id: string, wait_for?: string): Promise<Message[]> => {
    const query = wait_for === undefined ? {} : { wait_for }
    return (await answerOf(skein.GET('/v1/threads/{id}/messages', { params: { path: { id }, query } }))).messages
  }

  beforeAll(async () => {
    system = await startSystem()
    skein = createClient({ url: system.url, key: system.key })
    smtp.listen(0, '127.0.0.1')
    await once(smtp.server, 'listening')
    const { port } = smtp.server.address() as AddressInfo
    const transport = { name: 'spec', host: '127.0.0.1', port, security: 'none' as const, domains: ['skein.example'] }
    await skein.POST('/v1/transports', { body: transport })
  })
  afterAll(async () => {
    await system.stop()
    smtp.close()
  })

  it('polls the unread threads of an inbox, reads in order, marks read; a new mail makes it unread again', async () => {
    await send({ id: 'k1' })
    const { sequence } = await send({ id: 'k2', answers: 'k1', subject: 'Re: A broken kettle' })
    const [thread] = await unread(sequence)
    expect(thread).toMatchObject({ subject: 'A broken kettle', message_count: 2, unread_count: 2, is_read: false })
    const id = thread?.id ?? ''
    const read = await messages(id)
    expect(read.map(({ new_text, thread_position }) => [thread_position, new_text?.trim()])).toEqual([
      [1, 'Text of k1.'],
      [2, 'Text of k2.'],
    ])
    const body = { is_read: true, up_to: thread?.version ?? 0 }
    const marked = await answerOf(skein.PATCH('/v1/threads/{id}', { params: { path: { id } }, body }))
    expect(await unread(marked.wait_for)).toEqual([])

    const later = await send({ id: 'k3', answers: 'k2', subject: 'Re: A broken kettle' })
    expect(await unread(later.sequence)).toMatchObject([{ id, unread_count: 1 }])
    expect((await messages(id)).map(({ is_read }) => is_read)).toEqual([true, true, false])
  })

  it('leaves unread what came after the agent looked', async () => {
    const [seen] = await unread()
    const { sequence } = await send({ id: 'k4', answers: 'k3', subject: 'Re: A broken kettle' })
    const id = seen?.id ?? ''
    await unread(sequence)
    const body = { is_read: true, up_to: seen?.version ?? 0 }
    const marked = await answerOf(skein.PATCH('/v1/threads/{id}', { params: { path: { id } }, body }))
    expect(await unread(marked.wait_for)).toMatchObject([{ id, unread_count: 1 }])
  })

  it('finds threads by domain, address and words', async () => {
    await send({ id: 'evil', from: 'Eve <eve@customer.example.evil>', subject: 'Cheap kettles' })
    const { sequence } = await send({ id: 'w1', from: 'Bo <bo@other.example>', subject: 'Invoice', text: 'The zebra.' })
    const subjects = async (query: object): Promise<string[]> => {
      const params = { query: { wait_for: sequence, ...query } }
      return (await answerOf(skein.GET('/v1/threads', { params }))).threads.map(({ subject }) => subject)
    }
    expect(await subjects({ domain: '@customer.example' })).toEqual(['A broken kettle'])
    expect(await subjects({ address: 'bo@other.example' })).toEqual(['Invoice'])
    expect(await subjects({ search: 'KETTLE' })).toEqual(['Cheap kettles', 'A broken kettle'])
    expect(await subjects({ q: 'zebra' })).toEqual(['Invoice'])
  })

  it('walks all pages', async () => {
    let last = ''
    for (let n = 0; n < 7; n++) last = (await send({ id: `p${n}`, subject: `Page ${n}` })).sequence
    await unread(last)
    const found: string[] = []
    const sizes: number[] = []
    for await (const page of pages(skein, '/v1/threads', { query: { limit: 3, search: 'Page' } })) {
      sizes.push(page.threads.length)
      found.push(...page.threads.map(({ subject }) => subject))
    }
    expect(sizes).toEqual([3, 3, 1])
    expect(found).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `Page ${n}`))
  })

  it('replies when it was only copied: to those who were addressed, into the same thread, which is read then', async () => {
    const copied = await send({
      id: 'c1',
      to: 'Cem <cem@customer.example>',
      cc: 'support@skein.example',
      subject: 'For you',
    })
    const id = copied.message_id
    const asked = await answerOf(
      skein.GET('/v1/messages/{id}', { params: { path: { id }, query: { wait_for: copied.sequence } } }),
    )
    expect(asked).toMatchObject({ delivery_role: 'cc', to_addr: 'support@skein.example', direction: 'in' })

    const body = { text: 'We look after it.' }
    const params = { path: { id } }
    const plan = await answerOf(skein.POST('/v1/messages/{id}/reply-all/plan', { params, body }))
    const people = [...plan.to, ...plan.cc].map(({ address }) => address)
    expect(new Set(people)).toEqual(new Set(['ada@customer.example', 'cem@customer.example']))

    const sent = await answerOf(skein.POST('/v1/messages/{id}/reply-all', { params, body }))
    const both = await messages(asked.thread_id, sent.sequence)
    expect(both.map(({ direction }) => direction)).toEqual(['in', 'out'])
    expect(both[1]).toMatchObject({ id: sent.message_id, subject: 'Re: For you', parent_id: id, is_read: true })
    expect(both[0]?.is_read).toBe(true)

    for await (const event of events(skein, { from: 'start', type: 'MessageSent' })) {
      expect(event.message_id).toBe(sent.message_id)
      break
    }
    expect((await messages(asked.thread_id))[1]).toMatchObject({ delivery: { status: 'sent' } })
    expect(left).toHaveLength(1)
    expect(left[0]).toMatch(/^In-Reply-To: <c1@customer\.example>/m)
  })

  it('hears of what happens instead of asking', async () => {
    const stop = new AbortController()
    const heard: string[] = []
    const open = Promise.withResolvers<void>()
    const fetchAndTell = async (request: Request): Promise<Response> => {
      const answer = await fetch(request)
      open.resolve()
      return answer
    }
    const listener = createClient({ url: system.url, key: system.key, fetch: fetchAndTell })
    const listening = (async () => {
      for await (const event of events(listener, {
        type: 'MessageThreaded',
        inbox: 'inb_support',
        signal: stop.signal,
      })) {
        const message = { params: { path: { id: event.message_id ?? '' } } }
        heard.push((await answerOf(skein.GET('/v1/messages/{id}', message))).subject)
        if (heard.length === 3) stop.abort()
      }
    })()
    await open.promise
    for (let n = 0; n < 3; n++) await send({ id: `h${n}`, subject: `Heard ${n}` })
    await listening
    expect(heard).toEqual(['Heard 0', 'Heard 1', 'Heard 2'])
  })
})
