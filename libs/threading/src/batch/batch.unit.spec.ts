import { describe, expect, it } from 'vitest'
import { incoming, type GivenMail } from '../spec/given.js'
import { rfc5256Subject } from './rfc5256-subject.js'
import { batchRuleSetNames, threadAll } from './thread-all.js'

const placements = (rules: string, ...mails: GivenMail[]) =>
  threadAll(
    mails.map((mail, i) => incoming(mail, i)),
    rules,
  )
const sizes = (rules: string, ...mails: GivenMail[]) =>
  [...Map.groupBy(placements(rules, ...mails), ({ thread }) => thread).values()].map((thread) => thread.length).sort()

const root: GivenMail = { id: 'root01@x.test', subject: 'Lunch' }
const reply: GivenMail = { id: 'reply1@x.test', inReplyTo: '<root01@x.test>', subject: 'Re: Lunch' }
const alone: GivenMail = { id: 'alone1@x.test', subject: 'Re: Lunch' }
const siblings: GivenMail[] = ['one111@x.test', 'two222@x.test'].map((id) => ({
  id,
  references: ['<never1@x.test>'],
  subject: `Re: ${id}`,
}))

describe('REFERENCES of RFC 5256', () => {
  it('joins threads of one base subject', () => {
    expect(sizes('rfc5256', root, reply, alone)).toEqual([3])
    expect(placements('rfc5256', root, alone)[1]).toMatchObject({ rule: 'subject', parentId: 'root01@x.test' })
  })

  it('does not join by an empty subject', () => {
    expect(sizes('rfc5256', { ...root, subject: '' }, { ...alone, subject: 'Re: ' })).toEqual([1, 1])
  })

  it('refs: leaves the subject out', () => {
    expect(sizes('refs', root, reply, alone)).toEqual([1, 2])
  })

  it('keeps mails together under a parent that never came', () => {
    expect(sizes('refs', ...siblings)).toEqual([2])
    expect(placements('refs', ...siblings)[1]).toMatchObject({ parentId: 'never1@x.test', rule: 'references' })
  })

  it('uses a repeated Message-ID for the first mail only', () => {
    expect(sizes('refs', root, { ...root, name: 'second', body: 'Other' }, reply)).toEqual([1, 2])
  })

  it('uses the first id of In-Reply-To where there are no References', () => {
    expect(
      sizes(
        'refs',
        root,
        { ...alone, id: 'b11111@x.test' },
        { id: 'c11111@x.test', inReplyTo: '<root01@x.test> <b11111@x.test>' },
      ),
    ).toEqual([1, 2])
  })

  it('makes no loop', () => {
    const loop = [0, 1, 2].map((n): GivenMail => ({
      id: `loop${n}x@x.test`,
      references: [`<loop${(n + 1) % 3}x@x.test>`],
      subject: `S ${n}`,
    }))
    expect(sizes('refs', ...loop)).toEqual([3])
  })

  it('takes a chain of 20,000 mails, the last one first, in well under a second', () => {
    const chain = Array.from({ length: 20_000 }, (_, n) =>
      incoming({ id: `chain${n}@x.test`, inReplyTo: `<chain${n - 1}@x.test>` }, n),
    ).reverse()
    const start = performance.now()
    expect(new Set(threadAll(chain, 'refs').map(({ thread }) => thread)).size).toBe(1)
    expect(performance.now() - start).toBeLessThan(2000)
  })

  it.each([
    ['re: hello world', 'HELLO WORLD', true],
    ['RE[2]: hello', 'HELLO', true],
    ['Re:hello', 'HELLO', true],
    ['Re^2: hello', 'RE^2: HELLO', false],
    ['re [2]: hello', 'HELLO', true],
    ['[list] Re: [other] hello  world (fwd)', 'HELLO WORLD', true],
    ['[Fwd: hello]', 'HELLO', true],
    ['[URGENT]', '[URGENT]', false],
    ['AW: hallo', 'AW: HALLO', false],
    ['', '', false],
  ])('base subject of %j is %j', (subject, base, isReplyOrForward) => {
    expect(rfc5256Subject(subject)).toEqual({ base, isReplyOrForward })
  })

  it('base subject of hostile text takes linear time', () => {
    const start = performance.now()
    for (const piece of ['[', 're:', '[a] ', '(fwd) ', '[fwd:', 're [']) rfc5256Subject(piece.repeat(100_000))
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

describe('whole mailboxes', () => {
  it.each(batchRuleSetNames)('%s: answers with one placement a mail, in their order', (rules) => {
    const mails = [reply, alone, root]
    expect(placements(rules, ...mails).map(({ messageId }) => messageId)).toEqual(mails.map(({ id }) => id))
  })

  it('places a second delivery where the first is', () => {
    expect(sizes('skein', root, { ...root, name: 'again', body: 'Text of root01@x.test' })).toEqual([2])
  })

  it('refuses a name that there is not', () => {
    expect(() => threadAll([], 'guess')).toThrow('rfc5256')
  })
})
