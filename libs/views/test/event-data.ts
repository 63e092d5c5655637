import type { AccountId, Decided, InboxId, MessageId, ReceivedRecord, SpaceId, ThreadId } from '@skein/events'

export const account = 'acc_test' as AccountId
export const space = 'spc_test' as SpaceId
export const thread = (n: number | string): ThreadId => `thr_${n}` as ThreadId
export const message = (n: number | string): MessageId => `msg_${n}` as MessageId
export const inbox = (n: number | string): InboxId => `inb_${n}` as InboxId

export type DataOf<T extends Decided['type']> = Extract<Decided, { type: T }>['data']

/** `2024-01-01T00:00:00.000Z` and so many minutes. */
export const at = (minutes: number): string => new Date(Date.UTC(2024, 0, 1) + minutes * 60_000).toISOString()

export const noKeys = { owned: [], mentioned: [], waiting: [], sameSubject: [], named: [] }

export const threaded = (id: MessageId, over: Partial<DataOf<'MessageThreaded'>> = {}): DataOf<'MessageThreaded'> => ({
  rule: 'start',
  evidence: [],
  confidence: 'certain',
  rivals: [],
  message: id,
  inbox: inbox(1),
  role: 'to',
  direction: 'in',
  keys: noKeys,
  messageId: `${id}@mail.test`,
  aliases: [],
  inReplyTo: [],
  references: [],
  parent: null,
  subject: `About ${id}`,
  baseSubject: `about${id}`,
  subjectKind: 'plain',
  kind: 'normal',
  listId: null,
  forward: false,
  from: [{ name: 'Ada', address: 'ada@mail.test' }],
  replyTo: [],
  to: [{ name: '', address: 'desk@skein.test' }],
  cc: [],
  sentAt: at(0),
  date: at(0),
  receivedAt: at(1),
  snippet: `Words of ${id}`,
  attachments: 0,
  size: 1_000,
  digest: '0'.repeat(32),
  threadIndex: null,
  read: false,
  input: { stream: 'MAIL-0', sequence: 1 },
  ...over,
})

export const delivered = (
  id: MessageId,
  to: InboxId,
  over: Partial<DataOf<'MessageDelivered'>> = {},
): DataOf<'MessageDelivered'> => ({
  message: id,
  copy: null,
  messageId: `${id}@mail.test`,
  keys: noKeys,
  baseSubject: `about${id}`,
  rule: 'same-content',
  inbox: to,
  role: 'cc',
  receivedAt: at(2),
  digest: '0'.repeat(32),
  read: false,
  input: { stream: 'MAIL-0', sequence: 1 },
  ...over,
})

/** An input record such as would have led to that event. */
export const recordOf = (data: DataOf<'MessageThreaded'>, text = `Text of ${data.message}`): ReceivedRecord => ({
  v: 1,
  message: data.message,
  account,
  space,
  inbox: data.inbox,
  role: data.role,
  direction: data.direction,
  door: 'http',
  receivedAt: data.receivedAt,
  envelope: null,
  size: data.size,
  raw: { stream: 'MAIL-0', sequences: [1] },
  facts: {
    messageId: data.messageId,
    synthetic: false,
    aliases: data.aliases,
    inReplyTo: data.inReplyTo,
    references: data.references,
    originalId: null,
    subject: data.subject,
    baseSubject: data.baseSubject,
    subjectKind: data.subjectKind,
    from: data.from,
    replyTo: data.replyTo,
    to: data.to,
    cc: data.cc,
    bcc: [],
    date: data.date,
    threadIndex: data.threadIndex,
    threadTopic: null,
    kind: data.kind,
    calendarUid: null,
    listId: data.listId,
    autoSubmitted: false,
    authentication: null,
    digest: data.digest,
    problems: [],
  },
  text,
  html: null,
  attachments: [],
  parserVersion: 'test',
})
