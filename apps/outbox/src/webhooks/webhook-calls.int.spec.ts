import { type SkeinEvent } from '@skein/events'
import { type Arrived } from '../../test/webhook-receiver.js'
import { describe, expect, it } from 'vitest'
import {
  READER,
  STRANGER,
  partition,
  log,
  receiver,
  type Answer,
  running,
  start,
  endpoint,
  event,
  append,
  arrive,
  onOwnLog,
} from '../../test/webhook-outbox.js'

onOwnLog()

describe('the calls about a webhook', () => {
  it('list what was tried, newest first, in pages, and of one event', async () => {
    const { id } = await endpoint()
    const outbox = await start()
    const sent: string[] = []
    for (let i = 0; i < 5; i++) {
      sent.push(...(await append(event('listed'))))
      await arrive(i + 1)
    }
    const list = async (query: string) => (await outbox.call('GET', `/v1/webhooks/${id}/attempts?${query}`)).body
    await expect.poll(async () => (await list('limit=10')).attempts.length).toBe(5)
    const first = await list('limit=2')
    const second = await list(`limit=10&cursor=${first.next_cursor}`)
    expect(second.next_cursor).toBeNull()
    const ids = [...first.attempts, ...second.attempts].map((one) => one.event_id)
    expect(ids).toEqual([...sent].reverse())
    const { attempts } = await list(`event=${sent[2]}`)
    const attempt = attempts[0] as Answer['attempts'][number]
    expect(attempt).toMatchObject({
      event_id: sent[2],
      kind: 'event',
      attempt: 1,
      status: 204,
      error: null,
      next_at: null,
    })
    expect((await list(`event=${attempt.position}`)).attempts).toEqual([attempt])
  })

  it('send one event again on a person’s word, under its id', async () => {
    const { id } = await endpoint()
    const outbox = await start()
    const [one, two] = await append(event('again'), event('again'))
    await arrive(2)
    const { position } = receiver.arrived[0] as { position: string }
    expect(await outbox.call('POST', `/v1/webhooks/${id}/replay`, { event: position })).toEqual({
      status: 202,
      body: { webhook_id: id, events: 1, stretches: [{ from: position, to: position }] },
    })
    await arrive(3)
    await expect
      .poll(async () => (await outbox.call('POST', `/v1/webhooks/${id}/replay`, { event: two })).status)
      .toBe(202)
    await arrive(4)
    expect(receiver.ids.slice(2)).toEqual([one, two])
  })

  it('send a range again, by positions or by times, what fails of it by the schedule', async () => {
    const { id } = await endpoint({ types: ['ThreadReopened'] })
    const outbox = await start()
    const began = new Date().toISOString()
    const mine = (): SkeinEvent => event('range', { type: 'ThreadReopened', data: { by: 'x' } })
    const events = [mine(), event('range'), mine(), mine(), event('range')]
    await append(...events)
    await arrive(3)
    const [first, second, third] = receiver.arrived as [Arrived, Arrived, Arrived]
    receiver.answer = (response) => response.writeHead(receiver.arrived.length === 4 ? 500 : 200).end()
    const range = { from: first.position, to: second.position }
    const answer = await outbox.call('POST', `/v1/webhooks/${id}/replay`, range)
    expect(answer.body).toEqual({ webhook_id: id, events: 2, stretches: [range] })
    await arrive(6)
    expect(receiver.ids.slice(3)).toEqual([first.id, second.id, first.id])
    expect((await outbox.call('POST', `/v1/webhooks/${id}/replay`, { from: began })).body).toMatchObject({ events: 3 })
    await arrive(9)
    expect(receiver.ids.slice(6)).toEqual([first.id, second.id, third.id])
  })

  it('keep a replay that was asked for while no process could send', async () => {
    const { id } = await endpoint()
    const first = await start()
    const [one] = await append(event('kept'))
    await arrive(1)
    const { sequence } = receiver.arrived[0] as { sequence: number }
    await first.stop()
    running.length = 0
    await log.webhooks.askReplay(partition, id, { after: sequence - 1, to: sequence, at: new Date().toISOString() })
    await start()
    await arrive(2)
    expect(receiver.ids).toEqual([one, one])
  })

  it('refuse a replay to an endpoint that is switched off, until it is switched on again', async () => {
    const { id } = await endpoint()
    const outbox = await start()
    await append(event('off'))
    await arrive(1)
    const { position } = receiver.arrived[0] as { position: string }
    const disabled = { at: new Date().toISOString(), reason: 'switched off through the API' }
    await log.directory.change('webhook', id, (now) => ({ ...now, disabled }))
    await expect.poll(() => outbox.log.directory.get('webhook', id)?.disabled).not.toBeNull()
    await append(event('off'), event('off'))
    const refused = await outbox.call('POST', `/v1/webhooks/${id}/replay`, { event: position })
    expect(refused).toMatchObject({ status: 409, body: { type: 'urn:skein:problem:webhook-disabled' } })
    await log.directory.change('webhook', id, (now) => ({ ...now, disabled: null }))
    await expect.poll(() => outbox.log.directory.get('webhook', id)?.disabled).toBeNull()
    expect((await outbox.call('POST', `/v1/webhooks/${id}/replay`, { event: position })).status).toBe(202)
    await arrive(2)
    expect(receiver.ids[1]).toBe(receiver.ids[0])
  })

  it('send a test once, also to an endpoint that is switched off, and say what came back', async () => {
    const { id } = await endpoint({ disabled: { at: new Date().toISOString(), reason: 'x' } })
    const outbox = await start()
    receiver.answer = (response) => response.writeHead(201).end('thank you')
    const good = await outbox.call('POST', `/v1/webhooks/${id}/test`)
    expect(good.body).toMatchObject({ delivered: true, status: 201, error: null, answer: 'thank you' })
    expect(receiver.arrived.map(({ id: event, type }) => [event, type])).toEqual([[good.body.event_id, 'skein.test']])
    receiver.answer = (response) => response.writeHead(500).end('no')
    const bad = await outbox.call('POST', `/v1/webhooks/${id}/test`)
    expect(bad.body).toMatchObject({ delivered: false, status: 500, error: 'answered 500', answer: 'no' })
    const { attempts } = (await outbox.call('GET', `/v1/webhooks/${id}/attempts`)).body
    expect(attempts.map((one) => [one.kind, one.status])).toEqual([
      ['test', 500],
      ['test', 201],
    ])
  })

  it.each([
    ['another account', STRANGER, 404],
    ['a key without the scope', READER, 403],
  ])('are closed to %s', async (_, key, status) => {
    const { id } = await endpoint()
    const outbox = await start()
    for (const [method, call] of [
      ['GET', 'attempts'],
      ['POST', 'test'],
      ['POST', 'replay'],
    ] as const) {
      const body = call === 'replay' ? { event: '0:1' } : undefined
      expect((await outbox.call(method, `/v1/webhooks/${id}/${call}`, body, key)).status).toBe(status)
    }
    expect(receiver.arrived).toEqual([])
  })

  it.each([
    [{ event: 'nobody' }, 'event'],
    [{ event: '0:1' }, 'event'],
    [{ event: `${partition}:99999999` }, 'event'],
    [{ event: '99:1' }, 'event'],
    [{ from: '0:1', to: '1:2' }, 'to'],
    [{ from: '0:1', to: '2026-01-01T00:00:00Z' }, 'to'],
  ])('refuse a replay of %j, and name the field', async (body, field) => {
    const { id } = await endpoint({ types: ['ThreadReopened'] })
    const outbox = await start()
    const answer = await outbox.call('POST', `/v1/webhooks/${id}/replay`, body)
    expect(answer).toMatchObject({ status: 400, body: { field } })
  })
})
