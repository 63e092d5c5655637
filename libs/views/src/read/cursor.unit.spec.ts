import { describe, expect, it } from 'vitest'
import { Cursors, InvalidCursor } from './cursor.js'

const place = { at: '2026-01-01T00:00:00.000Z', id: 'thr_1' }
const cursors = new Cursors('a secret')

describe('a cursor', () => {
  it('leads back to the place that it was made for', () => {
    expect(cursors.read(cursors.write(place, 'list'), 'list')).toEqual(place)
  })

  it.each([
    ['nothing', ''],
    ['words', 'next-page'],
    ['half a cursor', cursors.write(place, 'list').slice(0, 10)],
    [
      'a cursor with one sign changed',
      cursors.write(place, 'list').replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    ],
    ['a cursor of another list', cursors.write(place, 'another')],
    ['a cursor that another instance signed', new Cursors('b secret').write(place, 'list')],
  ])('%s is refused', (_, text) => {
    expect(() => cursors.read(text, 'list')).toThrow(InvalidCursor)
  })
})
