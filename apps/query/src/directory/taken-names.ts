import type { Directory, Inbox } from '@skein/log'
import type { Problem } from '@skein/http'
import { conflict } from './rights.js'

type Names = Pick<Inbox, 'id' | 'account' | 'address' | 'aliases' | 'catchAll'>

const addressesOf = ({ address, aliases }: Names): string[] => [address, ...aliases]
/** As claims have them: a domain and an address are never the same name. */
const claimsOf = (names: Names): string[] => [...addressesOf(names), ...names.catchAll.map((domain) => `@${domain}`)]
const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()
const lower = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase())

/** Says that a name is taken, and not by whom. */
const taken = (name: string, field: string): Problem =>
  name.startsWith('@')
    ? conflict('domain-taken', `The domain ${name.slice(1)} cannot be caught here.`, {
        field,
        fix: 'Choose a domain whose mail nobody else gets.',
      })
    : conflict('address-taken', `The address ${name} is taken.`, { field, fix: 'Choose an address that nobody has.' })

const fieldOf = (name: string, { address }: Names): string =>
  name.startsWith('@') ? 'catch_all' : name === address ? 'address' : 'aliases'

const holds = (inbox: Inbox | undefined, name: string): boolean =>
  inbox !== undefined && lower(claimsOf(inbox)).includes(name.toLowerCase())

/**
 * Whether an account would get what was another's until now: an address at a domain that the other catches whole, or a domain
 * at which the other has an address.
 */
const crossesAccounts = (name: string, inbox: Names, others: readonly Inbox[]): boolean => {
  const foreign = others.filter(({ account }) => account !== inbox.account)
  if (name.startsWith('@'))
    return foreign.some((other) => addressesOf(other).some((each) => domainOf(each) === domainOf(name)))
  return foreign.some((other) => lower(other.catchAll).includes(domainOf(name)))
}

/** Makes the inbox's names its own, all of them or none. @throws Problem 409 for a name that another inbox has, of any account */
export const claimNames = async (directory: Directory, inbox: Names): Promise<void> => {
  const others = directory.inboxes().filter(({ id }) => id !== inbox.id)
  const before = directory.inbox(inbox.id)
  const claimed: string[] = []
  for (const name of claimsOf(inbox)) {
    const isFree = !others.some((other) => holds(other, name)) && !crossesAccounts(name, inbox, others)
    if (isFree && (await directory.claims.take(name, inbox.id, (other) => holds(directory.inbox(other), name)))) {
      if (!holds(before, name)) claimed.push(name)
      continue
    }
    for (const mine of claimed) await directory.claims.leave(mine, inbox.id)
    throw taken(name, fieldOf(name, inbox))
  }
}

/** Gives back the names that an inbox does not have any more. */
export const leaveNames = async (directory: Directory, before: Names, now?: Names): Promise<void> => {
  const kept = now === undefined ? [] : lower(claimsOf(now))
  for (const name of claimsOf(before))
    if (!kept.includes(name.toLowerCase())) await directory.claims.leave(name, before.id)
}
