import { describe, expect, it } from 'vitest'
import { partition, receive, mail, call, useQuery } from '../test/running-query.js'

useQuery()

describe('the diagnosis of a message', () => {
  interface Check {
    check: string
    ok: string
    meant: string | null
    mend: string | null
  }
  const diagnosed = async (message: string, sequence: number) => {
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    const { status, body } = await call(`/v1/messages/${message}/diagnosis`)
    return { status, body, checks: (body as unknown as { checks: Check[] }).checks }
  }

  it('holds for an answer that keeps its thread', async () => {
    await receive(mail('d1', 'Diagnosed'))
    const chain = ['In-Reply-To: <d1@mail.test>', 'References: <d1@mail.test>']
    const { message, thread, sequence } = await receive(mail('d2', 'Re: Diagnosed', chain))
    const { body, checks } = await diagnosed(message, sequence)
    expect(body).toMatchObject({ message_id: message, thread_id: thread, compared_with: 1 })
    expect(checks.map(({ check, ok }) => `${check} ${ok}`)).toEqual([
      'message-id yes',
      'in-reply-to yes',
      'references yes',
      'subject yes',
      'thread-index no',
    ])
  })

  it('finds the mail that was meant in another thread of the same subject', async () => {
    await receive(mail('Near.Miss.1', 'Nearly'))
    const { message, sequence } = await receive(mail('d3', 'Re: Nearly', ['In-Reply-To: <near.miss.1@mail.test>']))
    const { checks } = await diagnosed(message, sequence)
    expect(checks[1]).toMatchObject({ check: 'in-reply-to', ok: 'no', meant: '<Near.Miss.1@mail.test>' })
    expect(checks[1]?.mend).toContain('In-Reply-To: <Near.Miss.1@mail.test>')
  })

  it('names the other mail that has its Message-ID, in whatever thread', async () => {
    await receive(mail('twice1', 'One of two'))
    const { message, sequence } = await receive(mail('twice1', 'Two of two'), { body: 'Quite other words.' })
    const { checks } = await diagnosed(message, sequence)
    expect(checks[0]).toMatchObject({ check: 'message-id', ok: 'no', found: expect.stringContaining('“One of two”') })
  })
})
