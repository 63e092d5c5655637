import { describe, expect, it } from 'vitest'
import { isSilent, MAX_ATTEMPTS, MAX_RETRY_AFTER_MS, nextAttempt, retryAfterOf } from './schedule.js'

const at = new Date('2026-05-01T00:00:00.000Z')
const after = (attempt: number, { chance = 0, retryAfterMs = null as number | null } = {}): number | null => {
  const next = nextAttempt({ attempt, at, chance, retryAfterMs })
  return next && (next.getTime() - at.getTime()) / 1_000
}

describe('the next attempt', () => {
  it.each([
    [1, 5],
    [2, 5 * 60],
    [3, 30 * 60],
    [4, 2 * 3_600],
    [5, 5 * 3_600],
    [6, 10 * 3_600],
    [7, 14 * 3_600],
    [8, 20 * 3_600],
    [9, 24 * 3_600],
  ])('after number %i is due in %i seconds', (attempt, seconds) => {
    expect(after(attempt)).toBe(seconds)
  })

  it('is none after the last', () => {
    expect(MAX_ATTEMPTS).toBe(10)
    expect(after(MAX_ATTEMPTS, { retryAfterMs: 1_000 })).toBeNull()
  })

  it('is spread, later only, by a fifth at most', () => {
    expect(after(2, { chance: 0.5 })).toBe(330)
    expect(after(2, { chance: 0.999_999 })).toBeLessThanOrEqual(360)
  })

  it('is as late as the endpoint asks, but not earlier than the schedule and not later than a day', () => {
    expect(after(1, { retryAfterMs: 60_000 })).toBe(60)
    expect(after(2, { retryAfterMs: 60_000 })).toBe(300)
    expect(after(1, { retryAfterMs: 10 * MAX_RETRY_AFTER_MS })).toBe(24 * 3_600)
  })
})

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    [' 5 ', 5_000],
    ['Fri, 01 May 2026 00:01:00 GMT', 60_000],
    ['Thu, 30 Apr 2026 00:01:00 GMT', 0],
    ['soon', null],
    ['-5x', null],
    ['', null],
    [null, null],
  ])('%j is %s ms', (header, ms) => {
    expect(retryAfterOf(header, at)).toBe(ms)
  })
})

describe('an endpoint whose event failed for the last time', () => {
  const days = (ago: number): string => new Date(at.getTime() - ago * 24 * 3_600_000).toISOString()
  it.each<[string, string | null, (string | null)[], boolean]>([
    ['is switched off after 5 days without a success', days(5), [days(6), null], true],
    ['is switched off when it never took anything', days(6), [null], true],
    ['stays while it has failed for less', days(4.9), [days(6)], false],
    ['stays while it takes events of another partition', days(6), [days(7), days(1)], false],
    ['stays when it took something since', null, [days(0)], false],
  ])('%s', (_, failingSince, successes, expected) => {
    expect(isSilent({ failingSince, successes, now: at })).toBe(expected)
  })
})
