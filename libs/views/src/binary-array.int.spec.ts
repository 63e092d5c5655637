import { testPostgres } from '@skein/servers'
import type { TestDatabase } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { binaryArray } from './binary-array.js'
import type { Cell, ColumnType } from './binary-format.js'
import { Database } from './database.js'

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

const asText = async (type: ColumnType, cells: readonly Cell[]): Promise<(string | null)[]> => {
  const sql = `select cell::text from unnest($1::${type}[]) with ordinality as given(cell, n) order by n`
  return (await database.run<{ cell: string | null }>(sql, [binaryArray(type, cells)])).map(({ cell }) => cell)
}

/** The same, through a copy; so many times that it is one. */
const asCopied = async (type: ColumnType, cells: readonly Cell[]): Promise<(string | null)[]> => {
  const rows = Array.from({ length: 40 }, (_, i) => cells.map((cell, n) => ({ n: i * cells.length + n, cell }))).flat()
  await database.run(`create table copied (n int primary key, cell ${type})`)
  try {
    const to = {
      table: 'copied',
      columns: { n: 'int', cell: type },
      cells: (row: { n: number; cell: Cell }) => row,
    } as const
    await database.write(true, (writer) => writer.add(to, rows))
    const there = await database.run<{ cell: string | null }>('select cell::text from copied order by n')
    expect(there).toHaveLength(rows.length)
    return there.slice(-cells.length).map(({ cell }) => cell)
  } finally {
    await database.run('drop table copied')
  }
}

describe('cells in binary', () => {
  it.each<[ColumnType, Cell[], (string | null)[]]>([
    ['text', ['', 'a "b" \\ {c},', null, 'Ünïcode 会議 𝄞'], ['', 'a "b" \\ {c},', null, 'Ünïcode 会議 𝄞']],
    ['jsonb', ['{"a": [1, "é"]}', null, 'null'], ['{"a": [1, "é"]}', null, 'null']],
    ['smallint', [0, -1, 32_767, null], ['0', '-1', '32767', null]],
    ['int', [0, -2_147_483_648, 2_147_483_647], ['0', '-2147483648', '2147483647']],
    [
      'bigint',
      [0, -1, -4_294_967_297, 4_294_967_296, Number.MAX_SAFE_INTEGER],
      ['0', '-1', '-4294967297', '4294967296', '9007199254740991'],
    ],
    ['boolean', [true, null, false], ['true', null, 'false']],
    [
      'timestamptz',
      ['2026-11-21T06:48:26.123Z', '0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z', null],
      ['2026-11-21 06:48:26.123+00', '0001-01-01 00:00:00+00', '9999-12-31 23:59:59.999+00', null],
    ],
    ['bytea', [Buffer.from([0, 255]), Buffer.alloc(0), null], ['\\x00ff', '\\x', null]],
    ['text', [], []],
  ])('%s are the same on the server, in an array and copied', async (type, cells, texts) => {
    expect(await asText(type, cells)).toEqual(texts)
    if (cells.length > 0) expect(await asCopied(type, cells)).toEqual(texts)
  })

  it('may be larger than a piece of a copy', async () => {
    const texts = ['x'.repeat(700_000), '', 'é'.repeat(300_000)]
    expect(await asCopied('text', texts)).toEqual(texts)
  })

  it('are refused where they are out of range', () => {
    expect(() => binaryArray('smallint', [32_768])).toThrow(RangeError)
    expect(() => binaryArray('timestamptz', ['yesterday'])).toThrow(RangeError)
  })
})
