import { readFacts } from '@skein/mail'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diagnose, type Finding, type ThreadCheck } from './diagnose.js'
import { rawMail, type GivenMail } from './spec/given.js'

const FIRST = 'AdtcM+tmABEiM0RVZneImaq7zN3u/w=='
const REPLY = 'AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFa'
const REPLY_OF_REPLY = 'AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFaAC8l8Gs='
const OTHER = 'AdtcM+tn/+7dzLuqmYh3ZlVEMyIRAA=='

const index = (text: string): Pick<GivenMail, 'lines'> => ({ lines: [`Thread-Index: ${text}`] })
const facts = (mail: GivenMail) => readFacts(rawMail(mail))
const findings = (mail: GivenMail, known: GivenMail[] = []): Finding[] => diagnose(facts(mail), known.map(facts))
const found = (check: ThreadCheck, mail: GivenMail, known: GivenMail[] = []): Finding | undefined =>
  findings(mail, known).find((finding) => finding.check === check)

const FIRST_ID = 'CAFirst-Mail_42@x.test'
const first: GivenMail = { id: FIRST_ID, subject: 'Dinner', ...index(FIRST) }
const answer: GivenMail = {
  id: 'second@x.test',
  subject: 'Re: Dinner',
  inReplyTo: `<${FIRST_ID}>`,
  references: [`<${FIRST_ID}>`],
  ...index(REPLY),
}

describe('a thread that holds', () => {
  it.each([
    ['a first mail', first, []],
    ['an answer', answer, [first]],
    [
      'an answer to an answer',
      {
        ...answer,
        id: 'third1@x.test',
        inReplyTo: '<second@x.test>',
        references: [`<${FIRST_ID}>`, '<second@x.test>'],
        ...index(REPLY_OF_REPLY),
      },
      [first, answer],
    ],
  ] as [string, GivenMail, GivenMail[]][])('passes all five checks for %s', (_, mail, known) => {
    expect(findings(mail, [mail, ...known])).toMatchObject(
      ['message-id', 'in-reply-to', 'references', 'subject', 'thread-index'].map((check) => ({
        check,
        ok: 'yes',
        mend: '',
      })),
    )
  })
})

describe('Message-ID', () => {
  it('has to be there', () => {
    expect(found('message-id', { id: null })).toMatchObject({
      ok: 'no',
      found: expect.stringContaining('no Message-ID'),
    })
  })

  it('may be on no other mail', () => {
    const other = { id: FIRST_ID, subject: 'Lunch', body: 'Other text' }
    expect(found('message-id', first, [other])).toMatchObject({ ok: 'no', found: expect.stringContaining('“Lunch”') })
  })

  it('may be on another copy of the same mail', () => {
    expect(found('message-id', first, [first, first])?.ok).toBe('yes')
  })
})

describe('In-Reply-To', () => {
  const naming = (inReplyTo: string): GivenMail => ({ ...answer, inReplyTo })
  const nearMisses: [what: string, id: string, known: GivenMail, difference: string][] = [
    ['the case', `<${FIRST_ID.toLowerCase()}>`, first, 'in another case'],
    ['brackets', `<"${FIRST_ID}">`, first, 'white space, brackets or quotes'],
    ['the domain', '<CAFirst-Mail_42@mail.x.test>', first, 'at another domain'],
    [
      'the domain that Amazon SES puts there',
      '<0102018f-000000@eu-west-1.amazonses.com>',
      { ...first, id: '0102018f-000000@email.amazonses.com' },
      'Amazon SES',
    ],
    [
      'the id that a server replaced',
      '<our.own.id@us.test>',
      { ...first, lines: ['X-Google-Original-Message-ID: <our.own.id@us.test>'] },
      'before a server replaced it',
    ],
  ]
  it.each(nearMisses)('says which mail was meant where %s differs', (_, id, known, difference) => {
    const finding = found('in-reply-to', naming(id), [known])
    expect(finding).toMatchObject({ ok: 'no', meant: known.id, found: expect.stringContaining(difference) })
    expect(finding?.mend).toContain(`In-Reply-To: <${known.id}>`)
  })

  it('does not count without brackets', () => {
    const bare = { id: 'second@x.test', subject: 'Re: Dinner', inReplyTo: FIRST_ID }
    expect(found('in-reply-to', bare, [first])).toMatchObject({ ok: 'no', meant: FIRST_ID })
  })

  it('takes no short local part at another domain for the same mail', () => {
    expect(found('in-reply-to', naming('<1@y.test>'), [{ ...first, id: '1@x.test' }])?.meant).toBeNull()
  })

  it('leaves it open where the mail may just not be here', () => {
    expect(found('in-reply-to', naming('<elsewhere@y.test>'), [first])?.ok).toBe('cannot tell')
  })

  it('has to name one mail only', () => {
    expect(found('in-reply-to', naming(`<${FIRST_ID}> <elsewhere@y.test>`), [first])?.ok).toBe('no')
  })

  it('has to be there beside References, and in whatever says Re:', () => {
    const without = { id: 'second@x.test', subject: 'Re: Dinner' }
    expect(found('in-reply-to', without, [first])?.ok).toBe('no')
    const half = found('in-reply-to', { ...without, references: [`<${FIRST_ID}>`] }, [first])
    expect(half).toMatchObject({ ok: 'no', mend: expect.stringContaining(`In-Reply-To: <${FIRST_ID}>`) })
  })
})

describe('References', () => {
  const ids = Array.from({ length: 30 }, (_, i) => `<chain.mail${i}@x.test>`)
  const parent: GivenMail = { ...answer, references: ids, inReplyTo: ids[29]! }
  const answering = (references: string[]): GivenMail => ({
    id: 'third1@x.test',
    inReplyTo: '<second@x.test>',
    references,
  })

  it.each([
    ['hold all of the answered mail and then its id', [...ids, '<second@x.test>'], 'yes'],
    ['may lack the middle of a long chain', [ids[0]!, ...ids.slice(-10), '<second@x.test>'], 'yes'],
    ['may not lack the first mail', [...ids.slice(1), '<second@x.test>'], 'no'],
    ['may not be the answered mail alone', ['<second@x.test>'], 'no'],
    ['may not end with another mail', ['<second@x.test>', ...ids], 'no'],
    ['may not be missing', [], 'no'],
  ] as [string, string[], Finding['ok']][])('%s', (_, references, ok) => {
    expect(found('references', answering(references), [parent])?.ok).toBe(ok)
  })

  it('end with what In-Reply-To names, even where that mail is not here', () => {
    expect(found('references', answering(ids))?.ok).toBe('no')
    expect(found('references', answering(['<second@x.test>']))?.ok).toBe('cannot tell')
  })
})

describe('the subject', () => {
  it.each([
    ['stays, whatever the prefix', 'AW: dinner', 'yes'],
    ['may not change', 'Re: Lunch', 'no'],
    ['may not disappear', '', 'no'],
  ] as [string, string, Finding['ok']][])('%s', (_, subject, ok) => {
    expect(found('subject', { ...answer, subject }, [first])?.ok).toBe(ok)
  })

  it('compares with nothing where the answered mail is not here', () => {
    expect(found('subject', answer)?.ok).toBe('cannot tell')
  })
})

describe('Thread-Index', () => {
  it.each([
    ['grows by one block', REPLY, 'yes'],
    ['may not be copied', FIRST, 'no'],
    ['may not skip a mail', REPLY_OF_REPLY, 'no'],
    ['may not be of another conversation', OTHER, 'no'],
  ] as [string, string, Finding['ok']][])('%s', (_, text, ok) => {
    expect(found('thread-index', { ...answer, ...index(text) }, [first])?.ok).toBe(ok)
  })

  it('has to be there', () => {
    expect(found('thread-index', { ...answer, lines: [] }, [first])?.ok).toBe('no')
    expect(found('thread-index', { id: 'first1@x.test' })?.ok).toBe('no')
  })

  it('meets a mail without index only by the MD5 of its topic', () => {
    const plain: GivenMail = { ...first, subject: 'Quarterly report', lines: [] }
    const ofTopic = 'AdtcM+tmipFuAjd3ORWgq/hQXmGZGQ=='
    const reply = { ...answer, subject: 'Re: Quarterly report' }
    expect(found('thread-index', { ...reply, ...index(ofTopic) }, [plain])?.ok).toBe('yes')
    expect(found('thread-index', { ...reply, ...index(FIRST) }, [plain])?.ok).toBe('no')
  })
})

describe('any mail', () => {
  const header = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replace(/[\r\n]/g, ' '))
  const anyMail = fc.record({ id: header, inReplyTo: header, references: fc.array(header), subject: header })

  it('gets five findings, in one order, and a way to mend whatever is wrong', () => {
    fc.assert(
      fc.property(anyMail, fc.array(anyMail, { maxLength: 4 }), (mail, known) => {
        const all = findings(mail, known)
        expect(all.map(({ check }) => check)).toEqual([
          'message-id',
          'in-reply-to',
          'references',
          'subject',
          'thread-index',
        ])
        for (const { ok, found: words, mend } of all) {
          expect(words).not.toBe('')
          if (ok === 'no') expect(mend).not.toBe('')
        }
      }),
    )
  })
})
