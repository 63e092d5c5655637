import { deliveryRecord } from '@skein/events'
import { describe, expect, it } from 'vitest'
import { deliveryOf, type Ended } from './delivery.js'
import { sendingHealth } from './sending-health.js'
import { noOf } from './smtp-no.js'

const send = { message: 'msg_1' as never, space: 'spc_a' as never }
const rules = { retryBaseMs: 60_000, maxAttempts: 3 }
const now = new Date('2026-03-01T10:00:00.000Z')
const no = (over: object): Ended => ({
  ...{ outcome: 'no', begun: false, temporary: true, reason: 'busy', refused: [], blame: 'transport' },
  ...over,
})
const recordOf = (ended: Ended, attempt = 1) =>
  deliveryRecord.parse(deliveryOf(send, attempt, ended, { now, wireId: null, rules }))

describe('what goes to the log of an attempt', () => {
  it('is another try after a no for now, and the end after enough of them', () => {
    expect(recordOf(no({}))).toMatchObject({ outcome: 'deferred', reason: 'busy', begun: false })
    expect(recordOf(no({}), 3)).toMatchObject({ outcome: 'failed', reason: 'busy (given up after attempt 3)' })
    expect(recordOf(no({ temporary: false }))).toMatchObject({ outcome: 'failed', reason: 'busy' })
  })

  it('says whether the attempt had begun where it came to nothing', () => {
    expect(recordOf(no({ begun: true }))).not.toHaveProperty('begun')
    expect(recordOf({ outcome: 'unknown', reason: 'silence' })).toMatchObject({ outcome: 'unknown', reason: 'silence' })
  })

  it('is not as long as a server likes', () => {
    const response = `250 ${'x'.repeat(100_000)}`
    expect(JSON.stringify(recordOf({ outcome: 'sent', response, refused: [] })).length).toBeLessThan(2_000)
  })
})

describe('an error after the mail began to leave', () => {
  it.each([
    ['the answer to its end', { code: 'EMESSAGE', responseCode: 451 }, { temporary: true }],
    ['a final refusal', { code: 'EMESSAGE', responseCode: 554 }, { temporary: false }],
    ['a lost connection', { code: 'ECONNECTION' }, null],
    ['half an answer before the connection was lost', { code: 'ECONNECTION', responseCode: 451 }, null],
    ['silence', { code: 'ETIMEDOUT' }, null],
  ])('is a no only where it is the answer to the mail: %s', (_, error, expected) => {
    const found = noOf(Object.assign(new Error('x'), error), true)
    if (expected === null) expect(found).toBeNull()
    else expect(found).toMatchObject(expected)
  })
})

describe('the health of sending', () => {
  const open = (state: string, queuedAt: number): never => ({ state, queuedAt }) as never

  it('is green while mail waits for its turn', () => {
    expect(sendingHealth({ open: [], troubles: new Map() }, 0)).toEqual({
      state: 'green',
      detail: 'nothing waits to be sent',
    })
    const health = sendingHealth({ open: [open('queued', 0), open('deferred', 30_000)], troubles: new Map() }, 60_000)
    expect(health).toEqual({ state: 'green', detail: '1 queued, 1 deferred; the oldest since 60 s' })
  })

  it('is yellow where a person has to decide, or to mend a transport', () => {
    expect(sendingHealth({ open: [open('unknown', 0)], troubles: new Map() }, 0).state).toBe('yellow')
    const troubles = (times: number) => new Map([['trp_a', { times, reason: '535 wrong password' }]])
    expect(sendingHealth({ open: [], troubles: troubles(2) }, 0).state).toBe('green')
    expect(sendingHealth({ open: [], troubles: troubles(3) }, 0)).toMatchObject({
      state: 'yellow',
      detail: expect.stringContaining('535 wrong password'),
    })
  })
})
