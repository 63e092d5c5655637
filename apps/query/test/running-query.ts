import type { AccountId, InboxId, MessageId, ReceivedRecord, SkeinEvent, SpaceId, ThreadId } from '@skein/events'
import { partitionOf } from '@skein/events'
import { hashOfKey } from '@skein/http'
import { openLog, type Log } from '@skein/log'
import { readFacts } from '@skein/mail'
import { testNats, testPostgres, type TestDatabase, type TestNats } from '@skein/servers'
import { decide, MemoryLinkIndex, ruleSet } from '@skein/threading'
import { afterAll, beforeAll } from 'vitest'
import { startQuery, type RunningQuery } from '../src/index.js'

export const account = 'acc_a' as AccountId
export const space = 'spc_a' as SpaceId
export const support = 'inb_support' as InboxId
export const sales = 'inb_sales' as InboxId
export const KEY = 'sk_first_key_1'
export const READER = 'sk_read_only_1'
export const STRANGER = 'sk_stranger_1'
export const PARTITIONS = 2
export const partition = partitionOf(space, PARTITIONS)

export let nats: TestNats
export let postgres: TestDatabase
export let log: Log
export let query: RunningQuery

export const logOptions = () => ({
  url: nats.natsUrl,
  monitorUrl: nats.monitorUrl,
  name: 'spec',
  partitions: PARTITIONS,
  secret: 'only for this spec',
})

const start = async (): Promise<void> => {
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
  query = await startQuery(queryConfig())
}
const stop = async (): Promise<void> => {
  await query?.stop()
  await log?.close()
  await Promise.all([nats?.stop(), postgres?.stop()])
}

const queryConfig = () => ({
  log: logOptions(),
  databaseUrl: postgres.databaseUrl,
  http: { port: 0, host: '127.0.0.1' },
})

/** Stands in for ingest and threader: stores a mail, decides appends the events. */
export const index = new MemoryLinkIndex()
export let received = 0
export const receive = async (
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
export const mail = (id: string, subject: string, more: string[] = []) => [
  'From: Ada Lovelace <ada@mail.test>',
  'To: support@skein.test',
  'Date: Mon, 05 Jan 2026 08:00:00 +0000',
  `Message-ID: <${id}@mail.test>`,
  `Subject: ${subject}`,
  ...more,
]

/** What answers have that these specs look at; a problem has other members than a page. */
export interface Answer {
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
export const call = async (path: string, { key = KEY, ...init }: RequestInit & { key?: string } = {}) => {
  const headers = {
    authorization: `Bearer ${key}`,
    ...(init.body ? { 'content-type': 'application/json' } : {}),
    ...init.headers,
  }
  const answer = await fetch(`${query.url}${path}`, { ...init, headers })
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Answer }
}
export const patch = (path: string, body: unknown, headers = {}) =>
  call(path, { method: 'PATCH', body: JSON.stringify(body), headers })

/** Runs the service for the specs of a file, on servers of its own. */
export const useQuery = (): void => {
  beforeAll(start)
  afterAll(stop)
}
/** Ends the service and starts another one, after `meanwhile`. */
export const restartQuery = async <T>(meanwhile: () => Promise<T>): Promise<T> => {
  await query.stop()
  const result = await meanwhile()
  query = await startQuery(queryConfig())
  return result
}
