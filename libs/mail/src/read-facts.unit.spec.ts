import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mailFacts, type MailFacts } from './facts.js'
import { readFacts } from './read-facts.js'

const factsOf = (...lines: string[]): MailFacts => readFacts(new TextEncoder().encode(lines.join('\r\n')))

describe('ids of a mail', () => {
  it('are its Message-ID, In-Reply-To and References', () => {
    const facts = factsOf('Message-ID: <b@X>', 'In-Reply-To: <a@x>', 'References: <r@x>', ' <a@x>', '', '')
    expect(facts).toMatchObject({
      messageId: 'b@x',
      synthetic: false,
      inReplyTo: ['a@x'],
      references: ['r@x', 'a@x'],
      aliases: [],
    })
  })

  it('concatenate repeated References, each id where it stands last', () => {
    const facts = factsOf('Message-ID: <c@x>', 'References: <r@x> <a@x>', 'References: <r@x> <a@x> <b@x>', '', '')
    expect(facts.references).toEqual(['r@x', 'a@x', 'b@x'])
  })

  it('take the first of repeated Message-IDs, the others as aliases', () => {
    const facts = factsOf('Message-ID: <a@x>', 'Message-Id: <b@x>', 'Message-ID: <a@x>', '', '')
    expect(facts).toMatchObject({ messageId: 'a@x', aliases: ['b@x'] })
  })

  it.each([
    'X-Google-Original-Message-ID',
    'X-Microsoft-Original-Message-ID',
    'X-Original-Message-ID',
    'Resent-Message-ID',
  ])('take %s as an alias', (name) => {
    expect(factsOf('Message-ID: <a@x>', `${name}: <bad id>`, '', '').aliases).toEqual(['badid'])
    expect(factsOf('Message-ID: <a@x>', `${name}: own@us`, '', '').aliases).toEqual(['own@us'])
  })

  it('leave the own id and its aliases out of what is mentioned', () => {
    const facts = factsOf(
      'Message-ID: <a@x>',
      'Resent-Message-ID: <s@x>',
      'In-Reply-To: <a@X>',
      'References: <r@x> <s@x> <a@x>',
      '',
      '',
    )
    expect(facts).toMatchObject({ inReplyTo: [], references: ['r@x'] })
  })

  it.each(['From', 'To', 'Cc', 'Reply-To', 'Sender'])('are never an address of %s', (name) => {
    const facts = factsOf(
      `${name}: Bob <Bob@b.test>`,
      'Message-ID: <a@x>',
      'In-Reply-To: Message from <bob@b.test> of <q@x>',
      '',
      '',
    )
    expect(facts.inReplyTo).toEqual(['q@x'])
  })

  it('take a Message-ID that is an address for none', () => {
    expect(factsOf('From: bob@b.test', 'Message-ID: <bob@b.test>', '', '').synthetic).toBe(true)
  })

  it('keep tokens outside of brackets apart', () => {
    const facts = factsOf('Message-ID: <a@x>', 'In-Reply-To: p@x', 'References: <r@x> p@x', '', '')
    expect(facts).toMatchObject({ inReplyTo: [], references: ['r@x'], bareIds: ['p@x'] })
  })

  it('keep the first hundred and the last nine hundred references', () => {
    const ids = Array.from({ length: 2_500 }, (_, i) => `r${i}@x`)
    const facts = factsOf('Message-ID: <a@x>', `References: ${ids.map((id) => `<${id}>`).join('\r\n ')}`, '', '')
    expect(facts.references).toEqual([...ids.slice(0, 100), ...ids.slice(-900)])
    expect(facts.problems).toContain('References names 2500 ids; the first 100 and the last 900 were kept')
  })

  it('are made from the content where there is none, the same for each delivery', () => {
    const lines = ['From: a@b', 'Date: Fri, 21 Nov 1997 09:55:06 -0600', 'Subject: Q', '', 'hello', '']
    const [first, second] = [factsOf(...lines), factsOf('Received: by x', 'Message-ID: <>', ...lines)]
    expect(first).toMatchObject({ synthetic: true, messageId: second.messageId })
    expect(first.problems).toContain('no Message-ID: one was made from the content')
    expect(factsOf('Received: by y', ...lines.slice(0, 4), 'goodbye').messageId).not.toBe(first.messageId)
  })
})

describe('the digest', () => {
  const head = ['From: "A" <a@b>', 'Date: Fri, 21 Nov 1997 09:55:06 -0600', 'Subject: Two  words', '']
  const digest = factsOf(...head, 'one', '', 'two', '').digest

  it.each<[string, string[]]>([
    ['another way', ['Received: by mx', ...head, 'one', '', 'two', '']],
    ['a display name', ['From: a@b', ...head.slice(1), 'one', '', 'two', '']],
    ['the spelling of the date', [head[0]!, 'Date: 21 Nov 1997 15:55:06 GMT', ...head.slice(2), 'one', '', 'two', '']],
    [
      'a subject folded or encoded anew',
      [head[0]!, head[1]!, 'Subject: =?utf-8?q?Two?=', ' =?utf-8?q?_words?=', '', 'one', '', 'two'],
    ],
    ['white space at the end of lines', [...head, 'one  ', '\t', 'two \t', '']],
    ['empty lines at the end', [...head, 'one', '', 'two', '', ' ', '', '']],
  ])('does not see %s', (_, lines) => {
    expect(factsOf(...lines).digest).toBe(digest)
  })

  it('does not see which line ends a mail has', () => {
    const text = [...head, 'one', '', 'two', ''].join('\n')
    expect(readFacts(new TextEncoder().encode(text)).digest).toBe(digest)
    expect(readFacts(new TextEncoder().encode(text.replaceAll('\n', '\r'))).digest).toBe(digest)
  })

  it.each<[string, string[]]>([
    ['another author', ['From: c@d', ...head.slice(1), 'one', '', 'two']],
    ['another date', [head[0]!, 'Date: 21 Nov 1997 15:55:07 GMT', ...head.slice(2), 'one', '', 'two']],
    ['another subject', [...head.slice(0, 2), 'Subject: Q', '', 'one', '', 'two']],
    ['another body', [...head, 'one', '', 'three']],
    ['an empty line less', [...head, 'one', 'two']],
    ['white space at the start of a line', [...head, 'one', '', ' two']],
    ['a subject that became body', [...head.slice(0, 2), '', 'Subject: Two  words', '', 'one', '', 'two']],
  ])('sees %s', (_, lines) => {
    expect(factsOf(...lines).digest).not.toBe(digest)
  })

  it('has 32 hex digits', () => {
    expect(digest).toMatch(/^[0-9a-f]{32}$/)
  })

  it('is the same for a body longer than its buffer, whatever the line ends', () => {
    const text = [
      ...head,
      ...Array.from({ length: 5_000 }, (_, i) => `${'x'.repeat(i % 200)} line ${i}`),
      'y'.repeat(50_000),
      '',
    ].join('\n')
    const [lf, crlf] = [text, text.replaceAll('\n', '\r\n')].map(
      (mail) => readFacts(new TextEncoder().encode(mail)).digest,
    )
    expect(lf).toBe(crlf)
  })
})

describe('other facts', () => {
  it('read people, topic and index', () => {
    const facts = factsOf(
      'From: =?utf-8?q?Andr=C3=A9?= <andre@A.test>',
      'Reply-To: help@a.test',
      'To: b@b.test',
      'To: c@c.test',
      'Cc: friends: d@d.test;',
      'Bcc: e@e.test',
      'Thread-Topic: =?utf-8?q?caf=C3=A9?=',
      'Thread-Index: AdtcM+tmABEiM0RV',
      ' ZneImaq7zN3u/w==',
      'Subject: =?utf-8?q?Re=3A?= =?utf-8?q?_caf=C3=A9?=',
      '',
      '',
    )
    expect(facts).toMatchObject({
      from: [{ name: 'André', address: 'andre@a.test' }],
      replyTo: [{ name: '', address: 'help@a.test' }],
      to: [{ address: 'b@b.test' }, { address: 'c@c.test' }],
      cc: [{ address: 'd@d.test' }],
      bcc: [{ address: 'e@e.test' }],
      threadTopic: 'café',
      threadIndex: 'AdtcM+tmABEiM0RVZneImaq7zN3u/w==',
      subject: 'Re: café',
      baseSubject: 'café',
      subjectKind: 'reply',
    })
  })

  it('take the first From line that names an address', () => {
    const facts = factsOf('From: list@x.test  Thu Aug 29 10:58:02 2002', 'From: Bob <bob@b.test>', '', '')
    expect(facts.from).toEqual([{ name: 'Bob', address: 'bob@b.test' }])
    expect(facts.problems).toContain('several From lines; the first with an address was taken')
  })

  it('leave a broken index and date out', () => {
    expect(factsOf('Thread-Index: hello world', 'Date: whenever', '', '')).toMatchObject({
      threadIndex: null,
      date: null,
    })
    expect(factsOf('Date: whenever', '', '').problems).toContain('Date is no date: whenever')
  })

  it('never hold a line end in the subject, not even from an encoded-word', () => {
    expect(factsOf('Subject: =?utf-8?q?a=0D=0Ab=00c?=', '', '').subject).toBe('a bc')
  })

  it('count initials as a prefix only where the mail names others', () => {
    expect(factsOf('Message-ID: <a@x>', 'Subject: R: Ciao', '', '')).toMatchObject({
      baseSubject: 'r:ciao',
      looseBaseSubject: 'ciao',
    })
    expect(factsOf('Message-ID: <a@x>', 'References: <r@x>', 'Subject: R: Ciao', '', '')).toMatchObject({
      baseSubject: 'ciao',
      subjectKind: 'reply',
    })
  })

  it('come out for any bytes, in the shape that is promised', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (raw) => void mailFacts.parse(readFacts(raw))))
  })

  it('come out for any mix of header fields and marks, in the shape that is promised', () => {
    const names = [
      'Message-ID',
      'References',
      'In-Reply-To',
      'From',
      'To',
      'Subject',
      'Date',
      'Content-Type',
      'Thread-Index',
      'List-Id',
      'Authentication-Results',
      'Auto-Submitted',
    ]
    const marks = [
      '<',
      '>',
      '@',
      'a',
      '(',
      ')',
      '"',
      '\\',
      ',',
      ';',
      ':',
      '=?',
      '?q?',
      '?=',
      'é',
      '\0',
      '\r',
      '\n',
      '\r\n ',
      '--',
      'multipart/report',
      'boundary=x',
      '--x',
      '=',
      ' ',
    ]
    const line = fc.tuple(fc.constantFrom(...names), fc.array(fc.constantFrom(...marks), { maxLength: 12 }))
    fc.assert(
      fc.property(
        fc.array(line, { maxLength: 8 }),
        fc.array(fc.constantFrom(...marks), { maxLength: 20 }),
        (lines, body) => {
          const text = `${lines.map(([name, parts]) => `${name}: ${parts.join('')}\r\n`).join('')}\r\n${body.join('')}`
          mailFacts.parse(readFacts(new TextEncoder().encode(text)))
        },
      ),
    )
  })

  it('read the same ids however the field is folded', () => {
    const id = fc
      .string({ unit: fc.constantFrom('a', 'B', '1', '.', '-', '+'), minLength: 3, maxLength: 30 })
      .map((local) => `${local}@x.test`)
    const fold = fc.constantFrom(' ', '\r\n ', '\n\t', '\r\n\t  ', '')
    fc.assert(
      fc.property(
        fc.uniqueArray(id, { minLength: 1, maxLength: 20 }),
        fc.array(fold, { minLength: 20, maxLength: 20 }),
        (ids, folds) => {
          const text = ids.map((one, i) => `${folds[i]}<${one}>`).join('')
          expect(factsOf('Message-ID: <own@us>', `References:${text}`, '', '').references).toEqual(ids)
        },
      ),
    )
  })
})
