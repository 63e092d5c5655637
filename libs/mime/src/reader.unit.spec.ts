import { readFacts } from '@skein/mail'
import { afterAll, describe, expect, it } from 'vitest'
import { createMimeReader } from './reader.js'

const plain = Buffer.from('Subject: x\r\n\r\nhello\r\n')
const html = Buffer.from('Subject: x\r\nContent-Type: text/html\r\n\r\n<p>hello')
/** Decoding UTF-7 is the slowest thing that a text within the limits can ask for: about a second for each of these parts. */
const utf7 = `--b\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n${'+AGE-'.repeat(790_000)}\r\n`
const slow = Buffer.from(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${utf7.repeat(6)}`)

/** Each of these elements becomes objects many times its size. */
const vast = Buffer.from(`Content-Type: text/html\r\n\r\n${'<i>x</i>'.repeat(110_000)}`)

describe('reading mail in workers', { timeout: 60_000 }, () => {
  const readers = [createMimeReader(), createMimeReader({ parseMs: 2_500 }), createMimeReader({ heapMib: 40 })] as const
  afterAll(() => Promise.all(readers.map((reader) => reader.close())))
  const [reader, hasty, small] = readers

  it('gives what the parser gives, and reads plain mail at once', async () => {
    expect(await reader.read(plain)).toEqual({ text: 'hello\n', html: null, attachments: [], problems: [] })
    expect(await reader.read(html)).toEqual({ text: 'hello', html: '<p>hello', attachments: [], problems: [] })
  })

  it('leaves the bytes that it was given as they were', async () => {
    const before = Buffer.from(html)
    await reader.read(html)
    expect(html.equals(before)).toBe(true)
  })

  it('reads the facts of small and large mail alike', async () => {
    for (const raw of [plain, Buffer.concat([plain, Buffer.alloc(1_000_000, 'x\r\n')])])
      expect(await reader.facts(raw)).toEqual(readFacts(raw))
  })

  it('gives up a mail that takes too long, says so, and reads the others that wait behind it', async () => {
    await hasty.read(html)
    const answers = await Promise.all([hasty.read(slow), hasty.read(html), hasty.read(html)])
    expect(answers.map((answer) => answer.text)).toEqual(['', 'hello', 'hello'])
    expect(answers[0].problems).toEqual([
      'could not be read (took longer than 2500 ms to read); its text is left empty',
    ])
  })

  it('goes on with another worker when one dies of a mail, and says so', async () => {
    expect(await small.read(html)).toMatchObject({ text: 'hello' })
    const answers = await Promise.all([small.read(vast), small.read(html)])
    expect(answers.map((answer) => answer.text)).toEqual(['', 'hello'])
    expect(answers[0].problems).toEqual([expect.stringContaining('memory')])
  })
})
