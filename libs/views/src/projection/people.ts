import type { AccountId, ThreadId } from '@skein/events'
import { withoutReplyToken, type Address } from '@skein/mail'
import { storable } from '../bulk.js'

/** People taken from one mail at most; a mail with 300,000 addresses has its first ones. */
const PEOPLE_OF_A_MAIL = 200
/** Characters of an address or name that are kept: more is nobody's name. */
const LONGEST = 320

/** Where the name begins in a `nameKey`: after a time. */
const NAME_AT = 24

/** Someone in a thread. Both times are of the mails that named them: the smallest wins, whatever came first. */
export interface Person {
  readonly thread: ThreadId
  readonly address: string
  firstAt: string
  /** The time, 24 characters, then the name that was given; `null` where none was. */
  nameKey: string | null
  /** From the input record of a mail that named them; `null` where none was there. */
  account: AccountId | null
}

const clean = (text: string): string => storable(text.slice(0, LONGEST)).trim()

/** What comes after the last `@`; empty where there is none. */
export const domainOf = (address: string): string => {
  const at = address.lastIndexOf('@')
  return at === -1 ? '' : address.slice(at + 1)
}

/** People as text to be searched. */
export const searchedPeople = (addresses: readonly Address[]): string =>
  addresses
    .slice(0, PEOPLE_OF_A_MAIL)
    .map(({ name, address }) => `${clean(name)} ${clean(address)}`)
    .join(' ')

export const peopleOf = (
  { thread, sentAt, account }: { thread: ThreadId; sentAt: string; account: AccountId | null },
  addresses: readonly Address[],
): Person[] =>
  addresses.slice(0, PEOPLE_OF_A_MAIL).flatMap(({ name, address }): Person[] => {
    // an answer to a mail of ours goes to a tagged address: the same person
    const key = clean(withoutReplyToken(address)).toLowerCase()
    const named = clean(name)
    return key === ''
      ? []
      : [{ thread, address: key, firstAt: sentAt, nameKey: named === '' ? null : sentAt + named, account }]
  })

/** The order of Postgres' "C" collation; JavaScript's own differs beyond the basic plane. */
const isBefore = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0

/** One entry for each thread and address. */
export const gatherPeople = (people: Iterable<Person>): Person[] => {
  const gathered = new Map<string, Person>()
  for (const person of people) {
    const key = `${person.thread} ${person.address}`
    const known = gathered.get(key)
    if (known === undefined) gathered.set(key, { ...person })
    else {
      if (person.firstAt < known.firstAt) known.firstAt = person.firstAt
      known.account ??= person.account
      const { nameKey } = person
      if (nameKey !== null && (known.nameKey === null || isBefore(nameKey, known.nameKey))) known.nameKey = nameKey
    }
  }
  return [...gathered.values()]
}

/** People that a thread in a list is shown with. */
export const SHOWN_PARTICIPANTS = 10

/** Those of a thread that a list shows, by when they first took part. */
export const shownPeople = (people: readonly Person[]): Address[] =>
  people
    .toSorted((a, b) =>
      a.firstAt === b.firstAt ? (isBefore(a.address, b.address) ? -1 : 1) : a.firstAt < b.firstAt ? -1 : 1,
    )
    .slice(0, SHOWN_PARTICIPANTS)
    .map(({ address, nameKey }) => ({ name: nameKey?.slice(NAME_AT) ?? '', address }))
