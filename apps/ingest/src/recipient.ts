import { domainToASCII, domainToUnicode } from 'node:url'
import type { Directory, Inbox } from '@skein/log'

/**
 * Who gets mail to an address, see `Directory.inboxFor`; a domain in ASCII (`xn--…`) and the same in Unicode are one
 * (RFC 5890 §2.3.2.4).
 */
export const inboxOf = (directory: Pick<Directory, 'inboxFor'>, address: string): Inbox | undefined => {
  const at = address.lastIndexOf('@')
  const found = directory.inboxFor(address)
  if (found !== undefined || at < 0) return found
  const [local, domain] = [address.slice(0, at), address.slice(at + 1)]
  for (const other of [domainToASCII(domain), domainToUnicode(domain)]) {
    const inbox = other === '' || other === domain ? undefined : directory.inboxFor(`${local}@${other}`)
    if (inbox !== undefined) return inbox
  }
  return undefined
}
