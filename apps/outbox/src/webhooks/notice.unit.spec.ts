import type { AccountId, InboxId, MessageId, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import type { Webhook } from '@skein/log'
import { Webhook as Verifier } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { isFor, noticeOf, noticesOf, type Notice } from './notice.js'
import { payloadOf, signedHeaders, webhookPayload } from './payload.js'

const account = 'acc_a' as AccountId
const support = 'inb_support' as InboxId
const sales = 'inb_sales' as InboxId
const message = 'msg_1' as MessageId
const notice: Notice = {
  id: 'MAIL-1.7.0',
  type: 'MessageThreaded',
  time: '2026-05-01T00:00:00.000Z',
  partition: 1,
  sequence: 12,
  space: 'spc_a' as SpaceId,
  thread: 'thr_1' as ThreadId,
  message,
  inboxes: [support],
}
const all = { account, types: null, inboxes: null }
const directory = { space: (id: SpaceId) => (id === 'spc_a' ? ({ account } as never) : undefined) }
const delivered = (to: InboxId) => (_: MessageId, inbox: InboxId) => Promise.resolve(inbox === to)

describe('an event is for an endpoint', () => {
  it.each<[string, Pick<Webhook, 'account' | 'types' | 'inboxes'>, Partial<Notice>, boolean]>([
    ['that takes all', all, {}, true],
    ['of another account', { ...all, account: 'acc_b' as AccountId }, {}, false],
    ['when its space is none of the account', all, { space: 'spc_b' as SpaceId }, false],
    ['that takes its type', { ...all, types: ['ThreadRead', 'MessageThreaded'] }, {}, true],
    ['that takes other types', { ...all, types: ['ThreadRead'] }, {}, false],
    ['that takes no type', { ...all, types: [] }, {}, false],
    ['that takes its inbox', { ...all, inboxes: [sales, support] }, {}, true],
    ['that takes other inboxes', { ...all, inboxes: [sales] }, {}, false],
    ['that takes one of its inboxes', { ...all, inboxes: [sales] }, { inboxes: [support, sales] }, true],
    ['that takes the inbox of its message', { ...all, inboxes: [support] }, { inboxes: [] }, true],
    ['that takes other inboxes than its message is in', { ...all, inboxes: [sales] }, { inboxes: [] }, false],
    [
      'of some inboxes when it is about a whole thread',
      { ...all, inboxes: [support] },
      { inboxes: [], message: null },
      false,
    ],
    ['of all inboxes when it is about a whole thread', all, { inboxes: [], message: null }, true],
  ])('%s', async (_, endpoint, more, expected) => {
    expect(await isFor(endpoint, { ...notice, ...more }, directory, delivered(support))).toBe(expected)
  })
})

describe('what is told of an event', () => {
  const threaded = {
    ...{ id: 'e1', time: notice.time, partition: 1, sequence: 12, space: 'spc_a', thread: 'thr_1' },
    type: 'MessageThreaded',
    data: {
      message,
      inbox: support,
      subject: 'The secret merger',
      snippet: 'Nobody may know',
      from: [{ name: 'Ada Lovelace', address: 'ada@mail.test' }],
      to: [{ name: '', address: 'support@skein.test' }],
      messageId: 'abc@mail.test',
    },
  } as never as StoredEvent

  it('holds nothing of the content and nobody’s address or name', () => {
    const text = JSON.stringify(payloadOf(noticeOf(threaded), null))
    expect(text).not.toMatch(/merger|know|ada|Lovelace|@|support@/i)
  })

  it('is what is described', () => {
    const payload = payloadOf(noticeOf(threaded), 'https://skein.test')
    expect(webhookPayload.parse(payload)).toEqual(payload)
    expect(payload.data).toMatchObject({ position: '1:12', message_id: message, inbox: support })
  })

  it('is nothing as it comes, where an operator applied other rules to stored mail', () => {
    const cause = (name: string) => ({ ...threaded, cause: { kind: 'command' as const, id: 'c', name, actor: 'ops' } })
    expect(noticesOf([cause('Regroup'), cause('MergeThreads')])).toHaveLength(1)
  })

  it('names no inbox where there are several', () => {
    expect(payloadOf({ ...notice, inboxes: [support, sales] }, null).data.inbox).toBeNull()
  })
})

describe('the signature', () => {
  const secrets = ['first', 'second'].map((one) => `whsec_${Buffer.from(one.repeat(5)).toString('base64')}`)
  const headers = signedHeaders('{"a":1}', { id: 'e1', at: new Date(), secrets })

  it.each(secrets)('is good for each secret: %s', (secret) => {
    expect(new Verifier(secret).verify('{"a":1}', headers)).toEqual({ a: 1 })
  })
  it.each([
    ['another secret', `whsec_${Buffer.from('x'.repeat(24)).toString('base64')}`, '{"a":1}', headers],
    ['another body', secrets[0] ?? '', '{"a":2}', headers],
    ['another id', secrets[0] ?? '', '{"a":1}', { ...headers, 'webhook-id': 'e2' }],
  ])('is not good for %s', (_, secret, body, given) => {
    expect(() => new Verifier(secret).verify(body, given)).toThrow()
  })
})
