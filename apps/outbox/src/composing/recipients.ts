import { replyRecipients, type Address, type RecipientReason } from '@skein/mail'
import type { Directory, Inbox } from '@skein/log'
import type { Answered } from './answered.js'

/** Who gets a mail, each named once, and why. */
export interface Recipients {
  readonly to: readonly Address[]
  readonly cc: readonly Address[]
  readonly bcc: readonly Address[]
  readonly reasons: readonly (Omit<RecipientReason, 'field'> & { field: RecipientReason['field'] | 'bcc' })[]
}
export interface GivenRecipients {
  readonly to: readonly Address[]
  readonly cc: readonly Address[]
  readonly bcc: readonly Address[]
}

type Looks = Pick<Directory, 'inboxes' | 'inboxFor'>

/**
 * Addresses of ours that a reply does not go to: those of all inboxes of the space, and what else reaches one of them. Where a
 * colleague's inbox wrote the mail to the one that answers, that colleague is somebody to answer, and not us; so are the colleagues
 * whom the inbox wrote to itself.
 */
const ownAddresses = (directory: Looks, inbox: Inbox, { facts }: Answered): string[] => {
  const isOf = (one: Inbox, people: readonly Address[]): boolean =>
    people.some(({ address }) => directory.inboxFor(address)?.id === one.id)
  const isAddressed = isOf(inbox, [...facts.to, ...facts.cc])
  const isAuthor = isOf(inbox, facts.from)
  const isColleague = (one: Inbox): boolean => isAuthor || (isAddressed && isOf(one, facts.from))
  const isOurs = (one: Inbox | undefined): one is Inbox =>
    one?.space === inbox.space && (one.id === inbox.id || !isColleague(one))
  const named = [...facts.from, ...facts.replyTo, ...facts.to, ...facts.cc].map(({ address }) => address)
  return [
    ...directory
      .inboxes(inbox.space)
      .filter(isOurs)
      .flatMap(({ address, aliases }) => [address, ...aliases]),
    ...named.filter((address) => isOurs(directory.inboxFor(address))),
  ]
}

type Reason = Recipients['reasons'][number]

/** Puts lists together in which nobody stands twice: who is named first has the field that he is named in. */
const once = (
  lists: readonly { field: 'to' | 'cc' | 'bcc'; people: readonly Address[]; reasons: Reason[] }[],
): Recipients => {
  const chosen = { to: [] as Address[], cc: [] as Address[], bcc: [] as Address[] }
  const reasons: Reason[] = []
  const named = new Set<string>()
  for (const { field, people, reasons: why } of lists)
    for (const person of people) {
      const key = person.address.toLowerCase()
      if (named.has(key)) continue
      named.add(key)
      chosen[field].push(person)
      const reason = why.find(({ address }) => address.toLowerCase() === key)?.reason ?? 'asked for by the caller'
      reasons.push({ address: person.address, field, reason })
    }
  return { ...chosen, reasons }
}

/** Whom the caller names, and nobody else. */
export const givenRecipients = ({ to, cc, bcc }: GivenRecipients): Recipients =>
  once([
    { field: 'to', people: to, reasons: [] },
    { field: 'cc', people: cc, reasons: [] },
    { field: 'bcc', people: bcc, reasons: [] },
  ])

/** Those whom the answered mail says, and those whom the caller names beside them. */
export const answerRecipients = (
  directory: Looks,
  inbox: Inbox,
  answered: Answered,
  { given, toAll }: { given: GivenRecipients; toAll: boolean },
): Recipients => {
  const own = ownAddresses(directory, inbox, answered)
  const derived = replyRecipients({ parent: answered.facts, own, role: answered.role, toAll })
  const merged = once([
    { field: 'to', people: given.to, reasons: [] },
    { field: 'to', people: derived.to, reasons: derived.reasons },
    { field: 'cc', people: given.cc, reasons: [] },
    { field: 'cc', people: derived.cc, reasons: derived.reasons },
    { field: 'bcc', people: given.bcc, reasons: [] },
  ])
  return { ...merged, reasons: [...merged.reasons, ...derived.reasons.filter(({ field }) => field === 'left out')] }
}
