import { describe, expect, it } from 'vitest'
import { wordsOf } from './words.js'

describe('words of a text', () => {
  it.each<[string, string, string[]]>([
    ['runs of letters and digits, in lower case', 'Re: Order 4711, SHIPPED!', ['re', 'order', '4711', 'shipped']],
    ['parts of an address', 'anna.b-c@Example.COM', ['anna', 'b', 'c', 'example', 'com']],
    ['parted by an apostrophe or an underscore', 'don’t snake_case', ['don', 't', 'snake', 'case']],
    ['with the marks of their letters, in one form', 'Žluťoučký e\u0301tude', ['žluťoučký', 'étude']],
    ['in the compatibility form', 'ﬁne ＡＢＣ ½', ['fine', 'abc', '1', '2']],
    ['of any alphabet', 'Привет Ελλάδα שלום', ['привет', 'ελλάδα', 'שלום']],
    ['pairs of signs where no blanks stand between words', '会議室の予約', ['会議', '議室', '室の', 'の予', '予約']],
    ['one sign alone', '犬 and 猫', ['犬', 'and', '猫']],
    ['mixed scripts', 'iPhone用ケース2台', ['iphone', '用ケ', 'ケー', 'ース', '2', '台']],
    ['none in signs', ' -- !? €   ', []],
    [
      'cut where they are longer than 60 characters',
      `${'a'.repeat(61)} ${'é'.repeat(61)}`,
      ['a'.repeat(60), 'é'.repeat(60)],
    ],
  ])('are %s', (_, text, words) => expect(wordsOf(text)).toEqual(words))
})
