import type { SpaceId } from '@skein/events'
import { StaleWriter } from '@skein/log'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mail, startPartition, type Partition } from '../test/partition.js'
import { startThreader } from './start.js'

describe('writer of a partition', () => {
  let partition: Partition

  beforeAll(async () => {
    partition = await startPartition()
  })
  afterAll(async () => {
    await partition?.stop()
  })

  it('records each decision with its evidence and the input that caused it', async () => {
    const writer = partition.newWriter()
    expect(await writer.open()).toEqual({ after: 0 })
    const inputs = [await partition.accept(mail('one')), await partition.accept(mail('two', 'one'))]
    await writer.write(inputs)
    const events = await partition.allEvents()
    expect(events.map(({ type }) => type)).toEqual(['ThreadStarted', 'MessageThreaded', 'MessageThreaded'])
    expect(new Set(events.map(({ thread }) => thread)).size).toBe(1)
    expect(events[2]).toMatchObject({
      cause: { kind: 'input', stream: 'MAIL-0', sequence: inputs[1]?.position.sequence },
      data: { evidence: [{ fact: 'in-reply-to', value: 'one@a.example' }] },
    })
  })

  it('decides nothing twice: a repeated input adds no event', async () => {
    const before = await partition.log.endOfEvents(0)
    const writer = partition.newWriter()
    await writer.open()
    await writer.write([await partition.accept(mail('one')), await partition.accept(mail('two', 'one'))])
    expect(await partition.log.endOfEvents(0)).toBe(before)
  })

  it('goes on after the last input that the log knows, when the index was lost or is behind', async () => {
    const writer = partition.newWriter()
    await writer.open()
    const third = await partition.accept(mail('three', 'two'))
    await writer.write([third])
    await partition.loseIndex()
    const next = partition.newWriter()
    expect(await next.open()).toEqual({ after: third.position.sequence })
    await next.write([await partition.accept(mail('four', 'three'))])
    expect(new Set((await partition.allEvents()).map(({ thread }) => thread)).size).toBe(1)
  })

  it('is refused by the log when another writer has written, and finds that work when it opens again', async () => {
    const [old, young] = [partition.newWriter(), partition.newWriter()]
    await old.open()
    await young.open()
    const inputs = [await partition.accept(mail('five', 'four')), await partition.accept(mail('six', 'five'))]
    await young.write(inputs.slice(0, 1))
    await expect(old.write(inputs)).rejects.toBeInstanceOf(StaleWriter)
    expect(await old.open()).toEqual({ after: inputs[0]?.position.sequence })
    await old.write(inputs)
    expect((await partition.threadedIds()).filter((id) => /^(five|six)@/.test(id))).toEqual([
      'five@a.example',
      'six@a.example',
    ])
  })

  it('threads each space by the rule set and the policies that it chose', async () => {
    const choices = {
      spc_jmap: ['jmap', {}],
      spc_split: ['skein', { subject_policy: 'split' }],
      spc_ids: ['references', {}],
    } as const
    const writer = partition.newWriter()
    await writer.open()
    const threads: Record<string, number> = {}
    for (const [id, [rules, policies]] of Object.entries(choices)) {
      const ofSpace = id as SpaceId
      await partition.log.directory.put('space', { id: ofSpace, account: 'acc_a', name: id, rules, policies })
      const inputs = [
        await partition.accept(mail(`${id}-1`), ofSpace),
        await partition.accept(mail(`${id}-2`, `${id}-1`, 'Another topic'), ofSpace),
      ]
      await writer.write(inputs)
      const ofThisSpace = (await partition.allEvents()).filter(({ space }) => space === ofSpace)
      threads[id] = ofThisSpace.filter(({ type }) => type === 'ThreadStarted').length
    }
    expect(threads).toEqual({ spc_jmap: 2, spc_split: 2, spc_ids: 1 })
  })

  it('hands partitions from one process to another, and every mail is threaded once', async () => {
    const start = (holder: string) =>
      startThreader({ log: partition.logOptions, databaseUrl: partition.databaseUrl, http: 'shared', holder })
    const first = await start('first')
    const second = await start('second')
    for (let i = 0; i < 20; i++) await partition.accept(mail(`hand-${i}`))
    await first.stop()
    for (let i = 20; i < 40; i++) await partition.accept(mail(`hand-${i}`))
    await expect
      .poll(async () => (await partition.threadedIds()).filter((id) => id.startsWith('hand-')).length, {
        timeout: 15_000,
      })
      .toBe(40)
    expect(new Set(await partition.threadedIds()).size).toBe((await partition.threadedIds()).length)
    await second.stop()
  })
})
