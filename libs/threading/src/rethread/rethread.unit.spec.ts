import type { Decided, MessageId, SkeinEvent, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { oldestFirst } from '../choice.js'
import { mergeThreads, moveMessages, splitThread, undoMerge, type Correction } from '../corrections.js'
import type { IncomingMail } from '../incoming-mail.js'
import { ruleSet, type RuleSetName } from '../rule-set.js'
import { GivenSpace, incoming, messageNamed, type GivenMail } from '../spec/given.js'
import { gather } from './gather.js'
import { planRegroup, type Partition } from './plan.js'
import { Redecision, REGROUP } from './redecide.js'

/** A space with its log: what was decided, and what people decided. */
class LoggedSpace {
  readonly space: GivenSpace
  readonly log: StoredEvent[] = []
  readonly mails = new Map<number, IncomingMail>()

  constructor(rules: RuleSetName) {
    this.space = new GivenSpace(ruleSet(rules))
  }

  receive(...mails: GivenMail[]): void {
    for (const mail of mails) {
      const order = this.mails.size + 1
      const one = incoming(mail, order)
      this.mails.set(order, one)
      this.#store(this.space.take([one]), { kind: 'input', stream: 'MAIL-0', sequence: order })
    }
  }

  command(name: string, correction: Correction): void {
    if ('refused' in correction) throw new Error(correction.refused.detail)
    for (const event of correction.events) this.space.index.apply(event)
    this.#store(correction.events, { kind: 'command', id: `c${this.log.length}`, name, actor: 'somebody' })
  }

  #store(events: Decided[], cause: SkeinEvent['cause']): void {
    for (const event of events) {
      const sequence = this.log.length + 1
      const envelope = { id: `e${sequence}`, time: '2026-04-01T00:00:00.000Z', space: 'spc_a' as SpaceId, cause }
      this.log.push({ ...event, ...envelope, sequence, partition: 0 })
    }
  }

  get live(): Map<MessageId, ThreadId> {
    const { index } = this.space
    return new Map(
      this.space.messages.flatMap((message) => {
        const thread = index.message(message) && index.threadOf(message)
        return thread === undefined ? [] : [[message, thread]]
      }),
    )
  }

  redecide(rules: RuleSetName, after = 0): Redecision {
    const other = new Redecision(ruleSet(rules), after)
    for (const event of this.log) other.take(event, (sequence) => this.mails.get(sequence))
    return other
  }

  /** Carries a plan out, in its two passes, and answers how many events that took. */
  regroup(aim: Partition, cause = 'app'): number {
    const before = this.log.length
    const { gatherings } = planRegroup(this.live, aim, oldestFirst(this.space.index))
    for (const pass of [gatherings.map((one) => ({ ...one, absorb: [] })), gatherings])
      for (const one of pass) this.command(REGROUP, { events: gather(one, { cause, order: 1 }, this.space.index) })
    return this.log.length - before
  }
}

const asSets = (partition: Partition<unknown>): string[] =>
  [...Map.groupBy(partition.keys(), (message) => partition.get(message)).values()]
    .map((some) => some.sort().join(' '))
    .sort()

const anyMails = fc
  .array(
    fc.record({
      answers: fc.option(fc.nat({ max: 8 }), { nil: undefined }),
      further: fc.option(fc.nat({ max: 8 }), { nil: undefined }),
      subject: fc.constantFrom('Dinner', 'Re: Dinner', 'Lunch', 'Re: Lunch'),
      from: fc.constantFrom('alice@a.test', 'bob@b.test'),
    }),
    { minLength: 2, maxLength: 9 },
  )
  .map((mails) =>
    mails.map(({ answers, further, subject, from }, n): GivenMail => ({
      id: `mail${n}@x.test`,
      name: `m${n}`,
      subject,
      from,
      date: `2026-03-02T12:${10 + n}:00.000Z`,
      ...(answers === undefined ? {} : { inReplyTo: `<mail${answers}@x.test>` }),
      ...(further === undefined ? {} : { references: [`<mail${further}@x.test>`] }),
    })),
  )
const shuffled = anyMails.chain((mails) =>
  fc.shuffledSubarray(mails, { minLength: mails.length, maxLength: mails.length }),
)
const rules = fc.constantFrom<RuleSetName>('openmail', 'references', 'jmap', 'skein')

describe('other rules for stored mail', () => {
  it('end in the threads that they would have made, and keep the ids of those that did not change', () => {
    fc.assert(
      fc.property(shuffled, rules, rules, (mails, from, to) => {
        const space = new LoggedSpace(from)
        space.receive(...mails)
        const before = space.live
        const aim = space.redecide(to).partition(before.keys())
        space.regroup(aim)
        expect(asSets(space.live)).toEqual(asSets(aim))
        const unchanged = new Set(asSets(before).filter((set) => asSets(aim).includes(set)))
        for (const [message, thread] of before) {
          const set = [...before]
            .filter(([, other]) => other === thread)
            .map(([one]) => one)
            .sort()
            .join(' ')
          if (unchanged.has(set)) expect(space.live.get(message)).toBe(thread)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('change nothing when applied a second time', () => {
    fc.assert(
      fc.property(shuffled, rules, rules, (mails, from, to) => {
        const space = new LoggedSpace(from)
        space.receive(...mails)
        space.regroup(space.redecide(to).partition(space.live.keys()))
        expect(space.regroup(space.redecide(to).partition(space.live.keys()))).toBe(0)
      }),
    )
  })

  it('are taken back to the threads that were there before', () => {
    fc.assert(
      fc.property(shuffled, rules, rules, (mails, from, to) => {
        const space = new LoggedSpace(from)
        space.receive(...mails)
        const before = space.live
        space.regroup(space.redecide(to).partition(before.keys()))
        space.regroup(before, 'undo')
        expect(asSets(space.live)).toEqual(asSets(before))
      }),
    )
  })

  it('lead every thread id that was ever given out to messages', () => {
    fc.assert(
      fc.property(shuffled, (mails) => {
        const space = new LoggedSpace('openmail')
        space.receive(...mails)
        const ids = new Set(space.live.values())
        space.regroup(space.redecide('skein').partition(space.live.keys()))
        for (const id of ids)
          expect(space.space.index.messagesOf(space.space.index.resolve(id)).length).toBeGreaterThan(0)
      }),
    )
  })

  const chain: GivenMail[] = [
    { id: 'first@x.test', name: 'a', date: '2026-03-02T12:10:00.000Z' },
    { id: 'second@x.test', name: 'b', inReplyTo: '<first@x.test>', date: '2026-03-02T12:11:00.000Z' },
    { id: 'third@x.test', name: 'c', inReplyTo: '<second@x.test>', date: '2026-03-02T12:12:00.000Z' },
    { id: 'other@x.test', name: 'd', subject: 'Other', date: '2026-03-02T12:13:00.000Z' },
  ]
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map(messageNamed) as [MessageId, MessageId, MessageId, MessageId]
  const threadOf = (space: LoggedSpace, message: MessageId): ThreadId => space.space.threadOf(message) as ThreadId

  it.each<[string, (space: LoggedSpace) => void]>([
    [
      'a merge',
      (space) =>
        space.command('MergeThreads', mergeThreads([threadOf(space, a), threadOf(space, d)], space.space.index)),
    ],
    [
      'a split',
      (space) => space.command('SplitThread', splitThread([c], { command: 'x', order: 9 }, space.space.index)),
    ],
    ['a move', (space) => space.command('MoveMessages', moveMessages([c], threadOf(space, d), space.space.index))],
    [
      'a merge that was taken back',
      (space) => {
        const [one, two] = [threadOf(space, a), threadOf(space, d)]
        space.command('MergeThreads', mergeThreads([one, two], space.space.index))
        space.command('UndoMerge', undoMerge(two, space.space.index))
      },
    ],
  ])('leave what people decided as it is: %s', (_, decide) => {
    const space = new LoggedSpace('references')
    space.receive(...chain)
    decide(space)
    const before = space.live
    const other = space.redecide('skein')
    expect(asSets(other.partition(before.keys()))).toEqual(asSets(before))
    expect(other.unapplied).toEqual([])
    expect(other.kept).toBeGreaterThan(0)
    expect(space.regroup(other.partition(before.keys()))).toBe(0)
  })

  it('hold from a place in the log on, when they are asked to', () => {
    const space = new LoggedSpace('openmail')
    const [first, second, third] = chain as [GivenMail, GivenMail, GivenMail]
    space.receive(second, first)
    const after = space.log.length
    space.receive(third)
    expect(asSets(space.redecide('skein', after).partition(space.live.keys()))).toEqual(
      asSets(
        new Map([
          [a, 1],
          [b, 2],
          [c, 2],
        ]),
      ),
    )
    expect(asSets(space.redecide('skein').partition(space.live.keys()))).toEqual(
      asSets(
        new Map([
          [a, 1],
          [b, 1],
          [c, 1],
        ]),
      ),
    )
  })

  it('say in numbers what would change', () => {
    const live = new Map<MessageId, ThreadId>([
      [a, 'thr_1' as ThreadId],
      [b, 'thr_1' as ThreadId],
      [c, 'thr_2' as ThreadId],
      [d, 'thr_3' as ThreadId],
    ])
    const aim = new Map([
      [a, 1],
      [b, 2],
      [c, 2],
      [d, 3],
    ])
    const inOrder = (x: ThreadId, y: ThreadId): number => (x < y ? -1 : 1)
    expect(planRegroup(live, aim, inOrder)).toEqual({
      gatherings: [{ home: 'thr_2', messages: [b], absorb: [] }],
      threads: { all: 3, unchanged: 1, split: 1, merged: 0 },
      moved: 1,
    })
  })
})
