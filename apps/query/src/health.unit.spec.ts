import { describe, expect, it } from 'vitest'
import { projectorCheck } from './health.js'
import type { Standing } from './positions.js'

/** The states that a check says at each of these moments. */
const states = async (moments: [seconds: number, standing: Standing][]): Promise<string[]> => {
  let at = 0
  let standing: Standing = { position: {}, lag: 0 }
  const check = projectorCheck(
    () => Promise.resolve(standing),
    () => at * 1000,
  )
  const seen: string[] = []
  for (const [seconds, next] of moments) {
    at = seconds
    standing = next
    seen.push((await check()).state)
  }
  return seen
}
const behind = (sequence: number, lag: number | null): Standing => ({ position: { 0: sequence }, lag })

describe('the projector is', () => {
  it('green while it comes on, however long that takes', async () => {
    expect(
      await states([
        [0, behind(1, 9)],
        [29, behind(2, 9)],
        [58, behind(3, 9)],
        [87, behind(4, 0)],
      ]),
    ).toEqual(Array(4).fill('green'))
  })
  it('yellow when it takes no step, and green again when it does', async () => {
    expect(
      await states([
        [0, behind(1, 9)],
        [31, behind(1, 9)],
        [32, behind(2, 9)],
      ]),
    ).toEqual(['green', 'yellow', 'green'])
  })
  it('green for as long as there is nothing to do', async () => {
    expect(
      await states([
        [0, behind(1, 0)],
        [900, behind(1, 0)],
        [901, behind(1, 1)],
      ]),
    ).toEqual(Array(3).fill('green'))
  })
  it('yellow when it is far behind', async () => {
    expect(await states([[0, behind(1, 50_000)]])).toEqual(['yellow'])
  })
  it('red when the log does not say where it ends', async () => {
    expect(await states([[0, behind(1, null)]])).toEqual(['red'])
  })
})
