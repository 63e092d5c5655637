import type { MailFacts } from '@skein/mail'

/** How sure a rule is: from the vendor's specification down to single observations. */
export type Sureness = 'specification' | 'vendor text' | 'code' | 'reports' | 'thin'

/** What clients read of a mail when they group it. */
export type SimulatedMail = Pick<
  MailFacts,
  | 'messageId'
  | 'synthetic'
  | 'inReplyTo'
  | 'references'
  | 'subject'
  | 'baseSubject'
  | 'looseBaseSubject'
  | 'from'
  | 'to'
  | 'cc'
  | 'date'
  | 'threadIndex'
  | 'threadTopic'
>

/** What a client does with one mail: the rule that decided, and the earlier mail whose conversation it takes. */
export interface Tie {
  rule: string
  because: string
  /** Place of the earlier mail; `null` opens a conversation. */
  to: number | null
  /** Place of a mail whose conversation is full, where this mail opens the one that goes on with it. */
  continues?: number
}

/** The rules of one mail client. */
export interface Client {
  name: string
  sureness: Sureness
  /** Under what later mails will look for this one. */
  keys(mail: SimulatedMail): string[]
  tie(mail: SimulatedMail, folder: Folder): Tie
}

/** What a client has before it when the next mail comes: the mails so far, by their keys, and their conversations. */
export class Folder {
  readonly mails: SimulatedMail[] = []
  readonly #byKey = new Map<string, { first: number; last: number }>()
  readonly #conversations: number[] = []
  readonly #members: { count: number; last: number; continuedIn: number | null }[] = []

  /** Place of the first mail under a key. */
  first(key: string): number | undefined {
    return this.#byKey.get(key)?.first
  }

  last(key: string): number | undefined {
    return this.#byKey.get(key)?.last
  }

  at(place: number): SimulatedMail {
    return this.mails[place]!
  }

  /** The conversation of a mail, or the one that goes on with it: how many mails it has, and the place of its newest. */
  openConversation(place: number): { count: number; last: number; isOwn: boolean } {
    const own = this.#conversations[place]!
    let conversation = this.#members[own]!
    while (conversation.continuedIn !== null) conversation = this.#members[conversation.continuedIn]!
    return { ...conversation, isOwn: conversation === this.#members[own] }
  }

  /** Takes in a mail; answers the number of its conversation, from 0. */
  add(mail: SimulatedMail, keys: readonly string[], { to, continues }: Tie): number {
    const place = this.mails.push(mail) - 1
    const conversation = to === null ? this.#open(continues) : this.#conversations[to]!
    this.#conversations.push(conversation)
    const members = this.#members[conversation]!
    members.count += 1
    members.last = place
    for (const key of keys) {
      const known = this.#byKey.get(key)
      if (known) known.last = place
      else this.#byKey.set(key, { first: place, last: place })
    }
    return conversation
  }

  #open(continues: number | undefined): number {
    const opened = this.#members.push({ count: 0, last: 0, continuedIn: null }) - 1
    if (continues !== undefined) this.#members[this.#conversations[continues]!]!.continuedIn = opened
    return opened
  }
}

/** The ids that a mail names, the nearest first: In-Reply-To, then References from its end. */
export const namedIds = ({ inReplyTo, references }: SimulatedMail): string[] => [
  ...new Set([...inReplyTo.toReversed(), ...references.toReversed()]),
]

/** The base subject, and that without initials where it differs: `R: Dinner` is a subject or an answer to `Dinner`. */
export const subjectsOf = ({ baseSubject, looseBaseSubject }: SimulatedMail): string[] =>
  looseBaseSubject === undefined ? [baseSubject] : [baseSubject, looseBaseSubject]

/** Keys for clients that go by ids. An id that we made for a mail without one is nothing that a client could see. */
export const ownKey = (id: string): string => `id:${id}`
export const namedKey = (id: string): string => `names:${id}`
export const idKeys = (mail: SimulatedMail, named: readonly string[]): string[] => [
  ...(mail.synthetic ? [] : [ownKey(mail.messageId)]),
  ...named.map(namedKey),
]

export const bracketed = (id: string): string => `<${id}>`

/** Places of what is found under the keys of these ids, in their order. */
export const foundUnder = (
  ids: readonly string[],
  key: (id: string) => string,
  folder: Folder,
): { id: string; place: number }[] =>
  ids.flatMap((id) => {
    const place = folder.first(key(id))
    return place === undefined ? [] : [{ id, place }]
  })
