import { isIP } from 'node:net'
import ip from 'ipaddr.js'

/** Thrown where a webhook would go to a place that it must not. */
export class PlaceRefused extends Error {
  override readonly name = 'PlaceRefused'
}

/**
 * Ranges that a name on the internet has no business to lead to, beside those that ipaddr.js knows (loopback, private, link-local,
 * carrier-grade NAT, unique local, multicast, mapped, documentation …): special-purpose addresses of the IANA registries.
 */
const REFUSED_4 = ['192.0.0.0/24', '192.88.99.0/24', '198.18.0.0/15', '240.0.0.0/4'] as const
const REFUSED_6 = [
  '::/96', // IPv4-compatible: some stacks still take them for the IPv4 address inside
  '64:ff9b::/96', // NAT64: leads to any IPv4 address
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23', // Teredo, ORCHID, benchmarking
  '2001:db8::/32',
  '2002::/16', // 6to4: leads to any IPv4 address
  '3fff::/20',
  '5f00::/16',
  'fec0::/10',
] as const
/** What of IPv6 is handed out for the internet at all (RFC 4291 §2.4); the rest is refused without a look. */
const GLOBAL_6 = '2000::/3'

const within = (address: ip.IPv4 | ip.IPv6, range: string): boolean => {
  const [base, bits] = ip.parseCIDR(range)
  return address.kind() === base.kind() && (address as ip.IPv6).match(base, bits)
}

/** Whether an address (as text, without brackets) is one of the public internet. */
export const isPublicAddress = (text: string): boolean => {
  if (!ip.isValid(text)) return false
  const address = ip.parse(text)
  if (address.range() !== 'unicast') return false
  if (address.kind() === 'ipv4') return !REFUSED_4.some((range) => within(address, range))
  return within(address, GLOBAL_6) && !REFUSED_6.some((range) => within(address, range))
}

/** Ports below this belong to services; of those webhooks go only to the web's own. */
const FIRST_OPEN_PORT = 1_024

const hostOf = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '')

/**
 * Why nothing is sent to a URL, as far as the text tells; `null` where it is in order. Names are checked when they are resolved,
 * at the socket. WHATWG parsing has turned `http://0x7f.1` and the like into plain addresses before.
 */
export const refusalOfUrl = (text: string, { allowPrivate }: { allowPrivate: boolean }): string | null => {
  if (!URL.canParse(text)) return 'it is no URL'
  const url = new URL(text)
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) return `it has to begin with https://`
  if (url.username !== '' || url.password !== '') return 'it must not hold a user name or password'
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port)
  if (port < FIRST_OPEN_PORT && port !== 443 && port !== 80) return `port ${port} is none of the web`
  const host = hostOf(url)
  if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host)) return `${host} is no address of the public internet`
  return null
}
