import { testPostgres, type TestDatabase } from '@skein/servers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RowsOf } from './bulk.js'
import { Database } from './database.js'

interface Row {
  id: number
  name: string
}
const ROWS: RowsOf<Row> = {
  table: 'written',
  columns: { id: 'int', name: 'text' },
  cells: ({ id, name }) => ({ id, name }),
}
const some = (count: number): Row[] => Array.from({ length: count }, (_, id) => ({ id, name: 'new' }))

let server: TestDatabase
let database: Database
beforeAll(async () => {
  server = await testPostgres()
  database = await Database.open({ databaseUrl: server.databaseUrl, poolSize: 2 })
})
afterAll(async () => {
  await database?.close()
  await server?.stop()
})
beforeEach(async () => {
  await database.run('drop table if exists written')
  await database.run('create table written (id int primary key, name text not null check (name <> $$bad$$))')
})
const there = () => database.run<Row>('select id, name from written order by id')

describe('rows of a transaction', () => {
  it.each([1, 19, 20, 5_000])('are put in, %i at once', async (count) => {
    await database.write(true, (writer) => writer.add(ROWS, some(count)))
    expect(await there()).toEqual(some(count))
  })

  it('leave a row as it is that was there after all, and all is done once more', async () => {
    await database.run(`insert into written values (7, 'old')`)
    const copied: boolean[] = []
    await database.write(true, async (writer) => {
      copied.push(writer.copies)
      await writer.add(ROWS, some(50))
    })
    expect(copied).toEqual([true, false])
    expect(await there()).toEqual(some(50).map((row) => (row.id === 7 ? { id: 7, name: 'old' } : row)))
  })

  it('are left out where some may be there', async () => {
    await database.run(`insert into written values (7, 'old')`)
    let times = 0
    await database.write(true, async (writer) => {
      times++
      await writer.addMissing(ROWS, some(50))
    })
    expect([times, (await there())[7]]).toEqual([1, { id: 7, name: 'old' }])
  })

  it('are all or none, and the connection is as good as before', async () => {
    const rows = [...some(50), { id: 50, name: 'bad' }]
    let times = 0
    const writing = database.write(true, async (writer) => {
      times++
      await writer.run(`insert into written values (99, 'before')`)
      await writer.add(ROWS, rows)
    })
    await expect(writing).rejects.toThrow('check constraint')
    expect([times, await there()]).toEqual([1, []])
    await database.write(true, (writer) => writer.add(ROWS, some(30)))
    expect(await there()).toHaveLength(30)
  })

  it('are refused before anything is sent where a number is out of range', async () => {
    const rows = [...some(30), { id: 2 ** 40, name: 'new' }]
    await expect(database.write(true, (writer) => writer.add(ROWS, rows))).rejects.toThrow(RangeError)
    expect(await there()).toEqual([])
  })
})
