import type { Decided, DeliveryRecord, InboxId, MessageId, SpaceId, ThreadId } from '@skein/events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decideBounce,
  decideOutcome,
  decideSend,
  isSendEvent,
  sendingAfter,
  type OutgoingRow,
  type SendCommand,
  type SendState,
} from './sending.js'

const message = 'msg_ours' as MessageId
const thread = 'thr_ours' as ThreadId
const by = 'msg_report' as MessageId

/** A state as a short text: `deferred 2` is a mail whose second attempt came to nothing. */
const row = (state: string, onUnknown: 'hold' | 'retry' = 'hold'): OutgoingRow => {
  const [name, attempt] = state.split(' ')
  return { message, inbox: 'inb_a' as InboxId, state: name as SendState, attempt: Number(attempt), onUnknown }
}
const said = (outcome: DeliveryRecord['outcome'], attempt: number, begun = true): DeliveryRecord => {
  const head = { v: 1, message, space: 'spc_a' as SpaceId, attempt, at: '2026-03-01T10:00:00Z', begun } as const
  switch (outcome) {
    case 'sent':
      return { ...head, outcome, response: '250 taken', refused: [], wireId: null }
    case 'deferred':
      return { ...head, outcome, reason: '451 later', nextAt: '2026-03-01T11:00:00Z' }
    case 'failed':
      return { ...head, outcome, reason: '550 never', refused: [] }
    case 'unknown':
      return { ...head, outcome, reason: 'silence' }
  }
}

const begin = (attempt: number): SendCommand => ({ name: 'BeginSend', message, attempt })
const cancel: SendCommand = { name: 'CancelSend', message, reason: 'wrong person' }
const retry: SendCommand = { name: 'RetrySend', message, reason: 'it is not there' }
const settle = (as: 'sent' | 'failed'): SendCommand => ({ name: 'SettleSend', message, as, reason: 'asked by phone' })

/** What is decided: the state afterwards, `-` for no event, or the code of a refusal. */
const after = (given: OutgoingRow, events: readonly Decided[]): string => {
  const end = events
    .filter(isSendEvent)
    .reduce<OutgoingRow | undefined>((one, event) => sendingAfter(one, event), given)
  return events.length === 0 ? '-' : `${end?.state} ${end?.attempt}`
}
const commanded = (given: OutgoingRow, command: SendCommand): string => {
  const decided = decideSend(command, { row: given, thread })
  return 'refused' in decided ? decided.refused.code : after(given, decided.events)
}
const told = (given: OutgoingRow, record: DeliveryRecord): string =>
  after(given, decideOutcome(record, { row: given, thread }))

describe('an attempt', () => {
  it.each<[given: string, attempt: number, then: string]>([
    ['queued 0', 1, 'sending 1'],
    ['queued 0', 2, 'not-due'],
    ['queued 1', 1, 'not-due'],
    ['queued 1', 2, 'sending 2'],
    ['deferred 3', 4, 'sending 4'],
    ['deferred 3', 3, 'not-due'],
    ['sending 1', 1, 'not-due'],
    ['sending 1', 2, 'not-due'],
    ['sent 1', 2, 'not-due'],
    ['failed 1', 2, 'not-due'],
    ['bounced 1', 2, 'not-due'],
    ['cancelled 0', 1, 'not-due'],
    ['unknown 1', 2, 'not-due'],
  ])('begins once, in its turn, and while the mail may leave: %s, attempt %i → %s', (given, attempt, then) => {
    expect(commanded(row(given), begin(attempt))).toBe(then)
  })

  it('follows an unknown one by itself where the mail is to be sent again', () => {
    expect(commanded(row('unknown 1', 'retry'), begin(2))).toBe('sending 2')
    expect(commanded(row('unknown 1', 'retry'), begin(1))).toBe('not-due')
  })

  it('is refused with the state of the mail', () => {
    const decided = decideSend(begin(1), { row: row('sent 1'), thread })
    expect(decided).toMatchObject({
      refused: { detail: expect.stringContaining('is sent after attempt 1') as unknown },
    })
  })

  it('of a mail that was not written here is refused', () => {
    expect(decideSend(begin(1), undefined)).toMatchObject({ refused: { code: 'not-outgoing' } })
  })
})

describe("a person's word", () => {
  it.each<[given: string, command: SendCommand, then: string]>([
    ['queued 0', cancel, 'cancelled 0'],
    ['queued 1', cancel, 'cancelled 1'],
    ['deferred 1', cancel, 'cancelled 1'],
    ['cancelled 0', cancel, '-'],
    ['sending 1', cancel, 'too-late'],
    ['sent 1', cancel, 'too-late'],
    ['unknown 1', cancel, 'too-late'],
    ['failed 1', retry, 'queued 1'],
    ['unknown 1', retry, 'queued 1'],
    ['queued 1', retry, '-'],
    ['sending 1', retry, 'not-retryable'],
    ['sent 1', retry, 'not-retryable'],
    ['cancelled 0', retry, 'not-retryable'],
    ['unknown 1', settle('sent'), 'sent 1'],
    ['unknown 1', settle('failed'), 'failed 1'],
    ['sent 1', settle('sent'), '-'],
    ['failed 1', settle('failed'), '-'],
    ['sent 1', settle('failed'), 'not-unknown'],
    ['deferred 1', settle('sent'), 'not-unknown'],
  ])('holds as far as the mail has not left: %s, %o → %s', (given, command, then) => {
    expect(commanded(row(given), command)).toBe(then)
  })
})

describe('what came of an attempt', () => {
  it.each<[given: string, outcome: DeliveryRecord['outcome'], attempt: number, then: string]>([
    ['sending 1', 'sent', 1, 'sent 1'],
    ['sending 1', 'deferred', 1, 'deferred 1'],
    ['sending 1', 'failed', 1, 'failed 1'],
    ['sending 1', 'unknown', 1, 'unknown 1'],
    ['queued 0', 'deferred', 1, 'deferred 1'],
    ['deferred 1', 'deferred', 2, 'deferred 2'],
    ['deferred 1', 'failed', 2, 'failed 2'],
    ['deferred 1', 'deferred', 1, '-'],
    ['sent 1', 'sent', 1, '-'],
    ['sent 1', 'unknown', 1, '-'],
    ['failed 1', 'deferred', 1, '-'],
    ['queued 1', 'unknown', 1, '-'],
    ['queued 1', 'failed', 1, '-'],
    ['sending 2', 'deferred', 1, '-'],
    ['sending 1', 'deferred', 2, '-'],
    ['cancelled 0', 'deferred', 1, '-'],
    ['bounced 1', 'sent', 1, '-'],
    ['unknown 1', 'unknown', 1, '-'],
    ['unknown 1', 'unknown', 2, '-'],
    ['unknown 1', 'sent', 1, 'sent 1'],
    ['unknown 1', 'deferred', 1, 'deferred 1'],
    ['queued 1', 'sent', 1, 'sent 1'],
    ['deferred 2', 'sent', 1, 'sent 2'],
    ['sending 2', 'sent', 1, 'sent 2'],
  ])('is said once, and a late yes keeps the mail from leaving again: %s, %s of %i → %s', (given, outcome, n, then) => {
    expect(told(row(given), said(outcome, n))).toBe(then)
  })

  it('counts from a sender that did not begin it only as long as nobody has', () => {
    expect(told(row('queued 0'), said('deferred', 1, false))).toBe('deferred 1')
    expect(told(row('sending 1'), said('deferred', 1, false))).toBe('-')
  })

  it('is nothing for a mail that is not ours', () => {
    expect(decideOutcome(said('sent', 1), undefined)).toEqual([])
  })

  it('ends the same however often and in whatever order it is told, once a server has said yes', () => {
    const record = fc.constantFrom(said('sent', 1), said('unknown', 1))
    fc.assert(
      fc.property(fc.array(record, { maxLength: 6 }), (records) => {
        let state = row('sending 1')
        let events = 0
        for (const one of [...records, said('sent', 1), ...records])
          for (const event of decideOutcome(one, { row: state, thread }).filter(isSendEvent)) {
            state = sendingAfter(state, event) ?? state
            events += event.type === 'MessageSent' ? 1 : 0
          }
        expect([state.state, events]).toEqual(['sent', 1])
      }),
    )
  })
})

describe('a report that a mail did not arrive', () => {
  it.each<[given: string, then: string]>([
    ['sent 1', 'bounced 1'],
    ['sending 1', 'bounced 1'],
    ['unknown 1', 'bounced 1'],
    ['bounced 1', 'bounced 1'],
    ['queued 0', '-'],
    ['deferred 1', '-'],
    ['failed 1', '-'],
    ['cancelled 0', '-'],
  ])('counts where a server has it or may have it: %s → %s', (given, then) => {
    const events = decideBounce({ by, status: '5.1.1', recipients: ['b@b.test'] }, { row: row(given), thread })
    expect(after(row(given), events)).toBe(then)
  })
})

describe('any history', () => {
  type Step = (given: OutgoingRow) => readonly Decided[]
  const byCommand =
    (command: SendCommand): Step =>
    (given) => {
      const decided = decideSend(command, { row: given, thread })
      return 'events' in decided ? decided.events : []
    }
  const outcomes = ['sent', 'deferred', 'failed', 'unknown'] as const
  const attempts = [1, 2, 3]
  const steps = fc.constantFrom<Step>(
    ...attempts.map((attempt) => byCommand(begin(attempt))),
    ...[cancel, retry, settle('sent'), settle('failed')].map(byCommand),
    ...outcomes.flatMap((outcome) =>
      attempts.map(
        (n): Step =>
          (given) =>
            decideOutcome(said(outcome, n), { row: given, thread }),
      ),
    ),
    (given) => decideBounce({ by, status: null, recipients: [] }, { row: given, thread }),
  )

  it('begins no attempt twice, none after the mail was sent or called back, and says yes once', () => {
    fc.assert(
      fc.property(
        fc.array(steps, { maxLength: 40 }),
        fc.constantFrom('hold' as const, 'retry' as const),
        (some, policy) => {
          let state = row('queued 0', policy)
          const history: Decided[] = []
          for (const step of some)
            for (const event of step(state).filter(isSendEvent)) {
              history.push(event)
              state = sendingAfter(state, event) ?? state
            }
          const begun = history.flatMap((event) => (event.type === 'SendStarted' ? [event.data.attempt] : []))
          expect(begun).toEqual([...new Set(begun)].sort((a, b) => a - b))
          const over = history.findIndex(({ type }) => type === 'MessageSent' || type === 'SendCancelled')
          expect(history.slice(over + 1).some(({ type }) => over >= 0 && type === 'SendStarted')).toBe(false)
          expect(history.filter(({ type }) => type === 'MessageSent').length).toBeLessThan(2)
        },
      ),
      { numRuns: 500 },
    )
  })
})
