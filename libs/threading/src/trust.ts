import type { MailFacts } from '@skein/mail'
import type { IncomingMail } from './incoming-mail.js'
import { listAddress } from './keys.js'
import type { LinkIndex } from './link-index.js'
import type { Link } from './links.js'

const isFailure = (result: string | null): boolean =>
  result === 'fail' || result === 'softfail' || result === 'permerror'

/**
 * Whether the receiving server says that the mail is not from whom it says it is from (RFC 8601). DMARC has the last word;
 * where it says nothing, one of SPF and DKIM has to fail and none to pass. No information at all is no failure.
 */
export const failsAuthentication = ({ authentication }: Pick<MailFacts, 'authentication'>): boolean => {
  if (authentication === null) return false
  const { dmarc, spf, dkim } = authentication
  if (dmarc === 'pass') return false
  if (isFailure(dmarc)) return true
  return spf !== 'pass' && dkim !== 'pass' && (isFailure(spf) || isFailure(dkim))
}

/**
 * The links that a forger may have made up: into threads that the sender takes no part in, where the sender may not be who it
 * says. A mailing list takes part in its threads: lists change mail on its way, and so break what authenticates it.
 */
export const untrusted = (mail: IncomingMail, links: readonly Link[], index: LinkIndex): Link[] => {
  const { facts, direction } = mail
  if (direction === 'out' || !failsAuthentication(facts)) return []
  const sender = facts.from[0]?.address.toLowerCase() ?? ''
  const takesPart = ({ thread }: Link) =>
    (sender !== '' && index.takesPart(thread, sender)) ||
    (facts.listId !== null && index.takesPart(thread, listAddress(facts.listId)))
  return links.filter((link) => !takesPart(link))
}
