import { describe, expect, it } from 'vitest'
import {
  space,
  support,
  partition,
  receive,
  mail,
  call,
  patch,
  log,
  received,
  useQuery,
} from '../test/running-query.js'

useQuery()

describe('marking read', () => {
  it('is refused while nobody writes the partition, with the time to try again', async () => {
    const { thread, sequence } = await receive(mail('w1', 'Nobody writes'))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    const { status, body, headers } = await patch(`/v1/threads/${thread}`, { is_read: true })
    expect([status, body['type'], headers.get('retry-after')]).toEqual([503, 'urn:skein:problem:no-writer', '1'])
  })

  it('tells the writer what the caller was shown, and answers with where it was recorded', async () => {
    const { thread, sequence } = await receive(mail('w2', 'Shown'))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    const commands: unknown[] = []
    const writer = log.connection.subscribe(`skein.cmd.threader.${partition}.MarkThreadRead`, {
      callback: (_, message) => {
        commands.push(message.json())
        message.respond(JSON.stringify({ ok: true, result: { partition, sequence: 4711, events: [] } }))
      },
    })
    await log.connection.flush()
    const whole = await patch(`/v1/threads/${thread}`, { is_read: true })
    expect(whole).toMatchObject({
      status: 200,
      body: { id: thread, partition, sequence: 4711, wait_for: `${partition}:4711` },
    })
    await patch(`/v1/threads/${thread}`, { is_read: true, inbox: support }, { 'if-match': '"3"' })
    await patch(`/v1/threads/${thread}`, { is_read: false, up_to: 2 })
    writer.unsubscribe()
    const base = { space, thread, inboxes: [support], actor: expect.stringMatching(/^key_/), id: expect.any(String) }
    expect(commands).toEqual([
      { ...base, isRead: true, upTo: sequence },
      { ...base, isRead: true, upTo: 3 },
      { ...base, isRead: false, upTo: 2 },
    ])
  })
})

describe('taking care of a thread', () => {
  const answered = async (respond: (name: string) => object, body: object, headers = {}) => {
    const { thread, sequence } = await receive(mail(`care${received}`, 'Cared for'))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    const commands: { name: string; payload: Record<string, unknown> }[] = []
    const writer = log.connection.subscribe(`skein.cmd.threader.${partition}.*`, {
      callback: (_, message) => {
        const name = message.subject.split('.').at(-1) ?? ''
        commands.push({ name, payload: message.json() })
        message.respond(JSON.stringify(respond(name)))
      },
    })
    await log.connection.flush()
    const answer = await patch(`/v1/threads/${thread}`, body, headers)
    writer.unsubscribe()
    return { answer, commands, thread, sequence }
  }
  const ok = () => ({ ok: true, result: { partition, sequence: 4711, events: [] } })

  it('claims first, then labels, then says what is handled and read, up to what was seen', async () => {
    const body = { is_read: true, handled: true, labels: { add: ['vip'] }, claim: { for: 60, by: 'ann' } }
    const { answer, commands, thread } = await answered(ok, body, { 'if-match': '"3"' })
    expect(answer).toMatchObject({ status: 200, body: { id: thread, up_to: 3, wait_for: `${partition}:4711` } })
    expect(commands.map(({ name }) => name)).toEqual(['ClaimThread', 'LabelThread', 'HandleThread', 'MarkThreadRead'])
    const [claim, label, handle] = commands.map(({ payload }) => payload)
    expect(claim).toMatchObject({ thread, by: 'ann', until: expect.stringMatching(/^20.*Z$/) })
    expect(label).toMatchObject({ thread, add: ['vip'], remove: [] })
    expect(handle).toMatchObject({ thread, by: 'ann', upTo: 3 })
  })

  it('gives a claim back, and opens what was handled', async () => {
    const { commands } = await answered(ok, { claim: null, handled: false, by: 'ann' })
    expect(commands).toMatchObject([
      { name: 'ReleaseThread', payload: { by: 'ann' } },
      { name: 'ReopenThread', payload: { by: 'ann' } },
    ])
  })

  it('does nothing else for who does not get the claim', async () => {
    const refused = () => ({ ok: false, code: 'claimed', detail: 'bob has it.' })
    const { answer, commands } = await answered(refused, { claim: { for: 60 }, is_read: true })
    expect(answer).toMatchObject({ status: 409, body: { type: 'urn:skein:problem:claimed', detail: 'bob has it.' } })
    expect(commands.map(({ name }) => name)).toEqual(['ClaimThread'])
  })

  it.each([
    ['{"claim":{"for":0}}', 'claim.for'],
    ['{"claim":{}}', 'claim.for'],
    ['{"claim":{"for":60,"by":""}}', 'claim.by'],
    ['{"labels":{"add":["a\\nb"]}}', 'labels.add.0'],
    ['{"labels":["a"]}', 'labels'],
    ['{"handled":"yes"}', 'handled'],
  ])('is refused as %s, naming %s', async (body, field) => {
    const answer = await call('/v1/threads/thr_none', { method: 'PATCH', body })
    expect(answer).toMatchObject({ status: 400, body: { field, fix: expect.any(String) } })
  })
})
