import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jetstreamManager } from '@nats-io/jetstream'
import { headers } from '@nats-io/transport-node'
import type { SkeinEvent, SpaceId, ThreadId } from '@skein/events'
import { startNats, temporaryFolder } from '@skein/servers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { record } from '../test/record.js'
import { openLog, type Log } from './index.js'
import { RAW_PIECE } from './mail-log.js'

const event = (n: number, cause: SkeinEvent['cause']): SkeinEvent => ({
  id: `test.${n}`,
  time: '2026-03-01T10:00:00.000Z',
  space: 'spc_a' as SpaceId,
  thread: 'thr_a' as ThreadId,
  cause,
  type: 'ThreadRead',
  data: { inboxes: ['inb_a' as never], upTo: n },
})

describe('the check of the log', () => {
  let folder: string
  let nats: Awaited<ReturnType<typeof startNats>>
  let log: Log

  const start = async (): Promise<void> => {
    nats = await startNats({ dataDir: folder })
    log = await openLog({ url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 1 })
  }
  const stop = async (): Promise<void> => {
    await log.close()
    await nats.stop()
  }
  /** Changes one bit in the block files of a stream while the server is down. */
  const flipBit = async (stream: string, where: (bytes: Buffer) => number): Promise<void> => {
    await stop()
    const blocks = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.includes(`/streams/${stream}/`) && path.endsWith('.blk'),
    )
    expect(blocks.length).toBeGreaterThan(0)
    const path = join(folder, blocks[0] ?? '')
    const bytes = readFileSync(path)
    const at = where(bytes)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
    await start()
  }
  const faults = async () => (await log.check()).faults

  beforeEach(async () => {
    folder = temporaryFolder()
    await start()
    for (let n = 1; n <= 5; n++) {
      const raw = Buffer.alloc(n === 3 ? RAW_PIECE + 10 : 100, n)
      const { stream, sequence } = await log.acceptMail({ raw, record: record(n) })
      await log.appendEvents(0, (n - 1) * 2, [
        event(n, { kind: 'input', stream, sequence }),
        event(n, { kind: 'command', id: `c${n}`, name: 'MarkThreadRead', actor: 'somebody' }),
      ])
    }
  })
  afterEach(async () => {
    await stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('finds nothing in a log that is as it was written, by one process or after a restart', async () => {
    expect(await log.check({ seen: new Map([[0, 10]]) })).toEqual({
      events: 10,
      inputs: 5,
      pieces: 6,
      erased: 0,
      newer: 0,
      faults: [],
    })
    await stop()
    await start()
    await log.appendEvents(0, 10, [event(11, { kind: 'command', id: 'c', name: 'x', actor: 'y' })])
    expect(await faults()).toEqual([])
  })

  it('names an event that was taken out, and an input that an event goes back to', async () => {
    const jsm = await jetstreamManager(log.connection)
    await jsm.streams.deleteMessage('EVENTS-0', 4)
    const first = (await log.recordsAt(0, [2])).size
    expect(first).toBe(1)
    await jsm.streams.deleteMessage('MAIL-0', 2)
    expect(await faults()).toEqual([
      { stream: 'MAIL-0', sequence: 2, what: 'message 2 is missing, or its stored block is damaged' },
      { stream: 'EVENTS-0', sequence: 1, what: 'its cause, MAIL-0 2, is not there' },
      { stream: 'EVENTS-0', sequence: 4, what: 'message 4 is missing, or its stored block is damaged' },
    ])
  })

  it('names an event that somebody else put in', async () => {
    const stored = await (await jetstreamManager(log.connection)).direct.getMessage('EVENTS-0', { seq: 10 })
    const head = headers()
    for (const name of stored?.header.keys().filter((name) => name.startsWith('ce-')) ?? [])
      head.set(name, stored?.header.get(name) ?? '')
    await log.js.publish('skein.events.0.spc_a.ThreadRead', stored?.data ?? '', { headers: head })
    expect(await faults()).toEqual([
      { stream: 'EVENTS-0', sequence: 11, what: expect.stringContaining('does not follow in the chain') as string },
    ])
  })

  it('says where a log lost its end', async () => {
    const { faults } = await log.check({ seen: new Map([[0, 12]]) })
    expect(faults).toEqual([
      { stream: 'EVENTS-0', sequence: 11, what: 'the log ends at 10, and event 12 was there once' },
    ])
  })

  it.each<[string, string, (bytes: Buffer) => number]>([
    ['an event', 'EVENTS-0', (bytes) => bytes.indexOf('"upTo":3')],
    ['an input record', 'MAIL-0', (bytes) => bytes.indexOf('2@a.example')],
    ['raw mail', 'MAIL-0', (bytes) => bytes.indexOf(Buffer.alloc(50, 2))],
    ['the middle of the events', 'EVENTS-0', (bytes) => bytes.length >> 1],
    ['the end of the events', 'EVENTS-0', (bytes) => bytes.length - 3],
  ])('finds one bit that flipped in a stored block: in %s', async (_, stream, where) => {
    const seen = new Map([[0, 10]])
    await flipBit(stream, (bytes) => Math.max(where(bytes), 60))
    const { faults } = await log.check({ seen })
    expect(faults.length).toBeGreaterThan(0)
    expect(faults[0]?.stream).toBe(stream)
  })
})
