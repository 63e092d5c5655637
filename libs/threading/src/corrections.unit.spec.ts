import type { Decided, ThreadId } from '@skein/events'
import { describe, expect, it } from 'vitest'
import {
  acceptJoin,
  eraseMessage,
  learnWireId,
  mergeThreads,
  moveMessages,
  refuseJoin,
  splitThread,
  undoMerge,
  type Correction,
} from './corrections.js'
import { ruleSet } from './rule-set.js'
import { GivenSpace, messageNamed, type GivenMail } from './spec/given.js'

const space = (...mails: GivenMail[]): GivenSpace => {
  const given = new GivenSpace(ruleSet('skein'))
  given.receive(...mails)
  return given
}
const done = (given: GivenSpace, correction: Correction): Decided[] => {
  if ('refused' in correction) throw new Error(correction.refused.detail)
  for (const event of correction.events) given.index.apply(event)
  return correction.events
}
const code = (correction: Correction): string | null => ('refused' in correction ? correction.refused.code : null)
const threadOf = (given: GivenSpace, name: string): ThreadId => given.threadOf(messageNamed(name)) as ThreadId
const split = { command: 'cmd_1', order: 100 }

const a: GivenMail = { id: 'a' + '1111@x.test', name: 'a' }
const b: GivenMail = {
  id: 'b1111@x.test',
  name: 'b',
  inReplyTo: '<a1111@x.test>',
  references: ['<a1111@x.test>'],
  subject: 'Re: Q',
}
const c: GivenMail = {
  id: 'c1111@x.test',
  name: 'c',
  inReplyTo: '<b1111@x.test>',
  references: ['<a1111@x.test>', '<b1111@x.test>'],
  subject: 'Re: Q',
}
const d: GivenMail = {
  id: 'd1111@x.test',
  name: 'd',
  inReplyTo: '<c1111@x.test>',
  references: ['<a1111@x.test>', '<b1111@x.test>', '<c1111@x.test>'],
  subject: 'Re: Q',
}
const other: GivenMail = { id: 'other@x.test', name: 'other', subject: 'Other' }
const answer: GivenMail = { id: 'answer@x.test', name: 'answer', inReplyTo: '<other@x.test>', subject: 'Re: Other' }

describe('merging by a person', () => {
  it('puts two threads together, and later answers to either into the one', () => {
    const given = space(a, other)
    done(given, mergeThreads([threadOf(given, 'other'), threadOf(given, 'a')], given.index))
    given.receive(b, answer)
    expect(given.partition(['a', 'b', 'other', 'answer'])).toHaveLength(1)
  })

  it('says nothing where the threads are one already', () => {
    const given = space(a, b)
    expect(mergeThreads([threadOf(given, 'a'), threadOf(given, 'b')], given.index)).toEqual({ events: [] })
  })

  it('refuses a thread that is not there', () => {
    expect(code(mergeThreads(['thr_none' as ThreadId], space(a).index))).toBe('no-such-thread')
  })
})

describe('undoing a merge', () => {
  it('gives the absorbed thread back what it had, and what has answered that since', () => {
    const given = space(a, other)
    const absorbed = threadOf(given, 'other')
    done(given, mergeThreads([threadOf(given, 'a'), absorbed], given.index))
    given.receive(answer, b)
    done(given, undoMerge(absorbed, given.index))
    expect(given.partition(['a', 'b', 'other', 'answer'])).toEqual([
      ['a', 'b'],
      ['answer', 'other'],
    ])
  })

  it('takes back the merge of a mail that tied two threads together, and keeps them apart from then on', () => {
    const bridge: GivenMail = {
      id: 'bridge@x.test',
      name: 'bridge',
      inReplyTo: '<a1111@x.test>',
      references: ['<other@x.test>', '<a1111@x.test>'],
      subject: 'Re: Q',
    }
    const given = space(a, other)
    const absorbed = threadOf(given, 'other')
    given.receive(bridge)
    expect(given.partition(['a', 'other', 'bridge'])).toHaveLength(1)
    done(given, undoMerge(absorbed, given.index))
    given.receive(
      { ...d, references: ['<other@x.test>', '<a1111@x.test>', '<bridge@x.test>'], inReplyTo: '<bridge@x.test>' },
      answer,
    )
    expect(given.partition(['a', 'bridge', 'd', 'other', 'answer'])).toEqual([
      ['a', 'bridge', 'd'],
      ['answer', 'other'],
    ])
  })

  it('leads the ids of earlier merges back to the thread that they went into', () => {
    const given = space(a, other, { id: 'third1@x.test', name: 'third', subject: 'Third' })
    const [first, second, third] = ['a', 'other', 'third'].map((name) => threadOf(given, name)) as [
      ThreadId,
      ThreadId,
      ThreadId,
    ]
    done(given, mergeThreads([second, third], given.index))
    done(given, mergeThreads([first, second], given.index))
    done(given, undoMerge(second, given.index))
    expect([given.index.resolve(third), given.index.resolve(first)]).toEqual([second, first])
    expect(given.partition(['a', 'other', 'third'])).toEqual([['a'], ['other', 'third']])
  })

  it('can itself be undone by merging again, and links cross again', () => {
    const given = space(a, other)
    const absorbed = threadOf(given, 'other')
    const both = [threadOf(given, 'a'), absorbed]
    done(given, mergeThreads(both, given.index))
    done(given, undoMerge(absorbed, given.index))
    done(given, mergeThreads(both, given.index))
    expect(given.index.cutsOf(given.index.resolve(absorbed))).toEqual([])
  })

  it('refuses where nothing was merged', () => {
    const given = space(a)
    expect(code(undoMerge(threadOf(given, 'a'), given.index))).toBe('not-merged')
  })
})

describe('splitting by a person', () => {
  it('starts a thread with the given messages, and later answers follow each side', () => {
    const given = space(a, b, c)
    done(given, splitThread([messageNamed('b'), messageNamed('c')], split, given.index))
    given.receive(d, { ...answer, inReplyTo: '<a1111@x.test>' })
    expect(given.partition(['a', 'b', 'c', 'd', 'answer'])).toEqual([
      ['a', 'answer'],
      ['b', 'c', 'd'],
    ])
  })

  it('is undone by a merge', () => {
    const given = space(a, b, c)
    const thread = threadOf(given, 'a')
    done(given, splitThread([messageNamed('c')], split, given.index))
    done(given, mergeThreads([thread, threadOf(given, 'c')], given.index))
    expect(given.partition(['a', 'b', 'c'])).toHaveLength(1)
    expect(threadOf(given, 'c')).toBe(thread)
  })

  it.each([
    ['no-such-message', ['nobody']],
    ['several-threads', ['a', 'other']],
    ['nothing-left', ['a', 'b']],
    ['no-messages', []],
  ])('refuses with %s', (expected, names) => {
    const given = space(a, b, other)
    expect(code(splitThread(names.map(messageNamed), split, given.index))).toBe(expected)
  })
})

describe('moving messages', () => {
  it('takes later answers along, although they name the old thread too', () => {
    const given = space(a, b, other, answer)
    done(given, moveMessages([messageNamed('b')], threadOf(given, 'other'), given.index))
    given.receive(c)
    expect(given.partition(['a', 'b', 'c', 'other', 'answer'])).toEqual([['a'], ['answer', 'b', 'c', 'other']])
  })

  it('is undone by moving back: then links cross again', () => {
    const given = space(a, b, other, answer)
    const home = threadOf(given, 'a')
    done(given, moveMessages([messageNamed('b')], threadOf(given, 'other'), given.index))
    done(given, moveMessages([messageNamed('b')], home, given.index))
    expect(given.partition(['a', 'b', 'other', 'answer'])).toEqual([
      ['a', 'b'],
      ['answer', 'other'],
    ])
    expect(given.index.cutsOf(home)).toEqual([])
  })

  it('says nothing where the message is there already', () => {
    const given = space(a, b)
    expect(moveMessages([messageNamed('b')], threadOf(given, 'a'), given.index)).toEqual({ events: [] })
  })
})

describe('suggestions and quarantine', () => {
  const failed = { lines: ['Authentication-Results: mx.us.test; dmarc=fail header.from=e.test'], from: 'eve@e.test' }
  const forged: GivenMail = {
    id: 'forged@x.test',
    name: 'forged',
    inReplyTo: '<a1111@x.test>',
    subject: 'Re: Q',
    ...failed,
  }

  it('merges a quarantined mail once somebody accepts it, and its ids count from then on', () => {
    const given = space(a, forged)
    done(given, acceptJoin(messageNamed('forged'), threadOf(given, 'a'), given.index))
    given.receive({ id: 'late11@x.test', name: 'late', inReplyTo: '<forged@x.test>', subject: 'Re: Q' })
    expect(given.partition(['a', 'forged', 'late'])).toHaveLength(1)
  })

  it('keeps a refused mail apart for good', () => {
    const given = space(a, {
      ...answer,
      inReplyTo: undefined,
      name: 'guess',
      subject: 'Re: Q',
      id: 'guess1@x.test',
    })
    done(given, refuseJoin(messageNamed('guess'), threadOf(given, 'a'), given.index))
    given.receive({
      id: 'bridge@x.test',
      name: 'bridge',
      references: ['<a1111@x.test>', '<guess1@x.test>'],
      subject: 'Re: Q',
    })
    expect(given.partition(['a', 'guess', 'bridge'])).toEqual([['a'], ['bridge', 'guess']])
  })
})

describe('ids that come to be known later', () => {
  const ours: GivenMail = { ...a, direction: 'out', from: 'support@us.test' }
  const wire = '0100@eu-west-1.amazonses.com'
  const reply: GivenMail = { id: 'reply1@x.test', name: 'reply', inReplyTo: `<${wire}>`, subject: 'Re: Q' }

  it('ties answers to our mail by the id that the provider gave it', () => {
    const given = space(ours)
    done(given, learnWireId(messageNamed('a'), wire, given.index, given.rules))
    given.receive(reply)
    expect(given.partition(['a', 'reply'])).toHaveLength(1)
  })

  it.each([
    ["is that of somebody else's mail", other.id ?? ''],
    ['would break a header', 'a@x\r\nBcc: c@x'],
    ['is empty', ''],
  ])('does not take what a server says where it %s', (_, said) => {
    const given = space(ours, other)
    expect(learnWireId(messageNamed('a'), said, given.index, given.rules)).toEqual({ events: [] })
  })

  it('does so under rules that look at the subject beside the id', () => {
    const given = new GivenSpace(ruleSet('jmap'))
    given.receive(ours)
    done(given, learnWireId(messageNamed('a'), wire, given.index, given.rules))
    given.receive(reply)
    expect(given.partition(['a', 'reply'])).toHaveLength(1)
  })

  it('does so too where the answer was faster', () => {
    const given = space(ours, reply)
    done(given, learnWireId(messageNamed('a'), wire, given.index, given.rules))
    expect(given.partition(['a', 'reply'])).toHaveLength(1)
    expect(learnWireId(messageNamed('a'), wire, given.index, given.rules)).toEqual({ events: [] })
  })

  it('keeps the ids of an erased mail, so that a later answer still joins', () => {
    const given = space(a, b)
    done(given, eraseMessage(messageNamed('a'), given.index))
    done(given, eraseMessage(messageNamed('b'), given.index))
    given.receive({ ...d, inReplyTo: '<a1111@x.test>', references: [] })
    expect(given.partition(['a', 'b', 'd'])).toHaveLength(1)
  })
})
