import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFacts } from './read-facts.js'
import {
  foldHeader,
  idsHeader,
  instanceOfMessageId,
  isHeaderText,
  makeMessageId,
  REFERENCES_BUDGET,
  replyInReplyTo,
  replyReferences,
  type AnsweredMail,
} from './reply-headers.js'

const mail = (facts: Partial<AnsweredMail>): AnsweredMail => ({
  messageId: 'b@x',
  synthetic: false,
  inReplyTo: [],
  references: [],
  ...facts,
})
const ids = (count: number, size = 5): string[] =>
  Array.from({ length: count }, (_, i) => `${String(i).padStart(size - 2, 'r')}@x`)

describe('References of a reply', () => {
  it.each<[string, AnsweredMail, string[]]>([
    ['are those of the answered mail and its id', mail({ references: ['a@x'], inReplyTo: ['a@x'] }), ['a@x', 'b@x']],
    ['start with the single id of In-Reply-To where there are none', mail({ inReplyTo: ['a@x'] }), ['a@x', 'b@x']],
    ['leave several ids of In-Reply-To out', mail({ inReplyTo: ['a@x', 'z@x'] }), ['b@x']],
    ['are only the id of a first mail', mail({}), ['b@x']],
    ['leave out the id that we made for a mail without one', mail({ synthetic: true, references: ['a@x'] }), ['a@x']],
    ['name nothing twice', mail({ references: ['a@x', 'b@x', 'c@x'] }), ['a@x', 'c@x', 'b@x']],
    [
      'leave out what no line can carry',
      mail({ references: [`${'x'.repeat(1_000)}@x`, 'é@x', 'a@x'] }),
      ['a@x', 'b@x'],
    ],
    [
      'keep the root that the others saw',
      mail({ messageId: 'b1@us', inReplyTo: ['u1@g'], references: ['u1@g'] }),
      ['u1@g', 'b1@us'],
    ],
  ])('%s', (_, parent, expected) => {
    expect(replyReferences(parent)).toEqual(expected)
  })

  it('keep the first and the last nineteen', () => {
    const references = ids(40)
    expect(replyReferences(mail({ references }))).toEqual([references[0], ...references.slice(-18), 'b@x'])
  })

  it('keeps an id that somebody has seen where others are cut, in its place', () => {
    const references = Array.from({ length: 60 }, (_, i) => `id${i}@x`)
    const kept = replyReferences(mail({ references }), 20, ['id5@x', 'unknown@x'])
    expect(kept).toEqual(['id0@x', 'id5@x', ...references.slice(-17), 'b@x'])
  })

  it('keep within four kilobytes, the first and the last', () => {
    const references = ids(19, 900)
    const kept = replyReferences(mail({ references }))
    expect(kept).toEqual([references[0], ...references.slice(-3), 'b@x'])
    expect(idsHeader('References', kept).length).toBeLessThanOrEqual(REFERENCES_BUDGET)
  })

  it('are In-Reply-To of the id alone, and nothing where the mail had none', () => {
    expect(replyInReplyTo(mail({}))).toBe('b@x')
    expect(replyInReplyTo(mail({ synthetic: true }))).toBeNull()
  })
})

describe('folding', () => {
  it('keeps lines within 78 columns where words allow it', () => {
    const lines = idsHeader('References', ids(20, 30)).split('\r\n')
    expect(lines.length).toBeGreaterThan(5)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(78)
  })

  it('keeps a long id whole on a line of its own', () => {
    const [id] = ids(1, 300)
    expect(foldHeader('In-Reply-To', `<${id}>`)).toBe(`In-Reply-To: <${id}>`)
    expect(foldHeader('References', `<a@x> <${id}> <b@x>`).split('\r\n')).toEqual([
      'References: <a@x>',
      ` <${id}>`,
      ' <b@x>',
    ])
  })

  it('never makes a line of more than 998 octets, whatever the text', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => text.repeat(60))
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        for (const line of foldHeader('Subject', words.join(' ').replace(/[\r\n\0]/g, '')).split('\r\n'))
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998)
      }),
    )
  })

  it('gives back the same ids when it is read', () => {
    const id = fc
      .string({ unit: fc.constantFrom('a', 'B', '1', '.', '-', '='), minLength: 2, maxLength: 100 })
      .map((local) => `${local}@x.test`)
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 20 }), (list) => {
        const raw = new TextEncoder().encode(`Message-ID: <own@us>\r\n${idsHeader('References', list)}\r\n\r\n`)
        expect(readFacts(raw).references).toEqual(list)
      }),
    )
  })

  it('is refused text that could add fields', () => {
    expect(isHeaderText('fine')).toBe(true)
    for (const text of ['a\r\nBcc: x@y', 'a\nb', 'a\rb', 'a\0b']) expect(isHeaderText(text)).toBe(false)
  })
})

describe('our own Message-ID', () => {
  const key = new Uint8Array(32).fill(7)
  const parts = { random: new Uint8Array(16).fill(1), instance: 'eu-1', domain: 'Mail.Example' }
  const id = makeMessageId(parts, key)

  it('is well-formed and survives reading', () => {
    expect(id).toMatch(/^[0-9a-f]{32}\.eu-1\.[0-9a-f]{20}@mail\.example$/)
    expect(readFacts(new TextEncoder().encode(`Message-ID: <${id}>\r\n\r\n`)).messageId).toBe(id)
  })

  it('is known again by its signature', () => {
    expect(instanceOfMessageId(id, key)).toBe('eu-1')
  })

  it.each<[string, string]>([
    ['another key', ''],
    ['another random part', id.replace(/^01/, '02')],
    ['another instance', id.replace('eu-1', 'eu-2')],
    ['another domain', id.replace('mail.example', 'evil.example')],
    ['a cut signature', id.replace(/.@/, '@')],
    ['a foreign id', 'CAx@mail.gmail.com'],
  ])('is not believed with %s', (_, forged) => {
    expect(instanceOfMessageId(forged || id, forged ? key : new Uint8Array(32))).toBeNull()
  })
})
