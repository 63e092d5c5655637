import type { InboxId, MessageId, ThreadId } from '@skein/events'
import { looksLikeAddress } from './address-like.js'
import type { IncomingMail } from './incoming-mail.js'
import { idKey } from './keys.js'
import type { RuleSet } from './rule-set.js'

/**
 * What has to be looked up before a mail can be decided, of its space. "With what stands behind them" means: the `message` rows
 * that the rows name, the `copy` and `delivery` rows of those messages, and of their threads the `thread` row, the survivor's
 * `thread` row, and the `cut` rows of both.
 */
export interface Needs {
  /** `message` or `copy` rows of these, with what stands behind them. */
  messages: MessageId[]
  /** `link` rows of all roles but `waiting` (100 for each key and role will do), with what stands behind them. */
  keys: string[]
  /** `link` rows of role `waiting`, all of them, with what stands behind them. */
  waiting: string[]
  /** One `participant` row each, of whatever thread. */
  addresses: string[]
  /** The `thread` rows of all that were merged into these, with all their `message` and `copy` rows. */
  threads: ThreadId[]
  /** The `thread` rows of all that were merged into these, with all their `participant` rows. */
  people: ThreadId[]
  /** Messages of an inbox by base subject, written in the given time, newest 200, with what stands behind them. */
  subjects: SubjectNeed[]
}

export interface SubjectNeed {
  inbox: InboxId
  baseSubject: string
  since: string
  until: string
}

export const noNeeds = (): Needs => ({
  messages: [],
  keys: [],
  waiting: [],
  addresses: [],
  threads: [],
  people: [],
  subjects: [],
})

/** Addresses of a mail that are looked up among the ids that others named; a mail to more people is no letter. */
const MOST_PEOPLE = 100

/** Everybody a mail is from and to, as ids that somebody may have written by mistake. */
export const peopleAsIds = ({ facts }: Pick<IncomingMail, 'facts'>): string[] => {
  const people = [...facts.from, ...facts.replyTo, ...facts.to, ...facts.cc].slice(0, MOST_PEOPLE)
  const spellings = people.flatMap(({ address }) => [address, address.toLowerCase()])
  return [...new Set(spellings)].filter((address) => looksLikeAddress(address))
}

/** The first round: what every decision on this mail looks at. Most need no second (see `decideOrAsk`). */
export const linkNeeds = (mail: IncomingMail, rules: RuleSet): Needs => {
  const keys = rules.keys(mail.facts, mail.replyToken ?? null)
  const named = keys.filter(({ role }) => role !== 'owned').map(({ value }) => value)
  return {
    ...noNeeds(),
    messages: [mail.message],
    keys: [
      ...[...keys, ...rules.observed(mail.facts)].map(({ key }) => key),
      ...(rules.knowsPeople ? peopleAsIds(mail).map(idKey) : []),
    ],
    waiting: rules.ghosts ? keys.filter(({ role }) => role === 'owned').map(({ key }) => key) : [],
    addresses: rules.knowsPeople ? named.filter(looksLikeAddress).map((id) => id.toLowerCase()) : [],
  }
}
