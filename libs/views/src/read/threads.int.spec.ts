import { testPostgres } from '@skein/servers'
import type { TestDatabase } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { account, at, EventMaker, inbox, recordOf, thread } from '../../test/event-maker.js'
import { openViews } from '../views.js'
import type { Views } from '../views.js'
import { listStatement } from './threads.js'
import type { ThreadFilter } from './threads.js'
import { wordQueryOf } from './word-query.js'

let server: TestDatabase
let views: Views
const person = (address: string, name = '') => [{ name, address }]
/** Threads 1 to 6, the higher the newer. */
const maker = new EventMaker()
  .start(1, { sentAt: at(1), from: person('Eve@Example.com.evil', 'Eve'), subject: 'Invoice 17' })
  .start(2, { sentAt: at(2), from: person('ada@example.com', 'Ada Lovelace'), subject: 'Lunch', attachments: 1 })
  .start(3, { sentAt: at(3), from: person('bo@mail.example.com'), subject: 'Lunch again', inbox: inbox(2) })
  .start(4, { sentAt: at(4), from: person('ada@example.com'), subject: 'Outbound', direction: 'out', read: true })
  .start(5, { sentAt: at(5), from: person('cy@mail.test'), subject: 'Größe 100%', attachments: 2 })
  .reply(5, 50, { sentAt: at(6), from: person('ada@example.com'), inbox: inbox(2) })
  .start(6, { sentAt: at(7), from: person('cy@mail.test'), subject: 'Claimed' })
  .label(2, ['urgent', 'later'])
  .label(5, ['urgent'])
  .label(5, [], ['later'])
  .handle(1)
  .handle(5)
  .claim(6, 'ann', '2999-01-01T00:00:00.000Z')
  .claim(5, 'bob', '2001-01-01T00:00:00.000Z')

beforeAll(async () => {
  server = await testPostgres()
  views = await openViews({ databaseUrl: server.databaseUrl, cursorSecret: 'spec', poolSize: 4 })
  const texts: Record<string, string> = { msg_1: 'Please pay the quick brown fox.', msg_50: 'A fox is not a dog.' }
  await views.apply({ partition: 0, events: maker.events }, async (_, sequences) => {
    const records = await maker.recordsAt(_, sequences)
    for (const event of maker.events) {
      const record = event.type === 'MessageThreaded' && records.get(event.data.input.sequence)
      if (record && event.type === 'MessageThreaded')
        records.set(event.data.input.sequence, recordOf(event.data, texts[record.message] ?? ''))
    }
    return records
  })
})
afterAll(async () => {
  await views?.close()
  await server?.stop()
})

const listed = async (filter: Partial<ThreadFilter>, page: { limit: number; cursor?: string } = { limit: 50 }) =>
  (await views.listThreads({ account, ...filter }, page)).threads.map(({ id }) => Number(id.slice(4)))

describe('a list', () => {
  it.each<[string, Partial<ThreadFilter>, number[]]>([
    ['nothing', {}, [6, 5, 4, 3, 2, 1]],
    ['an inbox', { inbox: inbox(2) }, [5, 3]],
    ['what is read', { isRead: true }, [4]],
    ['a whole domain: neither its subdomains nor what only begins like it', { domain: 'example.com' }, [5, 4, 2]],
    ['a subdomain', { domain: 'mail.example.com' }, [3]],
    ['a part of a domain', { domain: 'example' }, []],
    ['an address', { address: 'eve@example.com.evil' }, [1]],
    ['a part of an address', { address: 'ada@example' }, []],
    ['a part of a subject, in any case', { search: 'GRÖSSE'.replace('SS', 'ß') }, [5]],
    ['signs that mean something in a pattern', { search: '0%' }, [5]],
    ['a part of a name', { search: 'lovel' }, [2]],
    ['two letters', { search: 'Lu' }, [3, 2]],
    ['a label', { label: 'urgent' }, [5, 2]],
    ['a label that was taken off again', { label: 'later' }, [2]],
    ['what is handled, and got no mail since', { isHandled: true }, [5, 1]],
    ['what is not', { isHandled: false }, [6, 4, 3, 2]],
    ['attachments', { hasAttachment: true }, [5, 2]],
    ['no attachments', { hasAttachment: false }, [6, 4, 3, 1]],
    ['a time before which the last mail is', { before: at(3) }, [2, 1]],
    ['a time since which it is', { after: at(4) }, [6, 5, 4]],
    ['words of any message', { q: 'fox' }, [5, 1]],
    ['a phrase', { q: '"brown fox"' }, [1]],
    ['a phrase in another order', { q: '"fox brown"' }, []],
    ['a phrase that goes over the end of a subject', { q: '"lunch ada"' }, []],
    ['words of which one must not be there', { q: 'fox -dog' }, [1]],
    ['a word and a phrase that must not be there', { q: 'fox -"brown fox"' }, [5]],
    ['a word that must not be there', { q: '-lunch' }, [6, 5, 4, 1]],
    ['one word or others', { q: 'lunch again or fox dog or zebra' }, [5, 3]],
    ['words of a subject', { q: 'lunch' }, [3, 2]],
    ['words of a person', { q: 'lovelace' }, [2]],
    ['a domain as a word', { q: 'mail.example.com' }, [3]],
    ['no word at all', { q: '?!' }, []],
    ['all of it together', { domain: 'example.com', label: 'urgent', hasAttachment: true, inbox: inbox(2) }, [5]],
    ['what excludes itself', { domain: 'example.com', address: 'cy@mail.test', isHandled: false }, []],
  ])('by %s', async (_, filter, expected) => {
    expect(await listed(filter)).toEqual(expected)
    expect(await listed({ ...filter, account: 'acc_other' as never })).toEqual([])
    if (expected.length < 2) return
    const { nextCursor } = await views.listThreads({ account, ...filter }, { limit: 1 })
    expect(await listed(filter, { limit: 50, cursor: nextCursor ?? '' })).toEqual(expected.slice(1))
  })

  it('takes all filters at once, under a name that the server does not cut', async () => {
    const filter: ThreadFilter = {
      account,
      ...{ inbox: inbox(2), isRead: false, search: 'gr', q: 'fox', domain: 'example.com', address: 'ada@example.com' },
      ...{ label: 'urgent', isHandled: true, hasAttachment: false, before: at(60), after: at(0) },
    }
    expect(await listed({ ...filter, hasAttachment: true })).toEqual([5])
    const all = ['q', 'address', 'domain', 'label', 'search', 'handled', 'attached']
    const conditions = all.map((name) => ({ name, needsThread: false, findsFirst: false, sql: () => 'true' }))
    const narrowed = { ids: { ids: 'thr_5', count: 1 }, conditions }
    const place = { at: at(9), id: 'thr_9' }
    const { name = '' } = listStatement({
      filter,
      after: place,
      limit: 50,
      query: wordQueryOf('fox', account),
      narrowed,
    })
    expect(new Set(name.split(' ')).size).toBe(name.split(' ').length)
    expect(name).toMatch(/^threads 51 .{20,55}$/)
  })

  it('says how well each thread answers a full-text search, and nothing of that elsewhere', async () => {
    const { threads } = await views.listThreads({ account, q: 'lunch' }, { limit: 5 })
    expect(threads.map(({ rank }) => rank)).toEqual([1, 1])
    expect((await views.listThreads({ account }, { limit: 1 })).threads[0]?.rank).toBeNull()
  })

  it('ranks what begins a subject over what stands later, and what has all over what has some', async () => {
    const ranks = async (q: string) => {
      const { threads } = await views.listThreads({ account, q }, { limit: 5 })
      return Object.fromEntries(threads.map(({ id, rank }) => [id.slice(4), rank]))
    }
    const place = (n: number): number => 1 / (1 + Math.log(n))
    expect(await ranks('again')).toEqual({ 3: expect.closeTo(place(2)) as number })
    expect(await ranks('lovelace')).toEqual({ 2: expect.any(Number) as number })
    expect((await ranks('lovelace'))['2']).toBeLessThan(place(2))
    expect(await ranks('lunch or again')).toEqual({ 3: expect.closeTo((1 + place(2)) / 2) as number, 2: 0.5 })
    expect(await ranks('"lunch again"')).toEqual({ 3: 1 })
    expect(await ranks('-lunch')).toEqual({ 6: 0, 5: 0, 4: 0, 1: 0 })
  })
})

describe('a thread', () => {
  it('that only we wrote in is read from birth, and waits for an answer', async () => {
    expect(await views.thread(account, thread(4))).toMatchObject({ unreadCount: 0, isAwaitingReply: true })
    expect(await views.thread(account, thread(5))).toMatchObject({ isAwaitingReply: false })
  })

  it('says who claims it, as long as the claim runs, and who handled it', async () => {
    const claim = { by: 'ann', until: '2999-01-01T00:00:00.000Z' }
    expect(await views.thread(account, thread(6))).toMatchObject({ claim, handled: null, labels: [] })
    expect(await views.thread(account, thread(5))).toMatchObject({
      claim: null,
      handled: { by: 'key_test' },
      labels: ['urgent'],
    })
  })

  it('numbers its messages in reading order, on every page', async () => {
    const first = await views.messages(thread(5), { limit: 1 })
    const second = await views.messages(thread(5), { limit: 1, cursor: first.nextCursor ?? '' })
    const both = [...first.messages, ...second.messages]
    expect(both.map(({ threadPosition }) => threadPosition)).toEqual([1, 2])
    expect((await views.message(account, 'msg_50'))?.threadPosition).toBe(2)
  })
})
