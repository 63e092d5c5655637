import { randomBytes } from 'node:crypto'
import type { InboxId, SpaceId } from '@skein/events'
import { openLog, Secrets } from '@skein/log'
import { makeMessageId, makeReplyToken } from '@skein/mail'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startSystem, type System } from './system.js'

interface Message {
  id: string
  thread_id: string
}

describe('a reply to an address with our token', () => {
  let system: System
  let ours: Message
  let id: string
  let token: string

  const send = async (raw: string[], inbox = 'inb_support'): Promise<Message> => {
    const answer = await system.mail(raw.join('\r\n'), inbox)
    const { message_id: message, sequence } = (await answer.json()) as Record<string, string>
    const read = await system.call('GET', `/v1/messages/${message}?wait_for=${sequence}`)
    expect([answer.status, read.status]).toEqual([202, 200])
    return (await read.json()) as Message
  }
  let count = 0
  /** What is left when a client, or a gateway on the way, has taken every id out and written a subject of its own. */
  const stripped = (...header: string[]) => [
    'From: ann@customer.example',
    `Message-ID: <${++count}@customer.example>`,
    `Subject: Question ${count}`,
    ...header,
    '',
    'Thank you!',
    '',
  ]

  beforeAll(async () => {
    system = await startSystem()
    const secrets = new Secrets(system.secret)
    const keys = { token: secrets.keys('reply-token')[0], messageId: secrets.keys('message-id')[0] }
    id = makeMessageId({ random: randomBytes(16), instance: secrets.instance, domain: 'skein.example' }, keys.messageId)
    token = makeReplyToken({ id, address: 'support@skein.example' }, keys) ?? ''
    const log = await openLog({ url: system.natsUrl, monitorUrl: system.monitorUrl, name: 'test', partitions: 4 })
    const { directory } = log
    const account = directory.account('acc_demo' as never)!.id
    const space = 'spc_other' as SpaceId
    await directory.put('space', { id: space, account, name: 'Other', rules: 'skein', policies: {} })
    const inbox = { id: 'inb_other' as InboxId, account, space, name: 'Other', aliases: [] }
    await directory.put('inbox', { ...inbox, address: 'other@skein.example' })
    await log.close()
    ours = await send([
      'From: support@skein.example',
      'To: ann@customer.example',
      `Message-ID: <${id}>`,
      'Subject: Your order',
      '',
      'It is on its way.',
      '',
    ])
  })
  afterAll(() => system.stop())

  it.each<[string, () => string[]]>([
    ['in To', () => [`To: Support <${token}>`]],
    ['in Cc, among others, in capitals', () => ['To: bob@customer.example', `Cc: x@y.example, ${token.toUpperCase()}`]],
    ['only where the servers on the way left it', () => ['To: undisclosed-recipients:;', `X-Original-To: ${token}`]],
  ])('joins the mail that it answers, %s, although nothing else says so', async (_, header) => {
    const reply = await send(stripped(...header()))
    expect(reply.thread_id).toBe(ours.thread_id)
  })

  it('joins when it is handed in for that address', async () => {
    const reply = await send(stripped('To: undisclosed-recipients:;'), token)
    expect(reply.thread_id).toBe(ours.thread_id)
  })

  it('says in its explanation that the token is why', async () => {
    const reply = await send(stripped(`To: ${token}`))
    const explained = await (await system.call('GET', `/v1/messages/${reply.id}/explain`)).text()
    expect(explained).toContain('reply-token')
  })

  const changed = () => token.replace(/.@/, (end) => (end === 'a@' ? 'b@' : 'a@'))
  it.each<[string, () => string[], string]>([
    ['with a digit changed', () => [`To: ${changed()}`], 'inb_support'],
    ['of the inbox, handed in for an inbox of another space', () => [`To: ${token}`], 'inb_other'],
    ['moved to an address of another space', () => [`To: ${token.replace('support', 'other')}`], 'inb_other'],
  ])('joins nothing with a token %s', async (_, header, inbox) => {
    const reply = await send(stripped(...header()), inbox)
    expect(reply.thread_id).not.toBe(ours.thread_id)
  })
})
