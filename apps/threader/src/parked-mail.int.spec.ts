import { mailStream, type MessageId } from '@skein/events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mail, startPartition, type Partition } from '../test/partition.js'
import { waitsBehind } from './parked-mail.js'
import type { PartitionWriter } from './partition-writer.js'

/** A mail is parked by hand here, as when a rule broke on it; what is written afterwards comes from a writer that opens then. */
describe('mail that names a parked one', () => {
  let partition: Partition
  let writer: PartitionWriter

  const parked = async (): Promise<Record<number, string>> =>
    Object.fromEntries((await partition.log.parked.list()).map(({ sequence, reason }) => [sequence, reason]))
  const write = async (...given: Parameters<Partition['accept']>) => {
    const input = await partition.accept(...given)
    await writer.write([input])
    return input.position
  }
  const park = async (raw: Uint8Array) => {
    const { position } = await partition.accept(raw)
    await partition.log.park(position, 'a rule broke on it')
    writer = partition.newWriter()
    await writer.open()
    return position
  }

  beforeEach(async () => {
    partition = await startPartition()
    writer = partition.newWriter()
    await writer.open()
  })
  afterEach(() => partition?.stop())

  it('waits behind it, and so does what names that one; other mail goes on', async () => {
    const first = await park(mail('one'))
    const second = await write(mail('two', 'one'))
    const third = await write(mail('three', 'two'))
    await write(mail('other'))
    expect(await parked()).toEqual({
      [first.sequence]: 'a rule broke on it',
      [second.sequence]: waitsBehind(first),
      [third.sequence]: waitsBehind(second),
    })
    expect(await partition.threadedIds()).toEqual(['other@a.example'])
  })

  it('goes through with it when that is tried again, in the order of the log', async () => {
    const first = await park(mail('one'))
    const [second, third] = [await write(mail('two', 'one')), await write(mail('three', 'two'))]
    expect(await writer.retry(first.sequence)).toMatchObject({
      ok: true,
      result: { behind: [second.sequence, third.sequence] },
    })
    expect(await parked()).toEqual({})
    expect(await partition.threadedIds()).toEqual(['one@a.example', 'two@a.example', 'three@a.example'])
    expect(new Set((await partition.allEvents()).map(({ thread }) => thread)).size).toBe(1)
  })

  it('cannot be tried again before it', async () => {
    const first = await park(mail('one'))
    const second = await write(mail('two', 'one'))
    expect(await writer.retry(second.sequence)).toEqual({
      ok: false,
      code: 'parked-again',
      detail: waitsBehind(first),
    })
    expect(Object.keys(await parked())).toHaveLength(2)
  })

  it('waits no longer when that was dropped', async () => {
    const first = await park(mail('one'))
    const second = await write(mail('two', 'one'))
    await partition.log.parked.note(first, 'dropped', '')
    expect(await writer.retry(second.sequence)).toMatchObject({ ok: true, result: { behind: [] } })
    await write(mail('three', 'one'))
    expect(await parked()).toEqual({})
  })

  it('waits also where the parked one was noted by a writer before', async () => {
    const first = await park(mail('one'))
    const second = await write(mail('two', 'one'))
    writer = partition.newWriter()
    await writer.open()
    const third = await write(mail('three', 'two'))
    expect(await parked()).toMatchObject({
      [third.sequence]: waitsBehind(second),
      [second.sequence]: waitsBehind(first),
    })
  })

  it('does not wait for mail of another space', async () => {
    await park(mail('one'))
    const space = 'spc_b' as Parameters<Partition['accept']>[1]
    await write(mail('two', 'one'), space)
    expect(await partition.threadedIds()).toEqual(['two@a.example'])
  })

  it('goes on when the parked record cannot be read: nobody knows its ids', async () => {
    const subject = 'skein.mail.0.spc_a.received'
    const { seq: sequence } = await partition.log.js.publish(subject, '{"v": 99}')
    await partition.log.park({ stream: mailStream(0), sequence }, 'unreadable input record')
    writer = partition.newWriter()
    await writer.open()
    await write(mail('two', 'one'))
    expect(await partition.threadedIds()).toEqual(['two@a.example'])
    expect(await writer.retry(sequence)).toMatchObject({ ok: false, code: 'unreadable' })
  })
})

describe('a parked delivery record', () => {
  let partition: Partition

  beforeEach(async () => {
    partition = await startPartition()
  })
  afterEach(() => partition?.stop())

  it('is tried again like a parked mail', async () => {
    const writer = partition.newWriter()
    await writer.open()
    const sent = await partition.compose(mail('ours'))
    await writer.write([sent])
    const message: MessageId = sent.record.message
    const { position } = await partition.noteDelivery(message, 1, 'sent')
    await partition.log.park(position, 'a rule broke on it')
    expect(await writer.retry(position.sequence)).toMatchObject({ ok: true, result: { events: 1 } })
    expect((await partition.allEvents()).at(-1)?.type).toBe('MessageSent')
    expect(await partition.log.parked.list()).toEqual([])
  })

  it('is not to be had at a place that holds a piece of raw mail', async () => {
    const writer = partition.newWriter()
    await writer.open()
    await partition.accept(mail('one'))
    expect(await writer.retry(1)).toMatchObject({ ok: false, code: 'no-such-input' })
  })
})
