import { describe, expect, it } from 'vitest'
import { ruleSet } from './rule-set.js'
import { GivenSpace, type GivenMail } from './spec/given.js'

const names = (mails: GivenMail[]) => mails.map((mail) => mail.name ?? mail.id ?? '')
const threads = (rules: string, mails: GivenMail[]) => {
  const space = new GivenSpace(ruleSet(rules))
  space.receive(...mails)
  return space.partition(names(mails))
}
const permutations = <T>(items: T[]): T[][] =>
  items.length < 2
    ? [items]
    : items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))

const chain: GivenMail[] = [
  { id: 'first@x.test' },
  { id: 'second@x.test', inReplyTo: '<first@x.test>', references: ['<first@x.test>'], subject: 'Re: Q' },
  {
    id: 'third1@x.test',
    inReplyTo: '<second@x.test>',
    references: ['<first@x.test>', '<second@x.test>'],
    subject: 'Re: Q',
  },
  { id: 'fourth@x.test', inReplyTo: '<third1@x.test>', references: ['<third1@x.test>'], subject: 'Re: Q' },
]

describe('link graph', () => {
  it.each(['skein', 'references', 'jmap'])('%s: puts a chain into one thread whatever order it comes in', (rules) => {
    for (const mails of permutations(chain)) expect(threads(rules, mails)).toHaveLength(1)
  })

  it('keeps mails apart that share no id', () => {
    expect(threads('skein', [{ id: 'first@x.test' }, { id: 'second@x.test' }])).toHaveLength(2)
  })

  it('ties mails together by an id that nobody received', () => {
    const siblings = ['one111@x.test', 'two222@x.test'].map((id) => ({
      id,
      inReplyTo: '<never1@x.test>',
      subject: 'Re: Q',
    }))
    expect(threads('skein', siblings)).toHaveLength(1)
  })

  it('merges into the thread that was started first, and says what it absorbed', () => {
    const space = new GivenSpace(ruleSet('skein'))
    const [first, second, third, fourth] = chain as [GivenMail, GivenMail, GivenMail, GivenMail]
    space.receive(fourth, first, second)
    expect(space.partition(names(chain.toSpliced(2, 1)))).toHaveLength(2)
    const events = space.receive(third)
    expect(events.map(({ type }) => type)).toEqual(['MessageThreaded', 'ThreadsMerged'])
    expect(events[1]?.thread).toBe(space.events[0]?.thread)
    expect(space.partition(names(chain))).toHaveLength(1)
  })

  it('says nothing when a mail is delivered again', () => {
    const space = new GivenSpace(ruleSet('skein'))
    space.receive(...chain)
    expect(space.receive(...chain)).toEqual([])
  })

  it('counts the same mail in another inbox as a delivery', () => {
    const space = new GivenSpace(ruleSet('skein'))
    space.receive({ id: 'first@x.test' })
    const events = space.receive({ id: 'first@x.test', inbox: 'sales' })
    expect(events).toMatchObject([{ type: 'MessageDelivered', data: { copy: null, rule: 'duplicate' } }])
  })
})
