import { z } from 'zod'

/** Ids are opaque to everybody else: a prefix that names the kind, then characters that are safe in URLs and NATS subjects. */
const id = <P extends string, B extends string>(prefix: P) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_[a-z0-9]{1,64}$`), `is not an id of the form ${prefix}_…`)
    .brand<B>()

export const accountId = id<'acc', 'AccountId'>('acc')
export const spaceId = id<'spc', 'SpaceId'>('spc')
export const inboxId = id<'inb', 'InboxId'>('inb')
export const messageId = id<'msg', 'MessageId'>('msg')
export const threadId = id<'thr', 'ThreadId'>('thr')

export type AccountId = z.infer<typeof accountId>
export type SpaceId = z.infer<typeof spaceId>
export type InboxId = z.infer<typeof inboxId>
export type MessageId = z.infer<typeof messageId>
export type ThreadId = z.infer<typeof threadId>

/** The thread that this message starts, if it starts one: no two messages start the same thread, so no clock or dice are needed. */
export const threadStartedBy = (message: MessageId): ThreadId => `thr_${message.slice('msg_'.length)}` as ThreadId
