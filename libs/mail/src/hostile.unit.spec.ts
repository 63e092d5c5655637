import { describe, expect, it } from 'vitest'
import { baseSubject } from './base-subject.js'
import { decodeWords } from './encoded-word.js'
import { newText, snippetOf } from './quotes.js'
import { readFacts } from './read-facts.js'

const KB = 1_024
const MB = KB * KB

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
/** `piece` again and again, `size` characters of it. */
const filled = (piece: string, size: number): string => piece.repeat(Math.ceil(size / piece.length)).slice(0, size)
const numbered = (piece: (n: number) => string, size: number): string => {
  let text = ''
  for (let n = 0; text.length < size; n++) text += piece(n)
  return text
}

const header = (name: string, value: string): Uint8Array =>
  bytes(`Message-ID: <own@us>\r\nFrom: a@b\r\n${name}: ${value}\r\n\r\nbody`)

/** Mails of about `size` octets that are made to hurt a reader. */
const HOSTILE_MAILS: Record<string, (size: number) => Uint8Array> = {
  'References of many ids': (size) =>
    header(
      'References',
      numbered((n) => `<${n}@host.example> `, size),
    ),
  'References of one id again and again': (size) => header('References', filled('<a@x>', size)),
  'an id as long as the mail': (size) => header('References', `<${filled('a', size)}@x>`),
  'a Message-ID as long as the mail': (size) => bytes(`Message-ID: <${filled('a', size)}@x>\r\n\r\n`),
  'opening brackets': (size) => header('References', filled('<', size)),
  'closing brackets': (size) => header('In-Reply-To', filled('>', size)),
  'nested brackets': (size) => header('References', filled('<', size / 2) + filled('>', size / 2)),
  'comments that never close': (size) => header('In-Reply-To', filled('(', size)),
  'comments in comments': (size) => header('In-Reply-To', `${filled('(', size / 2)}${filled(')', size / 2)}<a@x>`),
  'bare tokens': (size) =>
    header(
      'In-Reply-To',
      numbered((n) => `a${n}@x,`, size),
    ),
  'encoded-words in References': (size) => header('References', filled('=?utf-8?q?=3Ca=40x=3E?= ', size)),
  'encoded-words that never close': (size) => header('Subject', filled('=?utf-8?q?a', size)),
  'encoded-words of unknown sets': (size) =>
    header(
      'Subject',
      numbered((n) => `=?x${n}?q?a?= `, size),
    ),
  'openings of encoded-words': (size) => header('To', `"${filled('=?', size)}" <a@b>`),
  addresses: (size) =>
    header(
      'To',
      numbered((n) => `Name ${n} <a${n}@host.example>, `, size),
    ),
  'addresses without commas': (size) => header('To', filled('a@b ', size)),
  'one address as long as the mail': (size) => header('To', `${filled('a', size)}@b`),
  'quotes that never close': (size) => header('To', filled('"\\', size)),
  'quotes one after another': (size) => header('To', filled('"a" ', size)),
  'open comments in an address field': (size) => header('To', filled('(a', size)),
  'open brackets in an address field': (size) => header('To', filled('a<', size)),
  'groups in groups': (size) => header('To', filled('g:', size)),
  commas: (size) => header('To', filled(',', size)),
  'at signs': (size) => header('To', filled('@', size)),
  'To again and again': (size) => bytes(filled('To: a@b\r\n', size)),
  'Message-ID again and again': (size) => bytes(numbered((n) => `Message-ID: <${n}@host>\r\n`, size)),
  'References again and again': (size) => bytes(numbered((n) => `References: <${n}@host>\r\n`, size)),
  'fields of eight bits that are not UTF-8': (size) =>
    Uint8Array.from(filled('Subject: \xe9\r\n', size), (char) => char.charCodeAt(0)),
  'a header block without an end': (size) => bytes(filled('X-Field: value\n', size)),
  'lines without a colon': (size) => bytes(filled('nothing here\n', size)),
  'one line without an end': (size) => bytes(filled('a', size)),
  folds: (size) => header('Subject', filled('\r\n ', size)),
  'empty lines of CR': (size) => bytes(`A: 1\n${filled('\r', size)}`),
  'CR and letters': (size) => bytes(`A: 1\n${filled('\ra', size)}\n\n`),
  'CR and fields': (size) => bytes(`A: 1\n${filled('\ra: 1', size)}\n\n`),
  zeros: (size) => new Uint8Array(size),
  escapes: (size) => header('Subject', filled('\x1b$B', size)),
  'prefixes of a subject': (size) => header('Subject', filled('Re: ', size)),
  'tags in a subject': (size) =>
    header(
      'Subject',
      numbered((n) => `[${n}] `, size),
    ),
  'brackets in a subject': (size) => header('Subject', filled('[', size)),
  'forwards in a subject': (size) => header('Subject', filled('[fwd: ', size / 2) + filled(']', size / 2)),
  'a date as long as the mail': (size) => header('Date', filled('1 Jan ', size)),
  'comments in a date': (size) => header('Date', filled('(', size)),
  'an index as long as the mail': (size) => header('Thread-Index', filled('A', size)),
  'authentication results': (size) => header('Authentication-Results', filled('dkim=fail;', size)),
  parameters: (size) => header('Content-Type', `multipart/mixed;${filled(' a="b";', size)}`),
  parts: (size) => bytes(`Content-Type: multipart/mixed; boundary=b\r\n\r\n${filled('--b\r\n\r\n', size)}`),
  'parts in parts': (size) =>
    bytes(numbered((n) => `Content-Type: multipart/mixed; boundary=b${n}x\r\n\r\n--b${n}x\r\n`, size)),
  'lines that are almost a boundary': (size) =>
    bytes(
      `Content-Type: multipart/mixed; boundary=${filled('b', 150)}\r\n\r\n${filled(`--${filled('b', 149)}\r\n`, size)}`,
    ),
  'a part with headers without an end': (size) =>
    bytes(`Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n${filled('A: 1\r\n', size)}`),
  'status groups': (size) =>
    bytes(
      `Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n${filled('A: 1\r\n\r\n', size)}`,
    ),
  'calendar folds': (size) => bytes(`Content-Type: text/calendar\r\n\r\nUID${filled('\r\n ;a', size)}`),
  'empty lines in the body': (size) => bytes(`A: 1\r\n\r\n${filled('\r\n', size)}x`),
  'white space in the body': (size) => bytes(`A: 1\r\n\r\n${filled(' ', size)}x`),
  'CR in the body': (size) => bytes(`A: 1\r\n\r\n${filled('x\r', size)}`),
}

const HOSTILE_TEXTS: Record<string, (size: number) => string> = {
  'empty lines': (size) => filled('\n', size),
  'colons at line ends': (size) => filled('a@b wrote:\n', size),
  'dates and colons': (size) => filled('On 1 Jan 2025 at 10:00\n', size),
  quotes: (size) => filled('> ', size),
  dashes: (size) => filled('-----\n', size),
  'From labels': (size) => filled('From: a\n', size),
  rules: (size) => filled('____________________\n', size),
  phones: (size) => filled('Sent from my phone\n', size),
  signatures: (size) => filled('--\n', size),
  'footers of lists': (size) => filled('\n____________________\nunsubscribe\n', size),
  'heads of mails': (size) => filled('-----Original Message-----\n\n> a\n', size),
  forwards: (size) => `--- forwarded message ---${filled('\n', size)}`,
  'one line': (size) => filled('-', size),
  'marks of direction': (size) => filled('\u200f', size),
  spaces: (size) => filled(' ', size),
}

/** The shortest of some runs, in milliseconds: what the code costs rather than what the machine was busy with. */
const fastest = (work: () => void, runs: number): number => {
  let best = Infinity
  for (let i = 0; i < runs; i++) {
    const start = performance.now()
    work()
    best = Math.min(best, performance.now() - start)
  }
  return best
}

/**
 * Work of 64 times the size may take 64 times as long, and as much again for noise and caches six times; a square law
 * takes 4,096.
 */
const RATIO_LIMIT = 64 * 7
/** Below this a measured time says nothing. */
const FLOOR_MS = 0.05
/** Each takes some tenths of a second at most; the limit is for slow and busy machines. */
const LARGE_MS = 3_000

const expectLinear = (work: (size: number) => () => void): void => {
  const [small, large] = [work(KB), work(64 * KB)]
  const base = Math.max(fastest(small, 20), FLOOR_MS)
  expect(fastest(large, 5) / base).toBeLessThan(RATIO_LIMIT)
}

describe('hostile mails cost time in proportion to their size', () => {
  it.each(Object.entries(HOSTILE_MAILS))('%s', (_, make) => {
    expectLinear((size) => {
      const raw = make(size)
      return () => readFacts(raw)
    })
  })
})

describe('hostile texts cost time in proportion to their size', () => {
  it.each(Object.entries(HOSTILE_TEXTS))('%s', (_, make) => {
    expectLinear((size) => {
      const text = make(size)
      return () => [newText(text), snippetOf(text), baseSubject(text), decodeWords(text)]
    })
  })
})

describe('mails of megabytes are read in a moment', () => {
  it.each<[string, Uint8Array]>([
    [
      '330,000 addresses',
      header('To', Array.from({ length: 330_000 }, (_, n) => `Name ${n} <a${n}@host.example>`).join(', ')),
    ],
    ["ten megabytes of '<'", HOSTILE_MAILS['opening brackets']!(10 * MB)],
    ['ten megabytes without an empty line', HOSTILE_MAILS['a header block without an end']!(10 * MB)],
    ['ids of 100 kB', header('References', filled(`<${filled('a', 100 * KB)}@x> `, MB))],
    ['ten thousand Message-IDs', bytes(numbered((n) => `Message-ID: <${n}@host>\r\n`, 300 * KB))],
    ...Object.entries(HOSTILE_MAILS).map(([what, make]): [string, Uint8Array] => [`a megabyte of ${what}`, make(MB)]),
  ])('%s', (_, raw) => {
    const start = performance.now()
    const facts = readFacts(raw)
    expect(performance.now() - start).toBeLessThan(LARGE_MS)
    expect(JSON.stringify(facts).length).toBeLessThan(4 * MB)
  })
})
