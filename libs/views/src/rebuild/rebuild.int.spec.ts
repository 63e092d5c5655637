import { testPostgres } from '@skein/servers'
import type { TestDatabase } from '@skein/servers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EventMaker, inbox, message } from '../../test/event-maker.js'
import { Database } from '../database.js'
import { LinkStore } from '../links/link-store.js'
import { Projection } from '../projection/projection.js'
import { verifyTables } from '../verify.js'
import type { EventSource } from './catch-up.js'
import { DEFINITIONS } from './definition.js'
import { rebuildSpace, rebuildTables, rollBack } from './rebuild.js'
import type { RebuildOptions } from './rebuild.js'
import { Renewing } from './renew.js'
import { unledTables } from './space.js'
import { soleRun } from './sole-run.js'

let server: TestDatabase
let live: Database
let partitions: EventMaker[]

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

/** As the services do: what is new in the log goes into the live tables. */
const project = async (): Promise<void> => {
  for (const { partition, events, recordsAt } of partitions) {
    await new Projection(live).apply({ partition, events }, recordsAt)
    await new LinkStore(live).apply(partition, events)
  }
}

beforeEach(async () => {
  server = await testPostgres()
  live = await Database.open({ databaseUrl: server.databaseUrl })
  partitions = [
    new EventMaker(0)
      .start(1)
      .start(2)
      .merge(1, 2)
      .read(1, [inbox(1)]),
    new EventMaker(3).start(7).reply(7, 8),
  ]
  await project()
})
afterEach(async () => {
  await live.close()
  await server.stop()
})

const rebuild = (options: Partial<RebuildOptions> = {}) =>
  rebuildTables({ databaseUrl: server.databaseUrl, source, ...options })
const back = () => rollBack({ databaseUrl: server.databaseUrl, source })
const isEqual = async () => (await verifyTables({ databaseUrl: server.databaseUrl }, source)).equal
const schemas = async () =>
  (
    await live.run<{ name: string }>(`select nspname as name from pg_namespace where nspname like 'skein%' order by 1`)
  ).map(({ name }) => name)
const subjectOf = async (n: number) =>
  (await live.run<{ subject: string }>('select subject from message where id = $1', [message(n)], 'subject'))[0]
    ?.subject
const spoil = (n: number) => live.run(`update message set subject = 'changed by hand' where id = $1`, [message(n)])
const indexesOf = (schema: string) =>
  live.run<{ definition: string }>(
    `select replace(indexdef, schemaname || '.', '') as definition from pg_indexes where schemaname = $1 order by 1`,
    [schema],
  )

describe('rebuild', () => {
  it('puts equal tables in place, with the same indexes, and keeps those before', async () => {
    const before = await indexesOf('skein')
    expect(await rebuild()).toMatchObject({ swapped: true, equal: true, events: 9, differences: [] })
    expect(await schemas()).toEqual(['skein', 'skein_previous'])
    expect(await indexesOf('skein')).toEqual(before)
    expect(await isEqual()).toBe(true)
  })

  it('keeps one schema of before, however often it runs', async () => {
    await rebuild()
    await rebuild()
    expect(await schemas()).toEqual(['skein', 'skein_previous'])
  })

  it('swaps nothing where the tables differ, and names what does', async () => {
    await spoil(8)
    const { swapped, differences } = await rebuild()
    expect(swapped).toBe(false)
    expect(differences).toMatchObject([{ table: 'message', partition: 3, firstEvent: 3 }])
    expect(await subjectOf(8)).toBe('changed by hand')
  })

  it('repairs what differs where that is accepted', async () => {
    await spoil(8)
    expect(await rebuild({ accept: true })).toMatchObject({ swapped: true, equal: false })
    expect(await subjectOf(8)).not.toBe('changed by hand')
    expect(await isEqual()).toBe(true)
  })

  it('goes back to the tables before, brought up to the events since, and forth again', async () => {
    await spoil(8)
    await rebuild({ accept: true })
    partitions[0]?.reply(1, 3)
    await project()
    expect(await back()).toMatchObject({ events: 1 })
    expect([await subjectOf(8), await subjectOf(3)]).toEqual(['changed by hand', expect.any(String)])
    await back()
    expect(await isEqual()).toBe(true)
  })

  it('says so where there is nothing to go back to', async () => {
    await expect(back()).rejects.toThrow('nothing to go back to')
  })

  it.each(['views', 'index'] as const)('makes the %s alone, and takes the other tables along', async (group) => {
    await spoil(8)
    await live.run('delete from link_delivery where message = $1', [message(1)])
    const { differences } = await rebuild({ groups: [group], accept: true })
    expect(differences.map(({ table }) => table)).toEqual([group === 'views' ? 'message' : 'link_delivery'])
    const left = await verifyTables({ databaseUrl: server.databaseUrl }, source)
    expect(left.differences.map(({ table }) => table)).toEqual([group === 'views' ? 'link_delivery' : 'message'])
    await back()
    const again = await verifyTables({ databaseUrl: server.databaseUrl }, source)
    expect(again.differences.map(({ table }) => table)).toEqual(['link_delivery', 'message'])
  })

  it('goes on where an earlier run was stopped', async () => {
    const stop = new AbortController()
    const stopped = rebuild({ signal: stop.signal, onStep: () => stop.abort(new Error('stopped')) })
    await expect(stopped).rejects.toThrow('stopped')
    expect(await schemas()).toEqual(['skein', 'skein_next'])
    const { swapped, events } = await rebuild()
    expect(swapped).toBe(true)
    expect(events).toBeLessThan(9)
    expect(await isEqual()).toBe(true)
  })

  it('starts anew where the half-made tables are for something else', async () => {
    const stop = new AbortController()
    await expect(rebuild({ signal: stop.signal, onStep: () => stop.abort(new Error('stopped')) })).rejects.toThrow()
    expect(await rebuild({ groups: ['views'] })).toMatchObject({ swapped: true, events: 9 })
  })

  it('is refused while another runs, and says who', async () => {
    await soleRun(live, () =>
      expect(rebuild()).rejects.toThrow(/being rebuilt already: skein rebuild by .+ process \d+.* since .+/),
    )
    expect(await rebuild()).toMatchObject({ swapped: true })
  })

  it('knows of every table how its rows lead to a space', () => {
    expect(unledTables()).toEqual([])
  })

  it('makes the rows of one space anew, and leaves the others', async () => {
    Object.assign(partitions[0] as EventMaker, { space_: 'spc_other' })
      .start(50)
      .reply(50, 51)
    await project()
    await spoil(50)
    await spoil(1)
    await live.run('delete from link_participant')
    const space = (name: string, accept: boolean) =>
      rebuildSpace({ databaseUrl: server.databaseUrl, source, space: name as never, partition: 0, accept })
    expect(await space('spc_other', false)).toMatchObject({ replaced: false, equal: false })
    const { replaced, differences } = await space('spc_other', true)
    expect(replaced).toBe(true)
    expect(differences.map(({ table }) => table)).toEqual(['message', 'link_participant'])
    expect([await subjectOf(50), await subjectOf(1)]).toEqual([
      expect.not.stringContaining('by hand'),
      'changed by hand',
    ])
    expect(await space('spc_other', false)).toMatchObject({ replaced: false, equal: true })
    expect(await schemas()).toEqual(['skein'])
  })

  it('writes nothing into tables of another definition, and a release that makes them otherwise renews them', async () => {
    await live.run(`update definition set version = 0 where name = 'views'`)
    partitions[0]?.reply(1, 3)
    await expect(project()).rejects.toThrow(`definition 0, this release makes ${DEFINITIONS.views}`)
    expect(await subjectOf(3)).toBeUndefined()
    const renewing = new Renewing(live, false, { databaseUrl: server.databaseUrl, source })
    await expect.poll(renewing.check, { timeout: 30_000 }).toMatchObject({ state: 'green' })
    await project()
    expect(await isEqual()).toBe(true)
    await expect(back()).rejects.toThrow('another definition')
    await renewing.stop()
  })

  it('leaves tables of another definition alone where an operator is to decide', async () => {
    await live.run(`update definition set version = 0 where name = 'index'`)
    const waiting = new Renewing(live, true, { databaseUrl: server.databaseUrl, source })
    expect(await waiting.check()).toMatchObject({
      state: 'yellow',
      detail: expect.stringContaining('--accept') as string,
    })
    await expect(new LinkStore(live).load('spc_a' as never, [])).rejects.toThrow('wait for a rebuild')
    await rebuild({ accept: true })
    expect(await waiting.check()).toMatchObject({ state: 'green' })
    await new LinkStore(live).load('spc_a' as never, [])
    await live.run(`update definition set version = 9 where name = 'index'`)
    expect(await waiting.check()).toMatchObject({ state: 'red' })
    await waiting.stop()
  })

  it('lets readers and writers through while somebody stays in the tables, and takes their place after', async () => {
    const reader = await Database.open({ databaseUrl: server.databaseUrl })
    const [leaving, swapping] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const staying = reader.transaction(async (run) => {
      await run('select from message')
      await leaving.promise
    })
    const rebuilt = rebuild({ onStep: ({ step }) => step === 'swap' && swapping.resolve() })
    await swapping.promise
    for (let n = 100; n < 120; n++) {
      partitions[0]?.start(n)
      await project()
      expect(await subjectOf(n)).toEqual(expect.any(String))
    }
    expect(await schemas()).toEqual(['skein', 'skein_next'])
    leaving.resolve()
    await staying
    expect(await rebuilt).toMatchObject({ swapped: true, equal: true })
    expect(await isEqual()).toBe(true)
    await reader.close()
  })

  it('takes in what the services apply meanwhile, whatever they are at when the tables change', async () => {
    const writer = await Database.open({ databaseUrl: server.databaseUrl })
    const [first] = partitions
    let n = 100
    let stop = false
    const writing = (async () => {
      while (!stop) {
        first?.start(n++)
        const [events, partition] = [first?.events.slice(-20) ?? [], 0]
        await new Projection(writer).apply({ partition, events }, (_, sequences) => source.records(0).at(sequences))
        await new LinkStore(writer).apply(partition, events)
      }
    })()
    const reading = (async () => {
      let reads = 0
      for (; !stop; reads++)
        await Promise.all([
          writer.run(
            'select count(*) from message m join delivery d on d.message = m.id join thread t on t.id = m.thread',
            [],
            'all',
          ),
          writer.transaction(async (run) => run('select * from thread_inbox join checkpoint using (partition)'), true),
        ])
      return reads
    })()
    try {
      for (let round = 0; round < 4; round++)
        expect(await (round % 2 === 0 ? rebuild() : back())).toMatchObject({ stallMs: expect.any(Number) as number })
    } finally {
      stop = true
      await writing
    }
    expect(await reading).toBeGreaterThan(0)
    expect(await isEqual()).toBe(true)
    const [all] = await live.run<{ count: number }>('select count(*)::int as count from message where partition = 0')
    expect(all?.count).toBe(n - 100 + 2)
    await writer.close()
  })
})
