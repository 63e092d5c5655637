import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
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

export const keyId = id<'key', 'KeyId'>('key')
export const transportId = id<'trp', 'TransportId'>('trp')
export const webhookId = id<'whk', 'WebhookId'>('whk')

export type AccountId = z.infer<typeof accountId>
export type SpaceId = z.infer<typeof spaceId>
export type InboxId = z.infer<typeof inboxId>
export type MessageId = z.infer<typeof messageId>
export type ThreadId = z.infer<typeof threadId>
export type KeyId = z.infer<typeof keyId>
export type TransportId = z.infer<typeof transportId>
export type WebhookId = z.infer<typeof webhookId>

/** The thread that this message starts, if it starts one: no two messages start the same thread, so no clock or dice are needed. */
export const threadStartedBy = (message: MessageId): ThreadId => `thr_${message.slice('msg_'.length)}` as ThreadId

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
const ID_CHARS = 26

/** RFC 4648 §6 in lower case, as many characters as asked for. */
const base32 = (bytes: Uint8Array, length: number): string => {
  let text = ''
  let bits = 0
  let value = 0
  for (let i = 0; text.length < length; i++) {
    value = ((value << 8) | (bytes[i] ?? 0)) & 0xfff
    bits += 8
    for (; bits >= 5 && text.length < length; bits -= 5) text += BASE32[(value >>> (bits - 5)) & 31]
  }
  return text
}

/**
 * The id of a mail within its space, from what stays the same when it is delivered again: its own Message-ID and the digest
 * of its content. So whoever sends a mail a second time, after an answer that got lost or in a second import, adds nothing;
 * and two mails that share a Message-ID but not their content are two messages.
 */
export const messageIdOf = (mail: { space: SpaceId; messageId: string; digest: string }): MessageId => {
  const hash = sha256(utf8ToBytes(['skein message', mail.space, mail.messageId, mail.digest].join('\n')))
  return `msg_${base32(hash, ID_CHARS)}` as MessageId
}
