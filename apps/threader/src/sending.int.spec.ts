import type { ThreadId } from '@skein/events'
import { StaleWriter } from '@skein/log'
import { LINK_TABLES, tableHashes } from '@skein/views'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { space, startPartition, type Partition } from '../test/partition.js'
import { Session } from '../test/session.js'
import { startThreader } from './start.js'

describe('a mail of ours', () => {
  let partition: Partition
  let session: Session

  beforeAll(async () => {
    partition = await startPartition()
  })
  afterAll(async () => {
    await partition?.stop()
  })
  beforeEach(async () => {
    session = await Session.open(partition)
  })

  it('takes its place, waits to be sent, and marks read what its writer had seen', async () => {
    const asked = await session.receive('asked')
    const thread = `thr_${asked.slice(4)}` as ThreadId
    const answer = await session.compose('answer', { seenUpTo: { thread, sequence: session.before + 2 } }, 'asked')
    await session.writer.write([answer])
    const [, , placed, queued, read] = await session.events()
    expect([placed, queued, read]).toMatchObject([
      { type: 'MessageThreaded', thread, data: { direction: 'out', read: true } },
      { type: 'MessageQueued', thread, data: { message: answer.record.message, input: answer.position } },
      { type: 'ThreadRead', thread, data: { inboxes: ['inb_a'], upTo: session.before + 2 } },
    ])
    expect(new Set([placed, queued, read].map((event) => JSON.stringify(event?.cause))).size).toBe(1)
  })

  it('joins the mail that it answers where its headers cannot say so', async () => {
    const asked = await session.receive('asked')
    const answer = await partition.compose(
      session.mail('answer'),
      { answers: asked },
      `${session.id('asked')}@a.example`,
    )
    await session.writer.write([answer])
    expect(new Set((await session.events()).map(({ thread }) => thread)).size).toBe(1)
  })

  it('marks read the thread that the seen one was merged into', async () => {
    const [a, b] = [await session.receive('a'), await session.receive('b')].map(
      (message) => `thr_${message.slice(4)}` as ThreadId,
    )
    await session.command('MergeThreads', { threads: [a, b] })
    await session.queue('answer', { seenUpTo: { thread: b as ThreadId, sequence: session.before + 4 } })
    expect((await session.events()).at(-1)).toMatchObject({ type: 'ThreadRead', thread: a })
  })

  it('that is stored again is queued once: in one batch, in the next, and after a restart', async () => {
    const input = await session.compose('twice')
    await session.writer.write([input, await session.compose('twice')])
    await session.writer.write([await session.compose('twice')])
    await session.restart()
    await session.writer.write([input])
    expect(await session.types()).toEqual(['MessageQueued'])
  })

  it('and what came of it may be in one batch', async () => {
    const input = await session.compose('fast')
    const { message } = input.record
    await session.writer.write([
      input,
      await partition.noteDelivery(message, 1, 'deferred'),
      await partition.noteDelivery(message, 1, 'deferred'),
      await partition.noteDelivery(message, 2, 'failed'),
    ])
    expect(await session.types()).toEqual(['MessageQueued', 'SendDeferred', 'SendFailed'])
  })

  it('under the Message-ID of another mail of ours is put aside, not lost', async () => {
    const date = 'Date: Sun, 01 Mar 2026 10:00:00 +0000'
    await session.writer.write([await partition.compose(session.mail('same', undefined, [date]))])
    const other = Buffer.concat([session.mail('same', undefined, [date]), Buffer.from('but longer\r\n')])
    const second = await partition.compose(other)
    await session.writer.write([second])
    expect(await session.types()).toEqual(['MessageQueued', 'MessageDelivered'])
    const parked = await partition.log.parked.list()
    expect(parked.find(({ sequence }) => sequence === second.position.sequence)?.reason).toContain('another mail')
  })

  describe('an attempt', () => {
    it('is begun by one of fifty who ask at once, with two threaders running', async () => {
      const message = await session.queue('raced')
      const start = (holder: string) =>
        startThreader({ log: partition.logOptions, databaseUrl: partition.databaseUrl, http: 'shared', holder })
      const threaders = [await start('first'), await start('second')]
      const ask = (name: string, payload: object, id: string) =>
        partition.log.command(0, name, { id, space, actor: 'outbox', message, ...payload })
      const nothing = () => ask('RetrySend', { reason: 'it waits already' }, 'up')
      await expect.poll(() => nothing().then(() => 'up', String), { timeout: 10_000 }).toBe('up')
      const answers = await Promise.allSettled(
        Array.from({ length: 50 }, (_, i) => ask('BeginSend', { attempt: 1 }, `race-${i}`)),
      )
      await Promise.all(threaders.map((threader) => threader.stop()))
      expect((await session.types()).filter((type) => type === 'SendStarted')).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(answers.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'not-due' } })
    })

    it('is begun once by two writers: whoever comes second finds it begun', async () => {
      const message = await session.queue('raced')
      expect(await session.begin(message, 1)).toMatchObject({ ok: true })
      await session.restart()
      expect(await session.begin(message, 1)).toMatchObject({ ok: false, code: 'not-due' })
    })

    it('of a writer that missed what another wrote is refused by the log', async () => {
      const message = await session.queue('raced')
      const stale = partition.newWriter()
      await stale.open()
      await session.queue('meanwhile')
      await expect(session.command('BeginSend', { message, attempt: 1 }, stale)).rejects.toBeInstanceOf(StaleWriter)
      expect(await session.types()).not.toContain('SendStarted')
    })

    it('does not begin once the mail was called back; one that began cannot be called back', async () => {
      const [first, second] = [await session.queue('first'), await session.queue('second')]
      expect(await session.command('CancelSend', { message: first, reason: 'wrong person' })).toMatchObject({
        ok: true,
      })
      expect(await session.begin(first, 1)).toMatchObject({ ok: false, code: 'not-due' })
      expect(await session.begin(second, 1)).toMatchObject({ ok: true })
      expect(await session.command('CancelSend', { message: second, reason: '' })).toMatchObject({
        ok: false,
        code: 'too-late',
      })
    })

    it('that ended unknown is followed by another on a person’s word, or by policy', async () => {
      const [held, retried] = [await session.queue('held'), await session.queue('retried', { onUnknown: 'retry' })]
      for (const message of [held, retried]) {
        await session.begin(message, 1)
        await session.note(message, 1, 'unknown')
      }
      expect(await session.begin(retried, 2)).toMatchObject({ ok: true })
      expect(await session.begin(held, 2)).toMatchObject({ ok: false, code: 'not-due' })
      await session.command('RetrySend', { message: held, reason: 'it is not there' })
      expect(await session.begin(held, 2)).toMatchObject({ ok: true })
      await session.note(held, 2, 'unknown')
      await session.command('SettleSend', { message: held, as: 'sent', reason: 'they have it' })
      expect(await session.begin(held, 3)).toMatchObject({ ok: false, code: 'not-due' })
    })

    it('is in the thread that the mail is in today', async () => {
      const message = await session.queue('moved')
      const thread = `thr_${(await session.receive('target')).slice(4)}` as ThreadId
      await session.receive('answer', 'moved')
      await session.command('MoveMessages', { messages: [message], to: thread })
      await session.begin(message, 1)
      await session.note(message, 1, 'sent')
      expect((await session.events()).slice(-2).map((event) => [event.type, event.thread])).toEqual([
        ['SendStarted', thread],
        ['MessageSent', thread],
      ])
    })

    it('of another space’s mail is refused', async () => {
      const message = await session.queue('ours')
      const elsewhere = await session.command('BeginSend', { message, attempt: 1, space: 'spc_elsewhere' })
      expect(elsewhere).toMatchObject({ ok: false, code: 'not-outgoing' })
    })
  })

  it('is as it was, and so is who has its thread, when the index is lost and made again', async () => {
    const rows = () => tableHashes(partition.database.run.bind(partition.database), LINK_TABLES)
    await session.queue('ours')
    const thread = await session.start('theirs')
    await session.command('ClaimThread', { thread, by: 'agent', until: '2026-03-01T10:30:00.000Z' })
    const live = await rows()
    expect(Object.keys(live)).toEqual(expect.arrayContaining(['link_outgoing/0', 'link_claim/0']))
    await partition.loseIndex()
    await session.restart()
    expect(await rows()).toEqual(live)
  })
})
