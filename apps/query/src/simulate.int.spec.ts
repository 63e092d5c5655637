import { describe, expect, it } from 'vitest'
import { KEY, READER, STRANGER, partition, receive, mail, call, useQuery } from '../test/running-query.js'

useQuery()

describe('simulating mail clients', () => {
  interface Grouped {
    client: string
    conversations: number
    messages: Record<string, unknown>[]
  }
  const simulate = async (body: unknown, key = KEY) => {
    const answer = await call('/v1/simulate', { method: 'POST', body: JSON.stringify(body), key })
    return { ...answer, clients: (answer.body as unknown as { clients: Grouped[] }).clients }
  }
  const draft = { subject: 'Re: Simulated', from: 'support@skein.test', to: 'ada@mail.test' }

  it('says for each client where a draft to a stored thread will land, by which rule, and how sure that is', async () => {
    const first = await receive(mail('s1', 'Simulated'))
    await call(`/v1/threads?wait_for=${partition}:${first.sequence}`)
    const ids = { in_reply_to: '<s1@mail.test>', references: ['<s1@mail.test>'] }
    const { status, clients } = await simulate({ thread_id: first.thread, draft: { ...draft, ...ids } }, READER)
    expect(status).toBe(200)
    expect(clients.map(({ client, conversations }) => `${client} ${conversations}`)).toEqual([
      'gmail 1',
      'outlook 1',
      'outlook-imap 2',
      'apple 1',
      'thunderbird 1',
    ])
    expect(clients[0]?.messages).toMatchObject([
      { source: 'thread', id: first.message, message_id: '<s1@mail.test>', conversation: 1, tied_to: null },
      {
        source: 'draft',
        id: null,
        message_id: null,
        conversation: 1,
        rule: 'reply',
        tied_to: 0,
        sureness: 'vendor text',
      },
    ])
    const changed = await simulate({
      client: 'gmail',
      thread_id: first.thread,
      draft: { ...draft, ...ids, subject: 'Another' },
    })
    expect(changed.clients).toMatchObject([
      { client: 'gmail', conversations: 2, messages: [{}, { rule: 'other-subject' }] },
    ])
  })

  it('takes raw mails and headers alike, ids with or without brackets', async () => {
    const raw = 'From: a@a.test\r\nSubject: Q\r\nMessage-ID: <raw1@a.test>\r\n\r\nText\r\n'
    const given = { message_id: 'head1@a.test', subject: 'Re: Q', references: 'raw1@a.test' }
    const { clients } = await simulate({ client: 'thunderbird', messages: [raw, given] })
    expect(clients[0]?.messages).toMatchObject([{ rule: 'start' }, { rule: 'reply', tied_to: 0 }])
  })

  it.each([
    ['nothing to group', {}, 'messages'],
    ['a client that it does not know', { client: 'mutt', draft }, 'client'],
    ['text that is no mail', { messages: ['no mail at all'] }, 'messages.0'],
    ['a header of several lines', { messages: [{ subject: 'Q\r\nBcc: x@x.test' }] }, 'messages.0.subject'],
    ['a date that is none', { draft: { ...draft, date: 'yesterday' } }, 'draft.date'],
    ['a member that it does not know', { draft: { ...draft, body: 'Words.' } }, 'draft.body'],
    ['201 mails', { messages: Array.from({ length: 201 }, () => ({ subject: 'Q' })) }, 'messages'],
    ['200 mails and a draft', { draft, messages: Array.from({ length: 200 }, () => ({ subject: 'Q' })) }, 'messages'],
  ])('refuses %s, naming the field and what to send', async (_, body, field) => {
    const answer = await simulate(body)
    expect(answer).toMatchObject({ status: 400, body: { field, fix: expect.any(String) } })
  })

  it('refuses a thread of another account and a body over 1 MB', async () => {
    const { thread, sequence } = await receive(mail('s2', 'Not theirs'))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    expect((await simulate({ thread_id: thread }, STRANGER)).status).toBe(404)
    expect((await simulate({ messages: ['x'.repeat(1_100_000)] })).status).toBe(413)
  })
})
