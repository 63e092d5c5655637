import { describe, expect, it } from 'vitest'
import { readHeaderBlock } from './header-block.js'
import { contentOf, textOf } from './part-content.js'
import { DEPTH_LIMIT, PART_LIMIT, readParts } from './parts.js'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Type and text of each part. */
const partsOf = (...lines: string[]): string[] => {
  const raw = bytes(lines.join('\r\n'))
  return readParts(raw, readHeaderBlock(raw)).map((part) => `${part.contentType.type}|${textOf(raw, part)}`)
}

const MIXED = 'Content-Type: multipart/mixed; boundary="b"'

describe('parts', () => {
  it.each<[string, string[], string[]]>([
    ['are the mail itself where it is no multipart', ['Subject: x', '', 'one'], ['text/plain|one']],
    ['leave preamble and epilogue out', [MIXED, '', 'before', '--b', '', 'one', '--b--', 'after'], ['text/plain|one']],
    [
      'have types of their own',
      [MIXED, '', '--b', 'Content-Type: text/html', '', 'one', '--b', '', 'two', '--b--'],
      ['text/html|one', 'text/plain|two'],
    ],
    ['end with the mail where the last boundary is missing', [MIXED, '', '--b', '', 'one'], ['text/plain|one']],
    [
      'have no empty line after their headers',
      [MIXED, '', '--b', 'Content-Type: text/html', '--b', '', 'two', '--b--'],
      ['text/html|', 'text/plain|two'],
    ],
    [
      'keep a boundary that goes on',
      [MIXED, '', '--b', '', 'one', '--bc', 'two', '--b--'],
      ['text/plain|one\r\n--bc\r\ntwo'],
    ],
    ['take white space after a boundary', [MIXED, '', '--b \t', '', 'one', '--b-- '], ['text/plain|one']],
    ['are empty in an empty multipart', [MIXED, '', '--b--'], []],
    [
      'stand in one another',
      [
        MIXED,
        '',
        '--b',
        'Content-Type: multipart/alternative; boundary=c',
        '',
        '--c',
        '',
        'one',
        '--c',
        '',
        'two',
        '--c--',
        '--b',
        '',
        'three',
        '--b--',
      ],
      ['text/plain|one', 'text/plain|two', 'text/plain|three'],
    ],
    [
      'end with an outer boundary where an inner one is missing',
      [
        MIXED,
        '',
        '--b',
        'Content-Type: multipart/alternative; boundary=c',
        '',
        '--c',
        '',
        'one',
        '--b',
        '',
        'two',
        '--b--',
      ],
      ['text/plain|one', 'text/plain|two'],
    ],
    [
      'are not opened where they are mails',
      [
        MIXED,
        '',
        '--b',
        'Content-Type: message/rfc822',
        '',
        'Content-Type: multipart/mixed; boundary=c',
        '',
        '--c',
        '',
        'one',
        '--c--',
        '--b--',
      ],
      ['message/rfc822|Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\none\r\n--c--'],
    ],
    [
      'take a boundary in pieces',
      ['Content-Type: multipart/mixed; boundary*0="a"; boundary*1=b', '', '--ab', '', 'one', '--ab--'],
      ['text/plain|one'],
    ],
    [
      'decode base64',
      [MIXED, '', '--b', 'Content-Transfer-Encoding: BASE64', '', 'b25l', 'IHR3bw==', '--b--'],
      ['text/plain|one two'],
    ],
    [
      'decode quoted-printable',
      [MIXED, '', '--b', 'Content-Transfer-Encoding: quoted-printable', '', 'a=3Db=', 'c =e9', '--b--'],
      ['text/plain|a=bc é'],
    ],
    [
      'decode their character set',
      ['Content-Type: text/plain; charset="iso-8859-2"', 'Content-Transfer-Encoding: quoted-printable', '', '=B1'],
      ['text/plain|ą'],
    ],
    [
      'have no boundary to look for',
      ['Content-Type: multipart/mixed', '', '--b', '', 'one'],
      ['multipart/mixed|--b\r\n\r\none'],
    ],
  ])('%s', (_, lines, expected) => {
    expect(partsOf(...lines)).toEqual(expected)
  })

  it('are bounded in number', () => {
    const raw = bytes(`${MIXED}\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(PART_LIMIT + 100)}--b--`)
    expect(readParts(raw, readHeaderBlock(raw)).length).toBeLessThanOrEqual(PART_LIMIT + 1)
  })

  it('are bounded in depth', () => {
    const deep = Array.from(
      { length: 100 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}x\r\n\r\n--b${i}x\r\n`,
    ).join('')
    const raw = bytes(`${deep}\r\nx`)
    const [part, ...others] = readParts(raw, readHeaderBlock(raw))
    expect(others).toEqual([])
    expect(part?.contentType.params.get('boundary')).toBe(`b${DEPTH_LIMIT}x`)
  })

  it('are decoded up to a limit', () => {
    const raw = bytes(`A: 1\r\n\r\n${'x'.repeat(1_000_000)}`)
    const [part] = readParts(raw, readHeaderBlock(raw))
    expect(contentOf(raw, part!).length).toBeLessThan(300_000)
  })
})
