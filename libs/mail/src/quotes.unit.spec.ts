import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newText, snippetOf } from './quotes.js'

const text = (...lines: string[]): string => lines.join('\n')
const QUOTE = ['> Hello Alice,', '> shall we?']

describe('new text', () => {
  it.each<[string, string]>([
    ['Gmail in English', 'On Wed, Jan 1, 2025 at 10:00 AM Bob <bob@b.test> wrote:'],
    ['Gmail in German', 'Am Mi., 1. Jan. 2025 um 10:00 Uhr schrieb Bob <bob@b.test>:'],
    ['Gmail in French', 'Le mer. 1 janv. 2025 à 10:00, Bob <bob@b.test> a écrit :'],
    ['Gmail in Spanish', 'El mié, 1 ene 2025 a las 10:00, Bob (<bob@b.test>) escribió:'],
    ['Gmail in Italian', 'Il giorno mer 1 gen 2025 alle ore 10:00 Bob <bob@b.test> ha scritto:'],
    ['Gmail in Portuguese', 'Em qua., 1 de jan. de 2025 às 10:00, Bob <bob@b.test> escreveu:'],
    ['Gmail in Dutch', 'Op wo 1 jan 2025 om 10:00 schreef Bob <bob@b.test>:'],
    ['Gmail in Swedish', 'Den ons 1 jan. 2025 kl 10:00 skrev Bob <bob@b.test>:'],
    ['Gmail in Finnish', 'ke 1. tammik. 2025 klo 10.00 Bob (bob@b.test) kirjoitti:'],
    ['Gmail in Polish', 'śr., 1 sty 2025 o 10:00 Bob <bob@b.test> napisał(a):'],
    ['Gmail in Czech', 'st 1. 1. 2025 v 10:00 odesílatel Bob <bob@b.test> napsal:'],
    ['Gmail in Russian', 'ср, 1 янв. 2025 г. в 10:00, Bob <bob@b.test>:'],
    ['Yandex in Russian', '01.01.2025, 10:00, "Bob" <bob@b.test> написал:'],
    ['Gmail in Turkish', 'Bob <bob@b.test>, 1 Oca 2025 Çar, 10:00 tarihinde şunu yazdı:'],
    ['Gmail in Greek', 'Στις Τετ 1 Ιαν 2025 στις 10:00 π.μ., ο/η Bob <bob@b.test> έγραψε:'],
    ['Gmail in Chinese', 'Bob <bob@b.test> 于2025年1月1日周三 10:00写道：'],
    ['Gmail in Japanese', '2025年1月1日(水) 10:00 Bob <bob@b.test>:'],
    ['Gmail in Korean', '2025년 1월 1일 (수) 오전 10:00, Bob <bob@b.test>님이 작성:'],
    [
      'Gmail in Hebrew',
      '\u202bבתאריך יום ד׳, 1 בינו׳ 2025 ב-10:00 מאת \u202aBob\u202c\u200f <\u202abob@b.test\u202c\u200f>:\u202c',
    ],
    ['Apple Mail', 'On 1 Jan 2025, at 10:00, Bob <bob@b.test> wrote:'],
    ['Thunderbird', 'On 01/01/2025 10:00, Bob wrote:'],
    ['Thunderbird in German', 'Am 01.01.25 um 10:00 schrieb Bob:'],
    ['mutt', 'On Wed, Jan 01, 2025 at 10:00:00AM +0100, Bob Smith wrote:'],
    ['old news readers', 'Bob Smith <bob@b.test> writes:'],
    ['old mailers', 'Bob Smith wrote:'],
  ])('has no quote as written by %s', (_, line) => {
    expect(newText(text('Fine.', '', line, '', ...QUOTE))).toBe('Fine.')
  })

  it.each<[string, string[]]>([
    [
      'an attribution that wraps',
      ['On Wed, Jan 1, 2025 at 10:00 AM Bob Smith of the Department', '<bob@b.test> wrote:', ...QUOTE],
    ],
    [
      'an attribution above a quote without marks',
      ['On Wed, Jan 1, 2025 at 10:00 AM Bob <bob@b.test> wrote:', '', 'Hello Alice,', 'shall we?'],
    ],
    ['Outlook', ['-----Original Message-----', 'From: Bob', 'Sent: Wednesday', 'To: Alice', 'Subject: Q', '', 'Hello']],
    ['Outlook in German', ['-----Ursprüngliche Nachricht-----', 'Von: Bob', '', 'Hello']],
    [
      'new Outlook',
      [
        '________________________________',
        'From: Bob <bob@b.test>',
        'Sent: Wednesday, January 1, 2025',
        'To: Alice',
        'Subject: Q',
        '',
        'Hello',
      ],
    ],
    ['Outlook without a rule', ['From: Bob <bob@b.test>', 'Sent: Wednesday', 'To: Alice', 'Subject: Q', '', 'Hello']],
    ['Outlook in bold', ['*Von:* Bob', '*Gesendet:* Mittwoch', '*An:* Alice', '*Betreff:* Q', '', 'Hello']],
    ['Outlook in French', ['De : Bob', 'Envoyé : mercredi', 'À : Alice', 'Objet : Q', '', 'Hello']],
    ['Outlook in Chinese', ['发件人: Bob', '发送时间: 2025年1月1日', '收件人: Alice', '主题: Q', '', 'Hello']],
    ['a signature', ['-- ', 'Alice Smith', 'Some Company']],
    [
      'GMX, which writes the date first',
      ['Gesendet: Mittwoch, 1. Januar 2025', 'Von: Bob <bob@b.test>', 'An: Alice', 'Betreff: Q', '', 'Hello'],
    ],
    ['a signature that lost its space', ['--', 'Alice Smith']],
    ['a phone', ['Sent from my iPhone']],
    [
      'a phone above a quote',
      ['Von meinem iPhone gesendet', '', 'Am 01.01.2025 um 10:00 schrieb Bob <bob@b.test>:', '', ...QUOTE],
    ],
    ['a list footer', ['_______________________________________________', 'X mailing list', 'X@lists.test']],
    ['a quote without a line above it', QUOTE],
    ['nested quotes', ['>> older', '> > oldest', '> old']],
  ])('leaves out %s', (_, lines) => {
    expect(newText(text('Fine.', '', ...lines))).toBe('Fine.')
  })

  it.each<[string, string[], string[]]>([
    [
      'answers between quotes',
      ['Bob wrote:', '> One?', 'Yes.', '', '> Two?', '', 'No.', '-- ', 'Alice'],
      ['Yes.', '', 'No.'],
    ],
    ['an answer below the quote', ['On 1 Jan 2025, at 10:00, Bob <b@b.test> wrote:', '> One?', '', 'Yes.'], ['Yes.']],
    [
      'a forwarded mail',
      [
        'See below.',
        '',
        '---------- Forwarded message ---------',
        'From: Bob <bob@b.test>',
        'Date: Wed',
        'Subject: Q',
        'To: Alice',
        '',
        'Hello',
        '> old',
      ],
      [
        'See below.',
        '',
        '---------- Forwarded message ---------',
        'From: Bob <bob@b.test>',
        'Date: Wed',
        'Subject: Q',
        'To: Alice',
        '',
        'Hello',
        '> old',
      ],
    ],
    [
      'a sentence that starts like an attribution',
      ['On Monday Bob wrote:', 'nothing at all.'],
      ['On Monday Bob wrote:', 'nothing at all.'],
    ],
    [
      'a sentence with a colon',
      ['Please write to bob@b.test:', 'he knows.'],
      ['Please write to bob@b.test:', 'he knows.'],
    ],
    ['a lone label', ['From: here to there', 'it is far.'], ['From: here to there', 'it is far.']],
    [
      'a rule between paragraphs',
      ['One', '-----', 'Two', '____________', 'Three'],
      ['One', '-----', 'Two', '____________', 'Three'],
    ],
    ['an unquoted From of an mbox', ['>From here on', 'x'], ['>From here on', 'x']],
    ['mention of a phone', ['Sent from my desk to yours', 'with love'], ['Sent from my desk to yours', 'with love']],
    ['indentation', ['  if x:', '    y'], ['  if x:', '    y']],
    [
      'the first words of a patch',
      ['From: Bob <bob@b.test>', '', 'Fix it.', '---', ' a.c | 2 +-'],
      ['From: Bob <bob@b.test>', '', 'Fix it.', '---', ' a.c | 2 +-'],
    ],
  ])('keeps %s', (_, lines, kept) => {
    expect(newText(text(...lines))).toBe(text(...kept).trimEnd())
  })

  it('is empty where all is quoted', () => {
    expect(newText(text('On 1 Jan 2025, at 10:00, Bob wrote:', ...QUOTE))).toBe('')
  })

  it('takes any line ends', () => {
    expect(newText('Fine.\r\n\r\nBob wrote:\r\n> x\r\n')).toBe('Fine.')
  })

  it('never makes words up: each of its lines is a line of the text', () => {
    const line = fc.constantFrom(
      'Hello',
      '',
      '> quoted',
      'On 1 Jan 2025 at 10:00 Bob wrote:',
      '-- ',
      '--',
      'From: a',
      'Sent: b',
      'To: c',
      'Subject: d',
      '-----Original Message-----',
      '____________________',
      'Sent from my iPhone',
      '---------- Forwarded message ---------',
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
        for (const kept of newText(lines.join('\n')).split('\n'))
          expect([...lines.map((one) => one.trimEnd()), '']).toContain(kept.trimEnd())
      }),
    )
  })
})

describe('snippets', () => {
  it.each<[string, string, string]>([
    ['are one line of the new text', 'Fine.\n\nSee  you\tsoon.\n\nBob wrote:\n> x', 'Fine. See you soon.'],
    ['show the quote where nothing is new', '> only this', '> only this'],
    ['are empty for nothing', ' \n ', ''],
  ])('%s', (_, whole, expected) => {
    expect(snippetOf(whole)).toBe(expected)
  })

  it('have at most 140 characters and end at a word', () => {
    const snippet = snippetOf('word '.repeat(100))
    expect([...snippet].length).toBeLessThanOrEqual(140)
    expect(snippet.endsWith('word…')).toBe(true)
  })

  it('never cut a character in two', () => {
    expect(snippetOf('😀'.repeat(200), 10)).toBe(`${'😀'.repeat(9)}…`)
  })

  it('have at most as many characters as asked for, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 1, max: 150 }), (whole, max) => {
        expect([...snippetOf(whole, max)].length).toBeLessThanOrEqual(max)
      }),
    )
  })
})
