import { defineEntity, p } from '@mikro-orm/postgresql'
import type { InferEntity } from '@mikro-orm/postgresql'
import type {
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
import type { Address, MailFacts, MailKind, SubjectKind } from '@skein/mail'

/** One message, with all that the API says of it but its text. */
export const Message = defineEntity({
  name: 'Message',
  tableName: 'message',
  properties: {
    id: p.text().$type<MessageId>().primary(),
    /** Where it is today; and the thread that it was put into last, which may have been merged away since. */
    thread: p.text().$type<ThreadId>(),
    placed: p.text().$type<ThreadId>(),
    partition: p.smallint(),
    space: p.text().$type<SpaceId>(),
    /** Sequence of its `MessageThreaded`. */
    position: p.bigint('number'),
    /** Its content and people are gone; only its ids and its place are left. */
    erased: p.boolean(),
    inputStream: p.text(),
    inputSequence: p.bigint('number'),
    direction: p.text().$type<'in' | 'out'>(),
    kind: p.text().$type<MailKind>(),
    forward: p.boolean(),
    messageId: p.text(),
    /** 16 bytes of a digest of space and Message-ID: ids of any length are compared by it. */
    wireKey: p.blob(),
    aliases: p.json<string[]>(),
    inReplyTo: p.json<string[]>(),
    references: p.json<string[]>().fieldName('references_'),
    /** The Message-ID that it answers, the header that says so, and the message where it was here already. */
    parentId: p.text().nullable(),
    parentFact: p.text().nullable(),
    parentKey: p.blob().nullable(),
    parentMessage: p.text().$type<MessageId>().nullable(),
    subject: p.text(),
    baseSubject: p.text(),
    subjectKind: p.text().$type<SubjectKind>(),
    from: p.json<Address[]>().fieldName('from_'),
    replyTo: p.json<Address[]>(),
    to: p.json<Address[]>().fieldName('to_'),
    cc: p.json<Address[]>(),
    sentAt: p.datetime().columnType('timestamptz'),
    receivedAt: p.datetime().columnType('timestamptz'),
    snippet: p.text(),
    attachmentCount: p.integer(),
    size: p.bigint('number'),
    digest: p.text(),
    listId: p.text().nullable(),
    threadIndex: p.text().nullable(),
    rule: p.text(),
    confidence: p.text().$type<Confidence>(),
    evidence: p.json<Evidence[]>(),
    rivals: p.json<Rival[]>(),
  },
})
export type MessageEntity = InferEntity<typeof Message>

/** Text of a message, as parsed when it came; from its input record. */
export const MessageBody = defineEntity({
  name: 'MessageBody',
  tableName: 'message_body',
  properties: {
    message: p.text().$type<MessageId>().primary(),
    partition: p.smallint(),
    text: p.text(),
    html: p.text().nullable(),
    attachments: p.json<Attachment[]>(),
    authentication: p.json<MailFacts['authentication']>().nullable(),
    problems: p.json<string[]>(),
  },
})

/** Subject, people and text of a message as words, for searches. */
export const MessageWords = defineEntity({
  name: 'MessageWords',
  tableName: 'message_words',
  properties: {
    message: p.text().$type<MessageId>().primary(),
    thread: p.text().$type<ThreadId>(),
    partition: p.smallint(),
    /** What stands for each of its words, in order of number, each once: what is indexed. */
    keys: p.array(Number).columnType('bigint[]'),
    /** The same in order of the texts, eight octets each: what phrases and ranks are made of. */
    places: p.blob(),
  },
})

/** One inbox's delivery of a message. */
export const Delivery = defineEntity({
  name: 'Delivery',
  tableName: 'delivery',
  properties: {
    message: p.text().$type<MessageId>().primary(),
    inbox: p.text().$type<InboxId>().primary(),
    thread: p.text().$type<ThreadId>(),
    partition: p.smallint(),
    /** Sequence of the event that recorded it: a ThreadRead covers the deliveries up to a sequence. */
    position: p.bigint('number'),
    role: p.text().$type<DeliveryRole>(),
    isRead: p.boolean(),
    /** Mail that this inbox sent: marking a thread unread leaves it. */
    own: p.boolean(),
    receivedAt: p.datetime().columnType('timestamptz'),
    rule: p.text(),
  },
})

/** Another copy of a message (a list's, a gateway's): counted nowhere, shown with the message. */
export const MessageCopy = defineEntity({
  name: 'MessageCopy',
  tableName: 'message_copy',
  properties: {
    copy: p.text().$type<MessageId>().primary(),
    message: p.text().$type<MessageId>(),
    partition: p.smallint(),
    position: p.bigint('number'),
    inbox: p.text().$type<InboxId>(),
    role: p.text().$type<DeliveryRole>(),
    messageId: p.text(),
    digest: p.text(),
    rule: p.text(),
    receivedAt: p.datetime().columnType('timestamptz'),
    inputStream: p.text(),
    inputSequence: p.bigint('number'),
  },
})

/** What else was decided about a message or thread, as the event says it: what an explanation tells. */
export const Note = defineEntity({
  name: 'Note',
  tableName: 'note',
  properties: {
    partition: p.smallint().primary(),
    position: p.bigint('number').primary(),
    type: p.text().$type<EventType>(),
    /** The thread that the event names, as it was then. */
    thread: p.text().$type<ThreadId>(),
    message: p.text().$type<MessageId>().nullable(),
    time: p.datetime().columnType('timestamptz'),
    data: p.json<Record<string, unknown>>(),
  },
})

/** A thread that a message could belong to, for a person to say. */
export const JoinOffer = defineEntity({
  name: 'JoinOffer',
  tableName: 'join_offer',
  properties: {
    partition: p.smallint().primary(),
    /** Sequence of the event that offers it; its note has the reasons. */
    position: p.bigint('number').primary(),
    space: p.text().$type<SpaceId>(),
    message: p.text().$type<MessageId>(),
    kind: p.text().$type<'suggested' | 'quarantined'>(),
    /** As the event names it; it may have been merged away since. */
    candidate: p.text().$type<ThreadId>(),
    at: p.datetime().columnType('timestamptz'),
    /** Nobody has said yes to any of the message, or no to this one. */
    isOpen: p.boolean().default(true),
  },
})
