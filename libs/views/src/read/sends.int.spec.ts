import { testPostgres } from '@skein/servers'
import type { TestDatabase } from '@skein/servers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { account, at, EventMaker, inbox, message, thread } from '../../test/event-maker.js'
import type { Outcome } from '../../test/event-maker.js'
import { VIEW_TABLES } from '../hashes.js'
import { openViews } from '../views.js'
import type { Views } from '../views.js'

let server: TestDatabase
let views: Views
beforeAll(async () => {
  server = await testPostgres()
  views = await openViews({ databaseUrl: server.databaseUrl, cursorSecret: 'spec', poolSize: 4 })
})
afterAll(async () => {
  await views?.close()
  await server?.stop()
})
beforeEach(async () => {
  for (const table of [...VIEW_TABLES, 'checkpoint']) await views.database.run(`delete from ${table}`)
})

const project = (maker: EventMaker) => views.apply({ partition: 0, events: maker.events }, maker.recordsAt)
/** A thread of one mail of ours that waits to be sent: message 1 of thread 1. */
const ours = () => new EventMaker().start(1, { direction: 'out', subject: 'Ours' }).queue(1, 1)
const sendingOf = async (n = 1) => (await views.message(account, message(n)))?.sending

describe('a mail of ours', () => {
  it('waits, with its envelope and its account, until an attempt begins', async () => {
    await project(ours())
    expect(await sendingOf()).toMatchObject({ state: 'queued', attempt: 0, to: ['ada@mail.test'], nextAt: null })
    expect(await views.openSends(0)).toEqual({
      after: 3,
      sends: [
        {
          message: message(1),
          thread: thread(1),
          space: 'spc_test',
          account,
          inbox: inbox(1),
          partition: 0,
          state: 'queued',
          attempt: 0,
          from: 'desk@skein.test',
          to: ['ada@mail.test'],
          sendAt: null,
          nextAt: null,
          onUnknown: 'hold',
          automatic: false,
          input: { stream: 'MAIL-0', sequence: 2 },
          queuedAt: at(3),
        },
      ],
    })
  })

  it.each<[Outcome, object]>([
    ['sent', { state: 'sent', response: '250 ok', sentAt: at(5) }],
    ['deferred', { state: 'deferred', reason: 'busy', nextAt: at(104), sentAt: null }],
    ['failed', { state: 'failed', reason: 'no such user', refused: [{ address: 'bo@mail.test', response: '550 no' }] }],
    ['unknown', { state: 'unknown', reason: 'silence' }],
  ])('is %s when the attempt ended so', async (what, expected) => {
    await project(ours().sending(1, 1, 1).outcome(1, 1, 1, what))
    expect(await sendingOf()).toMatchObject({ attempt: 1, ...expected })
  })

  it('is sent where that is heard after its outcome was unknown', async () => {
    await project(ours().sending(1, 1, 1).outcome(1, 1, 1, 'unknown').outcome(1, 1, 1, 'sent'))
    expect(await sendingOf()).toMatchObject({ state: 'sent', reason: null })
  })

  it('is not moved by what is heard of an attempt that is over', async () => {
    await project(ours().sending(1, 1, 2).outcome(1, 1, 1, 'deferred'))
    expect(await sendingOf()).toMatchObject({ state: 'sending', attempt: 2 })
  })

  it('has bounced even where the server’s word comes after the report, and for each recipient', async () => {
    const maker = ours()
      .sending(1, 1, 1)
      .bounce(1, 1, 'r1')
      .outcome(1, 1, 1, 'sent')
      .bounce(1, 1, 'r2', ['bo@mail.test'])
    await project(maker)
    expect(await sendingOf()).toMatchObject({
      state: 'bounced',
      response: '250 ok',
      bounces: [{ by: message('r1') }, { by: message('r2'), recipients: ['bo@mail.test'] }],
    })
  })

  it('is as a person decides: called back, tried again, or settled', async () => {
    const unknown = () => ours().sending(1, 1, 1).outcome(1, 1, 1, 'unknown')
    await project(ours().decideSend(1, 1, 'cancel').start(5, { direction: 'out' }))
    expect(await sendingOf()).toMatchObject({ state: 'cancelled', reason: 'a person: cancel' })
    await views.database.run('delete from checkpoint')
    for (const table of VIEW_TABLES) await views.database.run(`delete from ${table}`)
    await project(unknown().decideSend(1, 1, 'retry'))
    expect(await sendingOf()).toMatchObject({ state: 'queued', attempt: 1 })
    expect((await views.openSends(0)).sends).toMatchObject([{ state: 'queued', attempt: 1 }])
  })

  it('says no more of people once it is erased, whatever is heard later, and does not leave', async () => {
    await project(ours().erase(1, 1).outcome(1, 1, 1, 'failed'))
    expect(JSON.stringify(await views.database.run('select * from outgoing'))).not.toMatch(/@mail\.test|no such user/)
    await views.database.run('delete from checkpoint')
    expect((await views.openSends(0)).sends).toEqual([])
  })

  it('changes what its thread shows, and so its version', async () => {
    const maker = ours().sending(1, 1, 1)
    await project(maker)
    expect((await views.thread(account, thread(1)))?.version).toBe(maker.last)
  })
})

describe('the outbox', () => {
  const three = () => {
    const maker = new EventMaker()
    for (const n of [1, 2, 3]) maker.start(n, { direction: 'out' }).queue(n, n, { inbox: inbox(n === 2 ? 2 : 1) })
    return maker.sending(3, 3, 1)
  }

  it('lists the newest first, page by page', async () => {
    await project(three())
    const first = await views.listOutbox(account, {}, { limit: 2 })
    expect(first.sends.map((one) => one.message)).toEqual([message(3), message(2)])
    const second = await views.listOutbox(account, {}, { limit: 2, cursor: first.nextCursor ?? '' })
    expect([second.sends.map((one) => one.message), second.nextCursor]).toEqual([[message(1)], null])
  })

  it('can be asked for one state, and for one inbox', async () => {
    await project(three())
    const listed = async (filter: object) =>
      (await views.listOutbox(account, filter, { limit: 9 })).sends.map((one) => one.message)
    expect(await listed({ state: 'queued' })).toEqual([message(2), message(1)])
    expect(await listed({ inbox: inbox(2) })).toEqual([message(2)])
    expect(await listed({ state: 'sending', inbox: inbox(2) })).toEqual([])
    expect((await views.listOutbox('acc_other' as never, {}, { limit: 9 })).sends).toEqual([])
  })
})

describe('a reply to a thread', () => {
  const answered = async (maker: EventMaker) => {
    await project(maker)
    return (await views.lastMessage(thread(1)))?.id
  }
  const reply = (n: number, minutes: number, over = {}) => ({
    sentAt: at(minutes),
    parent: { id: `msg_${n}@mail.test`, fact: 'in-reply-to' },
    ...over,
  })

  it('answers the last message, ours too', async () => {
    const maker = new EventMaker()
      .start(1)
      .reply(1, 2, reply(1, 5))
      .reply(1, 3, reply(2, 9, { direction: 'out' }))
    expect(await answered(maker)).toBe(message(3))
  })

  it('answers the answer and not its mail, where a clock is late or both are of one second', async () => {
    const maker = new EventMaker().start(1).reply(1, 2, reply(1, 9)).reply(1, 4, reply(2, 9)).reply(1, 3, reply(4, 7))
    expect(await answered(maker)).toBe(message(3))
  })

  it('answers no branch that a forward began', async () => {
    const maker = new EventMaker().start(1).reply(1, 2, reply(1, 5))
    maker.reply(1, 3, reply(2, 7, { forward: true })).reply(1, 4, reply(3, 8))
    expect(await answered(maker)).toBe(message(2))
  })

  it('answers no machine, and no mail of ours that never left', async () => {
    const maker = new EventMaker().start(1).reply(1, 2, reply(1, 5, { kind: 'auto-reply' }))
    maker
      .reply(1, 3, reply(1, 6, { kind: 'bounce' }))
      .reply(1, 4, reply(1, 7, { direction: 'out' }))
      .queue(1, 4)
    expect(await answered(maker.decideSend(1, 4, 'cancel'))).toBe(message(1))
  })

  it('answers a machine where nobody else wrote', async () => {
    const maker = new EventMaker().start(1, { kind: 'bounce' }).reply(1, 2, { kind: 'auto-reply', sentAt: at(1) })
    expect(await answered(maker)).toBe(message(2))
  })
})
