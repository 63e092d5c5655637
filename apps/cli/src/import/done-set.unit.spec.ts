import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DoneSet } from './done-set.js'

const doneWith = (numbers: number[]): DoneSet => {
  const done = new DoneSet()
  for (const n of numbers) done.add(n)
  return done
}

describe('which mails were stored', () => {
  it('is one number when all up to some point are done, in whatever order they ended', () => {
    expect(doneWith([2, 0, 1, 3]).toStored()).toEqual({ before: 4, also: [] })
  })
  it('names what is done after the first that is missing, as ranges', () => {
    expect(doneWith([0, 1, 3, 4, 5, 9]).toStored()).toEqual({
      before: 2,
      also: [
        [3, 5],
        [9, 9],
      ],
    })
  })
  it('moves on over what was done before the missing one came', () => {
    const done = DoneSet.from({ before: 2, also: [[3, 5]] })
    done.add(2)
    expect(done.toStored()).toEqual({ before: 6, also: [] })
  })
  it('is the same set after it was stored and read', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 200 })), (numbers) => {
        const done = DoneSet.from(doneWith(numbers).toStored())
        const has = Array.from({ length: 202 }, (_, n) => n).filter((n) => done.has(n))
        expect(has).toEqual([...new Set(numbers)].sort((a, b) => a - b))
        expect(done.size).toBe(has.length)
      }),
    )
  })
})
