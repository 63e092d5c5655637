import { testPostgres } from '@skein/servers'
import type { TestDatabase } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EventMaker, inbox, message } from '../test/event-maker.js'
import { Database } from './database.js'
import { LinkStore } from './links/link-store.js'
import { Projection } from './projection/projection.js'
import { verifyTables } from './verify.js'
import type { EventSource } from './rebuild/catch-up.js'

let server: TestDatabase
let live: Database
const partitions = [
  new EventMaker(0)
    .start(1)
    .start(2)
    .merge(1, 2)
    .read(1, [inbox(1)]),
  new EventMaker(3).start(7).reply(7, 8),
]

const source: EventSource = {
  async *readEvents(partition, after, until) {
    const events = partitions.find((maker) => maker.partition === partition)?.events ?? []
    for (const event of events)
      if (event.sequence > after && event.sequence <= until) yield await Promise.resolve([event])
  },
  records: (partition) => ({
    at: async (sequences) =>
      (await partitions.find((maker) => maker.partition === partition)?.recordsAt(partition, [...sequences])) ??
      new Map(),
    close: () => Promise.resolve(),
  }),
}

beforeAll(async () => {
  server = await testPostgres()
  live = await Database.open({ databaseUrl: server.databaseUrl })
  for (const { partition, events, recordsAt } of partitions) {
    await new Projection(live).apply({ partition, events }, recordsAt)
    await new LinkStore(live).apply(partition, events)
  }
})
afterAll(async () => {
  await live.close()
  await server.stop()
})

const verify = () => verifyTables({ databaseUrl: server.databaseUrl }, source)

describe('verify', () => {
  it('finds tables equal that follow from the log, and leaves nothing behind', async () => {
    expect(await verify()).toMatchObject({ equal: true, events: 9, differences: [] })
    expect(await live.run(`select nspname from pg_namespace where nspname like 'skein_shadow%'`)).toEqual([])
  })

  it('looks no further than the live tables are', async () => {
    const [first] = partitions
    first?.reply(1, 3)
    expect(await verify()).toMatchObject({ equal: true })
    first?.events.pop()
  })

  it('names the tables that differ, and the first event whose rows do', async () => {
    await live.run(`update message set subject = 'changed by hand' where id = $1`, [message(8)])
    await live.run('delete from link_delivery where message = $1', [message(1)])
    const { equal, differences } = await verify()
    expect(equal).toBe(false)
    expect(differences.map(({ table, partition, firstEvent }) => ({ table, partition, firstEvent }))).toEqual([
      { table: 'link_delivery', partition: 0, firstEvent: null },
      { table: 'message', partition: 3, firstEvent: 3 },
    ])
  })
})
