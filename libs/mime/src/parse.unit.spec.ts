import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAttachment } from './attachment.js'
import { MAX_ATTACHMENTS, MAX_HTML_CHARS, MAX_PARTS, MAX_TEXT_CHARS } from './limits.js'
import { contentHead, cutMail } from './head.js'
import { parseMail as parseCutMail } from './parse.js'
import { decodeQuotedPrintable } from './plain.js'
import { parsePlain as parseCutPlain } from './reader.js'

const parseMail = (raw: Uint8Array) => {
  const cut = cutMail(raw)
  return parseCutMail({ head: contentHead(cut), body: cut.body })
}
const parsePlain = (raw: Uint8Array) => parseCutPlain(cutMail(raw))

const HEAD = 'From: ann@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n'
const bytes = (mail: string) => Buffer.from(mail, 'latin1')
const mail = (contentType: string, body: string, more = '') =>
  bytes(`${HEAD}Content-Type: ${contentType}\r\n${more}\r\n${body}`)
const multi = (kind: string, ...parts: string[]) =>
  mail(`multipart/${kind}; boundary="b"`, parts.map((part) => `--b\r\n${part}\r\n`).join('') + '--b--\r\n')
const part = (contentType: string, body: string, more = '') => `Content-Type: ${contentType}\r\n${more}\r\n${body}`
const text = (body: string) => part('text/plain; charset=utf-8', body)
const html = (body: string) => part('text/html; charset=utf-8', body)
const file = (name: string, body: string) =>
  part(
    'application/pdf',
    body,
    `Content-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n`,
  )

describe('character sets', () => {
  it.each<[string, string, string, string]>([
    ['UTF-8', 'text/plain; charset=UTF-8', 'gr\xc3\xbc\xc3\x9fe', 'grüße'],
    ['latin 1, which in mail means windows-1252', 'text/plain; charset="iso-8859-1"', '\x93gr\xfc\xdfe\x94', '“grüße”'],
    ['none named, and it is UTF-8', 'text/plain', '\xc3\xa9', 'é'],
    ['none named, and it is not UTF-8', 'text/plain', 'caf\xe9', 'café'],
    ['said to be UTF-8, and is not', 'text/plain; charset=utf-8', 'caf\xe9', 'café'],
    ['UTF-8 that is damaged in one place', 'text/plain; charset=utf-8', 'gr\xc3\xbcn caf\xe9', 'grün caf\ufffd'],
    ['ISO-2022-JP', 'text/plain; charset=ISO-2022-JP', '\x1b$B8+\x1b(B', '見'],
    ['Shift_JIS', 'text/plain; charset=shift_jis', '\x8c\xa9', '見'],
    ['GB2312', 'text/plain; charset=gb2312', '\xc4\xe3', '你'],
    ['EUC-KR', 'text/plain; charset=euc-kr', '\xb0\xa1', '가'],
    ['KOI8-R', 'text/plain; charset=koi8-r', '\xd0\xd2', 'пр'],
    ['UTF-16', 'text/plain; charset=utf-16le', 'h\x00i\x00\r\x00\n\x00', 'hi\n'],
    ['cp1250', 'text/plain; charset=cp1250', '\x9a', 'š'],
    ['UTF-7, which only mailparser knows', 'text/plain; charset=utf-7', 'a +AOk- b', 'a é b'],
    ['one that does not exist', 'text/plain; charset=klingon', 'hello', 'hello'],
    ['a NUL, which no database stores', 'text/plain', 'a\0b', 'ab'],
  ])('%s', async (_, contentType, body, expected) => {
    expect((await parseMail(mail(contentType, body))).text).toBe(expected)
    expect((await parseMail(multi('mixed', part(contentType, body)))).text).toBe(expected)
    expect(parsePlain(mail(contentType, body))?.text ?? expected).toBe(expected)
  })

  it('keeps each of the 256 bytes on the way through the parser', async () => {
    const all = Array.from({ length: 256 }, (_, i) => i).filter((i) => ![0, 10, 13].includes(i))
    const read = await parseMail(mail('text/plain; charset=x-user-defined', String.fromCharCode(...all)))
    expect([...read.text].map((c) => c.charCodeAt(0) & 0xff)).toEqual(all)
  })
})

describe('which parts are the text', () => {
  it.each<[string, Buffer, string, string | null]>([
    [
      'plain text beside HTML: each as it was sent',
      multi('alternative', text('plain'), html('<p>rich</p>')),
      'plain',
      '<p>rich</p>',
    ],
    [
      'HTML only: text is made from it',
      mail('text/html', '<h1>Hello</h1><p>all of <b>you</b>'),
      'Hello\n\nall of you',
      '<h1>Hello</h1><p>all of <b>you</b>',
    ],
    ['HTML as the only alternative', multi('alternative', html('<p>rich</p>')), 'rich', '<p>rich</p>'],
    [
      'an empty plain alternative gives way to HTML',
      multi('alternative', text('  '), html('<p>rich</p>')),
      'rich',
      '<p>rich</p>',
    ],
    [
      'a footer that a list added to HTML: both show both',
      multi('mixed', html('<p>rich</p>'), text('list & footer')),
      'rich\nlist & footer',
      '<p>rich</p>\n<div style="white-space: pre-wrap">list &amp; footer</div>',
    ],
    [
      'texts around an attachment',
      multi('mixed', text('before'), file('a.pdf', 'AAAA'), text('after')),
      'before\nafter',
      null,
    ],
    [
      'a delivery report',
      multi('report', text('It bounced.'), part('message/delivery-status', 'Status: 5.1.1')),
      'It bounced.\nStatus: 5.1.1',
      null,
    ],
    [
      'a link keeps its address',
      mail('text/html', '<a href="https://a.example/x">here</a> <a href="https://b.example">https://b.example</a>'),
      'here [https://a.example/x] https://b.example',
      '<a href="https://a.example/x">here</a> <a href="https://b.example">https://b.example</a>',
    ],
    [
      'a quote in HTML is marked',
      mail('text/html', '<p>Yes</p><blockquote>Shall we?</blockquote>'),
      'Yes\n\n> Shall we?',
      '<p>Yes</p><blockquote>Shall we?</blockquote>',
    ],
    ['a multipart without a boundary: its body is shown', mail('multipart/mixed', 'hello'), 'hello', null],
    ['nothing', bytes(''), '', null],
  ])('%s', async (_, raw, expectedText, expectedHtml) => {
    expect(await parseMail(raw)).toMatchObject({ text: expectedText, html: expectedHtml })
  })

  it('joins flowed lines and takes out stuffed spaces (RFC 3676)', async () => {
    const flowed = 'one \r\ntwo\r\n>  quoted \r\n> on\r\n>> deeper\r\n From here\r\n-- \r\nAnn'
    const expected = 'one two\n>  quoted on\n>> deeper\nFrom here\n-- \nAnn'
    expect((await parseMail(mail('text/plain; format=flowed', flowed))).text).toBe(expected)
    expect(parsePlain(mail('text/plain; format=flowed', flowed))?.text).toBe(expected)
    expect((await parseMail(mail('text/plain; format=flowed; delsp=yes', 'Donau \r\ndampf'))).text).toBe('Donaudampf')
  })
})

describe('attachments', () => {
  const raw = multi(
    'mixed',
    text('see below'),
    file('../../etc/pass\u0007wd.pdf', Buffer.from('first').toString('base64')),
    part(
      'image/png',
      'AAAA',
      'Content-ID: <pic@1>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n',
    ),
    part('message/rfc822', 'Subject: inner\r\n\r\ninner text'),
  )

  it('are listed in order with the size that they have when decoded', async () => {
    expect((await parseMail(raw)).attachments).toEqual([
      {
        n: 1,
        filename: '.._.._etc_passwd.pdf',
        contentType: 'application/pdf',
        size: 5,
        contentId: null,
        inline: false,
      },
      { n: 2, filename: null, contentType: 'image/png', size: 3, contentId: 'pic@1', inline: true },
      { n: 3, filename: null, contentType: 'message/rfc822', size: 28, contentId: null, inline: false },
    ])
  })
  it('are read one by one with the same description', async () => {
    const first = await readAttachment(raw, 1)
    expect(Buffer.from(first.content).toString()).toBe('first')
    expect(first.meta).toEqual((await parseMail(raw)).attachments[0])
    await expect(readAttachment(raw, 4)).rejects.toThrow(RangeError)
  })
  it.each<[string, string]>([
    ['as UTF-8', 'attachment; filename="gr\xc3\xbc\xc3\x9fe.pdf"'],
    ['as encoded words (RFC 2047), as Outlook does', 'attachment; filename="=?utf-8?Q?gr=C3=BC=C3=9Fe.pdf?="'],
    ['by RFC 2231', "attachment; filename*=utf-8''gr%C3%BC%C3%9Fe.pdf"],
    ['by RFC 2231 in pieces', "attachment;\r\n filename*0*=iso-8859-1''gr%FC;\r\n filename*1*=%DFe.pdf"],
  ])('have their names, written %s', async (_, disposition) => {
    const more = `Content-Disposition: ${disposition}\r\n`
    const names = async (raw: Uint8Array) => (await parseMail(raw)).attachments.map(({ filename }) => filename)
    expect(await names(multi('mixed', text('see below'), part('application/pdf', 'x', more)))).toEqual(['grüße.pdf'])
    expect(await names(mail('application/pdf', 'x', more))).toEqual(['grüße.pdf'])
  })
  it('a mail within a mail is one of them and adds nothing to the text', async () => {
    expect((await parseMail(raw)).text).toBe('see below')
  })
})

describe('limits: what is over them is left out, and said', () => {
  const nested = (depth: number) => {
    const open = Array.from(
      { length: depth },
      (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}\r\n`,
    )
    return bytes(`${HEAD}${open.join('')}Content-Type: text/plain\r\n\r\ndeep\r\n`)
  }
  it.each<[string, Buffer, string, RegExp]>([
    [
      'parts',
      multi('mixed', text('hello'), ...Array.from({ length: MAX_PARTS }, () => '')),
      'hello',
      /more than 1000 parts/,
    ],
    [
      'empty parts, 3 MB of them',
      multi('mixed', text('hello'), '\r\n--b\r\n'.repeat(400_000)),
      'hello',
      /more than 1000 parts/,
    ],
    ['nesting', nested(900), '', /more than 50 deep/],
    [
      'text',
      mail('text/plain', 'x'.repeat(MAX_TEXT_CHARS + 1)),
      'x'.repeat(MAX_TEXT_CHARS),
      /text longer than 1000000 characters/,
    ],
    [
      'octets of a text',
      multi('mixed', text('x\r\n'.repeat(2_000_000))),
      'x\n'.repeat(MAX_TEXT_CHARS / 2),
      /text longer than 4000000 octets/,
    ],
    [
      'HTML',
      multi('alternative', text('short'), html('y'.repeat(MAX_HTML_CHARS + 1))),
      'short',
      /HTML longer than 1000000 characters/,
    ],
    [
      'attachments',
      multi('mixed', text('hello'), ...Array.from({ length: MAX_ATTACHMENTS + 1 }, () => file('a', ''))),
      'hello',
      /more than 250 attachments/,
    ],
  ])('%s', async (_, raw, expected, problem) => {
    const read = await parseMail(raw)
    expect(read.text === expected ? 'as expected' : read.text.slice(0, 200)).toBe('as expected')
    expect(read.problems.join('; ')).toMatch(problem)
    expect(read.attachments.length).toBeLessThanOrEqual(MAX_ATTACHMENTS)
  })

  it('reads forty multiparts in one another', async () => {
    expect((await parseMail(nested(40))).text).toBe('deep\n')
  })

  it('a part with a header of megabytes is read like any other', async () => {
    const raw = multi(
      'mixed',
      text('hello'),
      part('text/plain', 'world', `X: ${'y'.repeat(3_000_000)}\r\nTo: ${'"<@,;:'.repeat(100_000)}\r\n`),
    )
    expect((await parseMail(raw)).text).toBe('hello\nworld')
  })

  it.each<[string, string]>([
    ['elements without end', '<div>'.repeat(100_000)],
    ['tables', '<table><tr><td>'.repeat(50_000)],
    ['open brackets', '<'.repeat(900_000)],
    ['quotes', '<blockquote>'.repeat(70_000)],
    ['a wide cell', '<table><tr><td colspan=99999999 rowspan=99999999>'],
  ])('hostile HTML is read in far less than its limit: %s', async (_, body) => {
    const started = performance.now()
    const read = await parseMail(mail('text/html', `${body}the end`))
    expect(performance.now() - started).toBeLessThan(3_000)
    expect(read.text.trim().endsWith('the end') || body.startsWith('<<')).toBe(true)
  })
})

describe('plain mails are read without the parser', () => {
  it('and only those', () => {
    expect(parsePlain(mail('text/html', 'x'))).toBeNull()
    expect(parsePlain(multi('mixed', text('x')))).toBeNull()
    expect(parsePlain(mail('text/plain', 'x', 'Content-Disposition: attachment\r\n'))).toBeNull()
    expect(parsePlain(mail('text/plain', 'x', 'Content-Transfer-Encoding: x-uuencode\r\n'))).toBeNull()
    expect(parsePlain(mail('text/plain; charset*=utf-8', 'x'))).toBeNull()
  })

  // `=3=\r\n` is left out: the parser takes the half escape and the soft break after it for one
  it('to the same text as with it, whatever bytes the body has', async () => {
    const types = [
      'text/plain',
      'text/plain; charset=utf-8; format=flowed',
      'text/plain; charset=windows-1251',
      'text/plain; charset="us-ascii"',
    ]
    const encodings = ['7bit', 'quoted-printable', '8bit']
    const pieces = fc.constantFrom(
      '=',
      '=E4',
      '=\r\n',
      '= \r\n',
      '\r\n',
      '\n',
      ' ',
      '\t',
      '>',
      '--',
      'a',
      'é',
      '\xff',
      '=3g',
      '.',
    )
    const body = fc.array(pieces, { maxLength: 60 }).map((list) => list.join(''))
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...types), fc.constantFrom(...encodings), body, async (type, encoding, body) => {
        const raw = mail(type, body, `Content-Transfer-Encoding: ${encoding}\r\n`)
        expect(parsePlain(raw)?.text.trimEnd()).toBe((await parseMail(raw)).text.trimEnd())
      }),
    )
  })

  it('and any bytes at all are answered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (raw) => {
        parsePlain(raw)
        expect(typeof (await parseMail(raw)).text).toBe('string')
      }),
    )
  })

  it('quoted-printable: white space at the end of a line goes, what is no escape stays', () => {
    const read = (body: string) => Buffer.from(decodeQuotedPrintable(bytes(body))).toString('latin1')
    expect(read('a=3Db =zz c \t\r\nd= \r\ne  ')).toBe('a=b =zz c\r\nde')
  })
})
