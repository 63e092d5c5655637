import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ADDRESS_LIMIT, parseAddresses, parseAddressList } from './address.js'

const people = (text: string): string[] => parseAddresses(text).map(({ name, address }) => `${name}|${address}`)

describe('address fields', () => {
  it.each<[string, string, string[]]>([
    ['take a bare address', 'a@b', ['|a@b']],
    ['take a name before brackets', 'Bob Smith <Bob@B.Test>', ['Bob Smith|Bob@b.test']],
    ['take a quoted name with a comma', '"Smith, Bob" <bob@b.test>', ['Smith, Bob|bob@b.test']],
    ['take an unquoted name with a comma', 'Smith, Bob <bob@b.test>, x@y', ['Smith, Bob|bob@b.test', '|x@y']],
    ['unquote backslashes', '"Bob \\"B\\" Smith" <bob@b.test>', ['Bob "B" Smith|bob@b.test']],
    ['take a name from a comment', 'bob@b.test (Bob (B) Smith)', ['Bob (B) Smith|bob@b.test']],
    ['decode names', '=?utf-8?q?Andr=C3=A9?= <a@b>', ['André|a@b']],
    ['decode names in quotes, as Outlook writes them', '"=?utf-8?q?Andr=C3=A9?=" <a@b>', ['André|a@b']],
    ['decode names with their quotes', '=?utf-8?q?=22Andr=C3=A9=2C_Bob=22?= <a@b>', ['André, Bob|a@b']],
    ['never take an address from an encoded-word', '=?utf-8?q?boss=40bank=2Etest=2C?= <a@b>', ['boss@bank.test,|a@b']],
    ['open groups', 'friends: a@b, Bob <c@d>;, e@f', ['|a@b', 'Bob|c@d', '|e@f']],
    ['take an empty group as nobody', 'undisclosed-recipients:;', []],
    ['split at semicolons', 'a@b; c@d', ['|a@b', '|c@d']],
    ['drop source routes', '<@relay.test,@other.test:bob@b.test>', ['|bob@b.test']],
    ['keep quoted local parts', '"john doe"@x.org', ['|"johndoe"@x.org']],
    ['keep domain literals', 'bob@[192.0.2.1], c@[IPv6:2001:db8::1]', ['|bob@[192.0.2.1]', '|c@[ipv6:2001:db8::1]']],
    ['join a torn address', 'bob @ b.test', ['|bob@b.test']],
    ['take white space out of brackets', '< bob @b.test >', ['|bob@b.test']],
    ['take the innermost brackets', 'Bob <<bob@b.test>>', ['Bob|bob@b.test']],
    ['read what archives hide', 'younko at uiuc.edu (Ko,Younhee)', ['Ko,Younhee|younko@uiuc.edu']],
    ['keep a name without a domain', 'MAILER-DAEMON', ['|MAILER-DAEMON']],
    ['keep it in brackets', 'Mail System <MAILER-DAEMON>', ['Mail System|MAILER-DAEMON']],
    [
      'take a quote that never closes as text',
      'Bob "the builder <bob@b.test>, c@d',
      ['Bob "the builder|bob@b.test', '|c@d'],
    ],
    ['take a comment that never closes as text', 'Bob (home <bob@b.test>, c@d', ['Bob (home|bob@b.test', '|c@d']],
    ['take brackets that never close', 'Bob <bob@b.test', ['Bob|bob@b.test']],
    ['drop words without an address', 'nobody in particular', []],
    ['drop empty entries', ', ,, <>, a@b,', ['|a@b']],
    ['drop a colon that is no group', 'mailto:bob@b.test', ['|bob@b.test']],
  ])('%s', (_, text, expected) => {
    expect(people(text)).toEqual(expected)
  })

  it('keep a bounded number and count the rest', () => {
    const { kept, total } = parseAddressList(Array.from({ length: ADDRESS_LIMIT + 5 }, (_, i) => `a${i}@b`).join(','))
    expect(kept).toHaveLength(ADDRESS_LIMIT)
    expect(total).toBe(ADDRESS_LIMIT + 5)
  })

  it('read back what was written, whatever the name', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', 'B', ' ', ',', '<', '>', '@', '(', ')', '"', '\\', ':', ';', 'é'),
    })
    fc.assert(
      fc.property(name, (text) => {
        const [read] = parseAddresses(`"${text.replace(/["\\]/g, '\\$&')}" <bob@b.test>, c@d`)
        expect(read).toEqual({ name: text.replace(/\s+/g, ' ').trim(), address: 'bob@b.test' })
      }),
    )
  })
})
