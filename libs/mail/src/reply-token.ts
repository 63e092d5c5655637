import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { decodeBase32, encodeBase32 } from './base32.js'
import { makeMessageId, ourMessageId } from './reply-headers.js'

/** Base32 digits of the 128 random bits of a Message-ID, and of what vouches for them (50 bits). */
const RANDOM_DIGITS = 26
const MAC_DIGITS = 10
/** What a local part may have (RFC 5321 §4.5.3.1.1). */
const LONGEST_LOCAL = 64

/** Keys that were derived from one secret of the instance. */
export interface ReplyTokenKeys {
  readonly token: Uint8Array
  readonly messageId: Uint8Array
}

const macOf = (random: string, instance: string, domain: string, key: Uint8Array): string =>
  encodeBase32(hmac(sha256, key, utf8ToBytes(`reply ${random}.${instance}@${domain}`))).slice(0, MAC_DIGITS)

const isSame = (one: string, other: string): boolean => {
  let difference = one.length ^ other.length
  for (let i = 0; i < one.length; i++) difference |= one.charCodeAt(i) ^ other.charCodeAt(i)
  return difference === 0
}

/**
 * The Reply-To address that leads a reply back to the mail with this Message-ID (without brackets), whatever a mailer does to
 * its headers: `local+r.<token>@domain`, the token being the id's random bits and a MAC. `null` where the id is not one that
 * `makeMessageId` made for the address's own domain, and where the local part would be longer than 64 octets: then there is no token.
 */
export const makeReplyToken = (mail: { id: string; address: string }, keys: ReplyTokenKeys): string | null => {
  const ours = ourMessageId(mail.id, keys.messageId)
  const at = mail.address.lastIndexOf('@')
  const [local, domain] = [mail.address.slice(0, at), mail.address.slice(at + 1)]
  if (ours === null || at < 1 || domain.toLowerCase() !== ours.domain) return null
  const random = encodeBase32(hexToBytes(ours.random))
  const tagged = `${local}+r.${random}${macOf(random, ours.instance, ours.domain, keys.token)}`
  return utf8ToBytes(tagged).length > LONGEST_LOCAL || local.includes('+') ? null : `${tagged}@${domain}`
}

const TOKEN = new RegExp(`\\+r\\.([a-z2-7]{${RANDOM_DIGITS}})([a-z2-7]{${MAC_DIGITS}})@([^@]{1,255})$`)

/** The address without a token of that form, whoever made it: whom it reaches. */
export const withoutReplyToken = (address: string): string => {
  const found = TOKEN.exec(address.toLowerCase())
  return found === null ? address : `${address.slice(0, found.index)}@${address.slice(address.lastIndexOf('@') + 1)}`
}

/**
 * The Message-ID, without brackets, of the mail of ours that the token in an address names; `null` for an address without a token,
 * and for one that none of the keys made. Case does not matter, since mailers change it. `keys`: of all secrets of the instance.
 */
export const readReplyToken = (address: string, instance: string, keys: readonly ReplyTokenKeys[]): string | null => {
  const found = TOKEN.exec(address.toLowerCase())
  if (found === null) return null
  const [, random = '', mac = '', domain = ''] = found
  const made = keys.find(({ token }) => isSame(mac, macOf(random, instance, domain, token)))
  const bits = decodeBase32(random)
  if (made === undefined || bits === null) return null
  return makeMessageId({ random: bits, instance, domain }, made.messageId)
}
