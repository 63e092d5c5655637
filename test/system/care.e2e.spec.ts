import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system.js'

let system: System
beforeAll(async () => {
  system = await startSystem()
})
afterAll(async () => {
  await system?.stop()
})

const raw = (id: string, subject: string, answers: string | null = null): string =>
  [
    'From: Ada <ada@mail.test>',
    'To: support@skein.test',
    'Date: Mon, 05 Jan 2026 08:00:00 +0000',
    `Message-ID: <${id}@mail.test>`,
    `Subject: ${subject}`,
    ...(answers === null ? [] : [`In-Reply-To: <${answers}@mail.test>`]),
    '',
    'Words.',
    '',
  ].join('\r\n')

const json = async <T>(answer: Promise<Response>): Promise<T & { status: number }> => {
  const { status, ...rest } = await answer.then(async (got) => ({
    body: (await got.json()) as T,
    status: got.status,
    etag: got.headers.get('etag'),
  }))
  return { ...rest.body, etag: rest.etag, status }
}

interface Thread {
  id: string
  version: number
  etag: string
  labels: string[]
  claim: { by: string } | null
  handled: boolean
  handled_by: string | null
  has_unread: boolean
  unread_count: number
}
/** The thread of a mail that was just sent, once it shows. */
const arrived = async (id: string, subject: string, answers: string | null = null): Promise<Thread> => {
  const { sequence, message_id } = await json<{ sequence: string; message_id: string }>(
    system.mail(raw(id, subject, answers)),
  )
  const { thread_id } = await json<{ thread_id: string }>(
    system.call('GET', `/v1/messages/${message_id}?wait_for=${sequence}`),
  )
  return json<Thread>(system.call('GET', `/v1/threads/${thread_id}`))
}
const patch = (thread: Thread, body: object, headers = {}) =>
  json<{ wait_for: string; type?: string; detail?: string }>(
    system.call('PATCH', `/v1/threads/${thread.id}`, body, headers),
  )
const seen = (thread: Thread, waitFor: string) =>
  json<Thread>(system.call('GET', `/v1/threads/${thread.id}?wait_for=${waitFor}`))
const listed = async (query: string): Promise<string[]> => {
  const { threads } = await json<{ threads: { id: string }[] }>(system.call('GET', `/v1/threads?${query}`))
  return threads.map(({ id }) => id)
}

describe('people and agents who share a thread', () => {
  it('claim it one at a time, until it is given back', async () => {
    const thread = await arrived('c1', 'Claimed')
    const claim = (by: string) => patch(thread, { claim: { for: 60, by } })
    const answers = await Promise.all([claim('ann'), claim('bob')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    const [won, lost] = answers.toSorted((a, b) => a.status - b.status)
    expect(lost?.type).toBe('urn:skein:problem:claimed')
    const winner = (await seen(thread, won?.wait_for ?? '')).claim?.by
    expect(lost?.detail).toContain(winner)
    const released = await patch(thread, { claim: null, by: winner })
    expect((await seen(thread, released.wait_for)).claim).toBeNull()
    expect((await claim('cy')).status).toBe(200)
  })

  it('handle it up to what they saw: mail that came meanwhile stays unread and keeps it open', async () => {
    const stale = await arrived('h1', 'Handled')
    const now = await arrived('h2', 'Re: Handled', 'h1')
    const early = await patch(stale, { is_read: true, handled: true }, { 'if-match': stale.etag })
    expect(await seen(now, early.wait_for)).toMatchObject({ handled: false, has_unread: true, unread_count: 1 })
    const whole = await patch(now, { is_read: true, handled: true, by: 'ann' }, { 'if-match': now.etag })
    expect(await seen(now, whole.wait_for)).toMatchObject({ handled: true, handled_by: 'ann', has_unread: false })
    expect(await listed('handled=true')).toContain(now.id)
    expect(await arrived('h3', 'Re: Handled', 'h2')).toMatchObject({ id: now.id, handled: false, has_unread: true })
    expect(await listed('handled=true')).not.toContain(now.id)
  })

  it('label it, and find it by its labels', async () => {
    const thread = await arrived('b1', 'Labelled')
    await patch(thread, { labels: { add: ['vip', 'later'] } })
    const { wait_for } = await patch(thread, { labels: { remove: ['later'] } })
    expect((await seen(thread, wait_for)).labels).toEqual(['vip'])
    expect(await listed('label=vip')).toEqual([thread.id])
    expect(await listed('label=later')).toEqual([])
  })
})
