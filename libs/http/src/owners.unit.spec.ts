import { describe, expect, it } from 'vitest'
import { ingestOwns, isComposing, outboxOwns } from './index.js'

const ownerOf = (call: string): string => {
  const [method = '', path = ''] = call.split(' ')
  const owners = { ingest: ingestOwns, outbox: outboxOwns }
  const found = Object.entries(owners).filter(([, owns]) => owns(method, path))
  return found.map(([name]) => name).join(' and ') || 'query'
}

describe('the service that a call is for', () => {
  it.each([
    ['POST /v1/inboxes/inb_a/mail', 'ingest'],
    ['POST /v1/inboxes/a@b.example/mail/', 'ingest'],
    ['GET /v1/dev/outbox', 'ingest'],
    ['HEAD /v1/dev/outbox/3/raw', 'ingest'],
    ['POST /v1/inboxes/inb_a/send', 'outbox'],
    ['POST /v1/threads/thr_a/reply/plan', 'outbox'],
    ['POST /v1/messages/msg_a/reply-all', 'outbox'],
    ['POST /v1/messages/msg_a/settle', 'outbox'],
    ['GET /v1/outbox', 'outbox'],
    ['GET /v1/webhooks/whk_a/attempts', 'outbox'],
    ['POST /v1/webhooks/whk_a/test', 'outbox'],
    ['GET /v1/inboxes/inb_a/mail', 'query'],
    ['POST /v1/inboxes/inb_a/mail/more', 'query'],
    ['POST /v1/inboxes', 'query'],
    ['POST /v1/messages/msg_a/move', 'query'],
    ['POST /v1/webhooks', 'query'],
    ['DELETE /v1/webhooks/whk_a', 'query'],
    ['OPTIONS /v1/outbox', 'query'],
    ['GET /v1/dev/outbox/3/raw/more', 'query'],
  ])('%s is %s', (call, owner) => {
    expect(ownerOf(call)).toBe(owner)
  })

  it('bodies of mail size are let in for calls that compose, and for no other', () => {
    expect(isComposing('POST', '/v1/messages/msg_a/forward')).toBe(true)
    expect(isComposing('POST', '/v1/messages/msg_a/cancel')).toBe(false)
    expect(isComposing('GET', '/v1/inboxes/inb_a/send')).toBe(false)
  })
})
