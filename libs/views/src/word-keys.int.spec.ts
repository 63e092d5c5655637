import type { AccountId } from '@skein/events'
import { testPostgres, type TestDatabase } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bigintsAsText } from './binary-array.js'
import type { RowsOf } from './bulk.js'
import { Database } from './database.js'
import { wordKeysOf, type WordKeys } from './word-keys.js'

const account = 'acc_demo' as AccountId

let server: TestDatabase
let database: Database
beforeAll(async () => {
  server = await testPostgres()
  database = await Database.open({ databaseUrl: server.databaseUrl, poolSize: 2 })
}, 60_000)
afterAll(async () => {
  await database?.close()
  await server?.stop()
})

interface Row extends WordKeys {
  n: number
}
const ROWS: RowsOf<Row> = {
  table: 'worded',
  columns: { n: 'int', keys: 'bigint[]', places: 'bytea' },
  cells: (row) => ({ ...row }),
}

describe('words of a message on the server', () => {
  it.each([
    ['put in', 3],
    ['copied in', 100],
  ])('are the same there, %s', async (_, count) => {
    const rows = Array.from({ length: count }, (_, n) => ({
      n,
      ...wordKeysOf(account, n % 3 === 0 ? ['', ''] : [`Kettle ${n}`, 'Anna', 'The kettle']),
    }))
    await database.run('create table worded (n int primary key, keys bigint[] not null, places bytea not null)')
    try {
      await database.write(true, (writer) => writer.add(ROWS, rows))
      const there = await database.run<{ n: number; keys: string; places: Buffer }>(
        'select n, keys::text, places from worded order by n',
      )
      expect(there).toEqual(rows.map(({ n, keys, places }) => ({ n, keys: bigintsAsText(keys), places })))
      const [found] = await database.run<{ count: number }>(
        'select count(*)::int from worded where keys @> $1::bigint[]',
        [bigintsAsText(wordKeysOf(account, ['kettle the']).keys)],
      )
      expect(found?.count).toBe(rows.filter(({ n }) => n % 3 !== 0).length)
    } finally {
      await database.run('drop table worded')
    }
  })
})
