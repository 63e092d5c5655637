import type { MailFacts } from '@skein/mail'

/** How well it is known that a client does this. */
export type Sureness = 'specification' | 'code' | 'vendor' | 'reports' | 'thin'

export interface SimulatedMail {
  facts: MailFacts
  /** ISO 8601 UTC; when the client gets it. */
  at: string
}

/** The place that a client gives one mail. */
export interface Grouping {
  messageId: string
  /** 1, 2 …: the same for all mails that the client shows as one conversation. */
  conversation: number
  rule: string
  /** For a person: what the client looked at, and what followed. */
  because: string
}

export interface Simulation {
  client: string
  sure: Sureness
  /** What that rests on. */
  source: string
  mails: Grouping[]
}

/** Where a client puts a mail: the number of the conversation, or `null` for a new one, and why. */
export interface Choice {
  conversation: number | null
  rule: string
  because: string
}

/** What a client knows when a mail comes: the mails before it, with their conversations. */
export interface Seen {
  mail: SimulatedMail
  conversation: number
}

export interface Client {
  name: string
  sure: Sureness
  source: string
  /** A fresh memory, which is asked about each mail and then told where it went. */
  start(): { place(mail: SimulatedMail): Choice; remember(seen: Seen): void }
}

/** What an application that keeps mail in memory by id needs: the mail of an id, whichever of its ids it is. */
export class SeenMails {
  readonly all: Seen[] = []
  readonly #byId = new Map<string, Seen>()

  add(seen: Seen): void {
    this.all.push(seen)
    for (const id of [seen.mail.facts.messageId, ...seen.mail.facts.aliases])
      if (!this.#byId.has(id)) this.#byId.set(id, seen)
  }

  get(id: string): Seen | undefined {
    return this.#byId.get(id)
  }

  /** The first of these ids that is known. */
  firstOf(ids: readonly string[]): { id: string; seen: Seen } | undefined {
    for (const id of ids) {
      const seen = this.#byId.get(id)
      if (seen) return { id, seen }
    }
    return undefined
  }
}

/** The ids that a mail names, nearest first. */
export const namedIds = ({ facts }: SimulatedMail): string[] => [
  ...new Set([...facts.inReplyTo, ...facts.references.toReversed()]),
]
