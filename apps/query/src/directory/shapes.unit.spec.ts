import { freshChance } from '@skein/http'
import { inboxId } from '@skein/events'
import { describe, expect, it } from 'vitest'
import { newInbox } from './inboxes.js'
import { newKey } from './keys.js'
import { newId } from './new-id.js'
import { pageOf } from './pages.js'
import { address, domain } from './well-formed.js'

describe('an address', () => {
  it.each([
    ['support@example.com', 'support@example.com'],
    ['First.Last+tag@Example.COM', 'First.Last+tag@example.com'],
    [' a@example.com ', 'a@example.com'],
    ["o'hara!#$%&*/=?^_`{|}~-@example.com", "o'hara!#$%&*/=?^_`{|}~-@example.com"],
    ['jörg@bücher.example', 'jörg@bücher.example'],
    [`${'a'.repeat(64)}@example.com`, `${'a'.repeat(64)}@example.com`],
  ])('%s is one', (given, read) => {
    expect(address.parse(given)).toBe(read)
  })

  it.each([
    ...['', 'support', '@example.com', 'a@', 'a@@example.com', 'a b@example.com', 'a@exam ple.com', '.a@example.com'],
    ...['a..b@example.com', 'a.@example.com', 'a@-example.com', 'a@example-.com', 'a@example..com', 'a@.example.com'],
    ...['"a b"@example.com', 'Ann <a@example.com>', 'a@[192.0.2.1]', 'a,b@example.com', 'a;b@example.com'],
    ...['a\r\nb@example.com', 'a\u0000@example.com', 'a@example.com\nBcc: x@y.example', 'a\u202eb@example.com'],
    ...[`${'a'.repeat(65)}@example.com`, `a@${'b'.repeat(64)}.example`, `a@${'b.'.repeat(130)}example`],
  ])('%j is none', (given) => {
    expect(address.safeParse(given).success).toBe(false)
  })
})

describe('a domain', () => {
  it('is compared in lower case', () => {
    expect(domain.parse('Example.COM')).toBe('example.com')
  })
  it.each(['', '.', 'a b', '*.example.com', 'http://example.com', 'example.com.', '@example.com', 'exa_mple.com'])(
    '%j is none',
    (given) => {
      expect(domain.safeParse(given).success).toBe(false)
    },
  )
})

describe('what is sent to make an inbox', () => {
  it('has each alias and domain once', () => {
    const given = {
      address: 'a@x.example',
      aliases: ['b@x.example', 'B@x.example'],
      catch_all: ['X.example', 'x.example'],
    }
    expect(newInbox.parse(given)).toMatchObject({ aliases: ['B@x.example'], catch_all: ['x.example'] })
  })
  it('has no member that is not known', () => {
    expect(newInbox.safeParse({ address: 'a@x.example', alias: [] }).success).toBe(false)
  })
})

describe('what is sent to make a key', () => {
  it('has a time of any zone, which is kept as UTC', () => {
    expect(newKey.parse({ name: 'k', expires_at: '2126-01-01T02:00:00+02:00' }).expires_at).toBe(
      '2126-01-01T00:00:00.000Z',
    )
  })
  it.each([
    { scopes: [] },
    { scopes: ['all'] },
    { spaces: [] },
    { name: '' },
    { name: 'a\nb' },
    { expires_at: 'soon' },
  ])('is not %j', (wrong) => {
    expect(newKey.safeParse({ name: 'k', ...wrong }).success).toBe(false)
  })
})

describe('ids', () => {
  it('are well-formed, and the same for the same chance alone', () => {
    const [one, two] = [freshChance(), freshChance()]
    expect(inboxId.safeParse(newId('inb', one)).success).toBe(true)
    expect(newId('inb', one)).toBe(newId('inb', one))
    expect(newId('inb', one)).not.toBe(newId('inb', two))
    expect(newId<string>('inb', one).slice(4)).not.toBe(newId<string>('spc', one).slice(4))
  })
})

describe('pages', () => {
  const all = ['a', 'b', 'c'].map((id) => ({ id }))
  it('go on after the cursor, also where its entry is gone', () => {
    expect(pageOf(all, { limit: 2 })).toEqual({ page: [{ id: 'a' }, { id: 'b' }], next_cursor: 'b' })
    expect(pageOf([{ id: 'a' }, { id: 'c' }], { limit: 2, cursor: 'b' })).toEqual({
      page: [{ id: 'c' }],
      next_cursor: null,
    })
  })
  it('end where nothing is left', () => {
    expect(pageOf(all, { limit: 3 }).next_cursor).toBeNull()
  })
})
