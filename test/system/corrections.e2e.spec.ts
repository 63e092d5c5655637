import { openLog } from '@skein/log'
import { verifyTables } from '@skein/views'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system.js'

interface Recorded {
  wait_for: string
  events: { type: string; thread: string }[]
}
interface Message {
  id: string
  thread_id: string
  message_id: string
}

describe('corrections over HTTP', () => {
  let system: System

  const mail = async (id: string, answers: string | null = null, subject = `About ${id}`): Promise<Message> => {
    const head = ['From: Ada <ada@made.example>', 'To: support@skein.example', `Message-ID: <${id}@made.example>`]
    const links = answers === null ? [] : [`In-Reply-To: <${answers}@made.example>`]
    const raw = [...head, ...links, `Subject: ${subject}`, '', `Text of ${id}.`, ''].join('\r\n')
    const { message_id: message, sequence } = (await (await system.mail(raw)).json()) as Record<string, string>
    const answer = await system.call('GET', `/v1/messages/${message}?wait_for=${sequence}`)
    const json = await answer.json()
    expect([answer.status, json]).toEqual([200, expect.anything()])
    return json as Message
  }
  const post = async (path: string, body: object): Promise<Recorded> => {
    const answer = await system.call('POST', path, body)
    const json = (await answer.json()) as Recorded
    expect([answer.status, json]).toEqual([200, expect.objectContaining({ wait_for: expect.any(String) as unknown })])
    return json
  }
  const idsIn = async (thread: string, { wait_for: place }: Recorded): Promise<string[]> => {
    const answer = await system.call('GET', `/v1/threads/${thread}/messages?wait_for=${place}`)
    const { messages } = (await answer.json()) as { messages: Message[] }
    return messages.map(({ message_id }) => message_id.replace(/@.*/, '').slice(1)).sort()
  }

  beforeAll(async () => {
    system = await startSystem()
  })
  afterAll(async () => {
    await system?.stop()
  })

  it('a merge shows one thread under both ids, and its undo shows two again', async () => {
    const [a, b] = [await mail('m1'), await mail('m2')]
    const merged = await post(`/v1/threads/${a.thread_id}/merge`, { with: [b.thread_id] })
    expect(await idsIn(a.thread_id, merged)).toEqual(['m1', 'm2'])
    expect(await idsIn(b.thread_id, merged)).toEqual(['m1', 'm2'])
    const undone = await post(`/v1/threads/${b.thread_id}/undo`, {})
    expect(await idsIn(a.thread_id, undone)).toEqual(['m1'])
    expect(await idsIn(b.thread_id, undone)).toEqual(['m2'])
  })

  it('a split takes messages out, a move puts one elsewhere, and the explanation says that a person did it', async () => {
    const first = await mail('s1')
    const second = await mail('s2', 's1')
    const split = await post(`/v1/threads/${first.thread_id}/split`, { messages: [second.id] })
    expect(await idsIn(first.thread_id, split)).toEqual(['s1'])
    const target = await mail('s3')
    const moved = await post(`/v1/messages/${(await mail('s4', 's1')).id}/move`, { thread: target.thread_id })
    expect(await idsIn(target.thread_id, moved)).toEqual(['s3', 's4'])
    const answer = await system.call('GET', `/v1/messages/${second.id}/explain`)
    const { words } = (await answer.json()) as { words: string[] }
    expect(words.join('\n')).toMatch(
      /^Somebody decided that one mail of thread \w+ should go on as a conversation of their own/m,
    )
  })

  it('a suggestion is noted on the mail, and accepting it puts the mail where it was suggested', async () => {
    const first = await mail('j1', null, 'Delivery of the blue yarn')
    const loose = await mail('j2', null, 'Re: Delivery of the blue yarn')
    expect(loose.thread_id).not.toBe(first.thread_id)
    const explained = await system.call('GET', `/v1/messages/${loose.id}/explain`)
    const { words } = (await explained.json()) as { words: string[] }
    expect(words.join('\n')).toContain(`it could belong to thread ${first.thread_id}`)
    const accepted = await post(`/v1/messages/${loose.id}/accept`, { thread: first.thread_id })
    expect(await idsIn(first.thread_id, accepted)).toEqual(['j1', 'j2'])
  })

  it.each<[string, string, object, number, string]>([
    ['a thread that is not there', '/v1/threads/thr_nothere/split', { messages: ['msg_x'] }, 404, 'not-found'],
    ['a message that is not there', '/v1/messages/msg_nothere/move', { thread: 'thr_x' }, 404, 'not-found'],
    ['a body without its member', '/v1/threads/thr_nothere/merge', {}, 400, 'invalid-request'],
  ])('is refused for %s', async (_, path, body, status, slug) => {
    const answer = await system.call('POST', path, body)
    expect([answer.status, await answer.json()]).toEqual([
      status,
      expect.objectContaining({ type: `urn:skein:problem:${slug}` }),
    ])
  })

  it('refuses to split off all messages of a thread, with the reason', async () => {
    const only = await mail('o1')
    const answer = await system.call('POST', `/v1/threads/${only.thread_id}/split`, { messages: [only.id] })
    expect([answer.status, await answer.json()]).toEqual([
      409,
      expect.objectContaining({ type: 'urn:skein:problem:nothing-left', detail: expect.any(String) as unknown }),
    ])
  })

  it('leaves views and index that still follow from the log', async () => {
    const log = await openLog({ url: system.natsUrl, monitorUrl: system.monitorUrl, name: 'test', partitions: 4 })
    const result = await verifyTables({ databaseUrl: system.databaseUrl }, log.source())
    await log.close()
    expect(result).toMatchObject({ equal: true, differences: [] })
    expect(result.events).toBeGreaterThan(10)
  })
})
