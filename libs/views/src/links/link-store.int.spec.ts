import type { Decided, InboxId, MessageId, SpaceId } from '@skein/events'
import { readFacts } from '@skein/mail'
import { testPostgres } from '@skein/servers'
import type { TestDatabase } from '@skein/servers'
import { decide, decideOrAsk, linkNeeds, LoadedLinkIndex, MemoryLinkIndex, ruleSet } from '@skein/threading'
import type { IncomingMail, RuleSet } from '@skein/threading'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EventMaker, inbox, message, thread } from '../../test/event-maker.js'
import { EventsMissing } from '../projection/projection.js'
import { openLinkStore } from './link-store.js'
import type { LinkStore } from './link-store.js'

let server: TestDatabase
let store: LinkStore
beforeAll(async () => {
  server = await testPostgres()
  store = await openLinkStore({ databaseUrl: server.databaseUrl, poolSize: 6 })
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

/** Decides as a writer does: from the rows that the store gives for what the decision asks. */
const decideFromStore = async (space: SpaceId, mails: IncomingMail[], rules: RuleSet): Promise<Decided[][]> => {
  const index = new LoadedLinkIndex()
  const answer = async (needs: ReturnType<typeof linkNeeds>): Promise<void> =>
    index.answer(needs, await store.load(space, [needs]))
  for (const mail of mails) await answer(linkNeeds(mail, rules))
  const all: Decided[][] = []
  for (const mail of mails) {
    for (;;) {
      const decided = decideOrAsk(mail, index, rules)
      if ('events' in decided) {
        for (const event of decided.events) index.apply(event)
        all.push(decided.events)
        break
      }
      await answer(decided.needs)
    }
  }
  return all
}

describe('decisions', () => {
  it('from the store are those from everything in memory, in batches of any size and under any rules', async () => {
    const policies = fc.record({
      subject_fallback: fc.constantFrom('suggest', 'guarded'),
      anchor_limit: fc.constantFrom('1', '2', '100'),
    })
    const name = fc.constantFrom('skein', 'jmap', 'openmail')
    const property = fc.asyncProperty(
      fc.array(givenMail, { minLength: 2, maxLength: 25, size: 'max' }),
      fc.integer({ min: 1, max: 8 }),
      name,
      policies,
      async (given, size, ruleName, chosen) => {
        const { partition, space } = fresh()
        const rules = ruleSet(ruleName, chosen)
        const memory = new MemoryLinkIndex()
        const maker = new EventMaker(partition, space)
        const mails = given
          .map((one, i) => incoming(one, i + 1))
          .map((mail) => ({ ...mail, message: `${mail.message}p${partition}` as MessageId }))
        for (let i = 0; i < mails.length; i += size) {
          const batch = mails.slice(i, i + size)
          const expected = batch.map((mail) => {
            const events = decide(mail, memory, rules)
            for (const event of events) memory.apply(event)
            return events
          })
          expect(await decideFromStore(space, batch, rules)).toEqual(expected)
          const before = maker.last
          for (const event of expected.flat()) maker.add(event)
          await store.apply(partition, maker.events.slice(before))
        }
      },
    )
    await fc.assert(property, { numRuns: 60 })
  }, 120_000)
})
