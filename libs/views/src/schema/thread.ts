import { defineEntity, p } from '@mikro-orm/postgresql'
import type { InferEntity } from '@mikro-orm/postgresql'
import type { AccountId, InboxId, Relation, SpaceId, ThreadId } from '@skein/events'
import type { Address } from '@skein/mail'

/**
 * One conversation as a list shows it. Every column is a count, a smallest or a largest value of its messages, so that one more
 * message, or a merge, is put in without looking at the others, and the order of arrival does not matter.
 */
export const Thread = defineEntity({
  name: 'Thread',
  tableName: 'thread',
  properties: {
    id: p.text().$type<ThreadId>().primary(),
    partition: p.smallint(),
    space: p.text().$type<SpaceId>(),
    /** From the input record of its messages; `null` until the first of them is here, and so in nobody's list. */
    account: p.text().$type<AccountId>().nullable(),
    /** Subject and base subject of the root, the message with the smallest `rootKey`. */
    subject: p.text(),
    baseSubject: p.text(),
    /** `0` (answers nothing) or `1`, when it was written, its id. */
    rootKey: p.text().nullable(),
    messageCount: p.integer(),
    attachmentCount: p.integer(),
    /** Unread deliveries, of all inboxes together. */
    unreadCount: p.integer(),
    participantCount: p.integer(),
    /** Those who came first, at most `SHOWN_PARTICIPANTS`. */
    participants: p.json<Address[]>(),
    firstAt: p.datetime().columnType('timestamptz').nullable(),
    lastAt: p.datetime().columnType('timestamptz').nullable(),
    /** When the newest message was written, and its id; `snippet` and `lastFrom` are that message's. */
    lastKey: p.text().nullable(),
    snippet: p.text(),
    lastFrom: p.json<Address | null>().nullable(),
    /** Time and id of the newest message that a person wrote, and whether it was one of ours. */
    saidKey: p.text().nullable(),
    saidBy: p.text().$type<'in' | 'out'>().nullable(),
    /** Sequence of the last event that put in a mail which asks for an answer: handled up to there, the thread is handled. */
    work: p.bigint('number'),
    claimedBy: p.text().nullable(),
    claimedUntil: p.datetime().columnType('timestamptz').nullable(),
    handledUpTo: p.bigint('number').nullable(),
    handledAt: p.datetime().columnType('timestamptz').nullable(),
    handledBy: p.text().nullable(),
    labels: p.json<string[]>().default('[]'),
    relation: p.json<Relation | null>().nullable(),
    /** Sequence of the last event that touched it. */
    version: p.bigint('number'),
    /** Sequence of the event that started it. */
    started: p.bigint('number').nullable(),
  },
})
export type ThreadEntity = InferEntity<typeof Thread>

/** What one inbox has of a thread. */
export const ThreadInbox = defineEntity({
  name: 'ThreadInbox',
  tableName: 'thread_inbox',
  properties: {
    thread: p.text().$type<ThreadId>().primary(),
    inbox: p.text().$type<InboxId>().primary(),
    partition: p.smallint(),
    messageCount: p.integer(),
    unreadCount: p.integer(),
    lastAt: p.datetime().columnType('timestamptz'),
  },
})

/** Everybody who wrote in a thread or was written to, by address in lower case. */
export const ThreadParticipant = defineEntity({
  name: 'ThreadParticipant',
  tableName: 'thread_participant',
  properties: {
    thread: p.text().$type<ThreadId>().primary(),
    address: p.text().primary(),
    partition: p.smallint(),
    /** When the first mail with this address was written. */
    firstAt: p.datetime().columnType('timestamptz'),
    /** The time of the first mail that gives a name (24 characters), a blank, the name; `null` where none does. */
    nameKey: p.text().nullable(),
    account: p.text().$type<AccountId>().nullable(),
    /** What stands after the last `@` of the address. */
    domain: p.text(),
  },
})

/** Where a thread that was merged away is found today, in one hop. */
export const ThreadAlias = defineEntity({
  name: 'ThreadAlias',
  tableName: 'thread_alias',
  properties: {
    absorbed: p.text().$type<ThreadId>().primary(),
    partition: p.smallint(),
    survivor: p.text().$type<ThreadId>(),
    /** Sequence of the merge. */
    position: p.bigint('number'),
    /** As the absorbed thread's row had them, for the day when the merge is taken back. */
    started: p.bigint('number').nullable(),
    relation: p.json<Relation | null>().nullable(),
  },
})
