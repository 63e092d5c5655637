import { Problem } from '@skein/http'
import { describe, expect, it } from 'vitest'
import { placeText, readPlace } from './place.js'

describe('a place in the log as text', () => {
  it('is read as it was written, in the order of partitions', () => {
    expect(placeText(readPlace('2:40,0:12', 4, 'after'))).toBe('0:12,2:40')
  })
  it('names something where an account has nothing yet', () => {
    expect(placeText(new Map())).toBe('0:0')
  })
  it.each([
    '',
    '0',
    '0:',
    ':1',
    '0:1,',
    '0:1;1:2',
    '0:-1',
    '0:1,0:2',
    '4:1',
    '0:1e3',
    '0:1\n1:1',
    '0:9999999999999999',
  ])('is refused: %j', (text) => expect(() => readPlace(text, 4, 'after')).toThrow(Problem))
})
