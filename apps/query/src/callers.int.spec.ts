import { describe, expect, it } from 'vitest'
import {
  account,
  support,
  sales,
  READER,
  STRANGER,
  partition,
  receive,
  mail,
  call,
  query,
  restartQuery,
  useQuery,
} from '../test/running-query.js'

useQuery()

describe('what a key may see', () => {
  it('ends at its account: what others have is answered as what does not exist', async () => {
    const { thread, message, sequence } = await receive(mail('s1', 'Secret'))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    const paths = (t: string, m: string, i: string) => [
      `/v1/threads/${t}`,
      `/v1/threads/${t}/messages`,
      `/v1/messages/${m}`,
      `/v1/messages/${m}/raw`,
      `/v1/messages/${m}/explain`,
      `/v1/messages/${m}/attachments/1`,
      `/v1/inboxes/${i}/threads`,
    ]
    const there = paths(thread, message, support)
    const nowhere = paths('thr_none', 'msg_none', 'inb_none')
    for (const [i, path] of there.entries()) {
      const [theirs, none] = [await call(path, { key: STRANGER }), await call(nowhere[i] as string, { key: STRANGER })]
      expect([theirs.status, none.status]).toEqual([404, 404])
      const plain = ({ body }: typeof theirs) => `${body.title} ${body.detail}`.replaceAll(/(thr|msg|inb)_\w+/g, 'x')
      expect(plain(theirs)).toBe(plain(none))
    }
    expect((await call('/v1/threads', { key: STRANGER })).body.threads).toEqual([])
    expect(
      (await call(`/v1/threads/${thread}`, { key: STRANGER, method: 'PATCH', body: '{"is_read":true}' })).status,
    ).toBe(404)
  })

  it('is told to it', async () => {
    expect((await call('/v1/me')).body).toMatchObject({
      scopes: ['read', 'write'],
      account: { id: account, name: 'A' },
    })
    expect((await call('/v1/inboxes')).body.inboxes.map(({ id }) => id)).toEqual([sales, support])
    expect((await call('/v1/inboxes', { key: STRANGER })).body).toMatchObject({ inboxes: [] })
  })

  it('needs the scope to change anything', async () => {
    const body = '{"is_read":true}'
    expect((await call('/v1/threads/thr_none', { key: READER, method: 'PATCH', body })).status).toBe(403)
  })
})

describe('bad input', () => {
  it.each([
    ['/v1/threads?limit=0', 400, 'limit'],
    ['/v1/threads?limit=many', 400, 'limit'],
    ['/v1/threads?cursor=abc', 400, 'cursor'],
    ['/v1/threads?is_read=yes', 400, 'is_read'],
    ['/v1/threads?is_read=true&unread=true', 400, 'unread'],
    ['/v1/threads?search=', 400, 'search'],
    ['/v1/threads?ofset=3', 400, 'ofset'],
    ['/v1/threads?q=', 400, 'q'],
    ['/v1/threads?domain=a@b.test', 400, 'domain'],
    ['/v1/threads?label=', 400, 'label'],
    ['/v1/threads?handled=maybe', 400, 'handled'],
    ['/v1/threads?before=yesterday', 400, 'before'],
    ['/v1/suggestions?limit=0', 400, 'limit'],
    ['/v1/quarantine?cursor=abc', 400, 'cursor'],
    ['/v1/threads?inbox=inb_none', 404, undefined],
    ['/v1/threads?wait_for=soon', 400, 'wait_for'],
    ['/v1/threads?wait_for=99:1', 400, 'wait_for'],
    ['/v1/threads/thr_none?trees=1', 400, 'trees'],
    ['/v1/messages/msg_none/attachments/zero', 400, 'n'],
  ])('%s is answered %i, naming the field', async (path, status, field) => {
    const answer = await call(path)
    expect(answer).toMatchObject({
      status,
      body: { status, ...(field === undefined ? {} : { field, fix: expect.any(String) }) },
    })
  })

  it.each(['threads?search=a%00b', 'threads?q=%00', 'threads?address=%00@x', 'threads/%00', 'messages/%00/explain'])(
    'GET /v1/%s is answered as what cannot be right',
    async (path) => {
      const { status, body } = await call(`/v1/${path}`)
      expect([status, body['type']]).toEqual([400, 'urn:skein:problem:invalid-request'])
    },
  )

  it('a cursor of another list is refused', async () => {
    const { body } = await call('/v1/threads?limit=1')
    const { status, body: problem } = await call(`/v1/threads?limit=1&is_read=false&cursor=${body.next_cursor}`)
    expect([status, problem['field']]).toEqual([400, 'cursor'])
  })

  it('a wait for what does not come ends with how far the views are', async () => {
    const { status, body } = await call(`/v1/threads?wait_for=${partition}:999999`)
    expect([status, body['type'], body['position']]).toEqual([
      504,
      'urn:skein:problem:not-there-yet',
      { [partition]: expect.any(Number) },
    ])
  }, 15_000)

  it.each([
    ['{"is_read":"yes"}', 'is_read', {}],
    ['{}', 'is_read', {}],
    ['{"is_read":true,"label":"x"}', 'label', {}],
    ['{"is_read":true,"up_to":-1}', 'up_to', {}],
    ['{"is_read":true}', 'If-Match', { 'if-match': 'W/"x"' }],
  ])('PATCH %s is answered 400, naming %s', async (body, field, headers) => {
    const answer = await call('/v1/threads/thr_none', { method: 'PATCH', body, headers })
    expect(answer).toMatchObject({ status: 400, body: { field, fix: expect.any(String) } })
  })
})

it('is alive and ready, and says so without a key', async () => {
  expect(await (await fetch(`${query.url}/health/live`)).json()).toMatchObject({ state: 'green' })
  const ready = await fetch(`${query.url}/health/ready`)
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { state: 'green', checks: expect.objectContaining({ postgres: expect.anything(), projector: expect.anything() }) },
  ])
})

it('goes on where it was after a restart', async () => {
  const { thread, sequence } = await restartQuery(() => receive(mail('z1', 'While it was away')))
  expect((await call(`/v1/threads/${thread}?wait_for=${partition}:${sequence}`)).body).toMatchObject({
    message_count: 1,
  })
})
