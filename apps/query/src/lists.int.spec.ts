import { describe, expect, it } from 'vitest'
import {
  space,
  support,
  sales,
  STRANGER,
  partition,
  receive,
  mail,
  call,
  log,
  useQuery,
} from '../test/running-query.js'

useQuery()

describe('lists', () => {
  it('show a thread of its inbox and its account to those who wait for it', async () => {
    const { thread, sequence } = await receive(mail('l1', 'Listed'))
    const wait = `wait_for=${partition}:${sequence}`
    const { body } = await call(`/v1/threads?${wait}`)
    const found = body.threads.find(({ id }) => id === thread)
    expect(found).toEqual({
      id: thread,
      space,
      subject: 'Listed',
      snippet: 'Words.',
      last_from: { name: 'Ada Lovelace', address: 'ada@mail.test' },
      participants: [
        { name: 'Ada Lovelace', address: 'ada@mail.test' },
        { name: '', address: 'support@skein.test' },
      ],
      participant_count: 2,
      message_count: 1,
      unread_count: 1,
      is_read: false,
      has_unread: true,
      has_attachment: false,
      awaiting_reply: false,
      labels: [],
      claim: null,
      handled: false,
      handled_by: null,
      handled_at: null,
      first_message_at: '2026-01-05T08:00:00.000Z',
      last_message_at: '2026-01-05T08:00:00.000Z',
      relation: null,
      version: sequence,
    })
    expect(body).toMatchObject({ next_cursor: null, lag: 0, position: { [partition]: sequence } })
    const ids = (answer: typeof body) => answer.threads.map(({ id }) => id)
    expect(ids((await call(`/v1/inboxes/${support}/threads`)).body)).toContain(thread)
    expect(ids((await call('/v1/inboxes/support@skein.test/threads')).body)).toContain(thread)
    expect(ids((await call(`/v1/threads?inbox=${support}`)).body)).toContain(thread)
    expect(ids((await call(`/v1/inboxes/${sales}/threads`)).body)).toEqual([])
  })

  it('wait for an accepted mail too, and for the same mail once more, which makes no event', async () => {
    const { input, message } = await receive(mail('l2', 'Waited for'))
    expect((await call(`/v1/threads?wait_for=${input.stream}:${input.sequence}`)).status).toBe(200)
    const before = await log.endOfEvents(partition)
    const again = await receive(mail('l2', 'Waited for'), { again: message })
    expect(await log.endOfEvents(partition)).toBe(before)
    expect((await call(`/v1/threads?wait_for=${again.input.stream}:${again.input.sequence}`)).status).toBe(200)
  })

  it('find a part of a subject, name or address, in any case and with signs that mean something elsewhere', async () => {
    const { thread, sequence } = await receive(mail('l3', '100%_Größe', ['Cc: "Grace Hopper" <grace@navy.test>']))
    const search = async (part: string) => {
      const { body } = await call(`/v1/threads?search=${encodeURIComponent(part)}&wait_for=${partition}:${sequence}`)
      return body.threads.map(({ id }) => id)
    }
    for (const part of ['100%_g', 'GRÖßE', 'hopper', 'NAVY.te']) expect(await search(part)).toEqual([thread])
    for (const part of ['1000', '100%G', 'nobody']) expect(await search(part)).toEqual([])
  })

  it('are walked page by page without a repetition or a gap', async () => {
    for (const n of [1, 2, 3, 4, 5]) await receive(mail(`walk${n}`, `Walk ${n}`))
    const last = await receive(mail('walk6', 'Walk 6'))
    const walk = async (limit: number) => {
      const ids: string[] = []
      for (let cursor = ''; ;) {
        const { body } = await call(
          `/v1/threads?search=Walk&limit=${limit}&wait_for=${partition}:${last.sequence}${cursor}`,
        )
        ids.push(...body.threads.map(({ id }) => id))
        if (body.next_cursor === null) return ids
        cursor = `&cursor=${body.next_cursor}`
      }
    }
    const whole = await walk(100)
    expect(whole).toHaveLength(6)
    for (const limit of [1, 2, 4, 6]) expect(await walk(limit)).toEqual(whole)
  })

  it('count the threads of the account', async () => {
    const { body } = await call('/v1/threads/count')
    expect(body).toEqual({ count: (await call('/v1/threads?limit=100')).body.threads.length })
    expect((await call('/v1/threads/count', { key: STRANGER })).body).toEqual({ count: 0 })
  })
})
