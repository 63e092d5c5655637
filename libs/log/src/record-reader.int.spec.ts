import { testNats, type TestNats } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { record } from '../test/record.js'
import { openLog, type Log } from './log.js'

const MAILS = 700
let server: TestNats
let log: Log
/** Where the records are; raw mail stands between them. */
let sequences: number[]

const accept = (n: number) => log.acceptMail({ raw: new Uint8Array([n % 256]), record: record(n) })

beforeAll(async () => {
  server = await testNats()
  log = await openLog({ url: server.natsUrl, monitorUrl: server.monitorUrl, name: 'test', partitions: 1 })
  const placed = await Promise.all(Array.from({ length: MAILS }, (_, n) => accept(n)))
  sequences = placed.map(({ sequence }) => sequence).sort((a, b) => a - b)
}, 60_000)
afterAll(async () => {
  await log?.close()
  await server?.stop()
})

describe('input records read on', () => {
  it('are those that are asked for one by one, in whatever portions', async () => {
    for (const size of [1, 7, 250, MAILS]) {
      const reader = log.source().records(0)
      const found = new Map<number, unknown>()
      for (let i = 0; i < MAILS; i += size)
        for (const [sequence, record] of await reader.at(sequences.slice(i, i + size))) found.set(sequence, record)
      await reader.close()
      expect([...found].sort(([a], [b]) => a - b)).toEqual([...(await log.recordsAt(0, sequences))])
    }
  })

  it('may lie behind, be left out or asked for twice', async () => {
    const reader = log.source().records(0)
    const late = sequences.slice(400)
    expect([...(await reader.at(late)).keys()].sort((a, b) => a - b)).toEqual(late)
    expect((await reader.at(sequences.slice(0, 3))).size).toBe(3)
    expect((await reader.at([...late, ...late])).size).toBe(late.length)
    await reader.close()
  })

  it('are left out where there are none, at the end and beyond it as well', async () => {
    const reader = log.source().records(0)
    const last = sequences.at(-1) ?? 0
    const asked = [...sequences.slice(-300), ...Array.from({ length: 300 }, (_, n) => last + 1 + n)]
    expect((await reader.at(asked)).size).toBe(300)
    // what has come since is read on to
    const { sequence } = await accept(MAILS)
    expect((await reader.at([...asked, sequence])).has(sequence)).toBe(true)
    await reader.close()
  })
})
