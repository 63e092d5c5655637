import { messageIdOf, type MessageId, type SpaceId, type ThreadId } from '@skein/events'
import type { Answer } from '@skein/log'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { mail, space, startPartition, type Partition } from '../test/partition.js'
import { readCommand, type CommandName } from './commands.js'
import type { PartitionWriter } from './partition-writer.js'
import { startThreader } from './start.js'

describe('corrections by a person', () => {
  let partition: Partition
  let writer: PartitionWriter
  let round = 0
  let commands = 0

  /** Ids of this test alone. */
  const own = (id: string): string => `${id}-${round}`
  const receive = async (
    id: string,
    answers?: string,
    ofSpace: SpaceId = space,
  ): Promise<{ message: MessageId; thread: ThreadId }> => {
    const input = await partition.accept(mail(own(id), answers === undefined ? undefined : own(answers)), ofSpace)
    await writer.write([input])
    const message = messageIdOf({
      space: ofSpace,
      messageId: input.record.facts.messageId,
      digest: input.record.facts.digest,
    })
    const events = await partition.allEvents()
    const placed = events.findLast((event) => event.type === 'MessageThreaded' && event.data.message === message)
    return { message, thread: placed?.thread ?? ('' as ThreadId) }
  }
  const command = async (name: CommandName, payload: object, ofSpace: SpaceId = space): Promise<Answer> => {
    const read = readCommand(name, { id: `c${commands++}`, space: ofSpace, actor: 'key_test', ...payload })
    if (!('command' in read)) throw new Error(read.detail)
    return writer.carryOut(read.command)
  }
  const eventsOf = (answer: Answer): string[] =>
    answer.ok ? (answer.result as { events: { type: string }[] }).events.map(({ type }) => type) : [answer.code]

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

  it('merge two threads, once, and take it back; answers that come later find their own again', async () => {
    const [a, b] = [await receive('a'), await receive('b')]
    expect(eventsOf(await command('MergeThreads', { threads: [a.thread, b.thread] }))).toEqual(['ThreadsMerged'])
    expect(eventsOf(await command('MergeThreads', { threads: [b.thread, a.thread] }))).toEqual([])
    expect((await receive('a2', 'a')).thread).toBe(a.thread)
    expect((await receive('b2', 'b')).thread).toBe(a.thread)
    expect(eventsOf(await command('UndoMerge', { thread: b.thread }))).toEqual(['MergeUndone'])
    expect((await receive('b3', 'b2')).thread).toBe(b.thread)
    expect((await receive('a3', 'a2')).thread).toBe(a.thread)
  })

  it('split messages off, and what answers them follows', async () => {
    const first = await receive('a')
    const second = await receive('b', 'a')
    const answer = await command('SplitThread', { messages: [second.message] })
    expect(eventsOf(answer)).toEqual(['ThreadSplit'])
    const events = await partition.allEvents()
    const split = events.findLast((event) => event.type === 'ThreadSplit')
    expect((await receive('c', 'b')).thread).toBe(split?.data.into)
    expect((await receive('d', 'a')).thread).toBe(first.thread)
  })

  it('move a message to another thread, and what answers it goes there', async () => {
    const [a, other] = [await receive('a'), await receive('x')]
    const b = await receive('b', 'a')
    expect(eventsOf(await command('MoveMessages', { messages: [b.message], to: other.thread }))).toEqual([
      'MessageMoved',
    ])
    expect((await receive('c', 'b')).thread).toBe(other.thread)
    expect((await receive('d', 'a')).thread).toBe(a.thread)
  })

  it('never reach into another space of the partition', async () => {
    const elsewhere = 'spc_elsewhere' as SpaceId
    const [here, there] = [await receive('a'), await receive('b', undefined, elsewhere)]
    expect(eventsOf(await command('MergeThreads', { threads: [here.thread, there.thread] }))).toEqual([
      'no-such-thread',
    ])
    expect(eventsOf(await command('MoveMessages', { messages: [there.message], to: here.thread }))).toEqual([
      'no-such-message',
    ])
  })

  it.each<[string, CommandName, object]>([
    ['a thread that nobody merged', 'UndoMerge', { thread: 'thr_nowhere' }],
    ['messages that are not there', 'SplitThread', { messages: ['msg_nowhere'] }],
  ])('are refused with a reason: %s', async (_, name, payload) => {
    expect(await command(name, payload)).toMatchObject({
      ok: false,
      code: expect.stringMatching(/^no-such-/) as unknown,
    })
  })

  it('that broke off are no refusals: nobody knows what became of them, and the next try is carried out', async () => {
    const { thread } = await receive('a')
    const threader = await startThreader({
      log: partition.logOptions,
      databaseUrl: partition.databaseUrl,
      http: 'shared',
      holder: 'alone',
    })
    const label = (name: string) =>
      partition.log
        .command(0, 'LabelThread', { id: `l-${name}`, space, actor: 'key_test', thread, add: [name], remove: [] })
        .then(
          () => 'done',
          (error: Error) => error.name,
        )
    await expect.poll(() => label('first'), { timeout: 10_000 }).toBe('done')
    await writer.open()
    await command('LabelThread', { thread, add: ['by another writer'], remove: [] })
    expect(await label('second')).toBe('NoWriter')
    await expect.poll(() => label('second'), { timeout: 10_000 }).toBe('done')
    await threader.stop()
  })

  it('survive the loss of the index', async () => {
    await receive('a')
    const second = await receive('b', 'a')
    await command('SplitThread', { messages: [second.message] })
    const split = (await partition.allEvents()).findLast((event) => event.type === 'ThreadSplit')
    await partition.loseIndex()
    writer = partition.newWriter()
    await writer.open()
    expect((await receive('c', 'b')).thread).toBe(split?.data.into)
  })
})
