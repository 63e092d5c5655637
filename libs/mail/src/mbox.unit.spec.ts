import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitMbox } from './mbox.js'

const FROM = 'From bob@b.test Thu Jan  1 00:00:00 1970\n'

async function* chunksOf(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}

const split = async (text: string, size = text.length + 1): Promise<string[]> => {
  const mails: string[] = []
  for await (const mail of splitMbox(chunksOf(Buffer.from(text, 'latin1'), size)))
    mails.push(Buffer.from(mail).toString('latin1'))
  return mails
}

describe('mails of an mbox', () => {
  it.each<[string, string, string[]]>([
    ['start at From lines', `${FROM}A: 1\n\none\n\n${FROM}A: 2\n\ntwo\n`, ['A: 1\n\none\n', 'A: 2\n\ntwo\n']],
    [
      'keep CRLF',
      `${FROM.replace('\n', '\r\n')}A: 1\r\n\r\none\r\n\r\n${FROM.replace('\n', '\r\n')}A: 2\r\n\r\n`,
      ['A: 1\r\n\r\none\r\n', 'A: 2\r\n\r\n'],
    ],
    [
      'unquote >From',
      `${FROM}A: 1\n\n>From here\n>>From there\n> From x\n>Fromage\n`,
      ['A: 1\n\nFrom here\n>From there\n> From x\n>Fromage\n'],
    ],
    [
      'keep a From line inside a paragraph',
      `${FROM}A: 1\n\ntext\nFrom bob Thu Jan  1 00:00:00 1970\n`,
      ['A: 1\n\ntext\nFrom bob Thu Jan  1 00:00:00 1970\n'],
    ],
    [
      'keep a From line without a time',
      `${FROM}A: 1\n\ntext\n\nFrom here on it is fine.\n`,
      ['A: 1\n\ntext\n\nFrom here on it is fine.\n'],
    ],
    [
      'start at From lines without a time where the first has none',
      'From bob@b.test\nA: 1\n\none\n\nFrom eve@e.test\nA: 2\n',
      ['A: 1\n\none\n', 'A: 2\n'],
    ],
    ['may have no From line', 'A: 1\n\none\n', ['A: 1\n\none\n']],
    ['may have no line end at the end', `${FROM}A: 1\n\none`, ['A: 1\n\none']],
    ['may be empty', `${FROM}\n${FROM}A: 2\n\n`, ['A: 2\n\n']],
    ['are none in an empty file', '', []],
    ['are none after a last From line', `${FROM}A: 1\n\none\n\n${FROM}`, ['A: 1\n\none\n']],
    ['keep empty lines of their own', `${FROM}A: 1\n\none\n\n\n\n${FROM}A: 2\n\n`, ['A: 1\n\none\n\n\n', 'A: 2\n\n']],
    ['keep any octets', `${FROM}A: 1\n\n\0\xff\xfe\r\n`, ['A: 1\n\n\0\xff\xfe\r\n']],
  ])('%s', async (_, text, mails) => {
    expect(await split(text)).toEqual(mails)
    for (const size of [1, 2, 3, 7]) expect(await split(text, size)).toEqual(mails)
  })

  it('are the same however the stream is cut, with long lines too', async () => {
    const long = `>From ${'x'.repeat(5_000)}\n`
    const text = `${FROM}A: 1\n\n${long}${long}\n${FROM}A: 2\n\n${'y'.repeat(5_000)}\n>From z\n`
    const whole = await split(text)
    expect(whole).toHaveLength(2)
    for (const size of [1, 64, 999, 1_001, 4_096]) expect(await split(text, size)).toEqual(whole)
  })

  it('come back as they were written, whatever they hold', async () => {
    const line = fc.constantFrom(
      'From a@b Thu Jan  1 00:00:00 1970',
      '>From x',
      '>>From y',
      'text',
      '',
      'From',
      '>',
      'a\rb',
    )
    const mail = fc.array(line, { minLength: 1, maxLength: 8 }).map((lines) => `A: 1\n\n${lines.join('\n')}\nend\n`)
    await fc.assert(
      fc.asyncProperty(fc.array(mail, { maxLength: 4 }), fc.integer({ min: 1, max: 50 }), async (mails, size) => {
        const mboxrd = mails.map((one) => `${FROM}${one.replace(/^(>*From )/gm, '>$1')}\n`).join('')
        expect(await split(mboxrd, size)).toEqual(mails)
      }),
    )
  })

  it('are read as the stream comes: the first is there before the second has ended', async () => {
    async function* slow(): AsyncIterable<Uint8Array> {
      yield Buffer.from(`${FROM}A: 1\n\none\n\n${FROM}A: 2`)
      throw new Error('the second mail was read before the first was given')
    }
    for await (const mail of splitMbox(slow())) {
      expect(Buffer.from(mail).toString()).toBe('A: 1\n\none\n')
      break
    }
  })
})
