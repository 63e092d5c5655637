import type {
  AccountId,
  Attachment,
  Confidence,
  DeliveryRole,
  EventType,
  Evidence,
  InboxId,
  MessageId,
  Rival,
  SpaceId,
  ThreadId,
} from '@skein/events'
import type { Address, MailFacts, MailKind } from '@skein/mail'
import type { TreeMessage } from '@skein/threading'
import type { Database } from '../database.js'
import { OUTGOING_ROW } from '../projection/outgoing.js'
import type { OutgoingRow } from '../projection/send-state.js'
import type { Cursors } from './cursor.js'
import { isoTime } from './iso-time.js'
import { lastMessageId } from './last-message.js'
import { sendingOf } from './sends.js'
import type { SendingDetail } from './sends.js'

export interface DeliveryDetail {
  readonly inbox: InboxId
  readonly role: DeliveryRole
  readonly isRead: boolean
  readonly receivedAt: string
}
export interface CopyDetail {
  readonly id: MessageId
  readonly inbox: InboxId
  readonly messageId: string
  readonly rule: string
  readonly receivedAt: string
}

/** A message with its text. */
export interface MessageDetail {
  readonly id: MessageId
  readonly thread: ThreadId
  readonly space: SpaceId
  readonly partition: number
  readonly position: number
  readonly input: { readonly stream: string; readonly sequence: number }
  readonly direction: 'in' | 'out'
  readonly kind: MailKind
  readonly forward: boolean
  /** Its content and people are gone. */
  readonly erased: boolean
  readonly messageId: string
  readonly aliases: readonly string[]
  readonly inReplyTo: readonly string[]
  readonly references: readonly string[]
  /** The Message-ID that it answers, and that message where it is here. */
  readonly parentId: string | null
  readonly parent: MessageId | null
  readonly parentFact: string | null
  readonly subject: string
  readonly baseSubject: string
  readonly from: readonly Address[]
  readonly replyTo: readonly Address[]
  readonly to: readonly Address[]
  readonly cc: readonly Address[]
  readonly sentAt: string
  readonly receivedAt: string
  readonly snippet: string
  readonly size: number
  readonly listId: string | null
  readonly threadIndex: string | null
  readonly rule: string
  readonly confidence: Confidence
  readonly evidence: readonly Evidence[]
  readonly rivals: readonly Rival[]
  readonly deliveries: readonly DeliveryDetail[]
  readonly copies: readonly CopyDetail[]
  readonly body: MessageText | null
  /** 1 for the first in reading order. */
  readonly threadPosition: number
  /** What has become of it, where we sent it. */
  readonly sending: SendingDetail | null
}

export interface MessageText {
  readonly text: string
  readonly html: string | null
  readonly attachments: readonly Attachment[]
  readonly authentication: MailFacts['authentication']
  readonly problems: readonly string[]
}

const detail = (
  place: string,
): string => `select m.id, (${place})::int as "threadPosition", m.thread, m.space, m.partition, m.position, m.input_stream, m.input_sequence, m.direction, m.kind,
    m.forward, m.erased, m.message_id as "messageId", m.aliases, m.in_reply_to as "inReplyTo", m.references_ as "references",
    m.parent_id as "parentId", m.parent_fact as "parentFact", m.subject, m.base_subject as "baseSubject", m.from_ as "from",
    m.reply_to as "replyTo", m.to_ as "to", m.cc, m.sent_at, m.received_at, m.snippet, m.size, m.list_id as "listId",
    m.thread_index as "threadIndex", m.rule, m.confidence, m.evidence, m.rivals,
    coalesce(m.parent_message, (
      select p.id from message p where p.wire_key = m.parent_key and p.thread = m.thread and p.id <> m.id order by p.position limit 1
    )) as parent,
    (select jsonb_agg(jsonb_build_object('inbox', inbox, 'role', role, 'isRead', is_read, 'receivedAt', received_at) order by position, inbox)
     from delivery where message = m.id) as deliveries,
    (select jsonb_agg(jsonb_build_object('id', copy, 'inbox', inbox, 'messageId', message_id, 'rule', rule, 'receivedAt', received_at)
       order by position)
     from message_copy where message = m.id) as copies,
    b.text, b.html, b.attachments, b.authentication, b.problems,
    case when o.message is not null then (select to_jsonb(s) from (select ${OUTGOING_ROW}) as s) end as sending
  from message m join thread t on t.id = m.thread left join message_body b on b.message = m.id
    left join outgoing o on o.message = m.id`
/** One message alone; a page of them counts on from those before it. */
const DETAIL = detail(
  'select count(*) from message e where e.thread = m.thread and (e.sent_at, e.id) <= (m.sent_at, m.id)',
)
const PAGE = `${detail(`(select count(*) from message e where e.thread = $1 and (e.sent_at, e.id) <= ($2::timestamptz, $3))
    + row_number() over (order by m.sent_at, m.id)`)}
  where m.thread = $1 and (m.sent_at, m.id) > ($2::timestamptz, $3) order by m.sent_at, m.id limit $4`

interface Row extends Omit<
  MessageDetail,
  'position' | 'input' | 'sentAt' | 'receivedAt' | 'size' | 'deliveries' | 'copies' | 'body' | 'sending'
> {
  position: string
  input_stream: string
  input_sequence: string
  sent_at: string
  received_at: string
  size: string
  deliveries: DeliveryDetail[] | null
  copies: CopyDetail[] | null
  text: string | null
  html: string | null
  attachments: Attachment[] | null
  authentication: MailFacts['authentication']
  problems: string[] | null
  sending: OutgoingRow | null
}

const withTime = <T extends { receivedAt: string }>(list: readonly T[] | null): T[] =>
  (list ?? []).map((one) => ({ ...one, receivedAt: isoTime(one.receivedAt) }))

const detailOf = (row: Row): MessageDetail => {
  const { position, input_stream, input_sequence, sent_at, received_at, size, deliveries, copies, ...rest } = row
  const { text, html, attachments, authentication, problems, sending, ...message } = rest
  return {
    ...message,
    position: Number(position),
    input: { stream: input_stream, sequence: Number(input_sequence) },
    sentAt: isoTime(sent_at),
    receivedAt: isoTime(received_at),
    size: Number(size),
    deliveries: withTime(deliveries),
    copies: withTime(copies),
    body:
      text === null ? null : { text, html, attachments: attachments ?? [], authentication, problems: problems ?? [] },
    sending: sending && sendingOf(sending),
  }
}

/** A message of this account; a copy's id leads to the message that it is a copy of. `null` where there is none. */
export const findMessage = async (
  database: Database,
  account: AccountId,
  id: string,
): Promise<MessageDetail | null> => {
  const [row] = await database.run<Row>(
    `${DETAIL} where m.id = coalesce((select message from message_copy where copy = $1), $1) and t.account = $2`,
    [id, account],
    'message by id',
  )
  return row ? detailOf(row) : null
}

/** What a reply to the thread answers (`lastMessageId`); `null` for a thread without messages. */
export const lastMessage = async (database: Database, thread: ThreadId): Promise<MessageDetail | null> => {
  const id = await lastMessageId(database, thread)
  if (id === null) return null
  const [row] = await database.run<Row>(`${DETAIL} where m.id = $1`, [id], 'message of a thread')
  return row ? detailOf(row) : null
}

export interface MessagePage {
  readonly messages: readonly MessageDetail[]
  readonly nextCursor: string | null
}

/** One page of a thread's messages in reading order: by when they were written, then by id. */
export const listMessages = async (
  database: Database,
  cursors: Cursors,
  thread: ThreadId,
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<MessagePage> => {
  const list = JSON.stringify(['messages', thread])
  const after = cursor === undefined ? { at: '-infinity', id: '' } : cursors.read(cursor, list)
  const rows = await database.run<Row>(PAGE, [thread, after.at, after.id, limit + 1], 'messages of a thread')
  const messages = rows.slice(0, limit).map(detailOf)
  const last = messages.at(-1)
  const nextCursor = rows.length > limit && last ? cursors.write({ at: last.sentAt, id: last.id }, list) : null
  return { messages, nextCursor }
}

/** What a tree is made of, of the first so many messages of a thread in reading order. */
export const treeMessages = async (database: Database, thread: ThreadId, limit: number): Promise<TreeMessage[]> => {
  const rows = await database.run<Omit<TreeMessage, 'parent'> & { parent_id: string | null; parent_fact: string }>(
    `select id as message, message_id as "messageId", aliases, parent_id, parent_fact, references_ as "references",
       sent_at as "sentAt", forward, thread_index as "threadIndex"
     from message where thread = $1 order by sent_at, id limit $2`,
    [thread, limit],
  )
  return rows.map(({ parent_id, parent_fact, ...row }) => ({
    ...row,
    sentAt: isoTime(row.sentAt),
    parent: parent_id === null ? null : { id: parent_id, fact: parent_fact },
  }))
}

/** Something that was decided about a message beside its place, as its event says it. */
export interface NoteDetail {
  readonly type: EventType
  readonly thread: ThreadId
  readonly position: number
  readonly time: string
  readonly data: Record<string, unknown>
}

/** What was decided on the message itself, on several messages with it among them, or by a person on its whole thread. */
export const notesOf = async (database: Database, message: MessageId, thread: ThreadId): Promise<NoteDetail[]> => {
  const rows = await database.run<NoteDetail & { position: string }>(
    `select type, thread, position, time, data from note where message = $1
     union select type, thread, position, time, data from note where data ? 'messages' and data->'messages' ? $1
     union select type, thread, position, time, data from note
       where thread = $2 and message is null and type = 'ThreadsMerged'
     order by position`,
    [message, thread],
  )
  return rows.map((row) => ({ ...row, position: Number(row.position), time: isoTime(row.time) }))
}
