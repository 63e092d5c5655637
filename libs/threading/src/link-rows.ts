import type { Decided, EventType, InboxId, LinkKeys, MessageId, ThreadId } from '@skein/events'
import { withoutReplyToken } from '@skein/mail'
import { isBeside } from './beside.js'
import { digestKey, listAddress } from './keys.js'

type DataOf<T extends EventType> = Extract<Decided, { type: T }>['data']

/*
 * What the threader keeps in its index, as flat rows. All of them follow from the events alone (`linkRowsOf`), so the index
 * can be dropped and made again. Every row is of one space; the space is in the envelope of the event, not repeated here.
 *
 *   table         primary key                 how it is looked up
 *   link          key, role, slot             by key (and role)
 *   message       message                     by message; by thread; by (inbox, baseSubject, sentAt)
 *   copy          copy                        by copy; by message
 *   delivery      message, inbox              by message
 *   thread        thread                      by thread; by survivor
 *   participant   thread, address             by (thread, address); by address
 *   cut           thread, other               by thread
 */

/** Who holds a key. Keys lead to messages, and messages to threads: a message that moves takes its keys along. */
export interface LinkRow {
  key: string
  /** `demoted`: the key is an anchor that links no more until it is received; has no message. */
  role: 'owned' | 'mentioned' | 'same-subject' | 'waiting' | 'demoted'
  /** `owned`, `waiting`: the message. `mentioned`, `same-subject`: the base subject, so that there is one row a subject. `demoted`: empty. */
  slot: string
  message: MessageId | null
}

/** What the rules need to know of a message that is there. */
export interface MessageRow {
  message: MessageId
  /** The thread that it was put into; see the thread's `survivor` for where that is now. */
  thread: ThreadId
  inbox: InboxId
  direction: 'in' | 'out'
  messageId: string
  digest: string
  /** Address of the first author, as the mail has it; empty where there is none. */
  author: string
  /** A digest where it is long. */
  baseSubject: string
  /** As in `MessageThreaded`: ISO 8601 UTC. */
  sentAt: string
  /** The Date header: two copies of one mail agree in it. */
  date: string | null
  keys: LinkKeys
}

/** Another copy of a message: a list's, a gateway's. It has no thread of its own. */
export interface CopyRow {
  copy: MessageId
  message: MessageId
  keys: LinkKeys
}

export interface DeliveryRow {
  message: MessageId
  inbox: InboxId
}

export interface ThreadRow {
  thread: ThreadId
  order: number
  /** The thread that took it in, directly; `null` for a living one. */
  into: ThreadId | null
  /** Where it is found today, after all merges; `null` for a living one. */
  survivor: ThreadId | null
}

/** Someone who takes part in a thread, by address, or a mailing list that it runs over (`list:<List-Id>`). */
export interface ParticipantRow {
  thread: ThreadId
  address: string
}

/** A person (or the trust rule) keeps these two apart: links do not cross. There is a row for each direction. */
export interface CutRow {
  thread: ThreadId
  other: ThreadId
}

/** Rows as loaded from a store. */
export interface LinkRows {
  links?: LinkRow[]
  messages?: MessageRow[]
  copies?: CopyRow[]
  deliveries?: DeliveryRow[]
  threads?: ThreadRow[]
  participants?: ParticipantRow[]
  cuts?: CutRow[]
}

/**
 * One change of the rows. In SQL:
 * - `insert …`: `insert into link_… on conflict do nothing`
 * - `move`: `update link_message set thread = :thread where message = any(:messages)`
 * - `merge`: `update link_thread set into = :survivor where thread = any(:absorbed)`, then
 *   `update link_thread set survivor = :survivor where thread = any(:absorbed) or survivor = any(:absorbed)`
 * - `place threads`: for each row `update link_thread set into = …, survivor = … where thread = …`
 * - `mention`: `delete from link where key = :key and role = 'mentioned' and slot = :slot`, and where a message is given the
 *   insertion of that row with it
 * - `uncut`: `delete from link_cut where (thread, other) in ((:a, :b), (:b, :a))`
 * - `rekey`: `update link_message set keys = …` with the keys that it has now and these
 * - `forget`: `update link_message set author = '', base_subject = '', digest = '', date = null where message = :message`
 */
export type LinkRowChange =
  | { op: 'insert'; table: 'link'; row: LinkRow }
  | { op: 'insert'; table: 'message'; row: MessageRow }
  | { op: 'insert'; table: 'copy'; row: CopyRow }
  | { op: 'insert'; table: 'delivery'; row: DeliveryRow }
  | { op: 'insert'; table: 'thread'; row: ThreadRow }
  | { op: 'insert'; table: 'participant'; row: ParticipantRow }
  | { op: 'insert'; table: 'cut'; row: CutRow }
  | { op: 'move'; messages: MessageId[]; thread: ThreadId }
  | { op: 'merge'; absorbed: ThreadId[]; survivor: ThreadId }
  | { op: 'place threads'; rows: { thread: ThreadId; into: ThreadId | null; survivor: ThreadId | null }[] }
  | { op: 'mention'; key: string; slot: string; message: MessageId | null }
  | { op: 'uncut'; a: ThreadId; b: ThreadId }
  | { op: 'rekey'; message: MessageId; keys: LinkKeys }
  | { op: 'forget'; message: MessageId }

const KEY_ROLES = ['owned', 'named', 'mentioned', 'waiting', 'sameSubject'] as const

/** Keys of both, each once. */
export const unitedKeys = (a: LinkKeys, b: LinkKeys): LinkKeys => {
  const united = { ...a }
  for (const role of KEY_ROLES) united[role] = [...new Set([...a[role], ...b[role]])]
  return united
}

/** Whether some of these keys are not among those that are held; what a mail merely names does not count. */
export const lacksKeys = (held: LinkKeys, wanted: LinkKeys): boolean =>
  KEY_ROLES.some((role) => role !== 'named' && wanted[role].some((key) => !held[role].includes(key)))

const insert = <T extends string, R>(table: T, row: R): { op: 'insert'; table: T; row: R } => ({
  op: 'insert',
  table,
  row,
})

const linkRows = (message: MessageId, baseSubject: string, keys: LinkKeys): LinkRowChange[] => [
  ...keys.owned.map((key) => insert('link', { key, role: 'owned' as const, slot: message, message })),
  ...keys.mentioned.map((key) => insert('link', { key, role: 'mentioned' as const, slot: baseSubject, message })),
  ...keys.sameSubject.map((key) => insert('link', { key, role: 'same-subject' as const, slot: baseSubject, message })),
  ...keys.waiting.map((key) => insert('link', { key, role: 'waiting' as const, slot: message, message })),
]

const participants = (data: DataOf<'MessageThreaded'>): string[] => {
  const people = [...data.from, ...data.replyTo, ...data.to, ...data.cc].map(({ address }) =>
    withoutReplyToken(address).toLowerCase(),
  )
  if (data.listId !== null) people.push(listAddress(data.listId))
  return [...new Set(people)].filter((address) => address !== '')
}

const threadedRows = (thread: ThreadId, data: DataOf<'MessageThreaded'>): LinkRowChange[] => {
  const baseSubject = digestKey(data.baseSubject)
  return [
    insert('message', {
      message: data.message,
      thread,
      inbox: data.inbox,
      direction: data.direction,
      messageId: data.messageId,
      digest: data.digest,
      author: data.from[0]?.address.toLowerCase() ?? '',
      baseSubject,
      sentAt: data.sentAt,
      date: data.date,
      keys: data.keys,
    }),
    insert('delivery', { message: data.message, inbox: data.inbox }),
    ...linkRows(data.message, baseSubject, data.keys),
    ...participants(data).map((address) => insert('participant', { thread, address })),
  ]
}

const deliveredRows = (data: DataOf<'MessageDelivered'>): LinkRowChange[] => [
  insert('delivery', { message: data.message, inbox: data.inbox }),
  ...(data.copy === null ? [] : [insert('copy', { copy: data.copy, message: data.message, keys: data.keys })]),
  ...linkRows(data.message, digestKey(data.baseSubject), data.keys),
]

const moveRows = (messages: MessageId[], people: string[], thread: ThreadId): LinkRowChange[] => [
  ...(messages.length === 0 ? [] : [{ op: 'move' as const, messages, thread }]),
  ...people.map((address) => insert('participant', { thread, address })),
]

/** What a person parts stays parted; what came to light may still be tied together by other mail. */
const splitRows = (thread: ThreadId, data: DataOf<'ThreadSplit'>): LinkRowChange[] => [
  insert('thread', { thread: data.into, order: data.order, into: null, survivor: null }),
  ...moveRows(data.messages, data.people, data.into),
  ...(data.message === null ? cutRows(thread, data.into) : []),
]

const undoneRows = (
  survivor: ThreadId,
  { absorbed, messages, people, threads }: DataOf<'MergeUndone'>,
): LinkRowChange[] => [
  {
    op: 'place threads',
    rows: [
      { thread: absorbed, into: null, survivor: null },
      ...threads.map(({ thread, into }) => ({ thread, into, survivor: absorbed })),
    ],
  },
  ...moveRows(messages, people, absorbed),
  ...cutRows(survivor, absorbed),
]

/** Both directions of what keeps two threads apart. */
const cutRows = (a: ThreadId, b: ThreadId): LinkRowChange[] => [
  insert('cut', { thread: a, other: b }),
  insert('cut', { thread: b, other: a }),
]

const uncutRows = (a: ThreadId, others: ThreadId[]): LinkRowChange[] => others.map((b) => ({ op: 'uncut', a, b }))

const parted = (from: ThreadId, { to, apart }: DataOf<'MessageMoved'>): LinkRowChange[] => {
  if (apart === null) return []
  return apart ? cutRows(from, to) : uncutRows(from, [to])
}

/** What an event changes in the rows of its space, in order. A pure function of the event alone. */
export const linkRowsOf = (event: Decided): LinkRowChange[] => {
  if (isBeside(event)) return []
  switch (event.type) {
    case 'ThreadStarted':
      return [insert('thread', { thread: event.thread, order: event.data.order, into: null, survivor: null })]
    case 'MessageThreaded':
      return threadedRows(event.thread, event.data)
    case 'MessageDelivered':
      return deliveredRows(event.data)
    case 'ThreadsMerged':
      return [
        { op: 'merge', absorbed: event.data.absorbed, survivor: event.thread },
        ...(event.data.message === null ? uncutRows(event.thread, event.data.absorbed) : []),
        ...event.data.cuts.flatMap((other) => cutRows(event.thread, other)),
      ]
    case 'ThreadSplit':
      return splitRows(event.thread, event.data)
    case 'MergeUndone':
      return undoneRows(event.thread, event.data)
    case 'MessageMoved':
      return [...moveRows(event.data.messages, event.data.people, event.data.to), ...parted(event.thread, event.data)]
    case 'JoinAccepted':
      return linkRows(event.data.message, digestKey(event.data.baseSubject), event.data.keys)
    case 'MessageRekeyed':
      return [
        ...linkRows(event.data.message, digestKey(event.data.baseSubject), event.data.keys),
        { op: 'rekey', message: event.data.message, keys: event.data.keys },
      ]
    case 'JoinRefused':
      return cutRows(event.thread, event.data.candidate)
    case 'WireIdLearned':
      return linkRows(event.data.message, '', event.data.keys)
    case 'MessageErased':
      return [{ op: 'forget', message: event.data.message }]
    case 'AnchorDemoted':
      return [insert('link', { key: event.data.key, role: 'demoted', slot: '', message: null })]
    case 'MentionsReplaced':
      return event.data.mentions.map(({ key, baseSubject, by }) => ({
        op: 'mention',
        key,
        slot: baseSubject,
        message: by,
      }))
    case 'RulesApplied':
    case 'SubjectChanged':
    case 'JoinSuggested':
    case 'JoinQuarantined':
    case 'MessageIdCollided':
      return []
  }
}
