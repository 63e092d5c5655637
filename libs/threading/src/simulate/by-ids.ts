import { namedIds, SeenMails, type Choice, type Client, type Seen, type SimulatedMail } from './simulation.js'

const isNew = (because: string): Choice => ({ conversation: null, rule: 'start', because })

/** Who names which id: a mail that comes late finds the answers to it. */
class Namers {
  readonly #first = new Map<string, Seen>()

  add(seen: Seen): void {
    for (const id of namedIds(seen.mail)) if (!this.#first.has(id)) this.#first.set(id, seen)
  }

  of(mail: SimulatedMail): Seen | undefined {
    return this.#first.get(mail.facts.messageId)
  }
}

/** Thunderbird: References from the last to the first, then who names this mail; the subject alone says nothing. */
class ThunderbirdMemory {
  readonly #seen = new SeenMails()
  readonly #namers = new Namers()

  place(mail: SimulatedMail): Choice {
    const { references, inReplyTo } = mail.facts
    const found = this.#seen.firstOf(references.length > 0 ? references.toReversed() : inReplyTo)
    if (found)
      return {
        conversation: found.seen.conversation,
        rule: 'references',
        because: `it names ${found.id}, which is in the folder`,
      }
    const namer = this.#namers.of(mail)
    if (namer)
      return { conversation: namer.conversation, rule: 'named', because: `${namer.mail.facts.messageId} names it` }
    return isNew('it names no mail of the folder, and none names it')
  }

  remember(seen: Seen): void {
    this.#seen.add(seen)
    this.#namers.add(seen)
  }
}

/** Apple Mail: the ids; the subject only where a mail names nobody. */
class AppleMemory {
  readonly #seen = new SeenMails()
  readonly #namers = new Namers()
  readonly #bySubject = new Map<string, Seen>()

  place(mail: SimulatedMail): Choice {
    const ids = namedIds(mail)
    const found = this.#seen.firstOf(ids)
    if (found)
      return {
        conversation: found.seen.conversation,
        rule: 'references',
        because: `it names ${found.id}, which is there`,
      }
    const namer = this.#namers.of(mail)
    if (namer)
      return { conversation: namer.conversation, rule: 'named', because: `${namer.mail.facts.messageId} names it` }
    if (ids.length > 0) return isNew('it names no mail that is there')
    const alike = mail.facts.subjectKind === 'plain' ? undefined : this.#bySubject.get(mail.facts.baseSubject)
    return alike
      ? {
          conversation: alike.conversation,
          rule: 'same-subject',
          because: `it names nobody, and ${alike.mail.facts.messageId} has its subject`,
        }
      : isNew('it names nobody, and answers no subject that is there')
  }

  remember(seen: Seen): void {
    this.#seen.add(seen)
    this.#namers.add(seen)
    const { baseSubject } = seen.mail.facts
    if (baseSubject !== '') this.#bySubject.set(baseSubject, seen)
  }
}

export const thunderbird: Client = {
  name: 'Thunderbird',
  sure: 'code',
  source: 'its message database, with the settings that it comes with; each folder by itself',
  start: () => new ThunderbirdMemory(),
}

export const appleMail: Client = {
  name: 'Apple Mail',
  sure: 'thin',
  source: 'observation; the rule is not published',
  start: () => new AppleMemory(),
}
