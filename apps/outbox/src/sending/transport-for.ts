import type { Inbox, Log, Transport } from '@skein/log'
import type { OutboxSettings } from '../parts.js'
import type { SmtpServer } from './smtp-attempt.js'

/** By what the mail of an inbox leaves: a transport of the directory, or the instance's own server. */
export type TransportChoice =
  | { readonly by: 'inbox' | 'domain'; readonly transport: Transport }
  | { readonly by: 'instance'; readonly host: string; readonly port: number }

type Looks = Pick<Log['directory'], 'get' | 'all'>

/** The domain that a mail of this address is from, in lower case. */
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

/**
 * The transport for mail of an inbox: its own, else the one of its account for the sender's domain, else the instance's.
 * `null` where there is none, and where the inbox names one that is gone: its mail must not leave by another. Where it sends as
 * one of its aliases, give that for `address`.
 */
export const transportFor = (
  directory: Looks,
  inbox: Pick<Inbox, 'account' | 'address' | 'transport'>,
  settings: Pick<OutboxSettings, 'defaultTransport'>,
): TransportChoice | null => {
  if (inbox.transport !== null) {
    const own = directory.get('transport', inbox.transport)
    return own?.account === inbox.account ? { by: 'inbox', transport: own } : null
  }
  const domain = domainOf(inbox.address)
  const ofDomain = directory
    .all('transport')
    .find(({ account, domains }) => account === inbox.account && domains.some((one) => one.toLowerCase() === domain))
  if (ofDomain !== undefined) return { by: 'domain', transport: ofDomain }
  return settings.defaultTransport === null ? null : { by: 'instance', ...settings.defaultTransport }
}

/** One name for a choice, for lists and limits. */
export const nameOf = (choice: TransportChoice): string => (choice.by === 'instance' ? 'instance' : choice.transport.id)

/** The server of a choice, with its password open. @throws CannotOpen */
export const serverOf = (choice: TransportChoice, { secrets }: Pick<Log, 'secrets'>): SmtpServer => {
  if (choice.by === 'instance') return { host: choice.host, port: choice.port, security: 'none', login: null }
  const { id, host, port, security, user, password } = choice.transport
  const login =
    user === null || password === null ? null : { user, password: secrets.open(password, `transport ${id} password`) }
  return { host, port, security, login }
}
