import { defineEntity, p } from '@mikro-orm/postgresql'
import type { AccountId, InboxId, MessageId, SpaceId, UnknownPolicy } from '@skein/events'
import type { Bounce, RefusedRecipient, SendState } from '../projection/send-state.js'

/** A mail that we wrote, on its way out: the envelope, and what has become of it. */
export const Outgoing = defineEntity({
  name: 'Outgoing',
  tableName: 'outgoing',
  properties: {
    message: p.text().$type<MessageId>().primary(),
    partition: p.smallint(),
    /** Sequence of its `MessageQueued`. */
    position: p.bigint('number'),
    space: p.text().$type<SpaceId>(),
    account: p.text().$type<AccountId>().nullable(),
    inbox: p.text().$type<InboxId>(),
    state: p.text().$type<SendState>(),
    attempt: p.integer(),
    from: p.text().fieldName('from_'),
    to: p.json<string[]>().fieldName('to_'),
    answers: p.text().$type<MessageId>().nullable(),
    sendAt: p.datetime().columnType('timestamptz').nullable(),
    nextAt: p.datetime().columnType('timestamptz').nullable(),
    onUnknown: p.text().$type<UnknownPolicy>(),
    automatic: p.boolean(),
    /** Why it waits, failed, or was called back. */
    reason: p.text().nullable(),
    /** The server's answer to the final dot. */
    response: p.text().nullable(),
    refused: p.json<RefusedRecipient[]>(),
    bounces: p.json<Bounce[]>(),
    actor: p.text(),
    inputStream: p.text(),
    inputSequence: p.bigint('number'),
    queuedAt: p.datetime().columnType('timestamptz'),
    updatedAt: p.datetime().columnType('timestamptz'),
    sentAt: p.datetime().columnType('timestamptz').nullable(),
    erased: p.boolean(),
  },
})
