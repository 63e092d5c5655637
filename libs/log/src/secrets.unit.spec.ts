import { describe, expect, it } from 'vitest'
import { CannotOpen, Secrets } from './secrets.js'

const [old, young] = ['an old secret of an instance', 'a young secret of an instance']

describe('secrets of an instance', () => {
  it('open what they sealed, in the place that it was sealed for', () => {
    const secrets = new Secrets(old)
    const sealed = secrets.seal('smtp password', 'transport trp_a')
    expect(sealed).not.toContain('password')
    expect(secrets.open(sealed, 'transport trp_a')).toBe('smtp password')
    expect(() => secrets.open(sealed, 'transport trp_b')).toThrow(CannotOpen)
  })

  it('seal with the first and open with all, so that a secret can be changed', () => {
    const sealed = new Secrets(old).seal('x', 'a')
    const both = new Secrets(`${young}, ${old}`)
    expect(both.open(sealed, 'a')).toBe('x')
    expect(new Secrets(young).open(both.seal('y', 'a'), 'a')).toBe('y')
    expect(() => new Secrets(young).open(sealed, 'a')).toThrow(CannotOpen)
    expect(both.instance).toBe(new Secrets(old).instance)
  })

  it('do not open what was changed, or is none', () => {
    const secrets = new Secrets(old)
    const bytes = Buffer.from(secrets.seal('smtp password', 'a'), 'base64')
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    for (const text of [bytes.toString('base64'), '', 'x', '!!'])
      expect(() => secrets.open(text, 'a')).toThrow(CannotOpen)
  })

  it('have another key for each purpose', () => {
    const secrets = new Secrets(old)
    const keys = (['message-id', 'reply-token', 'seal', 'cursor'] as const).map((purpose) =>
      Buffer.from(secrets.keys(purpose)[0]).toString('hex'),
    )
    expect(new Set(keys).size).toBe(4)
  })

  it('refuse a secret that is too short to be one', () => {
    expect(() => new Secrets('short')).toThrow(/SKEIN_SECRET/)
    expect(() => new Secrets(`${old},`)).toThrow(/SKEIN_SECRET/)
  })
})
