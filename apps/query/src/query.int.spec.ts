import type { AccountId, InboxId, MessageId, ReceivedRecord, SkeinEvent, SpaceId, ThreadId } from '@skein/events'
import { partitionOf } from '@skein/events'
import { hashOfKey } from '@skein/http'
import { openLog, type Log } from '@skein/log'
import { readFacts } from '@skein/mail'
import { testNats, testPostgres, type TestDatabase, type TestNats } from '@skein/servers'
import { decide, MemoryLinkIndex, ruleSet } from '@skein/threading'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { message as messageSchema } from './answers/message.js'
import { diagnosis, explanation, quarantineList, simulation, suggestionList } from './answers/reasons.js'
import { messageList, threadAnswer, threadCount, threadList } from './answers/thread.js'
import { startQuery, type RunningQuery } from './index.js'

const account = 'acc_a' as AccountId
const space = 'spc_a' as SpaceId
const support = 'inb_support' as InboxId
const sales = 'inb_sales' as InboxId
const KEY = 'sk_first_key_1'
const READER = 'sk_read_only_1'
const STRANGER = 'sk_stranger_1'
const PARTITIONS = 2
const partition = partitionOf(space, PARTITIONS)

let nats: TestNats
let postgres: TestDatabase
let log: Log
let query: RunningQuery

const logOptions = () => ({
  url: nats.natsUrl,
  monitorUrl: nats.monitorUrl,
  name: 'spec',
  partitions: PARTITIONS,
  secret: 'only for this spec',
})

beforeAll(async () => {
  ;[nats, postgres] = await Promise.all([testNats(), testPostgres()])
  log = await openLog(logOptions())
  const { directory } = log
  await directory.put('account', { id: account, name: 'A' })
  await directory.put('space', { id: space, account, name: 'A', rules: 'skein', policies: {} })
  const inbox = (id: InboxId, address: string) => ({ id, account, space, name: id, address, aliases: [] })
  await directory.put('inbox', inbox(support, 'support@skein.test'))
  await directory.put('inbox', inbox(sales, 'sales@skein.test'))
  const key = (text: string, of: AccountId, scopes: ('read' | 'write')[]) => {
    const hash = hashOfKey(text)
    return directory.put('key', {
      id: `key_${hash.slice(0, 6)}`,
      account: of,
      name: text,
      hash,
      scopes,
      createdAt: '2026-01-01T00:00:00Z',
    })
  }
  await key(KEY, account, ['read', 'write'])
  await key(READER, account, ['read'])
  await key(STRANGER, 'acc_b' as AccountId, ['read', 'write'])
  query = await startQuery({
    log: logOptions(),
    databaseUrl: postgres.databaseUrl,
    http: { port: 0, host: '127.0.0.1' },
  })
})
afterAll(async () => {
  await query?.stop()
  await log?.close()
  await Promise.all([nats?.stop(), postgres?.stop()])
})

/** Stands in for ingest and threader: stores a mail, decides it, appends the events. */
const index = new MemoryLinkIndex()
let received = 0
const receive = async (
  lines: string[],
  { body = 'Words.', inbox = support, again }: { body?: string; inbox?: InboxId; again?: MessageId } = {},
) => {
  const raw = new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n${body}\r\n`)
  const facts = readFacts(raw)
  const message = again ?? (`msg_${facts.digest}${received++}` as MessageId)
  const record: Omit<ReceivedRecord, 'raw'> = {
    v: 1, message, account, space, inbox, role: 'to', direction: 'in', door: 'http', receivedAt: '2026-05-01T00:00:00.000Z',
    envelope: null, size: raw.length, facts, text: body, html: null, attachments: [], parserVersion: 'spec',
  } // prettier-ignore
  const input = await log.acceptMail({ raw, record })
  const mail = { message, facts, inbox, role: 'to' as const, direction: 'in' as const, receivedAt: record.receivedAt }
  const given = { ...mail, order: input.sequence, snippet: body, attachments: 0, size: raw.length, input }
  const decided = decide(given, index, ruleSet('skein'))
  for (const event of decided) index.apply(event)
  const events = decided.map((one, i): SkeinEvent => ({
    ...one,
    id: `${input.stream}.${input.sequence}.${i}`,
    time: record.receivedAt,
    space,
    cause: { kind: 'input', ...input },
  }))
  const sequence = await log.appendEvents(partition, await log.endOfEvents(partition), events)
  return { message, thread: index.threadOf(message) as ThreadId, input, sequence, raw }
}
const mail = (id: string, subject: string, more: string[] = []) => [
  'From: Ada Lovelace <ada@mail.test>',
  'To: support@skein.test',
  'Date: Mon, 05 Jan 2026 08:00:00 +0000',
  `Message-ID: <${id}@mail.test>`,
  `Subject: ${subject}`,
  ...more,
]

/** What answers have that these specs look at; a problem has other members than a page. */
interface Answer {
  [member: string]: unknown
  threads: { id: string }[]
  messages: { id: string }[]
  inboxes: { id: string }[]
  words: string[]
  next_cursor: string | null
  version: number
  title: string
  detail: string
}
const call = async (path: string, { key = KEY, ...init }: RequestInit & { key?: string } = {}) => {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(init.body ? { 'content-type': 'application/json' } : {}),
    ...init.headers,
  }
  const answer = await fetch(`${query.url}${path}`, { ...init, headers })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer }
}
const patch = (path: string, body: unknown, headers = {}) =>
  call(path, { method: 'PATCH', body: JSON.stringify(body), headers })

describe('lists', () => {
  it('show a thread of its inbox and its account to those who wait for it', async () => {
    const { thread, sequence } = await receive(mail('l1', 'Listed'))
    const wait = `wait_for=${partition}:${sequence}`
    const { body } = await call(`/v1/threads?${wait}`)
    const found = body.threads.find(({ id }) => id === thread)
    expect(found).toEqual({
      id: thread,
      space,
      subject: 'Listed',
      snippet: 'Words.',
      last_from: { name: 'Ada Lovelace', address: 'ada@mail.test' },
      participants: [
        { name: 'Ada Lovelace', address: 'ada@mail.test' },
        { name: '', address: 'support@skein.test' },
      ],
      participant_count: 2,
      message_count: 1,
      unread_count: 1,
      is_read: false,
      has_unread: true,
      has_attachment: false,
      awaiting_reply: false,
      labels: [],
      claim: null,
      handled: false,
      handled_by: null,
      handled_at: null,
      first_message_at: '2026-01-05T08:00:00.000Z',
      last_message_at: '2026-01-05T08:00:00.000Z',
      relation: null,
      version: sequence,
    })
    expect(body).toMatchObject({ next_cursor: null, lag: 0, position: { [partition]: sequence } })
    const ids = (answer: typeof body) => answer.threads.map(({ id }) => id)
    expect(ids((await call(`/v1/inboxes/${support}/threads`)).body)).toContain(thread)
    expect(ids((await call('/v1/inboxes/support@skein.test/threads')).body)).toContain(thread)
    expect(ids((await call(`/v1/threads?inbox=${support}`)).body)).toContain(thread)
    expect(ids((await call(`/v1/inboxes/${sales}/threads`)).body)).toEqual([])
  })

  it('wait for an accepted mail too, and for the same mail once more, which makes no event', async () => {
    const { input, message } = await receive(mail('l2', 'Waited for'))
    expect((await call(`/v1/threads?wait_for=${input.stream}:${input.sequence}`)).status).toBe(200)
    const before = await log.endOfEvents(partition)
    const again = await receive(mail('l2', 'Waited for'), { again: message })
    expect(await log.endOfEvents(partition)).toBe(before)
    expect((await call(`/v1/threads?wait_for=${again.input.stream}:${again.input.sequence}`)).status).toBe(200)
  })

  it('find a part of a subject, name or address, in any case and with signs that mean something elsewhere', async () => {
    const { thread, sequence } = await receive(mail('l3', '100%_Größe', ['Cc: "Grace Hopper" <grace@navy.test>']))
    const search = async (part: string) => {
      const { body } = await call(`/v1/threads?search=${encodeURIComponent(part)}&wait_for=${partition}:${sequence}`)
      return body.threads.map(({ id }) => id)
    }
    for (const part of ['100%_g', 'GRÖßE', 'hopper', 'NAVY.te']) expect(await search(part)).toEqual([thread])
    for (const part of ['1000', '100%G', 'nobody']) expect(await search(part)).toEqual([])
  })

  it('are walked page by page without a repetition or a gap', async () => {
    for (const n of [1, 2, 3, 4, 5]) await receive(mail(`walk${n}`, `Walk ${n}`))
    const last = await receive(mail('walk6', 'Walk 6'))
    const walk = async (limit: number) => {
      const ids: string[] = []
      for (let cursor = ''; ;) {
        const { body } = await call(
          `/v1/threads?search=Walk&limit=${limit}&wait_for=${partition}:${last.sequence}${cursor}`,
        )
        ids.push(...body.threads.map(({ id }) => id))
        if (body.next_cursor === null) return ids
        cursor = `&cursor=${body.next_cursor}`
      }
    }
    const whole = await walk(100)
    expect(whole).toHaveLength(6)
    for (const limit of [1, 2, 4, 6]) expect(await walk(limit)).toEqual(whole)
  })

  it('count the threads of the account', async () => {
    const { body } = await call('/v1/threads/count')
    expect(body).toEqual({ count: (await call('/v1/threads?limit=100')).body.threads.length })
    expect((await call('/v1/threads/count', { key: STRANGER })).body).toEqual({ count: 0 })
  })
})

describe('a thread', () => {
  it('comes with its messages in reading order, with its tree when asked, and with its version as ETag', async () => {
    const first = await receive(mail('t1', 'Tree'))
    const third = await receive([
      ...mail('t3', 'Re: Tree', ['In-Reply-To: <t2@mail.test>', 'References: <t1@mail.test> <t2@mail.test>']).filter(
        (line) => !line.startsWith('Date'),
      ),
      'Date: Mon, 05 Jan 2026 10:00:00 +0000',
    ])
    const { headers, body } = await call(
      `/v1/threads/${first.thread}?tree=true&wait_for=${partition}:${third.sequence}`,
    )
    expect(headers.get('etag')).toBe(`"${body.version}"`)
    expect(body.messages.map(({ id }) => id)).toEqual([first.message, third.message])
    expect(body.inboxes).toEqual([expect.objectContaining({ inbox: support, message_count: 2, unread_count: 2 })])
    expect(body['tree']).toEqual([
      expect.objectContaining({ id: first.message, depth: 0, is_ghost: false }),
      expect.objectContaining({
        id: null,
        message_id: '<t2@mail.test>',
        depth: 1,
        is_ghost: true,
        parent_id: first.message,
      }),
      expect.objectContaining({ id: third.message, depth: 2, parent_id: null, nearest_known_ancestor: first.message }),
    ])
  })

  it('is found by every id that it ever had', async () => {
    const later = await receive(mail('m3', 'Re: Halves', ['In-Reply-To: <m2@mail.test>']))
    const early = await receive(mail('m1', 'Halves'))
    const bridge = await receive(mail('m2', 'Re: Halves', ['In-Reply-To: <m1@mail.test>']))
    const wait = `?wait_for=${partition}:${bridge.sequence}`
    for (const id of [later.thread, early.thread]) {
      expect((await call(`/v1/threads/${id}${wait}`)).body).toMatchObject({
        id: bridge.thread,
        message_count: 3,
        subject: 'Halves',
      })
    }
  })

  it('lists its messages page by page, each with what a reader needs', async () => {
    const first = await receive(mail('p1', 'Pages', ['Cc: Bo <bo@mail.test>']), { body: 'Fresh.\r\n\r\n> old' })
    const second = await receive(
      mail('p2', 'Re: Pages', ['In-Reply-To: <p1@mail.test>', 'References: <p0@mail.test> <p1@mail.test>']),
    )
    const page = await call(`/v1/threads/${first.thread}/messages?limit=1&wait_for=${partition}:${second.sequence}`)
    expect(page.body.messages).toHaveLength(1)
    const next = await call(`/v1/threads/${first.thread}/messages?limit=1&cursor=${page.body.next_cursor}`)
    const both = [...page.body.messages, ...next.body.messages]
    expect(next.body.next_cursor).toBeNull()
    expect(both.find(({ id }) => id === first.message)).toMatchObject({
      thread_id: first.thread,
      direction: 'in',
      from_addr: 'ada@mail.test',
      to_addr: 'support@skein.test',
      header_to: [{ name: '', address: 'support@skein.test' }],
      cc: [{ name: 'Bo', address: 'bo@mail.test' }],
      delivery_role: 'to',
      message_id: '<p1@mail.test>',
      in_reply_to: [],
      references: [],
      subject: 'Pages',
      text: 'Fresh.\r\n\r\n> old',
      new_text: 'Fresh.',
      is_read: false,
    })
    expect(both.find(({ id }) => id === second.message)).toMatchObject({
      in_reply_to: ['<p1@mail.test>'],
      references: ['<p0@mail.test>', '<p1@mail.test>'],
      parent_id: first.message,
    })
  })
})

describe('a message', () => {
  it('says why it is where it is', async () => {
    const first = await receive(mail('e1', 'Explained'))
    const second = await receive(mail('e2', 'Re: Explained', ['In-Reply-To: <e1@mail.test>']))
    await call(`/v1/threads?wait_for=${partition}:${second.sequence}`)
    const { body } = await call(`/v1/messages/${second.message}/explain`)
    expect(body).toMatchObject({ message_id: second.message, thread_id: first.thread, rule: expect.any(String) })
    expect(body.words.join('\n')).toContain(`In-Reply-To says e1@mail.test: that is message ${first.message}`)
  })

  it('comes as it was received, octet for octet', async () => {
    const { message, raw, sequence } = await receive(mail('r1', 'Räw'.normalize()))
    await call(`/v1/messages/${message}?wait_for=${partition}:${sequence}`)
    const answer = await fetch(`${query.url}/v1/messages/${message}/raw`, {
      headers: { authorization: `Bearer ${KEY}` },
    })
    expect(answer.headers.get('content-type')).toBe('message/rfc822')
    expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename=/)
    expect(Buffer.from(await answer.arrayBuffer()).equals(raw)).toBe(true)
  })
})

describe('the diagnosis of a message', () => {
  interface Check {
    check: string
    ok: string
    meant: string | null
    mend: string | null
  }
  const diagnosed = async (message: string, sequence: number) => {
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    const { status, body } = await call(`/v1/messages/${message}/diagnosis`)
    return { status, body, checks: (body as unknown as { checks: Check[] }).checks }
  }

  it('holds for an answer that keeps its thread', async () => {
    await receive(mail('d1', 'Diagnosed'))
    const chain = ['In-Reply-To: <d1@mail.test>', 'References: <d1@mail.test>']
    const { message, thread, sequence } = await receive(mail('d2', 'Re: Diagnosed', chain))
    const { body, checks } = await diagnosed(message, sequence)
    expect(body).toMatchObject({ message_id: message, thread_id: thread, compared_with: 1 })
    expect(checks.map(({ check, ok }) => `${check} ${ok}`)).toEqual([
      'message-id yes',
      'in-reply-to yes',
      'references yes',
      'subject yes',
      'thread-index no',
    ])
  })

  it('finds the mail that was meant in another thread of the same subject', async () => {
    await receive(mail('Near.Miss.1', 'Nearly'))
    const { message, sequence } = await receive(mail('d3', 'Re: Nearly', ['In-Reply-To: <near.miss.1@mail.test>']))
    const { checks } = await diagnosed(message, sequence)
    expect(checks[1]).toMatchObject({ check: 'in-reply-to', ok: 'no', meant: '<Near.Miss.1@mail.test>' })
    expect(checks[1]?.mend).toContain('In-Reply-To: <Near.Miss.1@mail.test>')
  })

  it('names the other mail that has its Message-ID, in whatever thread', async () => {
    await receive(mail('twice1', 'One of two'))
    const { message, sequence } = await receive(mail('twice1', 'Two of two'), { body: 'Quite other words.' })
    const { checks } = await diagnosed(message, sequence)
    expect(checks[0]).toMatchObject({ check: 'message-id', ok: 'no', found: expect.stringContaining('“One of two”') })
  })
})

describe('simulating mail clients', () => {
  interface Grouped {
    client: string
    conversations: number
    messages: Record<string, unknown>[]
  }
  const simulate = async (body: unknown, key = KEY) => {
    const answer = await call('/v1/simulate', { method: 'POST', body: JSON.stringify(body), key })
    return { ...answer, clients: (answer.body as unknown as { clients: Grouped[] }).clients }
  }
  const draft = { subject: 'Re: Simulated', from: 'support@skein.test', to: 'ada@mail.test' }

  it('says for each client where a draft to a stored thread will land, by which rule, and how sure that is', async () => {
    const first = await receive(mail('s1', 'Simulated'))
    await call(`/v1/threads?wait_for=${partition}:${first.sequence}`)
    const ids = { in_reply_to: '<s1@mail.test>', references: ['<s1@mail.test>'] }
    const { status, clients } = await simulate({ thread_id: first.thread, draft: { ...draft, ...ids } }, READER)
    expect(status).toBe(200)
    expect(clients.map(({ client, conversations }) => `${client} ${conversations}`)).toEqual([
      'gmail 1',
      'outlook 1',
      'outlook-imap 2',
      'apple 1',
      'thunderbird 1',
    ])
    expect(clients[0]?.messages).toMatchObject([
      { source: 'thread', id: first.message, message_id: '<s1@mail.test>', conversation: 1, tied_to: null },
      {
        source: 'draft',
        id: null,
        message_id: null,
        conversation: 1,
        rule: 'reply',
        tied_to: 0,
        sureness: 'vendor text',
      },
    ])
    const changed = await simulate({
      client: 'gmail',
      thread_id: first.thread,
      draft: { ...draft, ...ids, subject: 'Another' },
    })
    expect(changed.clients).toMatchObject([
      { client: 'gmail', conversations: 2, messages: [{}, { rule: 'other-subject' }] },
    ])
  })

  it('takes raw mails and headers alike, ids with or without brackets', async () => {
    const raw = 'From: a@a.test\r\nSubject: Q\r\nMessage-ID: <raw1@a.test>\r\n\r\nText\r\n'
    const given = { message_id: 'head1@a.test', subject: 'Re: Q', references: 'raw1@a.test' }
    const { clients } = await simulate({ client: 'thunderbird', messages: [raw, given] })
    expect(clients[0]?.messages).toMatchObject([{ rule: 'start' }, { rule: 'reply', tied_to: 0 }])
  })

  it.each([
    ['nothing to group', {}, 'messages'],
    ['a client that it does not know', { client: 'mutt', draft }, 'client'],
    ['text that is no mail', { messages: ['no mail at all'] }, 'messages.0'],
    ['a header of several lines', { messages: [{ subject: 'Q\r\nBcc: x@x.test' }] }, 'messages.0.subject'],
    ['a date that is none', { draft: { ...draft, date: 'yesterday' } }, 'draft.date'],
    ['a member that it does not know', { draft: { ...draft, body: 'Words.' } }, 'draft.body'],
    ['201 mails', { messages: Array.from({ length: 201 }, () => ({ subject: 'Q' })) }, 'messages'],
    ['200 mails and a draft', { draft, messages: Array.from({ length: 200 }, () => ({ subject: 'Q' })) }, 'messages'],
  ])('refuses %s, naming the field and what to send', async (_, body, field) => {
    const answer = await simulate(body)
    expect(answer).toMatchObject({ status: 400, body: { field, fix: expect.any(String) } })
  })

  it('refuses a thread of another account and a body over 1 MB', async () => {
    const { thread, sequence } = await receive(mail('s2', 'Not theirs'))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    expect((await simulate({ thread_id: thread }, STRANGER)).status).toBe(404)
    expect((await simulate({ messages: ['x'.repeat(1_100_000)] })).status).toBe(413)
  })
})

describe('marking read', () => {
  it('is refused while nobody writes the partition, with the time to try again', async () => {
    const { thread, sequence } = await receive(mail('w1', 'Nobody writes'))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    const { status, body, headers } = await patch(`/v1/threads/${thread}`, { is_read: true })
    expect([status, body['type'], headers.get('retry-after')]).toEqual([503, 'urn:skein:problem:no-writer', '1'])
  })

  it('tells the writer what the caller was shown, and answers with where it was recorded', async () => {
    const { thread, sequence } = await receive(mail('w2', 'Shown'))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    const commands: unknown[] = []
    const writer = log.connection.subscribe(`skein.cmd.threader.${partition}.MarkThreadRead`, {
      callback: (_, message) => {
        commands.push(message.json())
        message.respond(JSON.stringify({ ok: true, result: { partition, sequence: 4711, events: [] } }))
      },
    })
    await log.connection.flush()
    const whole = await patch(`/v1/threads/${thread}`, { is_read: true })
    expect(whole).toMatchObject({
      status: 200,
      body: { id: thread, partition, sequence: 4711, wait_for: `${partition}:4711` },
    })
    await patch(`/v1/threads/${thread}`, { is_read: true, inbox: support }, { 'if-match': '"3"' })
    await patch(`/v1/threads/${thread}`, { is_read: false, up_to: 2 })
    writer.unsubscribe()
    const base = { space, thread, inboxes: [support], actor: expect.stringMatching(/^key_/), id: expect.any(String) }
    expect(commands).toEqual([
      { ...base, isRead: true, upTo: sequence },
      { ...base, isRead: true, upTo: 3 },
      { ...base, isRead: false, upTo: 2 },
    ])
  })
})

describe('taking care of a thread', () => {
  const answered = async (respond: (name: string) => object, body: object, headers = {}) => {
    const { thread, sequence } = await receive(mail(`care${received}`, 'Cared for'))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    const commands: { name: string; payload: Record<string, unknown> }[] = []
    const writer = log.connection.subscribe(`skein.cmd.threader.${partition}.*`, {
      callback: (_, message) => {
        const name = message.subject.split('.').at(-1) ?? ''
        commands.push({ name, payload: message.json() })
        message.respond(JSON.stringify(respond(name)))
      },
    })
    await log.connection.flush()
    const answer = await patch(`/v1/threads/${thread}`, body, headers)
    writer.unsubscribe()
    return { answer, commands, thread, sequence }
  }
  const ok = () => ({ ok: true, result: { partition, sequence: 4711, events: [] } })

  it('claims first, then labels, then says what is handled and read, up to what was seen', async () => {
    const body = { is_read: true, handled: true, labels: { add: ['vip'] }, claim: { for: 60, by: 'ann' } }
    const { answer, commands, thread } = await answered(ok, body, { 'if-match': '"3"' })
    expect(answer).toMatchObject({ status: 200, body: { id: thread, up_to: 3, wait_for: `${partition}:4711` } })
    expect(commands.map(({ name }) => name)).toEqual(['ClaimThread', 'LabelThread', 'HandleThread', 'MarkThreadRead'])
    const [claim, label, handle] = commands.map(({ payload }) => payload)
    expect(claim).toMatchObject({ thread, by: 'ann', until: expect.stringMatching(/^20.*Z$/) })
    expect(label).toMatchObject({ thread, add: ['vip'], remove: [] })
    expect(handle).toMatchObject({ thread, by: 'ann', upTo: 3 })
  })

  it('gives a claim back, and opens what was handled', async () => {
    const { commands } = await answered(ok, { claim: null, handled: false, by: 'ann' })
    expect(commands).toMatchObject([
      { name: 'ReleaseThread', payload: { by: 'ann' } },
      { name: 'ReopenThread', payload: { by: 'ann' } },
    ])
  })

  it('does nothing else for who does not get the claim', async () => {
    const refused = () => ({ ok: false, code: 'claimed', detail: 'bob has it.' })
    const { answer, commands } = await answered(refused, { claim: { for: 60 }, is_read: true })
    expect(answer).toMatchObject({ status: 409, body: { type: 'urn:skein:problem:claimed', detail: 'bob has it.' } })
    expect(commands.map(({ name }) => name)).toEqual(['ClaimThread'])
  })

  it.each([
    ['{"claim":{"for":0}}', 'claim.for'],
    ['{"claim":{}}', 'claim.for'],
    ['{"claim":{"for":60,"by":""}}', 'claim.by'],
    ['{"labels":{"add":["a\\nb"]}}', 'labels.add.0'],
    ['{"labels":["a"]}', 'labels'],
    ['{"handled":"yes"}', 'handled'],
  ])('is refused as %s, naming %s', async (body, field) => {
    const answer = await call('/v1/threads/thr_none', { method: 'PATCH', body })
    expect(answer).toMatchObject({ status: 400, body: { field, fix: expect.any(String) } })
  })
})

describe('answers', () => {
  /** Every call that reads, with what its description says that it answers. */
  const walk = (thread: string, message: string): [path: string, schema: z.ZodType][] => [
    ['/v1/threads', threadList],
    ['/v1/threads?q=shapes', threadList],
    [`/v1/inboxes/${support}/threads?domain=mail.test`, threadList],
    ['/v1/threads/count', threadCount],
    [`/v1/threads/${thread}?tree=true`, threadAnswer],
    [`/v1/threads/${thread}/messages`, messageList],
    [`/v1/messages/${message}`, messageSchema],
    [`/v1/messages/${message}/explain`, explanation],
    [`/v1/messages/${message}/diagnosis`, diagnosis],
    ['/v1/suggestions', suggestionList],
    ['/v1/quarantine', quarantineList],
  ]

  it('have what their schemas say, and nothing beside', async () => {
    const first = await receive(mail('sh1', 'Shapes', ['Cc: "Bo" <bo@mail.test>']), { body: 'All the shapes.' })
    const chain = ['In-Reply-To: <sh1@mail.test>', 'References: <sh0@mail.test> <sh1@mail.test>']
    const { message, sequence } = await receive(mail('sh2', 'Re: Shapes', chain))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    for (const [path, schema] of walk(first.thread, message)) {
      const { status, body } = await call(path)
      expect([path, status]).toEqual([path, 200])
      expect([path, schema.parse(body)]).toEqual([path, body])
    }
    const asked = { thread_id: first.thread, draft: { subject: 'Re: Shapes' } }
    const { body } = await call('/v1/simulate', { method: 'POST', body: JSON.stringify(asked) })
    expect(simulation.parse(body)).toEqual(body)
  })

  it('of a thread that has not changed are empty for who has it', async () => {
    const { thread, sequence } = await receive(mail('etag1', 'Unchanged'))
    const first = await call(`/v1/threads/${thread}?wait_for=${partition}:${sequence}`)
    const etag = first.headers.get('etag') ?? ''
    const headers = { authorization: `Bearer ${KEY}`, 'if-none-match': etag }
    const again = await fetch(`${query.url}/v1/threads/${thread}`, { headers })
    expect([again.status, await again.text()]).toEqual([304, ''])
  })
})

describe('what a key may see', () => {
  it('ends at its account: what others have is answered as what does not exist', async () => {
    const { thread, message, sequence } = await receive(mail('s1', 'Secret'))
    await call(`/v1/threads?wait_for=${partition}:${sequence}`)
    const paths = (t: string, m: string, i: string) => [
      `/v1/threads/${t}`,
      `/v1/threads/${t}/messages`,
      `/v1/messages/${m}`,
      `/v1/messages/${m}/raw`,
      `/v1/messages/${m}/explain`,
      `/v1/messages/${m}/attachments/1`,
      `/v1/inboxes/${i}/threads`,
    ]
    const there = paths(thread, message, support)
    const nowhere = paths('thr_none', 'msg_none', 'inb_none')
    for (const [i, path] of there.entries()) {
      const [theirs, none] = [await call(path, { key: STRANGER }), await call(nowhere[i] as string, { key: STRANGER })]
      expect([theirs.status, none.status]).toEqual([404, 404])
      const plain = ({ body }: typeof theirs) => `${body.title} ${body.detail}`.replaceAll(/(thr|msg|inb)_\w+/g, 'x')
      expect(plain(theirs)).toBe(plain(none))
    }
    expect((await call('/v1/threads', { key: STRANGER })).body.threads).toEqual([])
    expect(
      (await call(`/v1/threads/${thread}`, { key: STRANGER, method: 'PATCH', body: '{"is_read":true}' })).status,
    ).toBe(404)
  })

  it('is told to it', async () => {
    expect((await call('/v1/me')).body).toMatchObject({
      scopes: ['read', 'write'],
      account: { id: account, name: 'A' },
    })
    expect((await call('/v1/inboxes')).body.inboxes.map(({ id }) => id)).toEqual([sales, support])
    expect((await call('/v1/inboxes', { key: STRANGER })).body).toMatchObject({ inboxes: [] })
  })

  it('needs the scope to change anything', async () => {
    const body = '{"is_read":true}'
    expect((await call('/v1/threads/thr_none', { key: READER, method: 'PATCH', body })).status).toBe(403)
  })
})

describe('bad input', () => {
  it.each([
    ['/v1/threads?limit=0', 400, 'limit'],
    ['/v1/threads?limit=many', 400, 'limit'],
    ['/v1/threads?cursor=abc', 400, 'cursor'],
    ['/v1/threads?is_read=yes', 400, 'is_read'],
    ['/v1/threads?is_read=true&unread=true', 400, 'unread'],
    ['/v1/threads?search=', 400, 'search'],
    ['/v1/threads?ofset=3', 400, 'ofset'],
    ['/v1/threads?q=', 400, 'q'],
    ['/v1/threads?domain=a@b.test', 400, 'domain'],
    ['/v1/threads?label=', 400, 'label'],
    ['/v1/threads?handled=maybe', 400, 'handled'],
    ['/v1/threads?before=yesterday', 400, 'before'],
    ['/v1/suggestions?limit=0', 400, 'limit'],
    ['/v1/quarantine?cursor=abc', 400, 'cursor'],
    ['/v1/threads?inbox=inb_none', 404, undefined],
    ['/v1/threads?wait_for=soon', 400, 'wait_for'],
    ['/v1/threads?wait_for=99:1', 400, 'wait_for'],
    ['/v1/threads/thr_none?trees=1', 400, 'trees'],
    ['/v1/messages/msg_none/attachments/zero', 400, 'n'],
  ])('%s is answered %i, naming the field', async (path, status, field) => {
    const answer = await call(path)
    expect(answer).toMatchObject({
      status,
      body: { status, ...(field === undefined ? {} : { field, fix: expect.any(String) }) },
    })
  })

  it('a cursor of another list is refused', async () => {
    const { body } = await call('/v1/threads?limit=1')
    const { status, body: problem } = await call(`/v1/threads?limit=1&is_read=false&cursor=${body.next_cursor}`)
    expect([status, problem['field']]).toEqual([400, 'cursor'])
  })

  it('a wait for what does not come ends with how far the views are', async () => {
    const { status, body } = await call(`/v1/threads?wait_for=${partition}:999999`)
    expect([status, body['type'], body['position']]).toEqual([
      504,
      'urn:skein:problem:not-there-yet',
      { [partition]: expect.any(Number) },
    ])
  }, 15_000)

  it.each([
    ['{"is_read":"yes"}', 'is_read', {}],
    ['{}', 'is_read', {}],
    ['{"is_read":true,"label":"x"}', 'label', {}],
    ['{"is_read":true,"up_to":-1}', 'up_to', {}],
    ['{"is_read":true}', 'If-Match', { 'if-match': 'W/"x"' }],
  ])('PATCH %s is answered 400, naming %s', async (body, field, headers) => {
    const answer = await call('/v1/threads/thr_none', { method: 'PATCH', body, headers })
    expect(answer).toMatchObject({ status: 400, body: { field, fix: expect.any(String) } })
  })
})

it('is alive and ready, and says so without a key', async () => {
  expect(await (await fetch(`${query.url}/health/live`)).json()).toMatchObject({ state: 'green' })
  const ready = await fetch(`${query.url}/health/ready`)
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { state: 'green', checks: expect.objectContaining({ postgres: expect.anything(), projector: expect.anything() }) },
  ])
})

it('goes on where it was after a restart', async () => {
  await query.stop()
  const { thread, sequence } = await receive(mail('z1', 'While it was away'))
  query = await startQuery({
    log: logOptions(),
    databaseUrl: postgres.databaseUrl,
    http: { port: 0, host: '127.0.0.1' },
  })
  expect((await call(`/v1/threads/${thread}?wait_for=${partition}:${sequence}`)).body).toMatchObject({
    message_count: 1,
  })
})
