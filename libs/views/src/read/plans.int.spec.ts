import type { InboxId, ThreadId } from '@skein/events'
import { testPostgres } from '@skein/servers'
import type { TestDatabase } from '@skein/servers'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { account } from '../../test/event-maker.js'
import { openViews } from '../views.js'
import { bigintsAsText } from '../binary-array.js'
import { wordKeysOf } from '../word-keys.js'
import type { Views } from '../views.js'
import type { ThreadFilter } from './threads.js'

/** The keys of words, in the server's text. */
const keysOf = (words: string): string => bigintsAsText(wordKeysOf(account, [words]).keys)
const WORDS_OF_SOME = Array.from({ length: 13 }, (_, n) => `(${n}, '${keysOf(`w${n}`)}'::bigint[])`).join(', ')
/** Threads of two accounts, with statistics such as many would have; what is in the other columns plays no part in a plan. */
const ROWS = `
  insert into thread (id, partition, space, account, subject, base_subject, message_count, attachment_count, unread_count,
      participant_count, participants, first_at, last_at, snippet, work, labels, handled_up_to, version)
    select 'thr_' || n, 0, 'spc', case when n % 4 = 0 then 'acc_other' else '${account}' end, 'Topic ' || md5(n::text), '', 2,
      (n % 50 = 0)::int, (n % 5 = 0)::int, 2, '[]', now(), timestamptz '2026-01-01' + n * interval '1 minute', '', 5,
      case when n % 250 = 0 then '["urgent"]'::jsonb else '[]' end, case when n % 3 = 0 then 5 end, n
    from generate_series(1, 20000) n;
  insert into thread_inbox select id, 'inb_' || (right(id, 1)::int % 3), 0, 2, unread_count, last_at from thread;
  insert into thread_participant
    select t.id, p || '.' || (t.version % 3000) || '@d' || (t.version % 400) || '.test', 0, t.first_at, null, t.account,
      'd' || (t.version % 400) || '.test'
    from thread t, (values ('ann'), ('bo')) as v(p);
  insert into message (id, thread, placed, partition, space, position, erased, input_stream, input_sequence, direction, kind,
      forward, message_id, wire_key, aliases, in_reply_to, references_, subject, base_subject, subject_kind, from_, reply_to, to_,
      cc, sent_at, received_at, snippet, attachment_count, size, digest, rule, confidence, evidence, rivals)
    select 'msg_' || t.version || '_' || n, t.id, t.id, 0, 'spc', t.version * 2 + n, false, 'MAIL-0', 1, 'in', 'normal', false,
      t.version || '.' || n, decode(md5(t.version || '.' || n), 'hex'), '[]', '[]', '[]', '', '', 'plain', '[]', '[]', '[]', '[]',
      t.last_at, t.last_at, '', 0, 1, '', 'start', 'certain', '[]', '[]'
    from thread t, generate_series(1, 2) n;
  insert into message_body
    select id, 0, '', null, '[]', null, '[]' from message;
  insert into message_words
    select m.id, t.id, 0, '${keysOf('all them')}'::bigint[] || ('x' || left(md5(m.id), 16))::bit(64)::bigint || of_some.keys
      || case when m.id = 'msg_77_1' then '${keysOf('zeppelin')}'::bigint[] end, ''
    from message m join thread t on t.id = m.thread join (values ${WORDS_OF_SOME}) of_some (n, keys) on n = t.version % 13;
  insert into delivery select id, 'inb_1', thread, 0, position, 'to', position % 9 > 0, false, received_at, '' from message;
  insert into outgoing (message, partition, position, space, account, inbox, state, attempt, from_, to_, on_unknown, automatic,
      refused, bounces, actor, input_stream, input_sequence, queued_at, updated_at, erased)
    select m.id, 0, m.position, 'spc', '${account}', 'inb_1', case when m.position % 500 = 0 then 'queued' else 'sent' end, 1, '', '[]', 'hold', false, '[]',
      '[]', '', 'MAIL-0', 1, m.sent_at, m.sent_at, false
    from message m where m.position % 3 = 0;
  insert into note select 0, position, 'SubjectChanged', thread, id, sent_at, '{}' from message where position % 4 = 0;
  insert into join_offer
    select 0, position, 'spc', id, case when position % 8 = 0 then 'quarantined' else 'suggested' end, 'thr_1', sent_at, position % 1000 = 0
    from message where position % 4 = 0`

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  Plans?: Plan[]
}
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]

let server: TestDatabase
let views: Views
beforeAll(async () => {
  server = await testPostgres()
  views = await openViews({ databaseUrl: server.databaseUrl, cursorSecret: 'spec', poolSize: 2 })
  for (const statement of ROWS.split(';\n')) await views.database.run(statement)
  await views.database.run('vacuum analyze')
}, 60_000)
afterAll(async () => {
  await views?.close()
  await server?.stop()
})

/** Every statement that a call runs, with what the server would do: for these values, and for any (as once it is prepared). */
const plansOf = async (call: () => Promise<unknown>): Promise<Plan[]> => {
  const run = vi.spyOn(views.database, 'run')
  await call()
  const calls = run.mock.calls.filter(([sql]) => !/^\s*(explain|select sum\(greatest)/.test(sql))
  run.mockRestore()
  const plans = calls.flatMap(([sql, parameters, name]) => [
    views.database.run<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (format json) ${sql}`, parameters),
    ...(name === undefined
      ? []
      : [views.database.run<{ 'QUERY PLAN': [{ Plan: Plan }] }>(`explain (format json, generic_plan) ${sql}`)]),
  ])
  return (await Promise.all(plans)).flatMap(([row]) => nodesOf(row?.['QUERY PLAN'][0].Plan as Plan))
}

const listed = (filter: Partial<ThreadFilter>, cursor?: string) => () =>
  views.listThreads({ account, ...filter }, { limit: 50, ...(cursor === undefined ? {} : { cursor }) })
const inbox = 'inb_1' as InboxId
const page = { limit: 50 }

describe('with many threads', () => {
  it.each<[string, () => Promise<unknown>, string[]]>([
    ['the newest', listed({}), ['thread_newest']],
    ['the newest of an inbox', listed({ inbox }), ['thread_inbox_newest', 'thread_pkey']],
    ['unread ones', listed({ isRead: false }), ['thread_newest_unread']],
    ['unread ones of an inbox', listed({ inbox, isRead: false }), ['thread_inbox_newest_unread']],
    ['read ones', listed({ isRead: true }), ['thread_newest']],
    ['those between two times', listed({ after: '2026-01-02', before: '2026-01-03' }), ['thread_newest']],
    ['attached files', listed({ hasAttachment: true }), ['thread_newest_attached']],
    ['attached files in an inbox', listed({ inbox, hasAttachment: true }), ['thread_newest_attached']],
    ['handled ones', listed({ isHandled: true }), ['thread_newest_handled']],
    ['open ones', listed({ isHandled: false }), ['thread_newest_open']],
    ['a label', listed({ label: 'urgent' }), ['thread_labels', 'thread_pkey']],
    ['a domain', listed({ domain: 'd7.test' }), ['thread_participant_address', 'thread_pkey']],
    ['an address', listed({ address: 'ann.7@d7.test' }), ['thread_participant_address', 'thread_pkey']],
    ['a rare part', listed({ search: 'ann.77@' }), ['thread_subject_part', 'thread_participant_part', 'thread_pkey']],
    ['a common part', listed({ search: 'topic' }), ['thread_newest']],
    ['a short part', listed({ search: 'Qq' }), ['thread_newest']],
    ['a rare word', listed({ q: 'zeppelin' }), ['message_words_keys']],
    ['a rare part in an inbox', listed({ inbox, search: 'ann.77@' }), ['thread_subject_part', 'thread_inbox_pkey']],
    ['a common word', listed({ q: 'them' }), ['thread_newest', 'message_words_thread']],
    ['a word of some', listed({ q: 'w7' }), ['message_words_keys', 'thread_newest']],
    ['a part of some in an inbox', listed({ inbox, search: 'abc' }), ['thread_subject_part', 'thread_inbox_newest']],
    ['what is offered', () => views.listOffers(account, 'quarantined', page), ['join_offer_open']],
    ['the outbox', () => views.listOutbox(account, {}, page), ['outgoing_newest', 'message_pkey']],
    ['what waits in the outbox', () => views.listOutbox(account, { state: 'queued' }, page), ['outgoing_newest_state']],
    ['the outbox of an inbox', () => views.listOutbox(account, { inbox }, page), ['outgoing_newest_inbox']],
    ['messages', () => views.messages('thr_7' as ThreadId, page), ['message_reading_order', 'message_body_pkey']],
    [
      'a thread',
      () => views.thread(account, 'thr_7'),
      ['thread_pkey', 'thread_inbox_pkey', 'thread_participant_first'],
    ],
    ['a message', () => views.message(account, 'msg_7_1'), ['message_pkey', 'delivery_pkey', 'outgoing_pkey']],
  ])('%s are found by an index, and no table is read as a whole', async (_, call, indexes) => {
    const plans = await plansOf(call)
    const used = new Set(plans.flatMap((node) => node['Index Name'] ?? []))
    expect([...used]).toEqual(expect.arrayContaining(indexes))
    const whole = plans.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'])
    expect(whole.filter((table) => table !== 'thread_alias' && table !== 'message_copy')).toEqual([])
  })

  it.each<[string, Partial<ThreadFilter>, string]>([
    ['a part of addresses', { search: '@d39' }, `version % 400 = 39 or version % 400 between 390 and 399`],
    ['a word', { q: 'w7' }, 'version % 13 = 7'],
    ['a part of subjects in an inbox', { inbox, search: 'aBc' }, `subject like '%abc%' and right(id, 1)::int % 3 = 1`],
  ])('what holds for some hundreds is found whole, page by page, in order: %s', async (_, filter, sql) => {
    const rows = await views.database.run<{ id: string }>(
      `select id from thread where account = $1 and (${sql}) order by last_at desc, id desc`,
      [account],
    )
    const met: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await views.listThreads({ account, ...filter }, { limit: 10, ...(cursor && { cursor }) })
      met.push(...page.threads.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect(met.length).toBeGreaterThan(20)
    expect(met).toEqual(rows.map(({ id }) => id))
  })

  it('a next page begins where the last one ended', async () => {
    const { nextCursor } = await listed({ inbox })()
    const plans = await plansOf(listed({ inbox }, nextCursor ?? ''))
    expect(plans.map((node) => node['Index Name'])).toContain('thread_inbox_newest')
    expect(plans.map((node) => node['Node Type'])).not.toContain('Sort')
  })
})
