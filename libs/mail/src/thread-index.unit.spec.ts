import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  normaliseThreadIndex,
  parseThreadIndex,
  replyThreadIndex,
  startThreadIndex,
  threadIndexDistance,
  threadIndexGuid,
  topicConversationId,
} from './thread-index.js'

const GUID = '00112233445566778899aabbccddeeff'
const guid = Uint8Array.from({ length: 16 }, (_, i) => i * 0x11)
const at = (text: string): number => Date.parse(text)

const CLASSIC = 'AdtcM+tmABEiM0RVZneImaq7zN3u/w=='
const MODERN = 'AQHbXDPrABEiM0RVZneImaq7zN3u/w=='
const REPLY = 'AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFa'
const SECOND_REPLY = 'AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFaAC8l8Gs='
const FAR_REPLY = 'AdtcM+tmABEiM0RVZneImaq7zN3u/4R7ReMB'
const MODERN_REPLY = 'AQHbXDPrABEiM0RVZneImaq7zN3u/7MBwDJa'

describe('conversation indexes that we write', () => {
  it('start with the time and the GUID', () => {
    expect(startThreadIndex(at('2025-01-01T10:00:00Z'), guid)).toBe(CLASSIC)
  })

  it.each([
    ['a reply', CLASSIC, '2025-01-01T11:00:00Z', 0x5a, REPLY],
    ['a reply to a reply', REPLY, '2025-01-02T09:30:00Z', 0x6b, SECOND_REPLY],
    ['a reply after two years, in coarse steps', CLASSIC, '2027-01-01T10:00:00Z', 0x01, FAR_REPLY],
    ['a reply to a modern index', MODERN, '2025-01-01T11:00:00Z', 0x5a, MODERN_REPLY],
  ])('grow by one block: %s', (_, parent, time, random, index) => {
    expect(replyThreadIndex(parent, at(time), random)).toBe(index)
  })

  it('do not grow from a broken parent', () => {
    expect(replyThreadIndex('hello world', 0, 0)).toBeNull()
  })

  it('read back as written: GUID, start and depth, to the precision of the format', () => {
    const time = fc.integer({ min: at('1990-01-01'), max: at('2200-01-01') })
    const randoms = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 86_400_000 * 600 }), fc.integer({ min: 0, max: 255 })),
      { maxLength: 8 },
    )
    fc.assert(
      fc.property(time, randoms, (start, steps) => {
        let now = start
        let index = startThreadIndex(start, guid)
        const times: number[] = []
        for (const [step, random] of steps) {
          now += step
          times.push(now)
          index = replyThreadIndex(index, now, random)!
        }
        const read = parseThreadIndex(index)!
        expect(read.guid).toBe(GUID)
        expect(Math.abs(at(read.startedAt) - start)).toBeLessThan(10)
        expect(read.replies.map(({ random }) => random)).toEqual(steps.map(([, random]) => random))
        read.replies.forEach((reply, i) => expect(Math.abs(at(reply.at) - times[i]!)).toBeLessThan(1_000))
      }),
    )
  })
})

describe('conversation indexes that we read', () => {
  it.each([
    ['classic', CLASSIC, '2025-01-01T09:59:59.997Z', []],
    ['modern', MODERN, '2025-01-01T09:59:59.329Z', []],
    ['classic', SECOND_REPLY, '2025-01-01T09:59:59.997Z', ['2025-01-01T10:59:59.995Z', '2025-01-02T09:29:59.974Z']],
    ['classic', FAR_REPLY, '2025-01-01T09:59:59.997Z', ['2027-01-01T09:59:59.909Z']],
    ['modern', MODERN_REPLY, '2025-01-01T09:59:59.329Z', ['2025-01-01T10:59:59.582Z']],
  ])('have form, start and times of replies: %s %s', (form, index, startedAt, times) => {
    const read = parseThreadIndex(index)
    expect(read).toMatchObject({ form, guid: GUID, startedAt, base64: index })
    expect(read?.replies.map((reply) => reply.at)).toEqual(times)
  })

  it('may be folded', () => {
    expect(normaliseThreadIndex('AdtcM+tmABEiM0RV\r\n ZneImaq7zN3u/w==')).toBe(CLASSIC)
  })

  it.each([
    ['text', 'hello world'],
    ['20 octets', 'AdtcM+tmABEiM0RVZneImaq7zN0='],
    ['24 octets', 'AdtcM+tmABEiM0RVZneImaq7zN3u/wAC'],
    ['nothing', ''],
    ['more replies than a conversation has', `AdtcM+tmABEiM0RVZneImaq7zN3u/${'A'.repeat(20_000)}`],
  ])('are refused: %s', (_, text) => {
    expect(parseThreadIndex(text)).toBeNull()
    expect(threadIndexGuid(text)).toBeNull()
  })

  it('are refused or canonical, whatever the text', () => {
    const text = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('base64'))
    fc.assert(
      fc.property(text, (index) => {
        const read = parseThreadIndex(index)
        if (read !== null) expect(normaliseThreadIndex(read.base64)).toBe(read.base64)
      }),
    )
  })
})

describe('ancestry by index', () => {
  it.each([
    ['a reply', CLASSIC, REPLY, 1],
    ['a reply to a reply', CLASSIC, SECOND_REPLY, 2],
    ['the same index', REPLY, REPLY, 0],
    ['a parent', REPLY, CLASSIC, -1],
    ['a sibling', FAR_REPLY, SECOND_REPLY, -1],
    ['another conversation', MODERN, REPLY, -1],
    ['a broken one', CLASSIC, 'hello', -1],
  ])('is told by the blocks that were added: %s', (_, ancestor, descendant, distance) => {
    expect(threadIndexDistance(ancestor, descendant)).toBe(distance)
  })

  it('is the GUID for the conversation', () => {
    expect(threadIndexGuid(MODERN)).toBe(threadIndexGuid(REPLY))
  })
})

it('gives a topic without an index the id that Exchange gives it', () => {
  expect(topicConversationId('Quarterly report')).toBe('8a916e0237773915a0abf8505e619919')
  expect(topicConversationId('x'.repeat(255))).toBe(topicConversationId('x'.repeat(300)))
})
