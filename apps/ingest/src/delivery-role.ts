import type { DeliveryRole } from '@skein/events'
import type { Address, MailFacts } from '@skein/mail'

/** Whether an address is that of an inbox; the caller decides of which. */
export type IsAddressOf = (address: string) => boolean

/** `ann+tag@example.org` reaches `ann@example.org` (RFC 5233 calls the tag a detail). */
const withoutTag = (address: string): string => {
  const at = address.lastIndexOf('@')
  const plus = address.indexOf('+')
  return plus > 0 && plus < at ? address.slice(0, plus) + address.slice(at) : address
}

/** Asks for an address as it stands, then for the one that it is a plus-tag of. */
export const withOrWithoutTag = (address: string, isKnown: IsAddressOf): boolean => {
  const lower = address.toLowerCase()
  return isKnown(lower) || isKnown(withoutTag(lower))
}

const isAmong = (people: readonly Address[], isMeant: IsAddressOf): boolean =>
  people.some(({ address }) => isMeant(address))

/** How the inbox came to get the mail, as its headers tell. Somebody in To and Cc was written to. */
export const deliveryRoleOf = (
  facts: Pick<MailFacts, 'to' | 'cc' | 'listId' | 'kind'>,
  isInbox: IsAddressOf,
): DeliveryRole => {
  if (isAmong(facts.to, isInbox)) return 'to'
  if (isAmong(facts.cc, isInbox)) return 'cc'
  return facts.listId !== null || facts.kind === 'list' ? 'list' : 'bcc'
}

/**
 * `out` when one of the space's own inboxes wrote the mail: a copy of what was sent. A sender who is known to be forged does
 * not count.
 */
export const directionOf = (facts: Pick<MailFacts, 'from' | 'authentication'>, isOwn: IsAddressOf): 'in' | 'out' =>
  isAmong(facts.from, isOwn) && facts.authentication?.dmarc !== 'fail' ? 'out' : 'in'
