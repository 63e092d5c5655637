import { BlockList, isIP } from 'node:net'

/**
 * Tells whether a peer is one of the addresses and nets (`192.0.2.7`, `2001:db8::/32`).
 * @throws Error for what is neither
 */
export const trustedPeers = (trusted: readonly string[]): ((address: string) => boolean) => {
  const list = new BlockList()
  for (const entry of trusted) {
    const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry.trim()) ?? []
    const family = familyOf(address)
    // without its bits a net would be the whole world
    if (family === null) throw new Error(`${entry} is neither an address nor a net such as 10.0.0.0/8`)
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => {
    const family = familyOf(address)
    return family !== null && list.check(address, family)
  }
}

const familyOf = (address: string): 'ipv4' | 'ipv6' | null => {
  const version = isIP(address)
  return version === 0 ? null : version === 4 ? 'ipv4' : 'ipv6'
}
