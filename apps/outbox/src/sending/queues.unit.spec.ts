import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backOff } from './back-off.js'
import { DueQueue } from './due-queue.js'
import { Lanes } from './lanes.js'

describe('what is due', () => {
  it('comes in the order of its times, each once, as it was put in last', () => {
    const put = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.option(fc.nat(20)))
    fc.assert(
      fc.property(fc.array(put), fc.nat(20), (puts, now) => {
        const queue = new DueQueue()
        for (const [key, due] of puts) queue.put(key, due)
        const last = [...new Map(puts)].flatMap(([key, due]) => (due === null ? [] : [{ key, due }]))
        const dues = last.filter(({ due }) => due <= now).sort((a, b) => a.due - b.due)
        const taken = queue.take(now)
        expect(taken.map((key) => last.find((one) => one.key === key)?.due)).toEqual(dues.map(({ due }) => due))
        expect(new Set(taken)).toEqual(new Set(dues.map(({ key }) => key)))
        const rest = last.filter(({ due }) => due > now).map(({ due }) => due)
        expect(queue.next).toBe(rest.length === 0 ? null : Math.min(...rest))
      }),
    )
  })
})

describe('lanes', () => {
  const started = (lanes: Lanes): string[] => {
    const keys: string[] = []
    for (let key = lanes.next(); key !== undefined; key = lanes.next()) keys.push(key)
    return keys
  }

  it('let a transport that hangs stop nobody else', () => {
    const lanes = new Lanes({ perLane: 2, whole: 5 })
    for (const key of ['a1', 'a2', 'a3', 'a4']) lanes.add('a', key)
    lanes.add('b', 'b1')
    expect(started(lanes)).toEqual(['a1', 'a2', 'b1'])
    lanes.done('b1')
    expect(started(lanes)).toEqual([])
    lanes.done('a1')
    expect(started(lanes)).toEqual(['a3'])
  })

  it('run no more together than the process may, and nothing twice', () => {
    const lanes = new Lanes({ perLane: 5, whole: 3 })
    for (const key of ['1', '2', '3', '4', '4', '1']) lanes.add('a', key)
    expect(started(lanes)).toEqual(['1', '2', '3'])
    for (const key of ['1', '2', '3']) lanes.done(key)
    expect(started(lanes)).toEqual(['4'])
  })
})

describe('the wait after an attempt', () => {
  it.each([
    [1, 1],
    [2, 5],
    [3, 15],
    [4, 30],
    [5, 60],
    [6, 120],
    [7, 240],
    [8, 480],
    [11, 480],
  ])('%i is about %i minutes, and not the same for all', (attempt, minutes) => {
    const waits = Array.from({ length: 200 }, (_, i) => backOff(`msg_${i}`, attempt, 60_000) / 60_000)
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(0.8 * minutes)
    expect(Math.max(...waits)).toBeLessThanOrEqual(1.2 * minutes)
    expect(new Set(waits).size).toBeGreaterThan(100)
  })
})
