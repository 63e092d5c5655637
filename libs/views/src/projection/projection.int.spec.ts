import { testPostgres } from '@skein/servers'
import type { TestDatabase } from '@skein/servers'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { at, EventMaker, inbox, message, recordOf, thread } from '../../test/event-maker.js'
import { generatedLog } from '../../test/generated-log.js'
import { naiveViews } from '../../test/naive-views.js'
import { Database } from '../database.js'
import { tableHashes, VIEW_TABLES } from '../hashes.js'
import { EventsMissing, Projection } from './projection.js'

let server: TestDatabase
let database: Database
let projection: Projection
beforeAll(async () => {
  server = await testPostgres()
  database = await Database.open({ databaseUrl: server.databaseUrl, poolSize: 4 })
  projection = new Projection(database)
})
afterAll(async () => {
  await database.close()
  await server.stop()
})
/** Deleting a few rows is much quicker than truncating that many tables. */
const deletions = [...VIEW_TABLES, 'checkpoint'].map((table) => `delete from ${table};`).join(' ')
const empty = (): Promise<unknown> => database.run(`do $$ begin ${deletions} end $$`)
beforeEach(empty)

const project = async (maker: EventMaker, size = 500): Promise<void> => {
  for (let i = 0; i < maker.events.length; i += size) {
    await projection.apply({ partition: maker.partition, events: maker.events.slice(i, i + size) }, maker.recordsAt)
  }
}
const threadRow = async (n: number | string) =>
  (await database.run('select * from thread where id = $1', [thread(n)]))[0]
const hashes = () => tableHashes(database.run.bind(database))

describe('a thread row', () => {
  it('shows the subject of its root, whichever message comes first', async () => {
    const reply = { subject: 'Re: Plan', parent: { id: 'msg_2@mail.test', fact: 'in-reply-to' }, sentAt: at(5) }
    await project(new EventMaker().start(1, reply).reply(1, 2, { subject: 'Plan', sentAt: at(9) }))
    expect(await threadRow(1)).toMatchObject({ subject: 'Plan', message_count: 2, unread_count: 2, version: '3' })
  })

  it('shows the words of the message that was written last', async () => {
    await project(
      new EventMaker().start(1, { sentAt: at(9), snippet: 'late' }).reply(1, 2, { sentAt: at(5), snippet: 'early' }),
    )
    expect(await threadRow(1)).toMatchObject({ snippet: 'late' })
  })

  it('lists people once, by when they first took part, under the first name that was given', async () => {
    const maker = new EventMaker()
    maker.start(1, { sentAt: at(5), from: [{ name: 'Bo', address: 'Bo@mail.test' }], to: [] })
    maker.reply(1, 2, { sentAt: at(1), from: [{ name: '', address: 'ada@mail.test' }], to: [] })
    maker.reply(1, 3, { sentAt: at(7), from: [{ name: 'Ada L.', address: 'ADA@mail.test' }], to: [] })
    maker.reply(1, 4, { sentAt: at(8), from: [{ name: 'Robert', address: 'bo@mail.test' }], to: [] })
    await project(maker)
    expect(await threadRow(1)).toMatchObject({
      participant_count: 2,
      participants: [
        { name: 'Ada L.', address: 'ada@mail.test' },
        { name: 'Bo', address: 'bo@mail.test' },
      ],
    })
  })
})

describe('reading', () => {
  it('covers what was recorded up to a sequence, and leaves what came later unread', async () => {
    await project(
      new EventMaker()
        .start(1)
        .reply(1, 2)
        .read(1, [inbox(1)], 2),
    )
    expect(await threadRow(1)).toMatchObject({ unread_count: 1 })
    const unread = await database.run('select message from delivery where not is_read')
    expect(unread).toEqual([{ message: message(2) }])
  })

  it('leaves a late old mail unread whatever its date', async () => {
    await project(
      new EventMaker()
        .start(1, { sentAt: at(50) })
        .read(1, [inbox(1)])
        .reply(1, 2, { sentAt: at(1) }),
    )
    expect(await threadRow(1)).toMatchObject({ unread_count: 1 })
  })

  it('is of the inboxes that are named', async () => {
    await project(
      new EventMaker()
        .start(1)
        .deliver(1, 1, inbox(2))
        .read(1, [inbox(2)]),
    )
    expect(await database.run('select inbox, unread_count from thread_inbox order by inbox')).toEqual([
      { inbox: inbox(1), unread_count: 1 },
      { inbox: inbox(2), unread_count: 0 },
    ])
  })

  it('does not reach a thread that is merged in afterwards', async () => {
    await project(
      new EventMaker()
        .start(1)
        .start(2)
        .read(1, [inbox(1)])
        .merge(1, 2),
    )
    expect(await threadRow(1)).toMatchObject({ unread_count: 1, message_count: 2 })
  })

  it('reaches the survivor of the thread that it names', async () => {
    await project(
      new EventMaker()
        .start(1)
        .start(2)
        .merge(1, 2)
        .read(2, [inbox(1)]),
    )
    expect(await threadRow(1)).toMatchObject({ unread_count: 0 })
  })

  it('taken back makes all unread but their own mail', async () => {
    await project(
      new EventMaker()
        .start(1, { read: true })
        .reply(1, 2, { direction: 'out', read: true })
        .unread(1, [inbox(1)]),
    )
    expect(await threadRow(1)).toMatchObject({ unread_count: 1 })
  })
})

describe('a merge', () => {
  it('leaves one row, and every old id leads there in one hop', async () => {
    await project(new EventMaker().start(1).start(2).start(3).merge(2, 3).merge(1, 2), 2)
    expect(await database.run('select id, message_count from thread')).toEqual([{ id: thread(1), message_count: 3 }])
    expect(await database.run('select absorbed, survivor from thread_alias order by absorbed')).toEqual([
      { absorbed: thread(2), survivor: thread(1) },
      { absorbed: thread(3), survivor: thread(1) },
    ])
  })
})

describe('a correction', () => {
  it('leaves two threads that are counted each by itself after a split', async () => {
    const maker = new EventMaker()
      .start(1)
      .reply(1, 2, { subject: 'Two' })
      .read(1, [inbox(1)], 2)
      .split(1, 9, 2)
    await project(maker, 2)
    expect(await threadRow(1)).toMatchObject({ message_count: 1, unread_count: 0, version: String(maker.last) })
    expect(await threadRow(9)).toMatchObject({ message_count: 1, unread_count: 1, subject: 'Two', account: 'acc_test' })
  })

  it('gives back to a thread what it had, when its merge is undone, and what is named beside', async () => {
    const maker = new EventMaker().start(1).start(2).start(3).merge(2, 3).merge(1, 2).reply(1, 4).reply(1, 5)
    await project(maker.undo(1, 2, [[3, 2]], 5), 3)
    expect(await threadRow(1)).toMatchObject({ message_count: 2 })
    expect(await threadRow(2)).toMatchObject({ message_count: 3, started: '3' })
    expect(await database.run('select absorbed, survivor from thread_alias')).toEqual([
      { absorbed: thread(3), survivor: thread(2) },
    ])
  })

  it('leaves of an erased message its ids and its place', async () => {
    await project(new EventMaker().start(1, { subject: 'Secret' }).reply(1, 2).erase(1, 1))
    const rows = await database.run<Record<string, unknown>>('select * from message where id = $1', [message(1)])
    expect(rows[0]).toMatchObject({ message_id: 'msg_1@mail.test', subject: '', from_: [], erased: true })
    expect(JSON.stringify([rows, await database.run('select * from note')])).not.toMatch(/Secret|ada@/)
    expect(await database.run('select message from message_body')).toEqual([{ message: message(2) }])
  })
})

describe('a message', () => {
  it('may hold characters that Postgres cannot', async () => {
    await project(new EventMaker().start(1, { subject: 'nul \0, lone \uD800', sentAt: '0000-01-01T00:00:00Z' }))
    expect(await threadRow(1)).toMatchObject({ subject: 'nul , lone \uFFFD' })
  })

  it('may be of words without end', async () => {
    const words = (sign: string) =>
      Array.from({ length: 300_000 }, (_, n) => `${sign}${n.toString(36)}-𝄞/é${n}`).join(' ')
    const maker = new EventMaker().start(1, {
      subject: words('s'),
      from: [{ name: words('n'), address: 'a@mail.test' }],
    })
    const [, event] = maker.events
    if (event?.type !== 'MessageThreaded') throw new Error('a message was made')
    const record = { ...recordOf(event.data), text: words('t') }
    const records = new Map([[event.data.input.sequence, record]])
    await projection.apply({ partition: 0, events: maker.events }, () => Promise.resolve(records))
    expect(await database.run('select message from message_words')).toEqual([{ message: message(1) }])
  })

  it('is in nobody’s list while its record is missing, and stops nothing', async () => {
    const maker = new EventMaker().start(1)
    await projection.apply({ partition: 0, events: maker.events }, () => Promise.resolve(new Map()))
    expect(await threadRow(1)).toMatchObject({ account: null, message_count: 1 })
  })
})

describe('what people said of a thread', () => {
  const stateOf = async (maker: EventMaker, n = 1) => {
    await project(maker, 2)
    const [row] = await database.run(
      `select claimed_by as by, coalesce(handled_up_to >= work, false) as handled, labels from thread where id = $1`,
      [thread(n)],
    )
    return row
  }

  it('stays until mail comes that asks for an answer: our own, or a machine’s, does not open it again', async () => {
    const handled = () => new EventMaker().start(1).handle(1)
    const answers = handled().reply(1, 2, { direction: 'out' }).reply(1, 3, { kind: 'auto-reply' })
    expect(await stateOf(answers)).toMatchObject({ handled: true })
    await empty()
    expect(await stateOf(handled().reply(1, 2))).toMatchObject({ handled: false })
    await empty()
    expect(await stateOf(handled().reply(1, 2, { kind: 'bounce' }))).toMatchObject({ handled: false })
  })

  it('covers what was seen, and not the mail that came before it was said', async () => {
    expect(await stateOf(new EventMaker().start(1).reply(1, 2).handle(1, 2))).toMatchObject({ handled: false })
  })

  it('is of both after a merge: their labels, a claim that runs, and handled only if both were', async () => {
    const two = () => new EventMaker().start(1).start(2).label(1, ['b', 'a']).label(2, ['c'])
    const claimed = two().claim(1, 'old', at(2)).claim(2, 'new', at(99)).handle(1).merge(1, 2)
    expect(await stateOf(claimed)).toEqual({ by: 'new', handled: false, labels: ['a', 'b', 'c'] })
    await empty()
    expect(await stateOf(two().handle(1).handle(2).merge(1, 2))).toMatchObject({ handled: true })
  })

  it('goes along with messages that are split off, but for the claim', async () => {
    const maker = new EventMaker().start(1).reply(1, 2).label(1, ['a']).claim(1, 'ann', at(99)).split(1, 9, 2)
    expect(await stateOf(maker, 9)).toEqual({ by: null, handled: false, labels: ['a'] })
    expect(await threadRow(1)).toMatchObject({ claimed_by: 'ann', labels: ['a'] })
  })
})

describe('the checkpoint', () => {
  it('makes a batch that comes again harmless, alone or at the same moment', async () => {
    const maker = new EventMaker().start(1).reply(1, 2).start(3).merge(1, 3)
    await Promise.all([project(maker), project(maker), project(maker, 2), project(maker, 1)])
    const once = await hashes()
    await project(maker, 3)
    expect(await hashes()).toEqual(once)
    expect(await threadRow(1)).toMatchObject({ message_count: 3 })
    expect(await projection.checkpoint(0)).toBe(maker.last)
  })

  it('refuses a batch that leaves events out', async () => {
    const { events, recordsAt } = new EventMaker().start(1).reply(1, 2)
    await expect(projection.apply({ partition: 0, events: events.slice(1) }, recordsAt)).rejects.toThrow(EventsMissing)
    expect(await projection.checkpoint(0)).toBe(0)
  })

  it('is of each partition alone', async () => {
    await project(new EventMaker(3).start(1))
    expect([await projection.checkpoint(3), await projection.checkpoint(0)]).toEqual([2, 0])
  })
})

describe('any log', () => {
  it('leaves the same rows in batches of 1, 7 and 500, and those that a naive reader would count', async () => {
    await fc.assert(
      fc.asyncProperty(generatedLog, async (maker) => {
        const results = []
        for (const size of [500, 7, 1]) {
          await empty()
          await project(maker, size)
          results.push(await hashes())
        }
        expect(results[1]).toEqual(results[0])
        expect(results[2]).toEqual(results[0])
        expect(await counted()).toEqual(naiveViews(maker.events))
      }),
      { numRuns: 25 },
    )
  }, 120_000)
})

const counted = async () => ({
  aliases: await database.run('select absorbed, survivor from thread_alias order by absorbed'),
  threads: await database.run(
    `select id, message_count as messages, unread_count as unread, participant_count as people, version::int,
       claimed_by, handled_up_to::int, labels, work::int, said_by, case when message_count > 0 then subject end as subject
     from thread order by id`,
  ),
  inboxes: await database.run(
    `select thread, inbox, message_count as messages, unread_count as unread from thread_inbox order by thread, inbox`,
  ),
})
