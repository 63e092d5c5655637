import type { ThreadId } from '@skein/events'
import type { Address } from '@skein/mail'
import { storable } from '../bulk.js'

/** People taken from one mail at most; a mail with 300,000 addresses has its first ones. */
const PEOPLE_OF_A_MAIL = 200
/** Characters of an address or name that are kept: more is nobody's name. */
const LONGEST = 320

/** Someone in a thread. Both times are of the mails that named them: the smallest wins, whatever came first. */
export interface Person {
  readonly thread: ThreadId
  readonly address: string
  firstAt: string
  /** The time, 24 characters, then the name that was given; `null` where none was. */
  nameKey: string | null
}

const clean = (text: string): string => storable(text.slice(0, LONGEST)).trim()

export const peopleOf = (thread: ThreadId, sentAt: string, addresses: readonly Address[]): Person[] =>
  addresses.slice(0, PEOPLE_OF_A_MAIL).flatMap(({ name, address }): Person[] => {
    const key = clean(address).toLowerCase()
    const named = clean(name)
    return key === '' ? [] : [{ thread, address: key, firstAt: sentAt, nameKey: named === '' ? null : sentAt + named }]
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
      const { nameKey } = person
      if (nameKey !== null && (known.nameKey === null || isBefore(nameKey, known.nameKey))) known.nameKey = nameKey
    }
  }
  return [...gathered.values()]
}
