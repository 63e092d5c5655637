import { describe, expect, it } from 'vitest'
import { OpenStreams } from './open-streams.js'

describe('streams that a key has open', () => {
  it('are so many at most, of each key by itself', () => {
    const streams = new OpenStreams(2)
    streams.take('key_a')
    streams.take('key_a')
    expect(() => streams.take('key_a')).toThrow('has 2 streams open')
    expect(() => streams.take('key_b')).not.toThrow()
  })

  it('are free again once they end, however often an end is told', () => {
    const streams = new OpenStreams(1)
    const end = streams.take('key_a')
    end()
    end()
    const other = streams.take('key_a')
    end()
    expect(() => streams.take('key_a')).toThrow('has 1 streams open')
    other()
    expect(() => streams.take('key_a')).not.toThrow()
  })
})
