import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testNats } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { record } from '../test/record.js'
import { NotDurable, openLog, type Log } from './index.js'
import { RAW_PIECE } from './mail-log.js'

describe('mail log', () => {
  let nats: Awaited<ReturnType<typeof testNats>>
  let log: Log
  const open = (): Promise<Log> =>
    openLog({ url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 1 })

  beforeAll(async () => {
    nats = await testNats()
    log = await open()
  })
  afterAll(async () => {
    await log?.close()
    await nats?.stop()
  })

  it('gives back a mail of several pieces to the byte', async () => {
    const raw = new Uint8Array(2.5 * RAW_PIECE).map((_, i) => (i * 31) % 256)
    const at = await log.acceptMail({ raw, record: record(1) })
    const found = (await log.recordsAt(0, [at.sequence])).get(at.sequence)
    expect(found?.raw.sequences).toHaveLength(3)
    expect(found).toMatchObject(record(1))
    expect(Buffer.compare(await log.readRaw(found!.raw), Buffer.from(raw))).toBe(0)
  })

  it('finds records by any set of sequences, near and far, and leaves out those that hold none', async () => {
    const places = await Promise.all(
      Array.from({ length: 1_500 }, (_, n) =>
        log.acceptMail({ raw: new Uint8Array([n % 256]), record: record(n + 10) }),
      ),
    )
    const sequences = [...new Set([0, 1, 700, 1_499].map((i) => places[i]?.sequence ?? 0)), 999_999]
    const found = await log.recordsAt(0, sequences)
    expect([...found.values()].map(({ message }) => message).sort()).toEqual([
      'msg_10',
      'msg_11',
      'msg_1509',
      'msg_710',
    ])
    expect(
      (
        await log.recordsAt(
          0,
          places.map(({ sequence }) => sequence),
        )
      ).size,
    ).toBe(1_500)
  })

  it('knows at once what it put into the directory, and a later process reads it all', async () => {
    await log.directory.put('inbox', {
      id: 'inb_x',
      account: 'acc_a',
      space: 'spc_a',
      name: 'X',
      address: 'Help@Skein.example',
      aliases: ['hilfe@skein.example'],
    })
    expect(log.directory.inboxByAddress('HELP@skein.EXAMPLE')?.id).toBe('inb_x')
    const other = await open()
    expect(other.directory.inboxByAddress('hilfe@skein.example')?.id).toBe('inb_x')
    await other.directory.put('inbox', {
      ...other.directory.inbox('inb_x')!,
      address: 'new@skein.example',
      aliases: [],
    })
    await expect.poll(() => log.directory.inboxByAddress('new@skein.example')?.id).toBe('inb_x')
    expect(log.directory.inboxByAddress('help@skein.example')).toBeUndefined()
    await other.close()
  })

  it('gives a lease to one holder at a time, and back to the same holder at once', async () => {
    const one = log.lease('work', 'a')
    const two = log.lease('work', 'b')
    expect(await one.take(() => undefined)).toBe(true)
    expect(await two.take(() => undefined)).toBe(false)
    expect(await log.lease('work', 'a').take(() => undefined)).toBe(true)
    await one.release()
    expect(await two.take(() => undefined)).toBe(false)
  })

  it('refuses a server that does not sync, unless it is told that losing mail is acceptable', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-unsafe-'))
    const config = join(folder, 'nats.conf')
    writeFileSync(config, 'max_payload: 8MB\njetstream { sync_interval: "2m" }\n')
    const lazy = await testNats({ config })
    const options = { url: lazy.natsUrl, monitorUrl: lazy.monitorUrl, name: 'test', partitions: 1 }
    await expect(openLog(options)).rejects.toBeInstanceOf(NotDurable)
    const unsafe = await openLog({ ...options, allowUnsafeFsync: true })
    expect(unsafe.durability).toMatchObject({ durable: false })
    await unsafe.close()
    await lazy.stop()
    rmSync(folder, { recursive: true })
  })
})
