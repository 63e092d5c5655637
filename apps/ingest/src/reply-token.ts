import type { Secrets } from '@skein/log'
import { allTexts, parseAddresses, readReplyToken, type HeaderBlock, type MailFacts } from '@skein/mail'
import type { IsAddressOf } from './delivery-role.js'

/** The Message-ID of the mail of ours that a token in an address names; `null` for an address without one, or with a forged one. */
export type ReadToken = (address: string) => string | null

/** Knows the tokens of this instance, those of former secrets too. */
export const tokenReader = (secrets: Pick<Secrets, 'instance' | 'keys'>): ReadToken => {
  const { instance } = secrets
  const messageIds = secrets.keys('message-id')
  const keys = secrets.keys('reply-token').flatMap((token, i) => {
    const messageId = messageIds[i]
    return messageId === undefined ? [] : [{ token, messageId }]
  })
  return (address) => readReplyToken(address, instance, keys)
}

/** Addresses of one mail that are looked at. */
const MOST = 200
/** Fields in which servers on the way leave the address that a mail was sent to. */
const RECIPIENT_FIELDS = ['delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to'] as const
const VALUE_LIMIT = 1_000

/** Everybody whom the header names as getting the mail. */
export const addressedTo = (facts: Pick<MailFacts, 'to' | 'cc'>, block: HeaderBlock): string[] => [
  ...[...facts.to, ...facts.cc].map(({ address }) => address),
  ...RECIPIENT_FIELDS.flatMap((name) => allTexts(block, name, VALUE_LIMIT).slice(0, MOST))
    .flatMap(parseAddresses)
    .map(({ address }) => address),
]

/**
 * Which mail of ours this one answers, by the address that it was sent to: the first one with a token that is ours and that
 * reaches this very inbox. A token is worth nothing anywhere else, so that none leads out of its space.
 */
export const replyTokenIn = (addresses: readonly string[], isInbox: IsAddressOf, read: ReadToken): string | null => {
  for (const address of addresses.slice(0, MOST)) {
    if (!address.includes('+') || !isInbox(address)) continue
    const answered = read(address)
    if (answered !== null) return answered
  }
  return null
}
