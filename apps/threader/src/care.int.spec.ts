import type { ThreadId } from '@skein/events'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startPartition, type Partition } from '../test/partition.js'
import { Session } from '../test/session.js'
import type { CommandName } from './commands.js'

describe('a thread', () => {
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

  const until = '2026-03-01T10:30:00.000Z'
  const claim = (thread: ThreadId, by: string) => session.command('ClaimThread', { thread, by, until })

  it('is of one of two agents who claim it; the other is told who has it', async () => {
    const thread = await session.start('claimed')
    expect(await claim(thread, 'agent 1')).toMatchObject({ ok: true })
    expect(await claim(thread, 'agent 2')).toEqual({
      ok: false,
      code: 'claimed',
      detail: `Thread ${thread} is claimed by agent 1 until ${until}.`,
    })
    await session.command('HandleThread', { thread, by: 'agent 1', upTo: session.before + 2 })
    expect(await claim(thread, 'agent 2')).toMatchObject({ ok: true })
  })

  it('keeps its claim through a merge, by whichever id it is asked for', async () => {
    const [a, b] = [await session.start('a'), await session.start('b')]
    await claim(b, 'agent 1')
    await session.command('MergeThreads', { threads: [a, b] })
    for (const thread of [a, b]) expect(await claim(thread, 'agent 2')).toMatchObject({ ok: false, code: 'claimed' })
    expect(await session.command('ReleaseThread', { thread: b, by: 'agent 1' })).toMatchObject({
      result: { events: [{ thread: a }] },
    })
    expect(await claim(b, 'agent 2')).toMatchObject({ ok: true })
  })

  it('adds nothing where it is so already', async () => {
    const thread = await session.start('again')
    const twice: [CommandName, object][] = [
      ['ClaimThread', { by: 'agent 1', until }],
      ['LabelThread', { add: ['vip'], remove: [] }],
      ['HandleThread', { by: 'agent 1', upTo: session.before + 2 }],
      ['ReopenThread', { by: 'agent 1' }],
      ['LabelThread', { add: [], remove: ['vip'] }],
      ['ReleaseThread', { by: 'agent 1' }],
    ]
    for (const [name, payload] of twice) {
      await session.command(name, { thread, ...payload })
      expect(await session.command(name, { thread, ...payload })).toMatchObject({ ok: true, result: { events: [] } })
    }
    expect(await session.types()).toEqual([
      'ThreadClaimed',
      'ThreadLabelled',
      'ThreadReleased',
      'ThreadHandled',
      'ThreadReopened',
      'ThreadLabelled',
    ])
  })

  it('of another space is not there', async () => {
    const thread = await session.start('here')
    const elsewhere = await session.command('ClaimThread', { thread, by: 'agent 1', until, space: 'spc_elsewhere' })
    expect(elsewhere).toMatchObject({ ok: false, code: 'no-such-thread' })
  })
})
