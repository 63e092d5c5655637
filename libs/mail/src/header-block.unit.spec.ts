import { describe, expect, it } from 'vitest'
import { allTexts, firstText, isMail, readHeaderBlock } from './header-block.js'

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

const read = (text: string) => {
  const raw = bytes(text)
  const block = readHeaderBlock(raw)
  return {
    names: block.fields.map(({ start, nameEnd }) => text.slice(start, nameEnd)),
    block,
    body: text.slice(block.bodyStart),
  }
}

describe('header blocks', () => {
  it.each<[string, string, string[], string]>([
    ['end lines with CRLF', 'A: 1\r\nB: 2\r\n\r\nbody', ['A', 'B'], 'body'],
    ['end lines with LF', 'A: 1\nB: 2\n\nbody', ['A', 'B'], 'body'],
    ['end lines with CR', 'A: 1\rB: 2\r\rbody', ['A', 'B'], 'body'],
    ['mix line ends', 'A: 1\r\nB: 2\nC: 3\rD: 4\n\r\nbody', ['A', 'B', 'C', 'D'], 'body'],
    ['end lines with doubled CR', 'A: 1\r\r\nB: 2\r\r\n\r\r\nbody', ['A', 'B'], 'body'],
    ['have no body', 'A: 1\nB: 2', ['A', 'B'], ''],
    ['have no end', 'A: 1\nB: 2\n', ['A', 'B'], ''],
    ['start with an mbox line', 'From a@b Thu Jan  1 00:00:00 1970\nA: 1\n\nbody', ['A'], 'body'],
    ['start with a quoted mbox line', '>From a@b Thu Jan  1 00:00:00 1970\nA: 1\n\nbody', ['A'], 'body'],
    ['start with empty lines', '\r\n\nA: 1\n\nbody', ['A'], 'body'],
    ['start with a byte order mark', '\xef\xbb\xbfA: 1\n\nbody', ['A'], 'body'],
    ['hold stray lines', 'A: 1\nnot a field\nB: 2\n\nbody', ['A', 'B'], 'body'],
    ['hold white space before the colon', 'A : 1\n\nbody', ['A'], 'body'],
    ['hold empty values', 'A:\nB:2\n\nbody', ['A', 'B'], 'body'],
    ['are empty', '', [], ''],
  ])('%s', (_, text, names, body) => {
    expect(read(text)).toMatchObject({ names, body })
  })

  it('count what is no field', () => {
    expect(read('A: 1\nstray\n also stray or folded\n\n').block.strayLines).toBe(1)
  })
})

describe('texts of fields', () => {
  it.each<[string, string, string]>([
    ['unfold', 'A: one\r\n two\r\n\tthree\r\n\r\n', 'one two\tthree'],
    ['lose controls', 'A: o\0n\x07e\n\n', 'one'],
    ['lose a stray CR', 'A: one\rtwo three\n\n', 'onetwo three'],
    ['are UTF-8', 'A: caf\xc3\xa9\n\n', 'café'],
    ['are windows-1252 where they are not UTF-8', 'A: caf\xe9 \x80 \x93x\x94\n\n', 'café € “x”'],
    ['are ISO-2022-JP where they say so', 'A: \x1b$B$3\x1b(B\n\n', 'こ'],
    ['keep an overlong sequence out', 'A: \xc0\xaf\n\n', 'À¯'],
  ])('%s', (_, text, expected) => {
    expect(firstText(readHeaderBlock(bytes(text)), 'a')).toBe(expected)
  })

  it('are found by name in any case, in order', () => {
    const block = readHeaderBlock(bytes('References: 1\nX: 0\nREFERENCES: 2\nreferences : 3\nReference: 4\n\n'))
    expect(allTexts(block, 'references')).toEqual(['1', '2', '3'])
    expect(firstText(block, 'to')).toBeNull()
  })

  it('are not found by a name that only has the same key', () => {
    const block = readHeaderBlock(bytes('[a: 1\n\n'))
    expect(firstText(block, '[a')).toBe('1')
    expect(firstText(block, '{a')).toBeNull()
  })
})

describe('whether bytes are a mail', () => {
  it.each<[string, string, boolean]>([
    ['a mail', 'Subject: hi\n\nbody', true],
    ['a mail from an mbox', 'From a@b Thu Jan  1 00:00:00 1970\nSubject: hi\n\n', true],
    ['a mail without a body', 'Subject: hi', true],
    ['nothing', '', false],
    ['only an empty line', '\r\n\r\n', false],
    ['JSON', '{"from": "a@b", "to": 1}', false],
    ['HTML', '<!DOCTYPE html>\n<html>\n<p style="color:red">x</p>', false],
    ['prose', 'Hello Bob,\n\nSubject: not a header', false],
    ['a PNG', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR', false],
    ['zeros', '\0\0\0\0', false],
  ])('%s', (_, text, ok) => {
    expect(isMail(bytes(text)).ok).toBe(ok)
  })
})
