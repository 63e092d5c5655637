import { testPostgres } from '@skein/servers'
import type { TestDatabase } from '@skein/servers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { account, EventMaker, message, thread } from '../../test/event-maker.js'
import { VIEW_TABLES } from '../hashes.js'
import type { OfferKind } from '../projection/offers.js'
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

const open = async (maker: EventMaker, kind: OfferKind = 'suggested') => {
  await views.apply({ partition: 0, events: maker.events }, maker.recordsAt)
  const { offers } = await views.listOffers(account, kind, { limit: 9 })
  return offers.map((one) => `${one.message} ${one.candidate}`)
}
/** Thread 3 could belong to 1 or to 2. */
const offered = () => new EventMaker().start(1).start(2).start(3).offer(3, 3, 1).offer(3, 3, 2)
const [first, second] = [`${message(3)} ${thread(1)}`, `${message(3)} ${thread(2)}`]

describe('what is offered', () => {
  it('is listed newest first, apart from what is in quarantine', async () => {
    expect(await open(offered())).toEqual([second, first])
    const { offers } = await views.listOffers(account, 'suggested', { limit: 1 })
    expect(offers[0]).toMatchObject({
      thread: thread(3),
      subject: 'About msg_3',
      candidateSubject: 'About msg_2',
      rule: 'guarded-subject',
      reason: null,
    })
    expect((await views.listOffers(account, 'quarantined', { limit: 9 })).offers).toEqual([])
    expect((await views.listOffers('acc_other' as never, 'suggested', { limit: 9 })).offers).toEqual([])
  })

  it('is walked page by page', async () => {
    await open(offered())
    const page = await views.listOffers(account, 'suggested', { limit: 1 })
    const next = await views.listOffers(account, 'suggested', { limit: 1, cursor: page.nextCursor ?? '' })
    expect([next.offers[0]?.candidate, next.nextCursor]).toEqual([thread(1), null])
  })

  it('in quarantine says why', async () => {
    const maker = new EventMaker().start(1).start(2).offer(2, 2, 1, true)
    expect(await open(maker, 'quarantined')).toEqual([`${message(2)} ${thread(1)}`])
    const { offers } = await views.listOffers(account, 'quarantined', { limit: 1 })
    expect(offers[0]).toMatchObject({ kind: 'quarantined', reason: 'it does not authenticate' })
  })

  it.each<[string, () => EventMaker, string[]]>([
    ['accepted, with all that was offered beside', () => offered().answerOffer(3, 3, 1, true), []],
    ['refused', () => offered().answerOffer(3, 3, 1, false), [second]],
    ['refused, and offered once more', () => offered().answerOffer(3, 3, 1, false).offer(3, 3, 1), [first, second]],
    ['merged meanwhile', () => offered().merge(1, 3), [second]],
    ['merged under another id', () => offered().merge(1, 2), [first]],
    ['refused under the id of the survivor', () => offered().merge(1, 2).answerOffer(3, 3, 1, false), []],
    ['erased', () => offered().erase(3, 3), []],
  ])('and was %s', async (_, maker, expected) => {
    expect(await open(maker())).toEqual(expected)
  })
})
