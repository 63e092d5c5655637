import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encodeBase64 } from './base64.js'
import { decodeWords } from './encoded-word.js'

it.each<[string, string, string]>([
  ['decodes Q', '=?utf-8?q?caf=C3=A9?=', 'café'],
  ['decodes Q with underscores', '=?ISO-8859-1?Q?a_b=E4?=', 'a bä'],
  ['decodes B', '=?UTF-8?B?w6k=?=', 'é'],
  ['decodes B without padding', '=?UTF-8?B?w6k?=', 'é'],
  ['drops white space between words', '=?utf-8?q?a?= \t =?utf-8?q?b?=', 'ab'],
  ['keeps white space before text', '=?utf-8?q?a?= b =?utf-8?q?c?=', 'a b c'],
  ['joins a character cut over two words', '=?utf-8?b?w6==?= =?utf-8?b?qQ==?=', 'é'],
  ['joins words of two character sets', '=?utf-8?q?=C3=A9?= =?iso-8859-1?q?=E4?=', 'éä'],
  ['takes words that touch text', 'x=?utf-8?q?=C3=A9?=y', 'xéy'],
  ['takes words that touch one another', '=?utf-8?q?a?==?utf-8?q?b?=', 'ab'],
  ['takes a language', '=?utf-8*en?q?a?=', 'a'],
  ['takes spaces inside a word', '=?utf-8?q?a b?=', 'a b'],
  ['takes an = without digits as it is', '=?utf-8?q?a=zz=4?=', 'a=zz=4'],
  ['reads Japanese', '=?ISO-2022-JP?B?GyRCJDMbKEI=?=', 'こ'],
  ['reads Chinese', '=?gb2312?B?1tDOxA==?=', '中文'],
  ['reads Russian', '=?koi8-r?Q?=F0=D2=C9?=', 'При'],
  ['reads Korean by its other name', '=?ks_c_5601-1987?B?x9GxuQ==?=', '한국'],
  ['takes an unknown character set for UTF-8', '=?x-nonsense?q?=C3=A9?=', 'é'],
  ['takes one that is not UTF-8 for windows-1252', '=?x-nonsense?q?=80=E9?=', '€é'],
  ['takes what "ascii" hides', '=?us-ascii?q?=C3=A9?=', 'é'],
  ['leaves a word that never ends', '=?utf-8?q?abc', '=?utf-8?q?abc'],
  ['leaves an unknown encoding', '=?utf-8?x?abc?=', '=?utf-8?x?abc?='],
  ['leaves plain text', 'a =? b ?= c', 'a =? b ?= c'],
  ['takes an empty word', 'a =?utf-8?q??= b', 'a  b'],
])('%s', (_, text, expected) => {
  expect(decodeWords(text)).toBe(expected)
})

it('reads back whatever was written in B, in words cut anywhere', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 })
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 7 }), (written, size) => {
      const bytes = new TextEncoder().encode(written)
      const cuts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
        bytes.slice(i * size, (i + 1) * size),
      )
      const words = cuts.map((cut) => `=?utf-8?B?${encodeBase64(cut)}?=`).join('\t')
      expect(decodeWords(words)).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes))
    }),
  )
})
