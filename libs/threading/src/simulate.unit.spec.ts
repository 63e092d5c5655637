import { readFacts } from '@skein/mail'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clientNames, simulate, type ClientName, type SimulatedMail } from './simulate.js'
import { rawMail, type GivenMail } from './spec/given.js'

const FIRST = 'AdtcM+tmABEiM0RVZneImaq7zN3u/w=='
const REPLY = 'AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFa'
/** As an index made of the MD5 of `Quarterly report`. */
const OF_TOPIC = 'AdtcM+tmipFuAjd3ORWgq/hQXmGZGQ=='

const index = (text: string): Pick<GivenMail, 'lines'> => ({ lines: [`Thread-Index: ${text}`] })
const day = (n: number): string => `2026-03-${String(n).padStart(2, '0')}T12:00:00.000Z`
const facts = (mails: GivenMail[]) => mails.map((mail) => readFacts(rawMail(mail)))

/** `conversation rule` of each mail: short enough for a table. */
const grouped = (client: ClientName, ...mails: GivenMail[]): string[] =>
  simulate(client, facts(mails)).map(({ conversation, rule }) => `${conversation} ${rule}`)

type Row = [rule: string, mails: GivenMail[], grouped: string[]]

const first: GivenMail = { id: 'first1@x.test' }
const answer: GivenMail = {
  id: 'second@x.test',
  inReplyTo: '<first1@x.test>',
  references: ['<first1@x.test>'],
  subject: 'Re: Q',
}

describe('Gmail', () => {
  const rows: Row[] = [
    ['an answer joins the mail that it names', [first, answer], ['1 start', '1 reply']],
    [
      'an answer with In-Reply-To alone joins, too',
      [first, { id: 'second@x.test', inReplyTo: '<first1@x.test>', subject: 'Re: Q', from: 'z@z.test' }],
      ['1 start', '1 reply'],
    ],
    ['another subject splits', [first, { ...answer, subject: 'Re: R' }], ['1 start', '2 other-subject']],
    [
      'References that name no earlier mail keep it apart, whoever wrote it and whatever about',
      [first, { id: 'second@x.test', references: ['<never1@x.test>'] }],
      ['1 start', '2 unknown-references'],
    ],
    [
      'mails that name the same id belong together, though it never came',
      ['second@x.test', 'third1@x.test'].map((id) => ({ id, references: ['<never1@x.test>'] })),
      ['1 unknown-references', '1 same-reference'],
    ],
    [
      'without References, the same sender and subject within 7 days tie mails together',
      [
        { ...first, date: day(1) },
        { id: 'second@x.test', to: 'z@z.test', date: day(8) },
      ],
      ['1 start', '1 same-subject'],
    ],
    [
      'without References, the same recipients and subject within 7 days tie mails together',
      [
        { ...first, date: day(1) },
        { id: 'second@x.test', from: 'z@z.test', date: day(8) },
      ],
      ['1 start', '1 same-subject'],
    ],
    [
      'after 7 days a mail without References opens a conversation',
      [
        { ...first, date: day(1) },
        { id: 'second@x.test', date: day(9) },
      ],
      ['1 start', '2 too-late'],
    ],
    [
      'the 7 days count from the newest mail of the conversation',
      [
        { ...first, date: day(1) },
        { ...answer, date: day(6) },
        { id: 'third1@x.test', date: day(12) },
      ],
      ['1 start', '1 reply', '1 same-subject'],
    ],
    [
      'other people with the same subject are another conversation',
      [first, { id: 'second@x.test', from: 'y@y.test', to: 'z@z.test' }],
      ['1 start', '2 start'],
    ],
    [
      'mails without subject are not alike',
      [
        { ...first, subject: '' },
        { id: 'second@x.test', subject: '' },
      ],
      ['1 start', '2 start'],
    ],
  ]
  it.each(rows)('%s', (_, mails, expected) => expect(grouped('gmail', ...mails)).toEqual(expected))

  it('opens a new conversation after 100 messages, and later answers go there', () => {
    const answers = Array.from({ length: 102 }, (_, i) => ({ ...answer, id: `answer${i}@x.test` }))
    const rules = grouped('gmail', first, ...answers)
    expect(rules.slice(98)).toEqual(['1 reply', '1 reply', '2 full', '2 continued', '2 continued'])
  })
})

describe('Outlook, Exchange and Graph', () => {
  const topic = { subject: 'Quarterly report' }
  const rows: Row[] = [
    [
      'the GUID of Thread-Index ties mails together',
      [
        { ...first, ...index(FIRST) },
        { id: 'second@x.test', subject: 'RE: Q', ...index(REPLY) },
      ],
      ['1 new-index', '1 thread-index'],
    ],
    [
      'the same index under another subject is another conversation',
      [
        { ...first, ...index(FIRST) },
        { id: 'second@x.test', subject: 'RE: R', ...index(REPLY) },
      ],
      ['1 new-index', '2 other-subject'],
    ],
    [
      'without index the subject ties them, whoever wrote',
      [first, { ...answer, from: 'z@z.test' }],
      ['1 new-topic', '1 topic'],
    ],
    [
      'In-Reply-To and References play no part',
      [first, { ...answer, subject: 'Re: R' }],
      ['1 new-topic', '2 new-topic'],
    ],
    [
      'a prefix of more than three letters belongs to the topic',
      [first, { ...answer, subject: 'Antw: Q' }],
      ['1 new-topic', '2 new-topic'],
    ],
    [
      'an answer without index leaves the conversation of a mail that has one',
      [{ ...first, ...index(FIRST) }, answer],
      ['1 new-index', '2 new-topic'],
    ],
    [
      'an index whose GUID is the MD5 of the topic meets a mail without index',
      [
        { ...first, ...topic },
        { id: 'second@x.test', subject: 'Re: Quarterly report', ...index(OF_TOPIC) },
      ],
      ['1 new-topic', '1 thread-index'],
    ],
    [
      'mails with neither index nor subject stay alone',
      ['first1@x.test', 'second@x.test'].map((id) => ({ id, subject: '' })),
      ['1 no-topic', '2 no-topic'],
    ],
  ]
  it.each(rows)('%s', (_, mails, expected) => expect(grouped('outlook', ...mails)).toEqual(expected))
})

describe('Outlook desktop on IMAP', () => {
  const rows: Row[] = [
    [
      'an index that grows keeps mails together',
      [
        { ...first, ...index(FIRST) },
        { ...answer, ...index(REPLY) },
      ],
      ['1 new-index', '1 thread-index'],
    ],
    ['a mail without index opens a conversation', [first, answer], ['1 no-index', '2 no-index']],
    [
      'an index that was copied unchanged opens a conversation',
      [
        { ...first, ...index(FIRST) },
        { ...answer, ...index(FIRST) },
      ],
      ['1 new-index', '2 copied-index'],
    ],
    [
      'the same mail twice is no copied index',
      [
        { ...first, ...index(FIRST) },
        { ...first, ...index(FIRST) },
      ],
      ['1 new-index', '1 thread-index'],
    ],
  ]
  it.each(rows)('%s', (_, mails, expected) => expect(grouped('outlook-imap', ...mails)).toEqual(expected))
})

/** What holds for both clients that go by ids alone. */
describe.each(['apple', 'thunderbird'] as const)('%s', (client) => {
  const third: GivenMail = { id: 'third1@x.test', subject: 'Re: R' }
  const rows: Row[] = [
    [
      'an answer joins the mail that it names, under any subject',
      [first, { ...answer, subject: 'S' }],
      ['1 start', '1 reply'],
    ],
    [
      'the last reference counts first',
      [first, { id: 'other1@x.test', subject: 'S' }, { ...third, references: ['<first1@x.test>', '<other1@x.test>'] }],
      ['1 start', '2 start', '2 reply'],
    ],
    [
      'a reference that is not there gives way to the one before it',
      [first, { ...third, references: ['<first1@x.test>', '<never1@x.test>'] }],
      ['1 start', '1 reply'],
    ],
    [
      'mails that name the same missing one belong together',
      [
        { ...answer, references: ['<never1@x.test>'], inReplyTo: '<never1@x.test>' },
        { ...third, references: ['<never1@x.test>'] },
      ],
      ['1 unknown-references', '1 same-reference'],
    ],
    ['a mail that comes after its answer joins it', [answer, first], ['1 unknown-references', '1 answered']],
    [
      'a mail that names two conversations merges nothing',
      [
        first,
        { id: 'other1@x.test', subject: 'S' },
        { ...third, references: ['<other1@x.test>', '<first1@x.test>'] },
        { id: 'fourth@x.test', inReplyTo: '<other1@x.test>', subject: 'T' },
      ],
      ['1 start', '2 start', '1 reply', '2 reply'],
    ],
  ]
  it.each(rows)('%s', (_, mails, expected) => expect(grouped(client, ...mails)).toEqual(expected))
})

describe('the subject', () => {
  const again: GivenMail = { id: 'second@x.test', subject: 'Re: Q' }

  it('ties mails that name none in Apple Mail', () => {
    expect(grouped('apple', first, again)).toEqual(['1 start', '1 same-subject'])
    expect(grouped('apple', first, { ...again, inReplyTo: '<never1@x.test>' })).toEqual([
      '1 start',
      '2 unknown-references',
    ])
  })

  it('ties nothing in Thunderbird', () => {
    expect(grouped('thunderbird', first, again)).toEqual(['1 start', '2 start'])
  })
})

describe('any client', () => {
  const id = fc.constantFrom('first1@x.test', 'second@x.test', 'third1@x.test', 'fourth@x.test')
  const people = fc.array(fc.record({ name: fc.string(), address: fc.constantFrom('a@a.test', 'b@b.test', '') }))
  const anyMail: fc.Arbitrary<SimulatedMail> = fc
    .record({
      messageId: id,
      synthetic: fc.boolean(),
      inReplyTo: fc.array(id, { maxLength: 2 }),
      references: fc.array(id, { maxLength: 4 }),
      subject: fc.oneof(fc.constantFrom('', 'Q', 'Re: Q'), fc.string({ unit: 'binary' })),
      from: people,
      to: people,
      cc: people,
      date: fc.option(fc.constantFrom(day(1), day(9), 'no date')),
      threadIndex: fc.option(fc.constantFrom(FIRST, REPLY, 'no index')),
      threadTopic: fc.option(fc.constantFrom('Q', '')),
    })
    .map((mail) => ({ ...mail, baseSubject: mail.subject.replace('Re: ', '') }))

  it('puts every mail into exactly one conversation, that of the mail it is tied to or one of its own, and never throws', () => {
    fc.assert(
      fc.property(fc.constantFrom(...clientNames), fc.array(anyMail, { maxLength: 12 }), (client, mails) => {
        const groupings = simulate(client, mails)
        expect(groupings).toHaveLength(mails.length)
        let opened = 0
        for (const [place, { conversation, tiedTo }] of groupings.entries()) {
          if (tiedTo === null) expect(conversation).toBe(++opened)
          else {
            expect(tiedTo).toBeLessThan(place)
            expect(conversation).toBe(groupings[tiedTo]?.conversation)
          }
        }
      }),
    )
  })

  it('does not change what it said when more mail comes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...clientNames),
        fc.array(anyMail, { maxLength: 8 }),
        anyMail,
        (client, mails, next) => {
          expect(simulate(client, [...mails, next]).slice(0, -1)).toEqual(simulate(client, mails))
        },
      ),
    )
  })
})
