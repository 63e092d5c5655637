import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ruleSet } from './rule-set.js'
import { GivenSpace, incoming, type GivenMail } from './spec/given.js'
import { threadTree } from './thread-tree.js'

const ids = [
  'one111@x.test',
  'two222@x.test',
  'three3@x.test',
  'four44@x.test',
  'five55@x.test',
  'never6@x.test',
  'bob@b.test',
]
const indexes = [
  'AdtcM+tmABEiM0RVZneImaq7zN3u/w==',
  'AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFa',
  'AdtcM+tmABEiM0RVZneImaq7zN3u/wACGHFaAC8l8Gs=',
]

/** Mails out of so few ids, subjects and people that they meet in every way: repeated ids, loops, addresses in the place of ids. */
const anyMail = fc
  .record({
    id: fc.constantFrom(...ids.slice(0, 6)),
    inReplyTo: fc.option(fc.constantFrom(...ids), { nil: undefined }),
    references: fc.option(fc.array(fc.constantFrom(...ids), { minLength: 1, maxLength: 3 }), { nil: undefined }),
    prefix: fc.constantFrom('', 'Re: ', 'Fwd: '),
    subject: fc.constantFrom('Dinner', 'Lunch', ''),
    from: fc.constantFrom('alice@a.test', 'bob@b.test', 'eve@e.test'),
    minute: fc.integer({ min: 10, max: 49 }),
    index: fc.option(fc.constantFrom(...indexes), { nil: undefined, freq: 3 }),
    isOurs: fc.boolean(),
  })
  .map(({ inReplyTo, references, prefix, subject, minute, index, isOurs, from, ...rest }) => ({
    ...rest,
    direction: isOurs ? ('out' as const) : ('in' as const),
    from: isOurs ? 'support@us.test' : from,
    ...(inReplyTo === undefined ? {} : { inReplyTo: `<${inReplyTo}>` }),
    ...(references === undefined ? {} : { references: references.map((id) => `<${id}>`) }),
    subject: `${prefix}${subject}`,
    date: `2026-03-02T12:${minute}:00.000Z`,
    lines: index === undefined ? [] : [`Thread-Index: ${index}`],
  }))

const anyMails = fc
  .uniqueArray(anyMail, { minLength: 2, maxLength: 7, selector: ({ date }) => date })
  .map((mails) => mails.map((mail, i): GivenMail => ({ ...mail, name: `m${i}` })))
const inTwoOrders = anyMails.chain((mails) =>
  fc.tuple(fc.constant(mails), fc.shuffledSubarray(mails, { minLength: mails.length, maxLength: mails.length })),
)
const names = (mails: GivenMail[]) => mails.map(({ name }) => name ?? '').toSorted()

const spaceOf = (rules: string, mails: GivenMail[], policies = {}) => {
  const space = new GivenSpace(ruleSet(rules, policies))
  space.receive(...mails)
  return space
}

describe.each([
  ['skein', {}],
  ['skein', { subject_policy: 'split' }],
  ['skein', { forward_policy: 'new_thread' }],
  ['references', {}],
  ['jmap', {}],
])('%s %j', (rules, policies) => {
  it('ends in the same threads for any order of arrival', () => {
    fc.assert(
      fc.property(inTwoOrders, ([mails, shuffled]) => {
        const expected = spaceOf(rules, mails, policies).partition(names(mails))
        expect(spaceOf(rules, shuffled, policies).partition(names(mails))).toEqual(expected)
      }),
      { numRuns: Number(process.env['RUNS'] ?? 300) },
    )
  }, 600_000)
})
