import type { StoredEvent } from '@skein/events'
import type { Webhook, WebhookAttempt, WebhookLane } from '@skein/log'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Lane, type LaneWork } from './lane.js'
import { LaneState } from './lane-state.js'
import { noticeOf } from './notice.js'
import type { Outcome } from './post.js'

const HOUR = 60 * 60_000
const endpoint = { id: 'whk_1', account: 'acc_a' } as Webhook
const eventAt = (sequence: number, thread = `t${sequence}`): StoredEvent =>
  ({
    ...{ id: `e${sequence}`, time: '2026-05-01T00:00:00.000Z', space: 'spc_a', thread, partition: 0, sequence },
    type: 'ThreadReopened',
    data: { by: 'x' },
    cause: { kind: 'command', id: 'c', name: 'MarkThreadRead', actor: 'somebody' },
  }) as StoredEvent

const took: Outcome = { status: 200, error: null, ms: 1, retryAfterMs: null, answer: '' }
const failed: Outcome = { ...took, status: 500, error: 'answered 500' }

/** A log, an endpoint and a record of attempts in memory; the clock is vitest's. */
class Bench {
  readonly log: StoredEvent[] = []
  readonly attempts: WebhookAttempt[] = []
  readonly sent: number[] = []
  underWay = 0
  most = 0
  position = 0
  isOn = true
  kept: WebhookLane | null = null
  readings = 0
  answer: (sequence: number) => Outcome | Promise<Outcome> = () => took

  open(state = LaneState.startingAfter(0)): Lane {
    return new Lane(this.work(), state)
  }

  /** What the next process makes of the snapshot and the attempts. */
  reopened(): LaneState {
    const state = this.kept === null ? LaneState.startingAfter(0) : LaneState.from(this.kept)
    for (const [i, attempt] of this.attempts.entries()) if (i + 1 > state.attemptsIn) state.apply(attempt, i + 1)
    return state
  }

  append(lane: Lane, count: number, thread?: string): void {
    const before = this.position
    for (let i = 0; i < count; i++) this.log.push(eventAt(this.log.length + 1, thread))
    this.position = this.log.length
    lane.offer(before, this.position, this.log.slice(before).map(noticeOf))
  }

  private work(): LaneWork {
    return {
      webhook: endpoint.id,
      partition: 0,
      endpoint: () => (this.isOn ? endpoint : null),
      position: () => this.position,
      read: (after, until) => this.read(after, until),
      isFor: () => Promise.resolve(true),
      send: (_, { sequence }) => this.send(sequence),
      noteAttempt: (attempt) => Promise.resolve(this.attempts.push(attempt)),
      keep: (state) => Promise.resolve(void (this.kept = state.snapshot())),
      failed: () => Promise.resolve(),
      now: () => new Date(),
      chance: () => 0,
    }
  }
  private async *read(after: number, until: number): AsyncGenerator<StoredEvent[]> {
    this.readings++
    for (let from = after; from < until; from += 500) {
      await Promise.resolve()
      yield this.log.slice(from, Math.min(from + 500, until))
    }
  }
  private async send(sequence: number): Promise<Outcome> {
    this.sent.push(sequence)
    this.most = Math.max(this.most, ++this.underWay)
    const outcome = await this.answer(sequence)
    this.underWay--
    return outcome
  }
}

const numbers = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const later = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms)

let bench: Bench
beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-05-01T00:00:00.000Z') })
  bench = new Bench()
})
afterEach(() => void vi.useRealTimers())

describe('a lane', () => {
  it('sends a thread’s events one after the other, and several threads at once', async () => {
    bench.answer = () => new Promise((resolve) => setTimeout(() => resolve(took), 100))
    const lane = bench.open()
    bench.append(lane, 3, 'same')
    await later(50)
    expect(bench.sent).toEqual([1])
    bench.append(lane, 20)
    await later(50)
    expect(bench.most).toBe(8)
    await later(5_000)
    expect(bench.sent.filter((one) => one <= 3)).toEqual([1, 2, 3])
    expect([...bench.sent].sort((a, b) => a - b)).toEqual(numbers(1, 23))
  })

  it('tries an event ten times by the schedule, then gives it up', async () => {
    bench.answer = () => failed
    const lane = bench.open()
    bench.append(lane, 1)
    const times: number[] = []
    for (let hour = 0; hour < 100; hour++) {
      await later(HOUR)
      times.push(bench.sent.length)
    }
    expect(times.slice(0, 2)).toEqual([4, 4])
    expect(times.at(-1)).toBe(10)
    expect(lane.state.dueCount).toBe(0)
    expect(bench.attempts.map(({ attempt }) => attempt)).toEqual(numbers(1, 10))
    expect(bench.attempts.at(-1)?.nextAt).toBeNull()
    expect(lane.state.failingSince).toBe('2026-05-01T00:00:00.000Z')
  })

  it('lets an event that always fails hold up nothing behind it', async () => {
    bench.answer = (sequence) => (sequence === 1 ? failed : took)
    const lane = bench.open()
    bench.append(lane, 50, 'same')
    await later(10)
    expect(new Set(bench.sent).size).toBe(50)
    expect(lane.state.snapshot().runs[0]).toMatchObject({ place: 50 })
  })

  it('stands still when a thousand wait to be tried again, keeps the rest in the log, and goes on when the endpoint is back', async () => {
    bench.answer = () => failed
    const lane = bench.open()
    for (let i = 0; i < 30; i++) bench.append(lane, 100)
    await later(4_000)
    expect(lane.state.dueCount).toBe(1_000)
    expect(lane.behind).toBeGreaterThanOrEqual(2_000)
    bench.answer = () => took
    await later(100 * HOUR)
    expect(lane.state.dueCount).toBe(0)
    expect(lane.behind).toBe(0)
    expect(new Set(bench.attempts.filter(({ error }) => error === null).map(({ sequence }) => sequence)).size).toBe(
      3_000,
    )
  })

  it('gives an endpoint that fails one attempt at a time', async () => {
    bench.answer = () => failed
    const lane = bench.open()
    bench.append(lane, 1)
    await later(1)
    bench.answer = () => new Promise((resolve) => setTimeout(() => resolve(failed), 10_000))
    bench.most = 0
    bench.append(lane, 20)
    await later(60_000)
    expect(bench.most).toBe(1)
  })

  it('sends nothing to an endpoint that is off, and goes on with what comes after it is on again', async () => {
    bench.answer = () => failed
    const lane = bench.open()
    bench.append(lane, 2)
    await later(10)
    bench.isOn = false
    bench.append(lane, 3)
    await later(HOUR)
    expect(lane.state.dueCount).toBe(0)
    bench.isOn = true
    bench.answer = () => took
    const sent = bench.sent.length
    bench.append(lane, 1)
    await later(HOUR)
    expect(bench.sent.slice(sent)).toEqual([6])
  })
})

describe('after a crash', () => {
  it.each([0, 1, 7, 40, 99])(
    'with %i attempts noted, the next process sends the rest and none of those again',
    async (count) => {
      const open: (() => void)[] = []
      bench.answer = () =>
        bench.attempts.length + bench.underWay <= count ? took : new Promise(() => open.push(() => 0))
      const first = bench.open()
      bench.append(first, 100)
      await later(0)
      const noted = bench.attempts.map(({ sequence }) => sequence)
      const before = bench.sent.length
      bench.answer = () => took
      const second = bench.open(bench.reopened())
      second.pump()
      await later(1_000)
      const again = bench.sent.slice(before)
      expect(again.filter((sequence) => noted.includes(sequence))).toEqual([])
      expect([...noted, ...again].sort((a, b) => a - b)).toEqual(numbers(1, 100))
    },
  )

  it('what was due stays due, from the attempts alone or from the snapshot', async () => {
    bench.answer = (sequence) => (sequence % 2 === 0 ? failed : took)
    const lane = bench.open()
    bench.append(lane, 10)
    await later(10)
    const due = (state: LaneState) => state.due.map(({ sequence, attempt }) => [sequence, attempt])
    const fromAttempts = due(bench.reopened())
    await later(2_000)
    expect(bench.kept).not.toBeNull()
    expect(due(bench.reopened())).toEqual(fromAttempts)
    expect(fromAttempts).toEqual([2, 4, 6, 8, 10].map((sequence) => [sequence, 1]))
  })
})

describe('a stretch that is asked for again', () => {
  it('is sent once more, also beside live events, and is forgotten when it is done', async () => {
    const lane = bench.open()
    bench.append(lane, 20)
    await later(10)
    lane.takeUp([{ n: 1, after: 4, to: 7, at: '2026-05-01T00:00:00.000Z' }])
    lane.takeUp([{ n: 1, after: 4, to: 7, at: '2026-05-01T00:00:00.000Z' }])
    bench.append(lane, 2)
    await later(10)
    const replayed = bench.attempts.filter(({ kind }) => kind === 'replay').map(({ sequence }) => sequence)
    expect(replayed).toEqual([5, 6, 7])
    expect(bench.sent).toHaveLength(25)
    expect(lane.state.snapshot()).toMatchObject({ replayed: 1, runs: [{ replay: null, place: 22 }] })
  })

  it('goes on after a crash where it was', async () => {
    const lane = bench.open()
    bench.append(lane, 20)
    await later(10)
    const asked = { n: 1, after: 0, to: 20, at: '2026-05-01T00:00:00.000Z' }
    bench.answer = (sequence) => (sequence <= 10 ? took : new Promise(() => undefined))
    lane.takeUp([asked])
    await later(0)
    const done = bench.attempts.length
    bench.answer = () => took
    const state = LaneState.startingAfter(0)
    state.takeUp([asked])
    for (const [i, attempt] of bench.attempts.entries()) state.apply(attempt, i + 1)
    const next = bench.open(state)
    const before = bench.sent.length
    next.pump()
    await later(1_000)
    expect(done).toBe(30)
    expect(bench.sent.slice(before)).toEqual(numbers(11, 20))
  })
})
