import { testPostgres } from '@skein/servers'
import type { TestDatabase } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Database } from './database.js'

let server: TestDatabase
beforeAll(async () => void (server = await testPostgres()))
afterAll(() => server.stop())

const open = (schema?: string): Promise<Database> =>
  Database.open({ databaseUrl: server.databaseUrl, poolSize: 4, ...(schema === undefined ? {} : { schema }) })

describe('the schema', () => {
  it('is made once by several that start at the same moment', async () => {
    const opened = await Promise.all([open(), open(), open()])
    const [first] = opened
    const applied = await first?.run<{ name: string }>('select name from migration order by id')
    expect(applied?.map(({ name }) => name)).toEqual([...new Set(applied?.map(({ name }) => name))])
    await Promise.all(opened.map((one) => one.close()))
  })

  it('is what the entities say, column for column', async () => {
    const database = await open()
    const difference = await database.schemaDifference()
    await database.close()
    expect(difference).toBe('')
  })

  it('stands beside another one that sees none of its rows', async () => {
    const [live, shadow] = [await open('skein'), await open('skein_shadow_1')]
    await live.run('insert into checkpoint values (0, 7, 3)')
    expect(await shadow.run('select * from checkpoint')).toEqual([])
    await Promise.all([live.close(), shadow.close()])
  })

  it('has a plain name, or none is made', async () => {
    await expect(open('skein"; drop schema public')).rejects.toThrow(RangeError)
  })
})
