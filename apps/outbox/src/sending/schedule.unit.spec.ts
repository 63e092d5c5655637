import type { Cause, MessageId, StoredEvent } from '@skein/events'
import type { OpenSend } from '@skein/views'
import { describe, expect, it } from 'vitest'
import { isDue, isSendEvent, sendAfter, sendOf, type ScheduleRules, type Send } from './schedule.js'

const rules: ScheduleRules = { retryBaseMs: 60_000, maxAttempts: 3, takeoverMs: 5_000 }
const START = Date.parse('2026-03-01T10:00:00.000Z')
const iso = (ms: number): string => new Date(START + ms).toISOString()
const message = 'msg_1' as MessageId

type Data<T extends StoredEvent['type']> = Extract<StoredEvent, { type: T }>['data']
const event = <T extends StoredEvent['type']>(
  type: T,
  data: Partial<Data<T>> = {},
  ms = 0,
  command = 'c1',
): StoredEvent => {
  const cause: Cause = { kind: 'command', id: command, name: 'BeginSend', actor: 'outbox' }
  const envelope = { id: 'e', time: iso(ms), space: 'spc_a', thread: 'thr_1', cause, sequence: 1, partition: 0 }
  return { ...envelope, type, data: { message, ...data } } as never
}
const queued = (data: Partial<Data<'MessageQueued'>> = {}): StoredEvent =>
  event('MessageQueued', {
    ...{ inbox: 'inb_a' as never, from: 'a@a.example', to: ['b@b.example'], answers: null, sendAt: null },
    ...{ automatic: false, onUnknown: 'hold', actor: 'key', input: { stream: 'MAIL-0', sequence: 2 } },
    ...data,
  })

/** What is left to do after these events, each seen when it was recorded. */
const after = (...events: StoredEvent[]): Send | undefined =>
  events.reduce<Send | undefined>(
    (send, one) => (isSendEvent(one) ? sendAfter(send, one, Date.parse(one.time), rules) : send),
    undefined,
  )
const dueAt = (...events: StoredEvent[]): number | null | undefined => {
  const due = after(...events)?.due
  return typeof due === 'number' ? due - START : due
}

describe('a mail that waits to be sent', () => {
  it('is due at once, or at the time that its sender chose', () => {
    expect(dueAt(queued())).toBe(0)
    expect(dueAt(queued({ sendAt: iso(90_000) }))).toBe(90_000)
    expect(dueAt(queued({ sendAt: iso(-90_000) }))).toBe(0)
  })

  it('is not due while it is sent, but looked at when that takes too long', () => {
    const sending = after(queued(), event('SendStarted', { attempt: 1 }, 100))
    expect(sending).toMatchObject({ state: 'sending', attempt: 1, begunBy: 'c1', due: START + 5_100 })
    expect(isDue(sending!, START + 10_000)).toBe(false)
  })

  it('is due again when its last outcome says so', () => {
    const deferred = event('SendDeferred', { attempt: 1, reason: 'busy', nextAt: iso(70_000) }, 200)
    expect(dueAt(queued(), event('SendStarted', { attempt: 1 }), deferred)).toBe(70_000)
    expect(after(queued(), deferred)).toMatchObject({ state: 'deferred', attempt: 1 })
  })

  it.each([
    event('MessageSent', { attempt: 1, response: '250', refused: [] }),
    event('SendFailed', { attempt: 1, reason: 'no', refused: [] }),
    event('SendCancelled', { reason: 'changed my mind' }),
    event('SendSettled', { as: 'sent', reason: 'they said so' }),
    event('MessageErased'),
  ])('has nothing more to do after $type', (over) => {
    expect(after(queued(), over)).toBeUndefined()
  })

  it('of unknown outcome is held for a person', () => {
    const unknown = event('SendUnknown', { attempt: 1, reason: 'silence' }, 100)
    expect(dueAt(queued(), event('SendStarted', { attempt: 1 }), unknown)).toBeNull()
    expect(
      dueAt(queued(), event('SendStarted', { attempt: 1 }), unknown, event('SendRetried', { reason: 'x' }, 400)),
    ).toBe(400)
  })

  it('of unknown outcome is sent again by itself where its policy says so, and there were not too many attempts', () => {
    const unknown = (attempt: number): StoredEvent => event('SendUnknown', { attempt, reason: 'silence' }, 100)
    const retry = queued({ onUnknown: 'retry' })
    expect(dueAt(retry, unknown(1))).toBeGreaterThan(40_000)
    expect(dueAt(retry, unknown(3))).toBeNull()
  })

  it('was sent, when that is heard after its outcome was unknown', () => {
    const sent = event('MessageSent', { attempt: 1, response: '250', refused: [] })
    expect(after(queued(), event('SendUnknown', { attempt: 1, reason: 'silence' }), sent)).toBeUndefined()
  })

  it('is not moved by what is heard of an earlier attempt', () => {
    const second = [queued(), event('SendStarted', { attempt: 2 }, 500, 'c2')]
    const late = event('SendDeferred', { attempt: 1, reason: 'busy', nextAt: iso(9) })
    expect(after(...second, late)).toEqual(after(...second))
    expect(after(...second, event('SendUnknown', { attempt: 1, reason: 'x' }))).toEqual(after(...second))
  })

  it('is not known after it was through, until the views are asked', () => {
    expect(after(event('SendRetried', { reason: 'again' }))).toBeUndefined()
  })
})

describe('a mail as the views have it', () => {
  const open: OpenSend = {
    ...{
      message,
      thread: 'thr_1' as never,
      space: 'spc_a' as never,
      account: null,
      inbox: 'inb_a' as never,
      partition: 0,
    },
    ...{ state: 'queued', attempt: 0, from: 'a@a.example', to: [], sendAt: null, nextAt: null, onUnknown: 'hold' },
    ...{ automatic: false, input: { stream: 'MAIL-0', sequence: 2 }, queuedAt: iso(0) },
  }
  const due = (over: Partial<OpenSend>): number | null => {
    const at = sendOf({ ...open, ...over }, START + 1_000, rules).due
    return at === null ? null : at - START
  }

  it('has the same to do as one whose events were seen', () => {
    expect(sendOf(open, START, rules)).toEqual(after(queued()))
    expect(due({ sendAt: iso(90_000) })).toBe(90_000)
    expect(due({ state: 'deferred', attempt: 1, nextAt: iso(70_000) })).toBe(70_000)
    expect(due({ state: 'unknown', attempt: 1 })).toBeNull()
    expect(due({ state: 'unknown', attempt: 1, onUnknown: 'retry' })).toBeGreaterThan(40_000)
  })

  it('may be under way by another process, which gets a moment to say what came of it', () => {
    expect(due({ state: 'sending', attempt: 1 })).toBe(6_000)
  })
})
