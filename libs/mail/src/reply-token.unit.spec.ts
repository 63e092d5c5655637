import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeBase32, encodeBase32 } from './base32.js'
import { makeMessageId } from './reply-headers.js'
import { makeReplyToken, readReplyToken, withoutReplyToken } from './reply-token.js'

const keysOf = (first: number) => ({
  token: new Uint8Array(32).fill(first),
  messageId: new Uint8Array(32).fill(first + 1),
})
const keys = keysOf(1)
const older = keysOf(7)
const idFor = (domain: string, key = keys.messageId): string =>
  makeMessageId({ random: Uint8Array.from({ length: 16 }, (_, i) => i * 13), instance: 'i1', domain }, key)

const id = idFor('us.test')
const address = makeReplyToken({ id, address: 'support@us.test' }, keys) ?? ''

describe('reply token', () => {
  it('leads from the address back to the whole Message-ID', () => {
    expect(address).toMatch(/^support\+r\.[a-z2-7]{36}@us\.test$/)
    expect(readReplyToken(address, 'i1', [keys])).toBe(id)
  })

  it('is read in any case, since mailers change it', () => {
    expect(readReplyToken(address.toUpperCase(), 'i1', [keys])).toBe(id)
  })

  it('made with an older secret is read as long as that is known', () => {
    const old = idFor('us.test', older.messageId)
    const made = makeReplyToken({ id: old, address: 'support@us.test' }, older) ?? ''
    expect(readReplyToken(made, 'i1', [keys, older])).toBe(old)
    expect(readReplyToken(made, 'i1', [keys])).toBeNull()
  })

  it.each([
    ['an address without a token', 'support@us.test'],
    ['another tag', 'support+x@us.test'],
    ['a token of another domain', address.replace('us.test', 'them.test')],
    ['a changed random part', address.replace(/r\../, (text) => (text === 'r.a' ? 'r.b' : 'r.a'))],
    ['a changed end', address.replace(/.@/, (text) => (text === 'a@' ? 'b@' : 'a@'))],
    ['a token cut short', address.replace(/.@/, '@')],
  ])('says nothing for %s', (_, given) => {
    expect(readReplyToken(given, 'i1', [keys])).toBeNull()
  })

  it('of another instance says nothing', () => {
    expect(readReplyToken(address, 'i2', [keys])).toBeNull()
  })

  it.each([
    ['an id that is not ours', { id: 'a@us.test', address: 'support@us.test' }],
    ['an id at another domain', { id: idFor('other.test'), address: 'support@us.test' }],
    ['an address that has a tag', { id, address: 'support+x@us.test' }],
    ['a local part that would be over 64 octets', { id, address: `${'a'.repeat(27)}@us.test` }],
  ])('is left out for %s', (_, given) => {
    expect(makeReplyToken(given, keys)).toBeNull()
  })

  it('fits in 64 octets with a local part of 25', () => {
    const made = makeReplyToken({ id, address: `${'a'.repeat(25)}@us.test` }, keys) ?? ''
    expect(made.split('@')[0]).toHaveLength(64)
  })

  it('comes off where only the person counts', () => {
    expect(withoutReplyToken(address)).toBe('support@us.test')
    expect(withoutReplyToken('Support+tag@us.test')).toBe('Support+tag@us.test')
    expect(withoutReplyToken('x+r.short@us.test')).toBe('x+r.short@us.test')
  })

  it('base32 gives back what it was given, whatever its length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(decodeBase32(encodeBase32(bytes))).toEqual(bytes)
      }),
    )
    expect(encodeBase32(new TextEncoder().encode('foobar'))).toBe('mzxw6ytboi')
    expect(decodeBase32('a1')).toBeNull()
  })
})
