import { EventStreamServer, eventMessage, openLog, type Log, type SkippedEvent } from '@skein/log'
import { eventSubject, type StoredEvent } from '@skein/events'
import { testNats, testPostgres, type TestDatabase, type TestNats } from '@skein/servers'
import { Database, LINK_TABLES, LinkStore, Projection, tableHashes, VIEW_TABLES } from '@skein/views'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { eventOfLine, goldenLogs, isEvent, recordsIn, type GoldenLog } from './golden-log.js'

const eventsOf = ({ lines }: GoldenLog): StoredEvent[] => lines.filter(isEvent).map(eventOfLine)

describe('views and index made of a golden log', () => {
  let postgres: TestDatabase
  beforeAll(async () => {
    postgres = await testPostgres()
  })
  afterAll(() => postgres?.stop())

  /** When the tables have changed on purpose, and only then: `vitest -u` writes the hashes anew. */
  it.each(goldenLogs)('have the rows that were recorded for $name', async (golden) => {
    const schema = `golden_${goldenLogs.indexOf(golden)}`
    const database = await Database.open({ databaseUrl: postgres.databaseUrl, schema })
    try {
      const events = eventsOf(golden)
      const partition = events[0]?.partition ?? 0
      await new Projection(database).apply({ partition, events }, recordsIn(golden.lines), 0)
      await new LinkStore(database).apply(partition, events, 0)
      const tables = [...VIEW_TABLES, ...LINK_TABLES]
      const hashes = await database.transaction((run) => tableHashes(run, tables), true)
      const text = `${JSON.stringify(hashes, null, 2)}\n`
      await expect(text).toMatchFileSnapshot(golden.name.replace('.jsonl', '.hashes.json'))
    } finally {
      await database.close()
    }
  })
})

describe('an event that a newer release wrote, in the middle of what can be read', () => {
  const [golden] = goldenLogs.slice(-1)
  if (golden === undefined) throw new Error('there is no golden log')
  const events = eventsOf(golden)
  const partition = events[0]?.partition ?? 0
  const middle = Math.floor(events.length / 2)
  let nats: TestNats
  let log: Log

  const put = async (event: StoredEvent, over: Record<string, string> = {}): Promise<void> => {
    const { headers, body } = eventMessage(event)
    for (const [name, value] of Object.entries(over)) headers.set(name, value)
    await log.js.publish(eventSubject(partition, event.space, event.type), body, { headers })
  }
  /** The golden events with one of an unknown type, and one of a version to come, after the first half. */
  const fill = async (): Promise<void> => {
    for (const [i, event] of events.entries()) {
      await put(event)
      if (i !== middle - 1) continue
      await put(event, { 'ce-type': 'skein.ThreadDreamt' })
      await put(event, { 'ce-dataversion': '99' })
    }
  }
  const expected: SkippedEvent[] = [
    { partition, sequence: middle + 1, reason: expect.stringContaining('"ThreadDreamt"') as string },
    { partition, sequence: middle + 2, reason: expect.stringContaining('version 99') as string },
  ]

  beforeEach(async () => {
    nats = await testNats()
    log = await openLog({ url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 4 })
    await fill()
  })
  afterEach(async () => {
    await log?.close()
    await nats?.stop()
  })

  it('is told by its place and reason, and all around it is read', async () => {
    const [read, skipped]: [StoredEvent[], SkippedEvent[]] = [[], []]
    const end = await log.endOfEvents(partition)
    for await (const batch of log.readEvents(partition, 0, end, (one) => skipped.push(one))) read.push(...batch)
    expect(read.map(({ id }) => id)).toEqual(events.map(({ id }) => id))
    expect(skipped).toEqual(expected)
  })

  it('is an error to who did not say that it can do without', async () => {
    const reading = async (): Promise<void> => {
      for await (const batch of log.readEvents(partition, 0, await log.endOfEvents(partition))) void batch
    }
    await expect(reading()).rejects.toThrow('ThreadDreamt')
  })

  it('is left out by the views, which apply all around it', async () => {
    const postgres = await testPostgres()
    const database = await Database.open({ databaseUrl: postgres.databaseUrl })
    const projection = new Projection(database)
    const skipped: SkippedEvent[] = []
    const server = new EventStreamServer({
      log,
      after: (p) => projection.checkpoint(p),
      onSkipped: (one) => skipped.push(one),
    })
    const handle = ({
      partition: p,
      events: some,
      after,
    }: {
      partition: number
      events: StoredEvent[]
      after: number
    }) => projection.apply({ partition: p, events: some }, recordsIn(golden.lines), after)
    server.addHandler('events', handle, true)
    try {
      server.listen(() => undefined)
      await expect.poll(() => projection.checkpoint(partition), { timeout: 20_000 }).toBe(events.length + 2)
      expect(skipped).toEqual(expected)
      const [row] = await database.run<{ count: number }>('select count(*)::int as count from message')
      expect(row?.count).toBe(events.filter(({ type }) => type === 'MessageThreaded').length)
    } finally {
      await server.close()
      await database.close()
      await postgres.stop()
    }
  })
})
