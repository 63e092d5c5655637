import type { Decided, InboxId, MessageId, SpaceId, ThreadId } from '@skein/events'
import { readFacts } from '@skein/mail'
import { testPostgres } from '@skein/servers'
import type { TestDatabase } from '@skein/servers'
import {
  answerOrAsk,
  decide,
  linkNeeds,
  LoadedLinkIndex,
  MemoryLinkIndex,
  mergeThreads,
  moveMessages,
  noNeeds,
  ruleSet,
  splitThread,
  undoMerge,
} from '@skein/threading'
import type { Correction, IncomingMail, LinkIndex, Needs, RuleSet } from '@skein/threading'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { at, EventMaker, inbox, message, thread } from '../../test/event-maker.js'
import { EventsMissing } from '../projection/projection.js'
import { Database } from '../database.js'
import { LinkStore } from './link-store.js'

let server: TestDatabase
let database: Database
let store: LinkStore
beforeAll(async () => {
  server = await testPostgres()
  database = await Database.open({ databaseUrl: server.databaseUrl, poolSize: 6 })
  store = new LinkStore(database)
})
afterAll(async () => {
  await store.close()
  await server.stop()
})

let partitions = 0
/** A partition and a space that nobody else uses. */
const fresh = () => {
  const partition = partitions++
  return { partition, space: `spc_link${partition}` as SpaceId }
}

describe('the store', () => {
  it('says how far it has come, in events and in inputs', async () => {
    const { partition, space } = fresh()
    expect(await store.checkpoint(partition)).toEqual({ sequence: 0, input: 0 })
    const { events } = new EventMaker(partition, space).start(1)
    await store.apply(partition, events)
    expect(await store.checkpoint(partition)).toEqual({ sequence: 2, input: 2 })
  })

  it('takes the same events again without harm, and refuses to leave any out', async () => {
    const { partition, space } = fresh()
    const { events } = new EventMaker(partition, space).start(1).start(2).merge(1, 2).start(3)
    await store.apply(partition, events.slice(0, 3))
    await expect(store.apply(partition, events.slice(4))).rejects.toThrow(EventsMissing)
    await Promise.all([store.apply(partition, events), store.apply(partition, events)])
    expect(await store.checkpoint(partition)).toEqual({ sequence: events.length, input: events.length })
  })

  it('leads from a thread that was merged away twice to the one that is left, and from a copy to its message', async () => {
    const { partition, space } = fresh()
    const maker = new EventMaker(partition, space).start('x1').start('x2').start('x3').merge('x2', 'x3')
    await store.apply(partition, maker.events)
    maker.merge('x1', 'x2').deliver('x3', 'x3', inbox(2), { copy: message('xcopy') })
    await store.apply(partition, maker.events)
    const rows = await store.load(space, [{ ...noNeeds(), messages: [message('xcopy')] }])
    expect(rows.messages?.map((row) => row.message)).toEqual([message('x3')])
    expect(rows.copies).toEqual([expect.objectContaining({ copy: message('xcopy'), message: message('x3') })])
    expect(rows.deliveries).toHaveLength(2)
    expect(rows.threads).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ thread: thread('x3'), into: thread('x2'), survivor: thread('x1') }),
        expect.objectContaining({ thread: thread('x1'), into: null, survivor: null }),
      ]),
    )
  })

  it('forgets what an erased mail said, and keeps its keys', async () => {
    const { partition, space } = fresh()
    const keys = { owned: ['id:gone@x'], named: [], mentioned: [], waiting: [], sameSubject: [] }
    const maker = new EventMaker(partition, space).start('gone', { keys }).erase('gone', 'gone')
    await store.apply(partition, maker.events)
    const subject = { inbox: inbox(1), baseSubject: 'aboutmsg_gone', since: '2000', until: '2100' }
    expect((await store.load(space, [{ ...noNeeds(), subjects: [subject] }])).messages).toEqual([])
    const { messages } = await store.load(space, [{ ...noNeeds(), keys: ['id:gone@x'] }])
    expect(messages).toEqual([
      expect.objectContaining({ message: message('gone'), author: '', baseSubject: '', digest: '' }),
    ])
  })

  it('knows what became of our own mail, in the thread that it is in today', async () => {
    const { partition, space } = fresh()
    const maker = new EventMaker(partition, space).start('o1').start('o2', { direction: 'out' })
    maker.queue('o2', 'o2', { onUnknown: 'retry' }).sending('o2', 'o2', 1).outcome('o2', 'o2', 1, 'deferred')
    await store.apply(partition, maker.merge('o1', 'o2').events)
    const row = { message: message('o2'), inbox: inbox(1), state: 'deferred', attempt: 1, onUnknown: 'retry' }
    expect(await store.outgoing(space, [message('o1'), message('o2')])).toEqual([{ row, thread: thread('o1') }])
    expect(await store.sentUnder(space, `${message('o2')}@mail.test`)).toEqual([message('o2')])
    expect(await store.sentUnder(space, `${message('o1')}@mail.test`)).toEqual([])
    const elsewhere = 'spc_else' as SpaceId
    expect(await store.outgoing(elsewhere, [message('o2')])).toEqual([])
    expect(await store.sentUnder(elsewhere, `${message('o2')}@mail.test`)).toEqual([])
  })

  it('knows who looks after a thread, by any of its ids', async () => {
    const { partition, space } = fresh()
    const maker = new EventMaker(partition, space).start('c1').start('c2').label('c1', ['a']).handle('c1', 2)
    maker.claim('c2', 'ann', at(90)).merge('c1', 'c2')
    await store.apply(partition, maker.events)
    const claim = { by: 'ann', until: at(90) }
    const care = { thread: thread('c1'), claim, handledUpTo: null, labels: ['a'] }
    for (const one of ['c1', 'c2']) expect(await store.care(space, thread(one))).toEqual(care)
    expect(await store.care('spc_else' as SpaceId, thread('c1'))).toBeUndefined()
    expect(await store.care(space, thread('nowhere'))).toBeUndefined()
  })

  it('has the same rows whether events come one by one or all together', async () => {
    const [one, all] = [fresh(), fresh()]
    const idsIn = (partition: number) => [1_000 + 2 * partition, 1_001 + 2 * partition] as const
    const eventsOf = ({ partition, space }: typeof one) => {
      const [a, b] = idsIn(partition)
      const maker = new EventMaker(partition, space).start(a).start(b, { direction: 'out' }).queue(b, b)
      maker.claim(a, 'ann', at(7)).label(a, ['vip', 'new']).claim(b, 'bob', at(99)).sending(b, b, 1).merge(a, b)
      maker.outcome(a, b, 1, 'unknown').decideSend(a, b, 'retry').sending(a, b, 2).outcome(a, b, 2, 'sent')
      return maker.label(a, ['old'], ['new']).handle(a).undo(a, b, [], b).bounce(b, b, a).release(b).reopen(a).events
    }
    for (const event of eventsOf(one)) await store.apply(one.partition, [event])
    await store.apply(all.partition, eventsOf(all))
    const rowsOf = async ({ partition }: typeof one) => {
      const [a, b] = idsIn(partition)
      const [sending, care] = await Promise.all([
        database.run('select position, state, attempt from link_outgoing where message = $1', [message(b)]),
        database.run(
          'select position, by_, until, handled_up_to, labels from link_claim where thread = any($1) order by thread',
          [[thread(a), thread(b)]],
        ),
      ])
      return { sending, care }
    }
    const rows = await rowsOf(one)
    expect(rows.sending).toMatchObject([{ state: 'bounced', attempt: 2 }])
    expect(rows.care).toHaveLength(2)
    expect(await rowsOf(all)).toEqual(rows)
  })

  it('finds nothing of another space by its ids', async () => {
    const { partition, space } = fresh()
    const maker = new EventMaker(partition, space)
    maker.start('spaced', {
      keys: { owned: ['id:a@x'], named: [], mentioned: ['id:b@x'], waiting: ['id:c@x'], sameSubject: [] },
    })
    await store.apply(partition, maker.events)
    const needs = {
      messages: [message('spaced')],
      keys: ['id:a@x', 'id:b@x'],
      waiting: ['id:c@x'],
      addresses: ['ada@mail.test'],
      threads: [thread('spaced')],
      people: [],
      subjects: [{ inbox: inbox(1), baseSubject: 'aboutmsg_spaced', since: '2000', until: '2100' }],
    }
    const here = await store.load(space, [needs])
    expect([here.links?.length, here.messages?.length, here.participants?.length]).toEqual([3, 1, 1])
    const elsewhere = await store.load('spc_else' as SpaceId, [needs])
    expect([elsewhere.links, elsewhere.messages, elsewhere.participants]).toEqual([[], [], []])
  })
})

const id = fc.integer({ min: 1, max: 9 }).map((n) => `id${n}@mail.test`)
const givenMail = fc.record({
  id,
  inReplyTo: fc.option(id, { nil: null }),
  references: fc.array(id, { maxLength: 3 }),
  subject: fc.constantFrom('Plan', 'Re: Plan', 'Lunch', 'Re: Lunch', 'Budget', ''),
  from: fc.constantFrom('ada@mail.test', 'bo@mail.test', 'id1@mail.test'),
  inbox: fc.integer({ min: 1, max: 2 }),
  day: fc.integer({ min: 1, max: 9 }),
  body: fc.constantFrom('one', 'two'),
})
type GivenMail = typeof givenMail extends fc.Arbitrary<infer T> ? T : never

const incoming = (given: GivenMail, order: number): IncomingMail => {
  const lines = [
    `From: ${given.from}`,
    'To: desk@skein.test',
    `Date: ${given.day} Mar 2026 12:00:00 +0000`,
    `Subject: ${given.subject}`,
    `Message-ID: <${given.id}>`,
    ...(given.inReplyTo === null ? [] : [`In-Reply-To: <${given.inReplyTo}>`]),
    ...(given.references.length === 0 ? [] : [`References: ${given.references.map((one) => `<${one}>`).join(' ')}`]),
  ]
  const facts = readFacts(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n${given.body}\r\n`))
  return {
    message: `msg_${given.id.slice(0, 3)}${facts.digest.slice(0, 12)}` as MessageId,
    facts,
    inbox: `inb_${given.inbox}` as InboxId,
    role: 'to',
    direction: 'in',
    receivedAt: '2026-04-01T00:00:00.000Z',
    order,
    snippet: '',
    attachments: 0,
    size: 100,
    input: { stream: 'MAIL-0', sequence: order },
  }
}

/** What happens to a space: a mail comes, or a person corrects something. The numbers choose among what is there. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('mail' as const), mail: givenMail }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('merge', 'undo', 'split', 'move'),
      a: fc.nat(99),
      b: fc.nat(99),
    }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** The lists in events without their order, which is that in which rows were found. */
const unordered = (events: readonly Decided[]): unknown[] => events.map((event) => sorted(event))

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((one) => JSON.stringify(sorted(one))).sort()
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, sorted(part)]))
}

/** A space in memory beside the same space in the store; every answer is asked of both. */
class TwoOfOne {
  readonly memory = new MemoryLinkIndex()
  readonly maker: EventMaker
  readonly messages: MessageId[] = []
  readonly threads: ThreadId[] = []

  constructor(
    readonly partition: number,
    readonly space: SpaceId,
    readonly rules: RuleSet,
  ) {
    this.maker = new EventMaker(partition, space)
  }

  /** The events of something that is asked of the index, which have to be the same from both. */
  private async both(ask: (index: LinkIndex) => Decided[], needs: Needs[]): Promise<void> {
    const index = new LoadedLinkIndex()
    const answer = async (some: Needs): Promise<void> => index.answer(some, await store.load(this.space, [some]))
    for (const one of needs) await answer(one)
    for (;;) {
      const asked = answerOrAsk(index, ask)
      if ('answer' in asked) {
        expect(unordered(asked.answer)).toEqual(unordered(ask(this.memory)))
        return this.record(asked.answer)
      }
      await answer(asked.needs)
    }
  }

  private async record(events: Decided[]): Promise<void> {
    const before = this.maker.last
    for (const event of events) {
      this.memory.apply(event)
      this.maker.add(event)
      if (event.type === 'ThreadStarted') this.threads.push(event.thread)
      if (event.type === 'ThreadSplit') this.threads.push(event.data.into)
    }
    await store.apply(this.partition, this.maker.events.slice(before))
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'mail') {
      const mail = incoming(step.mail, this.maker.last + 1)
      const own = { ...mail, message: `${mail.message}p${this.partition}` as MessageId }
      await this.both((index) => decide(own, index, this.rules), [linkNeeds(own, this.rules)])
      this.messages.push(own.message)
      return
    }
    const [thread, other] = [this.threads[step.a % this.threads.length], this.threads[step.b % this.threads.length]]
    const message = this.messages[step.b % this.messages.length]
    if (thread === undefined || other === undefined || message === undefined) return
    const command = (index: LinkIndex): Correction => {
      if (step.do === 'merge') return mergeThreads([thread, other], index)
      if (step.do === 'undo') return undoMerge(thread, index)
      if (step.do === 'move') return moveMessages([message], thread, index)
      return splitThread([message], { command: `c${this.maker.last}`, order: this.maker.last }, index)
    }
    const events = (index: LinkIndex): Decided[] => {
      const corrected = command(index)
      return 'events' in corrected ? corrected.events : []
    }
    await this.both(events, [{ ...noNeeds(), messages: [message], threads: [thread, other] }])
  }
}

describe('decisions', () => {
  const policies = fc.record({
    subject_fallback: fc.constantFrom('suggest', 'guarded'),
    anchor_limit: fc.constantFrom('1', '2', '100'),
  })

  it('and corrections from the store are those from everything in memory, under any rules', async () => {
    const steps = fc.array(step, { minLength: 2, maxLength: 25, size: 'max' })
    const name = fc.constantFrom('skein', 'skein', 'jmap', 'openmail')
    const property = fc.asyncProperty(steps, name, policies, async (given, ruleName, chosen) => {
      const { partition, space } = fresh()
      const both = new TwoOfOne(partition, space, ruleSet(ruleName, chosen))
      for (const one of given) await both.take(one)
    })
    await fc.assert(property, { numRuns: 40, interruptAfterTimeLimit: 60_000 })
  }, 120_000)
})
