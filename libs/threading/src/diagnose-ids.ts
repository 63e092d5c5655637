import { sesLocalPart, type MailFacts } from '@skein/mail'

/** An id that is almost one that is known: which one was meant, and in what they differ. */
export interface NearMiss {
  meant: MailFacts
  /** Ends the sentence `It names <…>, which is <…> …`. */
  difference: string
}

/** Local parts shorter than this are too common for two domains to mean one mail. */
const TELLING_LOCAL_PART = 8

const localPart = (id: string): string => (id.includes('@') ? id.slice(0, id.lastIndexOf('@')) : id)
const bare = (id: string): string => id.replace(/[\s<>"]+/g, '')

/** The mails that are there, by all that an id may be mistaken for. */
export class KnownMails {
  readonly count: number
  readonly #byId: Map<string, MailFacts[]>
  readonly #byAlias: Map<string, MailFacts>
  readonly #byBare: Map<string, MailFacts>
  readonly #byFolded: Map<string, MailFacts>
  readonly #byLocalPart: Map<string, MailFacts>

  constructor(mails: readonly MailFacts[]) {
    const own = mails.filter(({ synthetic }) => !synthetic)
    const by = (key: (id: string) => string) => new Map(own.toReversed().map((mail) => [key(mail.messageId), mail]))
    this.count = mails.length
    this.#byId = Map.groupBy(own, ({ messageId }) => messageId)
    this.#byAlias = new Map(own.flatMap((mail) => mail.aliases.map((alias) => [alias, mail])))
    this.#byBare = by(bare)
    this.#byFolded = by((id) => bare(id).toLowerCase())
    this.#byLocalPart = by((id) => localPart(bare(id)))
  }

  /** The mail with exactly this id. */
  mail(id: string): MailFacts | undefined {
    return this.#byId.get(id)?.[0]
  }

  /** Other mails than this one, that have its id and yet another content. */
  othersUnder({ messageId, digest }: MailFacts): MailFacts[] {
    return (this.#byId.get(messageId) ?? []).filter((mail) => mail.digest !== digest)
  }

  /** The mail that this one answers, by its In-Reply-To, else by its last reference; almost its id will do. */
  answeredBy({ inReplyTo, references, bareIds }: MailFacts): MailFacts | null {
    const id = inReplyTo[0] ?? references.at(-1) ?? bareIds?.[0]
    return id === undefined ? null : (this.mail(id) ?? this.nearMiss(id)?.meant ?? null)
  }

  /** The mail that an unknown id probably means. */
  nearMiss(id: string): NearMiss | null {
    const missed = (meant: MailFacts | undefined, difference: string): NearMiss[] =>
      meant === undefined ? [] : [{ meant, difference }]
    const local = localPart(bare(id))
    const byLocalPart = local.length >= TELLING_LOCAL_PART ? this.#byLocalPart.get(local) : undefined
    const isSes = [id, byLocalPart?.messageId ?? ''].some((one) => sesLocalPart(one) !== null)
    const [first] = [
      ...missed(this.#byAlias.get(id), 'under an id that it had before a server replaced it'),
      ...missed(this.#byBare.get(bare(id)), 'with white space, brackets or quotes that do not belong to the id'),
      ...missed(this.#byFolded.get(bare(id).toLowerCase()), 'in another case'),
      ...missed(
        byLocalPart,
        isSes
          ? 'at another domain: Amazon SES puts its own (amazonses.com) into the ids of what it sends'
          : 'at another domain',
      ),
    ]
    return first ?? null
  }
}
