import type { Decided, EventType } from '@skein/events'
import { describe, expect, it } from 'vitest'
import { ruleSet } from './rule-set.js'
import { GivenSpace, messageNamed, type GivenMail } from './spec/given.js'

type DataOf<T extends EventType> = Extract<Decided, { type: T }>['data']

const spaceWith = (policies: Record<string, string>, ...mails: GivenMail[]): GivenSpace => {
  const space = new GivenSpace(ruleSet('skein', policies))
  space.receive(...mails)
  return space
}
const space = (...mails: GivenMail[]): GivenSpace => spaceWith({}, ...mails)
const threads = (given: GivenSpace, ...names: string[]) => given.partition(names)
const types = (events: Decided[]) => events.map(({ type }) => type)
const dataOf = <T extends EventType>(events: Decided[], type: T): DataOf<T>[] =>
  events.flatMap((event) => (event.type === type ? [event.data as DataOf<T>] : []))
const decision = (given: GivenSpace, name: string) =>
  dataOf(given.events, 'MessageThreaded').find(({ message }) => message === messageNamed(name))

const root: GivenMail = { id: 'root01@x.test', name: 'root', subject: 'Printer' }
const reply: GivenMail = {
  id: 'reply1@x.test',
  name: 'reply',
  inReplyTo: '<root01@x.test>',
  references: ['<root01@x.test>'],
  subject: 'Re: Printer',
}

describe('evidence', () => {
  it('names the header, the id, and the mail that was found by it', () => {
    const given = space(root, reply)
    expect(decision(given, 'reply')).toMatchObject({
      rule: 'link',
      confidence: 'certain',
      evidence: [
        {
          fact: 'in-reply-to',
          value: 'root01@x.test',
          message: messageNamed('root'),
          thread: given.threadOf(messageNamed('root')),
        },
      ],
      parent: { id: 'root01@x.test', fact: 'in-reply-to' },
    })
  })

  it('names no mail for an id that nobody has received, and is less sure', () => {
    const given = space({ ...reply, name: 'one' }, { ...reply, name: 'two', id: 'reply2@x.test' })
    expect(decision(given, 'two')).toMatchObject({
      confidence: 'high',
      evidence: [{ fact: 'in-reply-to', message: null }],
    })
  })

  it('says that the mail came after those that answer it', () => {
    const given = space(reply, root)
    expect(decision(given, 'root')).toMatchObject({
      evidence: [{ fact: 'message-id', message: messageNamed('reply') }],
    })
  })

  it('keeps the strongest pieces of a mail with a thousand ids', () => {
    const many = Array.from({ length: 50 }, (_, i) => ({ id: `many${i}x@x.test`, name: `many${i}`, subject: `S ${i}` }))
    const given = space(...many, {
      ...reply,
      inReplyTo: undefined,
      references: many.map(({ id }) => `<${id}>`),
    })
    expect(decision(given, 'reply')?.evidence).toHaveLength(8)
  })
})

describe('changed subject', () => {
  const changed: GivenMail = { ...reply, subject: 'New order' }

  it('stays in the thread where In-Reply-To says so, and is noted', () => {
    const given = space(root, changed)
    expect(threads(given, 'root', 'reply')).toHaveLength(1)
    expect(dataOf(given.events, 'SubjectChanged')).toMatchObject([{ message: messageNamed('reply'), to: 'New order' }])
  })

  it('starts a thread that says what it continues under the policy split', () => {
    const given = spaceWith({ subject_policy: 'split' }, root, changed)
    expect(threads(given, 'root', 'reply')).toHaveLength(2)
    expect(dataOf(given.events, 'ThreadStarted')[1]?.relation).toMatchObject({
      kind: 'continued_from',
      ids: ['root01@x.test'],
      thread: given.threadOf(messageNamed('root')),
    })
  })

  it('stays under the policy split where the subject is the same in another language of prefixes', () => {
    expect(
      threads(spaceWith({ subject_policy: 'split' }, root, { ...reply, subject: 'AW: Printer' }), 'root', 'reply'),
    ).toHaveLength(1)
  })
})

describe('a recycled mail: References alone, another subject, no prefix', () => {
  const recycled: GivenMail = {
    id: 'recycl@x.test',
    name: 'recycled',
    references: ['<root01@x.test>'],
    subject: 'Lunch',
  }
  const answer: GivenMail = {
    id: 'answer@x.test',
    name: 'answer',
    inReplyTo: '<recycl@x.test>',
    references: ['<root01@x.test>', '<recycl@x.test>'],
    subject: 'Re: Lunch',
  }

  it('starts a thread that is related to the old one', () => {
    const given = space(root, recycled)
    expect(threads(given, 'root', 'recycled')).toHaveLength(2)
    expect(dataOf(given.events, 'ThreadStarted')[1]?.relation).toMatchObject({
      kind: 'related_to',
      ids: ['root01@x.test'],
    })
    expect(decision(given, 'recycled')?.rule).toBe('recycled')
  })

  it('is none where the prefix stands behind a heading of its own', () => {
    const answered = { ...recycled, subject: 'Lunch instead, Re: Printer' }
    expect(threads(space(root, answered), 'root', 'recycled')).toHaveLength(1)
  })

  it('keeps its answers, although they name the old mails too', () => {
    expect(threads(space(root, recycled, answer), 'root', 'recycled', 'answer')).toEqual([
      ['answer', 'recycled'],
      ['root'],
    ])
  })

  it('gets its answers back from the old thread where they came first', () => {
    const given = space(root, answer, recycled)
    expect(threads(given, 'root', 'recycled', 'answer')).toEqual([['answer', 'recycled'], ['root']])
    expect(types(given.events)).toContain('ThreadSplit')
  })

  it.each([
    ['it has the same subject', { subject: 'Printer' }],
    ['it has a prefix', { subject: 'Re: Lunch' }],
    ['it has In-Reply-To', { inReplyTo: '<root01@x.test>' }],
    ['it has no subject', { subject: '' }],
  ])('is none where %s', (_, change) => {
    expect(threads(space(root, { ...recycled, ...change }), 'root', 'recycled')).toHaveLength(1)
  })
})

describe("somebody's address in the place of an id", () => {
  const toBob = (name: string): GivenMail => ({
    id: `${name}111@x.test`,
    name,
    from: `${name}@c.test`,
    inReplyTo: '<bob@b.test>',
    subject: `Re: ${name}`,
  })
  const fromBob: GivenMail = { id: 'frombob@x.test', name: 'bob', from: 'bob@b.test', subject: 'Lunch' }

  it.each([
    ['before', [fromBob, toBob('carol'), toBob('dave')]],
    ['after', [toBob('carol'), toBob('dave'), fromBob]],
    ['between', [toBob('carol'), fromBob, toBob('dave')]],
  ])('ties nobody together, whether he was seen %s', (_, mails) => {
    expect(threads(space(...mails), 'bob', 'carol', 'dave')).toHaveLength(3)
  })

  it('is an id like any other as long as nobody has that address', () => {
    expect(threads(space(toBob('carol'), toBob('dave')), 'carol', 'dave')).toHaveLength(1)
  })

  it('still leads to a mail that was received under it', () => {
    const odd: GivenMail = { id: 'bob@b.test', name: 'odd', subject: 'Odd' }
    expect(threads(space(fromBob, toBob('carol'), odd), 'carol', 'odd', 'bob')).toEqual([['bob'], ['carol', 'odd']])
  })
})

describe('one id, different mails', () => {
  const spam: GivenMail = {
    id: 'root01@x.test',
    name: 'spam',
    from: 'evil@z.test',
    subject: 'Spam',
    date: '2026-03-01T00:00:00Z',
  }

  it('keeps both, and leads answers to the one of their subject', () => {
    const given = space(spam, root, reply)
    expect(threads(given, 'spam', 'root', 'reply')).toEqual([['reply', 'root'], ['spam']])
    expect(dataOf(given.events, 'MessageIdCollided')).toMatchObject([
      { message: messageNamed('root'), with: messageNamed('spam'), owner: messageNamed('spam') },
    ])
  })

  it('gives an answer that came in between back to the mail that it meant', () => {
    expect(threads(space(spam, reply, root), 'spam', 'root', 'reply')).toEqual([['reply', 'root'], ['spam']])
  })

  it('makes our own mail the owner of its id, whoever used it before', () => {
    const ours: GivenMail = { ...root, direction: 'out', from: 'support@us.test' }
    const given = space(spam, ours, { ...reply, subject: 'Something else' })
    expect(threads(given, 'spam', 'root', 'reply')).toEqual([['reply', 'root'], ['spam']])
    expect(dataOf(given.events, 'MessageIdCollided')[0]?.owner).toBe(messageNamed('root'))
  })

  it('keeps two mails of one subject in one thread, both to be seen', () => {
    const again: GivenMail = { ...root, name: 'again', from: 'other@o.test', date: '2026-03-05T00:00:00Z' }
    const given = space(root, again)
    expect(threads(given, 'root', 'again')).toHaveLength(1)
    expect(dataOf(given.events, 'MessageThreaded')).toHaveLength(2)
  })
})

describe('the same mail again', () => {
  it('is another copy where only its footer differs, and is not shown twice', () => {
    const given = space(root)
    const events = given.receive({ ...root, name: 'listcopy', body: 'Text of root\r\n-- \r\nThe list' })
    expect(events).toMatchObject([{ type: 'MessageDelivered', data: { rule: 'copy', copy: messageNamed('listcopy') } }])
    expect(given.receive({ ...root, name: 'listcopy', body: 'Text of root\r\n-- \r\nThe list' })).toEqual([])
  })

  it('is our own mail come back, and leaves the thread read', () => {
    const ours: GivenMail = { ...root, direction: 'out', from: 'support@us.test' }
    const events = space(ours).receive({
      ...ours,
      name: 'echo',
      direction: 'in',
      body: 'Text of root\r\n-- \r\nThe list',
    })
    expect(events).toMatchObject([{ type: 'MessageDelivered', data: { rule: 'own-echo', read: true } }])
  })

  it.each<['in' | 'out', string]>([
    ['in', 'own-echo'],
    ['out', 'copy'],
  ])('is our own mail in an inbox of a colleague, who has not read it (as %s)', (direction, rule) => {
    const ours: GivenMail = { ...root, direction: 'out', from: 'support@us.test' }
    const events = space(ours).receive({ ...ours, name: 'echo', direction, inbox: 'sales' })
    expect(events).toMatchObject([{ type: 'MessageDelivered', data: { rule, read: false } }])
  })

  describe('under an id that the receiving side gave our mail', () => {
    const ours: GivenMail = { ...root, direction: 'out', from: 'support@us.test' }
    const rewritten = (name: string, ...lines: string[]): GivenMail => ({
      ...ours,
      name,
      id: 'wire1@provider.test',
      direction: 'in',
      lines: [`X-Google-Original-Message-ID: <${root.id}>`, ...lines],
    })

    it.each(['in', 'out'] as const)('tells that id once, and a reply to it joins (as %s)', (direction) => {
      const given = space(ours)
      expect(given.receive({ ...rewritten('echo'), direction })).toMatchObject([
        { type: 'MessageDelivered', data: { copy: messageNamed('echo') } },
        { type: 'WireIdLearned', data: { message: messageNamed(root.name ?? ''), wireId: 'wire1@provider.test' } },
      ])
      const again = given.receive({ ...rewritten('footer'), body: 'And a footer' })
      expect(again).toMatchObject([{ type: 'MessageDelivered' }])
      const answer = given.receive({ id: 'answer@x.test', inReplyTo: '<wire1@provider.test>', subject: 'Re: Q' })
      expect(answer[0]?.thread).toBe(given.threadOf(messageNamed(root.name ?? '')))
    })

    it('is not believed where authentication fails', () => {
      const events = space(ours).receive(rewritten('forged', 'Authentication-Results: mx.us.test; dmarc=fail'))
      expect(events.map(({ type }) => type)).toEqual(['MessageDelivered'])
    })
  })

  it('brings further ids along, and may tie threads together by them', () => {
    const waiting: GivenMail = { ...reply, inReplyTo: '<new-id@gateway.test>', references: [] }
    const given = space(root, { ...waiting, references: ['<new-id@gateway.test>'] })
    const events = given.receive({
      ...root,
      name: 'gateway',
      id: 'new-id@gateway.test',
      lines: ['X-Original-Message-ID: <root01@x.test>'],
    })
    expect(types(events)).toEqual(['MessageDelivered', 'ThreadsMerged'])
    expect(threads(given, 'root', 'reply')).toHaveLength(1)
  })
})

describe('Thread-Index', () => {
  const index = (value: string) => ({ lines: [`Thread-Index: ${value}`] })
  const first: GivenMail = {
    id: 'first1@x.test',
    name: 'first',
    subject: 'Test',
    ...index('AdtcM+tmABEiM0RVZneImaq7zN3u/w=='),
  }
  const second: GivenMail = {
    id: 'second@x.test',
    name: 'second',
    subject: 'RE: Test',
    ...index('AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFa'),
  }

  it('leads a mail without ids to the one that it extends', () => {
    const given = space(first, second)
    expect(threads(given, 'first', 'second')).toHaveLength(1)
    expect(decision(given, 'second')).toMatchObject({ rule: 'thread-index', confidence: 'high' })
  })

  it('does so too where the longer one came first', () => {
    expect(threads(space(second, first), 'first', 'second')).toHaveLength(1)
  })

  it('says nothing under another subject', () => {
    expect(threads(space(first, { ...second, subject: 'RE: Other' }), 'first', 'second')).toHaveLength(2)
  })

  it('is weaker than ids: where they disagree it is a rival', () => {
    const other: GivenMail = { id: 'other1@x.test', name: 'other', subject: 'Test' }
    const given = space(first, other, { ...second, inReplyTo: '<other1@x.test>' })
    expect(threads(given, 'first', 'other', 'second')).toEqual([['first'], ['other', 'second']])
    expect(decision(given, 'second')?.rivals).toMatchObject([
      { fact: 'thread-index', thread: given.threadOf(messageNamed('first')) },
    ])
  })
})

describe('other keys', () => {
  it('ties an appointment and its answers together by UID', () => {
    const invitation = (name: string, subject: string): GivenMail => ({
      id: `${name}111@x.test`,
      name,
      subject,
      lines: ['Content-Type: text/calendar; method=REQUEST; charset=utf-8'],
      body: 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:meeting-1@x.test\r\nEND:VEVENT\r\nEND:VCALENDAR',
    })
    const given = space(invitation('asked', 'Invitation: Meeting'), invitation('answered', 'Accepted: Meeting at ten'))
    expect(threads(given, 'asked', 'answered')).toHaveLength(1)
    expect(decision(given, 'answered')?.rule).toBe('calendar-uid')
  })

  it('knows an id of Amazon SES by its local part, whatever the region', () => {
    const given = space(
      { ...root, id: '0100018e@eu-west-1.amazonses.com' },
      {
        ...reply,
        inReplyTo: '<0100018e@us-east-1.amazonses.com>',
        references: [],
      },
    )
    expect(threads(given, 'root', 'reply')).toHaveLength(1)
  })

  it('keeps long ids apart that begin alike', () => {
    const long = (end: string) => `${'L'.repeat(2000)}${end}@x.test`
    const given = space(
      { ...root, id: long('1') },
      { ...reply, inReplyTo: `<${long('2')}>`, references: [] },
      { ...reply, name: 'right', id: 'right1@x.test', inReplyTo: `<${long('1')}>`, references: [] },
    )
    expect(threads(given, 'root', 'reply', 'right')).toEqual([['reply'], ['right', 'root']])
  })

  it('counts a token without brackets only where it is the id of a mail', () => {
    const bare = (name: string): GivenMail => ({
      id: `${name}11@x.test`,
      name,
      subject: `Re: ${name}`,
      inReplyTo: 'root01@x.test',
    })
    expect(threads(space(bare('early'), bare('soon')), 'early', 'soon')).toHaveLength(2)
    expect(threads(space(bare('early'), root, bare('late')), 'early', 'root', 'late')).toHaveLength(1)
  })
})

describe('the subject alone', () => {
  const asked: GivenMail = {
    id: 'asked1@x.test',
    name: 'asked',
    from: 'al@a.test',
    subject: 'Order 7',
    date: '2026-03-02T12:00:00Z',
  }
  const guess: GivenMail = {
    id: 'guess1@x.test',
    name: 'guess',
    from: 'al@a.test',
    subject: 'RE: Order 7',
    date: '2026-03-04T12:00:00Z',
  }

  it('is a suggestion, and no more', () => {
    const given = space(asked, guess)
    expect(threads(given, 'asked', 'guess')).toHaveLength(2)
    expect(dataOf(given.events, 'JoinSuggested')).toMatchObject([
      { message: messageNamed('guess'), candidate: given.threadOf(messageNamed('asked')), confidence: 'low' },
    ])
  })

  it('is nothing under the policy off', () => {
    expect(types(spaceWith({ subject_fallback: 'off' }, asked, guess).events)).not.toContain('JoinSuggested')
  })

  it('joins under the policy guarded where all guards hold, and says that it is a guess', () => {
    const given = spaceWith({ subject_fallback: 'guarded' }, asked, guess)
    expect(threads(given, 'asked', 'guess')).toHaveLength(1)
    expect(decision(given, 'guess')).toMatchObject({ rule: 'guarded-subject', confidence: 'low' })
  })

  it.each<[string, Partial<GivenMail>]>([
    ['it is more than seven days younger', { date: '2026-03-09T12:00:01Z' }],
    ['it is older', { date: '2026-03-01T12:00:00Z' }],
    ['it has no prefix', { subject: 'Order 7' }],
    ['its sender takes no part', { from: 'eve@e.test' }],
    ['it came to another inbox', { inbox: 'sales' }],
    ['it names an id, even an unknown one', { inReplyTo: '<unknown@x.test>' }],
  ])('does not join where %s', (_, change) => {
    expect(
      threads(spaceWith({ subject_fallback: 'guarded' }, asked, { ...guess, ...change }), 'asked', 'guess'),
    ).toHaveLength(2)
  })

  it('does not join where two threads would fit, and names them as rivals', () => {
    const second: GivenMail = { ...asked, id: 'asked2@x.test', name: 'second', date: '2026-03-03T12:00:00Z' }
    const given = spaceWith({ subject_fallback: 'guarded' }, asked, second, guess)
    expect(threads(given, 'asked', 'second', 'guess')).toHaveLength(3)
    expect(decision(given, 'guess')?.rivals).toHaveLength(2)
  })

  it('never matches an empty subject', () => {
    const empty = { subject: '' }
    expect(
      threads(
        spaceWith({ subject_fallback: 'guarded' }, { ...asked, ...empty }, { ...guess, subject: 'Re: ' }),
        'asked',
        'guess',
      ),
    ).toHaveLength(2)
  })

  it('groups the mail of the senders that a space names', () => {
    const notice = (name: string, from: string): GivenMail => ({
      id: `${name}111@x.test`,
      name,
      from,
      subject: 'Build failed',
    })
    const given = spaceWith(
      { group_by: 'ci@build.test' },
      notice('one', 'ci@build.test'),
      notice('two', 'CI@build.test'),
      notice('three', 'x@build.test'),
    )
    expect(threads(given, 'one', 'two', 'three')).toEqual([['one', 'two'], ['three']])
  })
})

describe('trust', () => {
  const claim = (results: string | null, more: Partial<GivenMail> = {}): GivenMail => ({
    ...reply,
    from: 'eve@e.test',
    lines: results === null ? [] : [`Authentication-Results: mx.us.test; ${results}`],
    ...more,
  })

  it('keeps a stranger apart that fails authentication: own thread, nothing added, the claim on record', () => {
    const given = space(root, claim('dmarc=fail header.from=e.test'))
    expect(threads(given, 'root', 'reply')).toHaveLength(2)
    expect(dataOf(given.events, 'JoinQuarantined')).toMatchObject([
      { claims: given.threadOf(messageNamed('root')), rule: 'stranger' },
    ])
    expect(dataOf(given.events, 'ThreadStarted')[1]?.relation).toMatchObject({ kind: 'claims' })
  })

  it.each<[string, GivenMail]>([
    ['takes part in the thread', claim('dmarc=fail', { from: 'alice@a.test' })],
    ['passes DMARC, be it for another domain', claim('dmarc=pass header.from=e.test')],
    ['passes SPF where there is no DMARC', claim('dmarc=none; spf=pass; dkim=none')],
    ['comes without any such information', claim(null)],
    ['is us', claim('dmarc=fail', { direction: 'out' })],
  ])('lets a mail in whose sender %s', (_, mail) => {
    expect(threads(space(root, mail), 'root', 'reply')).toHaveLength(1)
  })

  it('lets a mailing list in that runs over the thread, since lists break authentication', () => {
    const list = 'List-Id: Talk <talk.l.test>'
    const given = space(
      { ...root, lines: [list] },
      claim('dmarc=fail', { lines: ['Authentication-Results: mx.us.test; dmarc=fail', list] }),
    )
    expect(threads(given, 'root', 'reply')).toHaveLength(1)
  })

  it('gives a forger no hold on an id that somebody waits for', () => {
    const waiting: GivenMail = { ...reply, name: 'waiting', id: 'waits1@x.test', from: 'alice@a.test' }
    const forged = claim('dmarc=fail', {
      name: 'forged',
      id: 'root01@x.test',
      inReplyTo: '<waits1@x.test>',
      references: [],
    })
    const given = space(waiting, forged, root)
    expect(threads(given, 'waiting', 'forged', 'root')).toEqual([['forged'], ['root', 'waiting']])
  })

  it('lets everybody in under the policy join', () => {
    expect(threads(spaceWith({ stranger_policy: 'join' }, root, claim('dmarc=fail')), 'root', 'reply')).toHaveLength(1)
  })
})

describe('anchors', () => {
  const under = (n: number): GivenMail => ({
    id: `under${n}x@x.test`,
    name: `m${n}`,
    inReplyTo: '<anchor@x.test>',
    subject: `Re: Subject ${n}`,
  })
  const names = (count: number) => Array.from({ length: count }, (_, n) => `m${n}`)

  it('tie a hundred subjects together, and not one more', () => {
    const given = space(...Array.from({ length: 102 }, (_, n) => under(n)))
    expect(
      threads(given, ...names(102))
        .map((thread) => thread.length)
        .sort((a, b) => a - b),
    ).toEqual([1, 1, 100])
    expect(dataOf(given.events, 'AnchorDemoted')).toMatchObject([{ subjects: 101 }])
  })

  it('go on tying mail of a subject that they tied before', () => {
    const given = spaceWith({ anchor_limit: '2' }, under(0), under(1), {
      ...under(1),
      id: 'again1@x.test',
      name: 'again',
    })
    expect(threads(given, 'm0', 'm1', 'again')).toHaveLength(1)
  })

  it('tie all of it together once their mail comes', () => {
    const given = spaceWith({ anchor_limit: '2' }, under(0), under(1), under(2), under(3))
    given.receive({ id: 'anchor@x.test', name: 'anchor', subject: 'Cover' })
    expect(threads(given, ...names(4), 'anchor')).toHaveLength(1)
  })

  it('are none where the mail was received: a patch series has a hundred subjects under one letter', () => {
    const given = spaceWith(
      { anchor_limit: '2' },
      { id: 'anchor@x.test', name: 'anchor', subject: 'Cover' },
      ...names(9).map((_, n) => under(n)),
    )
    expect(threads(given, ...names(9), 'anchor')).toHaveLength(1)
  })
})

describe('kinds', () => {
  it.each<[string, Partial<GivenMail>, boolean]>([
    ['mail of a person is unread', {}, false],
    ['our own mail is read', { direction: 'out' }, true],
    ['an automatic answer is read', { lines: ['Auto-Submitted: auto-replied'] }, true],
    ['mail of a list is unread', { lines: ['List-Id: <talk.l.test>'] }, false],
  ])('%s', (_, change, read) => {
    expect(decision(space({ ...root, ...change }), 'root')?.read).toBe(read)
  })
})

describe('forwards', () => {
  const forward: GivenMail = { ...reply, name: 'forward', id: 'forwrd@x.test', subject: 'Fwd: Printer' }
  const onForward: GivenMail = {
    id: 'onfwd1@x.test',
    name: 'on',
    inReplyTo: '<forwrd@x.test>',
    references: ['<root01@x.test>', '<forwrd@x.test>'],
    subject: 'Re: Fwd: Printer',
  }

  it('are a branch of the thread', () => {
    const given = space(root, forward, onForward)
    expect(threads(given, 'root', 'forward', 'on')).toHaveLength(1)
    expect(decision(given, 'forward')?.forward).toBe(true)
  })

  it('start a thread with what answers them under the policy new_thread', () => {
    const given = spaceWith({ forward_policy: 'new_thread' }, root, forward, onForward)
    expect(threads(given, 'root', 'forward', 'on')).toEqual([['forward', 'on'], ['root']])
  })
})

describe('other rule sets', () => {
  const late: GivenMail[] = [reply, root]

  it('references: looks at ids alone, even where one id is two mails', () => {
    const given = new GivenSpace(ruleSet('references'))
    given.receive(root, { ...root, name: 'spam', subject: 'Spam', from: 'evil@z.test' }, { ...reply, subject: 'Other' })
    expect(threads(given, 'root', 'spam', 'reply')).toHaveLength(1)
  })

  it('jmap: needs an id and the same subject (RFC 8621)', () => {
    const given = new GivenSpace(ruleSet('jmap'))
    given.receive(root, reply, { ...reply, name: 'changed', id: 'changed@x.test', subject: 'New order' })
    expect(threads(given, 'root', 'reply', 'changed')).toEqual([['changed'], ['reply', 'root']])
  })

  it('openmail: knows received mail only, so a late parent is on its own', () => {
    const [inOrder, reversed] = [new GivenSpace(ruleSet('openmail')), new GivenSpace(ruleSet('openmail'))]
    inOrder.receive(...late.toReversed())
    reversed.receive(...late)
    expect([threads(inOrder, 'root', 'reply'), threads(reversed, 'root', 'reply')]).toEqual([
      [['reply', 'root']],
      [['reply'], ['root']],
    ])
  })

  it('openmail: takes the first thread it finds and merges none', () => {
    const given = new GivenSpace(ruleSet('openmail'))
    given.receive(
      root,
      { id: 'other1@x.test', name: 'other', subject: 'Other' },
      { ...reply, references: ['<other1@x.test>', '<root01@x.test>'] },
    )
    expect(threads(given, 'root', 'other', 'reply')).toEqual([['other'], ['reply', 'root']])
  })

  it('refuses a name that there is not', () => {
    expect(() => ruleSet('guess')).toThrow('There is no rule set guess')
  })
})

describe('a forward as attachment', () => {
  const attached = [
    '--b',
    'Content-Type: message/rfc822',
    '',
    'From: alice@a.test',
    'Message-ID: <root01@x.test>',
    'Subject: Printer',
    '',
    'Text.',
    '--b--',
    '',
  ].join('\r\n')
  const forward: GivenMail = {
    id: 'forward@x.test',
    name: 'forward',
    subject: 'Look at this',
    lines: ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=b'],
    body: attached,
  }

  it('is a thread of its own that says what it contains, and where that is', () => {
    const given = space(root, forward)
    expect(threads(given, 'root', 'forward')).toHaveLength(2)
    expect(dataOf(given.events, 'ThreadStarted')[1]?.relation).toEqual({
      kind: 'contains',
      ids: ['root01@x.test'],
      thread: given.threadOf(messageNamed('root')),
    })
    expect(decision(given, 'forward')?.rule).toBe('start')
  })

  it('ties nothing, also where it comes before the mail that it holds', () => {
    expect(threads(space(forward, root), 'root', 'forward')).toHaveLength(2)
  })
})
