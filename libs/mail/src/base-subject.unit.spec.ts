import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { baseSubject, displaySubject, foldSubject, forwardSubject, readSubject, replySubject } from './base-subject.js'
import { PREFIXES } from './subject-prefixes.js'

const withIds = { carriesIds: true }

describe('base subjects', () => {
  it.each<[string, string, string]>([
    ['take mixed prefixes, a counter and [fwd: …] off', 're: enc: re[5]: [fwd: hello world]', 'hello world'],
    ['take a tag, a counter and (fwd) off', '[mailing-list] wg[8]:re:  hello world (fwd)(fwd)', 'hello world'],
    ['leave a letter that is no prefix', 'z: hello', 'z: hello'],
    ['leave a word with a colon', 'Invoice: 4711', 'invoice:4711'],
    ['take German prefixes off', 'SV: RE: AW: Angebot', 'angebot'],
    ['take French spacing', 'RE : Bonjour', 'bonjour'],
    ['take French spacing with a no-break space', 'RE\u00a0: Bonjour', 'bonjour'],
    ['take counters in brackets', 'Re[2]: Q', 'q'],
    ['take counters in parentheses', 'Re(3): Q', 'q'],
    ['take counters after ^', 'Re^4: Q', 'q'],
    ['take counters after *', 'Re*2: Q', 'q'],
    ['take counters after -', 'Re-2: Q', 'q'],
    ['take a counter after a space', 'Re [2]: Q', 'q'],
    ['take the wide colon', '回复：你好', '你好'],
    ['take the small colon', 'Re﹕ Q', 'q'],
    ['take wide letters', 'Ｒｅ: Q', 'q'],
    ['take prefixes without a space after the colon', 'Re:Re:Fwd:Q', 'q'],
    ['take Turkish capitals', 'YNT: İLT: merhaba', 'merhaba'],
    ['take prefixes of two words', 'Chuyển tiếp: xin', 'xin'],
    ['take decomposed accents', 'Re\u0301p: oui', 'oui'],
    ['take marks of direction', '\u200fהועבר: \u200eshalom', 'shalom'],
    ['take one list tag', '[list] Re: hello', 'hello'],
    ['take the same tag again', '[list] Re: [list] hello', 'hello'],
    ['take further tags, as a list puts its own first', 'Re: [list] [PATCH 2/3] hello', 'hello'],
    ['take prefixes behind several tags', '[list] [urgent] Re: hello', 'hello'],
    ['leave the last of tags that are all there is', '[list] [URGENT]', '[urgent]'],
    ['take prefixes before, between and behind tags', 'Re: [list] AW: [urgent] Fwd: hello', 'hello'],
    ['take noise tokens', '[EXTERNAL] Re: [EXT] ***SPAM*** hello', 'hello'],
    ['take noise tokens with a value', '[SEC=OFFICIAL:Sensitive] hello', 'hello'],
    ['take noise and a tag', '[EXTERNAL] [list] hello', 'hello'],
    ['leave a subject that is only a tag', '[URGENT]', '[urgent]'],
    ['leave a subject that is only a noise token', '[EXTERNAL]', '[external]'],
    ['leave a subject that is only (fwd)', '(fwd)', '(fwd)'],
    ['are empty where a reply has no subject', 'Re:', ''],
    ['are empty where there is no subject', '  ', ''],
    ['are what a subject is now, not what it was', 'Q2 (was: Q1)', 'q2'],
    ['are that in brackets too', 'Re: Q3 [was: Q2 (was: Q1)]', 'q3'],
    ['leave what only sounds so', 'Where it was', 'whereitwas'],
    ['take absence notes off', 'Out of Office: Q', 'q'],
    ['take answers to invitations off', 'Accepted: Meeting', 'meeting'],
    [
      'leave a notice that is all there is',
      'Delivery Status Notification (Failure)',
      'deliverystatusnotification(failure)',
    ],
    ['leave brackets that never close', '[list Re: hello', '[listre:hello'],
    ['leave [fwd: that never closes', '[fwd: hello', '[fwd:hello'],
    ['leave initials before a space', 'R : hello', 'r:hello'],
  ])('%s', (_, subject, base) => {
    expect(baseSubject(subject)).toBe(foldSubject(base))
  })

  it('compare composed and decomposed letters, and any white space, as equal', () => {
    expect(baseSubject('Re: voce\u0302 hello there')).toBe(baseSubject('voc\u00ea hello\u00a0there'))
  })

  it('compare without case in the ways of all scripts', () => {
    expect(baseSubject('STRASSE')).toBe(baseSubject('straße'))
    expect(baseSubject('ΟΔΟΣ')).toBe(baseSubject('οδος'))
  })

  it.each([...PREFIXES].filter(([, { isWeak }]) => !isWeak))('know the prefix %s', (word, { kind }) => {
    for (const typed of [`${word}: Q`, `${word.toUpperCase()}: Q`, `${word} : Q`, `${word}[3]: Q`]) {
      expect(readSubject(typed)).toMatchObject({ base: 'q', kind })
    }
  })

  it.each([...PREFIXES].filter(([, { isWeak }]) => isWeak))(
    'count the initials %s only where ids are named',
    (word, { kind }) => {
      expect(readSubject(`${word}: Q`, withIds)).toMatchObject({ base: 'q', kind, looseBase: null })
      expect(readSubject(`${word}: Q`)).toMatchObject({ base: `${word}:q`, kind: 'plain', looseBase: 'q' })
      expect(readSubject(`${word} : Q`, withIds).base).toBe(`${word}:q`)
      expect(readSubject(`${word}[2]: Q`, withIds).base).toBe(`${word}[2]:q`)
    },
  )

  it('count no initials behind a tag', () => {
    const reading = readSubject('[PATCH 3/5] fs: export it', withIds)
    expect(reading).toEqual({ base: 'fs:exportit', looseBase: 'exportit', kind: 'plain', isAbsence: false })
  })

  it('take the noise tokens that they are told', () => {
    expect(baseSubject('[OURS 12] hello', { noiseTokens: ['[ours …]'] })).toBe('hello')
    expect(baseSubject('***SPAM*** hello', { noiseTokens: [] })).toBe('***spam***hello')
  })

  it('are the same for a reply to a reply, whatever the subject', () => {
    const subject = fc.string({
      unit: fc.constantFrom('Re', 'AW', ':', ' ', '[', ']', 'x', '(fwd)', '[fwd:', 'é', '(was: ', ')'),
    })
    fc.assert(
      fc.property(subject, (text) => {
        expect(baseSubject(`Re: ${text}`)).toBe(baseSubject(`Re: AW: ${text}`))
      }),
    )
  })

  it('are the same after a second folding, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => foldSubject(foldSubject(text)) === foldSubject(text)),
    )
  })
})

describe('kinds of subjects', () => {
  it.each([
    ['Re: Fwd: Fig', 'reply'],
    ['Fwd: Re: Fig', 'forward'],
    ['[list] AW: Fig', 'reply'],
    ['Fig (fwd)', 'forward'],
    ['[Fwd: Fig]', 'forward'],
    ['Automatic reply: Re: Fig', 'automatic'],
    ['Undelivered Mail Returned to Sender', 'automatic'],
    ['Fig', 'plain'],
    ['', 'plain'],
  ])('come from the first prefix: %s', (subject, kind) => {
    expect(readSubject(subject).kind).toBe(kind)
  })

  it('tell absence from other automatic mail', () => {
    expect(readSubject('Abwesenheitsnotiz: Q').isAbsence).toBe(true)
    expect(readSubject('Accepted: Q').isAbsence).toBe(false)
  })
})

describe('subjects that we write', () => {
  it.each([
    ['AW: WG: Angebot', 'Re: Angebot'],
    ['Re: Re: Q', 'Re: Q'],
    ['Q', 'Re: Q'],
    ['[list] Re: [list] Hello', 'Re: [list] Hello'],
    ['[EXTERNAL] Re: Hello', 'Re: Hello'],
    ['[list] [urgent] Re: Hello', 'Re: [list] [urgent] Hello'],
    ['  Re:   Two   words ', 'Re: Two words'],
    ['Q2 (was: Q1)', 'Re: Q2 (was: Q1)'],
    ['Invoice: 4711', 'Re: Invoice: 4711'],
    ['', 'Re:'],
    ['Re:', 'Re:'],
  ])('answer %j with %j', (subject, reply) => {
    expect(replySubject(subject)).toBe(reply)
  })

  it('forward with one prefix', () => {
    expect(forwardSubject('Fwd: Re: Fig')).toBe('Fwd: Fig')
  })

  it('leave the subject as typed behind the prefix', () => {
    expect(displaySubject('AW: Straße – ÄÖ')).toBe('Straße – ÄÖ')
  })
})
