import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LONGEST_ID, normaliseId, parseBareIds, parseIds, parseSingleId, sesLocalPart } from './message-id.js'

const long = `${'L'.repeat(2_000)}@x`

describe('ids of References and In-Reply-To', () => {
  it.each<[string, string, string[]]>([
    ['takes ids in order', '<a@x> <b@x>', ['a@x', 'b@x']],
    ['takes ids that commas separate', '<z@x>,<a@x>', ['z@x', 'a@x']],
    ['takes ids that nothing separates', '<a@x><b@x>', ['a@x', 'b@x']],
    ['takes ids with tabs and junk between them', '<a@x>\t;; <b@x>.', ['a@x', 'b@x']],
    ['lowers the domain and leaves the local part', '<AbC@Host.X>', ['AbC@host.x']],
    ['takes white space inside brackets out', '<a1b2@bbsrc.r\t  eserved>', ['a1b2@bbsrc.reserved']],
    ['takes NUL and other controls out', '<a\0b\u0085\u200b@x>', ['ab@x']],
    ['takes the innermost of nested brackets', '<<a@b>>', ['a@b']],
    ['takes the innermost after junk', '<junk <a@b> <c@d>', ['a@b', 'c@d']],
    ['passes prose over', 'Your message of "Mon, 1 Jan" <a@x>', ['a@x']],
    [
      'takes all ids that prose names',
      'Message from Gary <garym@host> of Fri <id.1@host>',
      ['garym@host', 'id.1@host'],
    ],
    ['passes comments over', '<a@x> (Bob <bob@b.test>)', ['a@x']],
    ['passes nested comments over', '(one (two <c@d>) three <e@f>) <a@x>', ['a@x']],
    ['takes a parenthesis that never closes as prose', 'sad :( <a@x> <b@x>', ['a@x', 'b@x']],
    ['keeps parentheses inside an id', '<a(1)@x>', ['a(1)@x']],
    ['takes an id that is cut at the end', '<a@x> <b@x', ['a@x', 'b@x']],
    ['drops what is cut and no id', '<a@x> <see Gary of Friday', ['a@x']],
    ['decodes an encoded-word that wraps an id', '=?us-ascii?q?=3Ca=40x=3E?=', ['a@x']],
    ['decodes encoded-words among ids', '<a@x> =?utf-8?q?=3Cb=40x=3E?=', ['a@x', 'b@x']],
    ['takes short ids that are local@domain', '<a@x>', ['a@x']],
    ['takes six characters without @', '<abcdef> <bad id>', ['abcdef', 'badid']],
    ['refuses fewer than six without @', '<abcde> <1>', []],
    ['refuses empty brackets and halves', '<> < > <@> <@localhost> <me@>', []],
    ['takes an id of a machine without a name', '<20050828074815.GA882@>', ['20050828074815.GA882@']],
    ['refuses placeholders', '<(null)@(null)> <none@localhost> <undefined> <Message-ID> <null@null>', []],
    ['takes quoted local parts', '<"a b"@x>', ['"ab"@x']],
    ['takes domain literals', '<p06@[10.0.0.1]>', ['p06@[10.0.0.1]']],
    ['never cuts an id of 2,000 characters', `<${long}>`, [long]],
    ['takes nothing from nothing', '', []],
    ['takes nothing from marks alone', '><><>>', []],
  ])('%s', (_, text, ids) => {
    expect(parseIds(text)).toEqual(ids)
  })

  it('knows an id that is longer than any line by its hash, the same wherever it stands', () => {
    const id = `${'x'.repeat(LONGEST_ID)}@Y.test`
    const [hashed] = parseIds(`<${id}>`)
    expect(hashed).toMatch(/^sha256-[0-9a-f]{64}@long\.invalid$/)
    expect(parseIds(`<a@x> <${id.replace('Y', 'y')}>`)).toEqual(['a@x', hashed])
    expect(parseIds(`<${id}z>`)).not.toEqual([hashed])
  })

  it('is the same after a second normalising, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => normaliseId(normaliseId(text)) === normaliseId(text)),
    )
  })

  it('never has brackets around, white space or controls in an id, whatever the text', () => {
    const marks = fc.string({
      unit: fc.constantFrom('<', '>', '(', ')', '@', 'a', 'b', ' ', '\0', '"', ',', '=?', '?=', '?q?'),
    })
    fc.assert(
      fc.property(marks, (text) => {
        for (const id of parseIds(text)) expect(id).toMatch(/^[^\s\0<>]+$/)
      }),
    )
  })
})

describe('ids of fields that hold one', () => {
  it.each<[string, string, string | null]>([
    ['prefers brackets', 'junk <a@x>', 'a@x'],
    ['takes one bare word', 'abc@host', 'abc@host'],
    ['takes a bare word before a comment', 'abc@host (added by relay)', 'abc@host'],
    ['takes a cut id', '<abc@host', 'abc@host'],
    ['refuses several bare words', 'abc@host def@host', null],
    ['refuses nothing', '  ', null],
  ])('%s', (_, text, id) => {
    expect(parseSingleId(text)).toBe(id)
  })
})

describe('tokens outside of brackets', () => {
  it.each<[string, string, string[]]>([
    ['are candidates', 'abc@host, (see def@Host.) <in@brackets>', ['abc@host', 'def@host']],
    ['need an @', 'Friday message', []],
    ['need both sides of it', '@host local@', []],
  ])('%s', (_, text, ids) => {
    expect(parseBareIds(text)).toEqual(ids)
  })
})

it.each<[string, string | null]>([
  ['0100@eu-west-1.amazonses.com', '0100'],
  ['0100@email.amazonses.com', '0100'],
  ['0100@amazonses.com', '0100'],
  ['0100@notamazonses.com', null],
  ['0100', null],
])('gives the local part of an id of Amazon SES: %s', (id, local) => {
  expect(sesLocalPart(id)).toBe(local)
})
