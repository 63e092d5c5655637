import { describe, expect, it } from 'vitest'
import {
  decodeEvent,
  encodeEvent,
  eventTypes,
  UnreadableEvent,
  type SkeinEvent,
  type SpaceId,
  type ThreadId,
} from './index.js'

const event: SkeinEvent = {
  id: 'MAIL-1.7.0',
  time: '2026-03-01T10:00:00.000Z',
  space: 'spc_a' as SpaceId,
  thread: 'thr_a' as ThreadId,
  cause: { kind: 'input', stream: 'MAIL-1', sequence: 7 },
  type: 'ThreadRead',
  data: { inboxes: ['inb_a' as never], upTo: 12 },
}
const place = { sequence: 9, partition: 1 }

describe('events as CloudEvents', () => {
  it.each<[string, SkeinEvent['cause']]>([
    ['an input', { kind: 'input', stream: 'MAIL-1', sequence: 7 }],
    [
      'a command, whatever its actor is called',
      { kind: 'command', id: 'c1', name: 'MarkThreadRead', actor: 'Zoë “Z” of sales\r\nce-id: x' },
    ],
  ])('come back as they were, caused by %s', (_, cause) => {
    const encoded = encodeEvent({ ...event, cause })
    expect(Object.values(encoded.headers).join('')).not.toMatch(/[\r\n]/)
    expect(decodeEvent(encoded, place)).toEqual({ ...event, cause, ...place })
  })

  it('carry the attributes that CloudEvents 1.0 asks for', () => {
    expect(encodeEvent(event).headers).toMatchObject({
      'ce-specversion': '1.0',
      'ce-id': event.id,
      'ce-type': 'skein.ThreadRead',
      'ce-source': '/skein/spaces/spc_a',
    })
  })

  it.each<[string, Record<string, string>, string]>([
    ['an unknown type', { 'ce-type': 'skein.ThreadVanished' }, '{}'],
    ['a name of Object’s own', { 'ce-type': 'skein.constructor' }, '{}'],
    ['a version from the future', { 'ce-dataversion': String(eventTypes.ThreadRead.v + 1) }, encodeEvent(event).body],
    ['a body that is not JSON', {}, '{'],
    ['data that breaks its schema', {}, '{"inboxes": []}'],
    ['a thread that is no id', { 'ce-subject': '../x' }, encodeEvent(event).body],
  ])('are refused with a reason: %s', (_, headers, body) => {
    const broken = { headers: { ...encodeEvent(event).headers, ...headers }, body }
    expect(() => decodeEvent(broken, place)).toThrow(UnreadableEvent)
  })
})
