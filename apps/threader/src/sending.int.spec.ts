import { type ComposedRecord, type DeliveryRecord, type MessageId, type ThreadId } from '@skein/events'
import type { Answer } from '@skein/log'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mail, space, startPartition, type Partition } from '../test/partition.js'
import { readCommand, type CommandName } from './commands.js'
import type { PartitionWriter } from './partition-writer.js'

describe('a mail of ours', () => {
  let partition: Partition
  let writer: PartitionWriter
  let round = 0
  let commands = 0

  /** Ids of this test alone. */
  const own = (id: string): string => `${id}-${round}`
  const compose = (id: string, answers?: string, over: Partial<ComposedRecord['outgoing']> = {}) =>
    partition.compose(mail(own(id), answers === undefined ? undefined : own(answers)), over)
  const send = async (id: string, over: Partial<ComposedRecord['outgoing']> = {}): Promise<MessageId> => {
    const input = await compose(id, undefined, over)
    await writer.write([input])
    return input.record.message
  }
  const delivery = (
    message: MessageId,
    attempt: number,
    outcome: DeliveryRecord['outcome'],
    wireId: string | null = null,
  ) => partition.noteDelivery(message, attempt, outcome, wireId)
  const command = async (name: CommandName, payload: object, by = writer): Promise<Answer> => {
    const read = readCommand(name, { id: `s${commands++}`, space, actor: 'key_test', ...payload })
    if (!('command' in read)) throw new Error(read.detail)
    return by.carryOut(read.command)
  }
  const typesSince = async (sequence: number): Promise<string[]> =>
    (await partition.allEvents()).filter((event) => event.sequence > sequence).map(({ type }) => type)
  const end = () => partition.log.endOfEvents(0)

  beforeAll(async () => {
    partition = await startPartition()
  })
  afterAll(async () => {
    await partition?.stop()
  })
  beforeEach(async () => {
    round++
    writer = partition.newWriter()
    await writer.open()
  })

  it('takes its place, waits to be sent and marks read what its writer had seen, in one append', async () => {
    const before = await end()
    const asked = await partition.accept(mail(own('asked')))
    await writer.write([asked])
    const thread = `thr_${asked.record.message.slice(4)}` as ThreadId
    const answer = await compose('answer', 'asked', { seenUpTo: { thread, sequence: before + 2 } })
    await writer.write([answer])
    const events = (await partition.allEvents()).filter(({ sequence }) => sequence > before + 2)
    expect(events.map(({ type }) => type)).toEqual(['MessageThreaded', 'MessageQueued', 'ThreadRead'])
    expect(new Set(events.map((event) => event.thread))).toEqual(new Set([thread]))
    expect(events[1]?.data).toMatchObject({
      message: answer.record.message,
      input: answer.position,
      to: ['b@b.example'],
    })
    expect(events[2]?.data).toEqual({ inboxes: ['inb_a'], upTo: before + 2 })
  })
})
