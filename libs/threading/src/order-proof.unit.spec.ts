import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ruleSet } from './rule-set.js'
import { decidedFromRows } from './spec/row-store.js'
import { GivenSpace, type GivenMail } from './spec/given.js'
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
const RUNS = { numRuns: Number(process.env['RUNS'] ?? 100) }

/** The same mail with other ids, people, subject and index. */
const elsewhere = (mail: GivenMail): GivenMail => {
  const far = (text: string) => text.replaceAll('.test', '.far').replaceAll('AdtcM+tm', 'AdtcM+tn')
  return {
    ...mail,
    id: far(mail.id ?? ''),
    name: `far ${mail.name}`,
    from: far(mail.from ?? ''),
    to: 'desk@us.far',
    subject: `${mail.subject} elsewhere`,
    ...(mail.inReplyTo === undefined ? {} : { inReplyTo: far(mail.inReplyTo) }),
    ...(mail.references === undefined ? {} : { references: mail.references.map(far) }),
    lines: (mail.lines ?? []).map(far),
  }
}

const names = (mails: GivenMail[]) => mails.map(({ name }) => name ?? '').toSorted()

const spaceOf = (rules: string, mails: GivenMail[], policies = {}) => {
  const space = new GivenSpace(ruleSet(rules, policies))
  space.receive(...mails)
  return space
}

const treesOf = (space: GivenSpace): Set<string> => {
  const threaded = space.events.flatMap((event) => (event.type === 'MessageThreaded' ? [event.data] : []))
  const threads = Map.groupBy(threaded, ({ message }) => space.threadOf(message))
  return new Set([...threads.values()].map((messages) => JSON.stringify(threadTree(messages))))
}

const sets: [string, Record<string, string>][] = [
  ['skein', {}],
  ['skein', { subject_policy: 'split' }],
  ['skein', { forward_policy: 'new_thread' }],
  ['references', {}],
  ['jmap', {}],
]

describe.each(sets)('%s %j', (rules, policies) => {
  it('ends in the same threads, parents and reading order for any order of arrival', () => {
    fc.assert(
      fc.property(inTwoOrders, ([mails, shuffled]) => {
        const [one, other] = [spaceOf(rules, mails, policies), spaceOf(rules, shuffled, policies)]
        expect(other.partition(names(mails))).toEqual(one.partition(names(mails)))
        expect(treesOf(other)).toEqual(treesOf(one))
      }),
      RUNS,
    )
  }, 600_000)

  it('adds nothing when the same mails come a second time', () => {
    fc.assert(
      fc.property(inTwoOrders, ([mails, shuffled]) => {
        expect(spaceOf(rules, mails, policies).receive(...shuffled)).toEqual([])
      }),
      RUNS,
    )
  }, 600_000)

  it('leads every thread id that was ever given to the living thread of its first message', () => {
    fc.assert(
      fc.property(anyMails, (mails) => {
        const space = spaceOf(rules, mails, policies)
        for (const event of space.events)
          if (event.type === 'ThreadStarted')
            expect(space.index.thread(space.index.resolve(event.thread))?.into).toBeNull()
        for (const { thread } of space.events)
          expect(space.index.thread(space.index.resolve(thread))?.survivor).toBeNull()
      }),
      RUNS,
    )
  }, 600_000)

  it('keeps sets of mails apart that share nothing', () => {
    fc.assert(
      fc.property(anyMails, anyMails, (mails, others) => {
        const far = others.map((mail) => elsewhere(mail))
        const both = [...names(mails), ...names(far)]
        const apart = [
          ...spaceOf(rules, mails, policies).partition(names(mails)),
          ...spaceOf(rules, far, policies).partition(names(far)),
        ]
        const mixed = mails
          .flatMap((mail, i) => [mail, far[i]])
          .concat(far.slice(mails.length))
          .filter((mail) => mail !== undefined)
        expect(new Set(spaceOf(rules, mixed, policies).partition(both).map(String))).toEqual(new Set(apart.map(String)))
      }),
      RUNS,
    )
  }, 600_000)

  it('decides the same from rows of a store, asked for as needed, as from all that ever happened', () => {
    fc.assert(
      fc.property(anyMails, fc.integer({ min: 1, max: 3 }), (mails, batch) => {
        const space = spaceOf(rules, mails, policies)
        expect(decidedFromRows(mails, space.rules, batch)).toEqual(space.events)
      }),
      RUNS,
    )
  }, 600_000)
})

/** Where no id is used twice, no mail is recycled and no id is an address, threads only ever grow. */
describe.each(sets.slice(0, 1).concat(sets.slice(3)))('%s %j', (rules, policies) => {
  it('never splits a thread when one more mail comes', () => {
    const plain = fc.uniqueArray(anyMail, { minLength: 2, maxLength: 6, selector: ({ id }) => id }).map((mails) =>
      mails.map((mail, i): GivenMail => ({
        ...mail,
        name: `m${i}`,
        subject: `Re: ${mail.subject}`,
        from: 'alice@a.test',
      })),
    )
    fc.assert(
      fc.property(plain, (mails) => {
        const space = spaceOf(rules, mails.slice(0, -1), policies)
        const before = space.partition(names(mails.slice(0, -1)))
        space.receive(...mails.slice(-1))
        const after = space.partition(names(mails))
        for (const thread of before) expect(after.some((now) => thread.every((name) => now.includes(name)))).toBe(true)
      }),
      RUNS,
    )
  }, 600_000)
})
