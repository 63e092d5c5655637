import { SeenMails, type Choice, type Client, type Seen, type SimulatedMail } from './simulation.js'

const WEEK = 7 * 24 * 60 * 60 * 1000
const MOST_MAILS = 100

const people = ({ facts }: SimulatedMail): Set<string> =>
  new Set([...facts.from, ...facts.to, ...facts.cc].map(({ address }) => address.toLowerCase()))

const meet = (a: SimulatedMail, b: SimulatedMail): boolean => {
  const own = people(a)
  return [...people(b)].some((address) => own.has(address))
}

const isNew = (rule: string, because: string): Choice => ({ conversation: null, rule, because })

/** Gmail: a reply to an earlier mail, or the same people and subject within a week; another subject, or 100 mails, is a new one. */
class GmailMemory {
  readonly #seen = new SeenMails()
  readonly #sizes = new Map<number, number>()
  readonly #bySubject = new Map<string, Seen[]>()

  place(mail: SimulatedMail): Choice {
    const found = this.#find(mail)
    if (found.conversation !== null && (this.#sizes.get(found.conversation) ?? 0) >= MOST_MAILS)
      return isNew('full', 'the conversation has 100 mails, and Gmail starts another')
    return found
  }

  remember(seen: Seen): void {
    this.#seen.add(seen)
    this.#sizes.set(seen.conversation, (this.#sizes.get(seen.conversation) ?? 0) + 1)
    const subject = seen.mail.facts.baseSubject
    this.#bySubject.set(subject, [...(this.#bySubject.get(subject) ?? []), seen].slice(-MOST_MAILS))
  }

  #find(mail: SimulatedMail): Choice {
    const { inReplyTo, references, baseSubject } = mail.facts
    const answered = this.#seen.firstOf([...references.toReversed(), ...inReplyTo])
    if (answered && answered.seen.mail.facts.baseSubject !== baseSubject)
      return isNew('subject', `it names ${answered.id}, which is there, but the subject is another`)
    if (answered)
      return {
        conversation: answered.seen.conversation,
        rule: 'reply',
        because: `it names ${answered.id}, which is there, and the subject is the same`,
      }
    if (references.length > 0) return isNew('references', 'its References name no mail that is there')
    const at = Date.parse(mail.at)
    const alike = this.#bySubject
      .get(baseSubject)
      ?.findLast(
        (seen) => baseSubject !== '' && Math.abs(at - Date.parse(seen.mail.at)) <= WEEK && meet(mail, seen.mail),
      )
    return alike
      ? {
          conversation: alike.conversation,
          rule: 'same-subject',
          because: `${alike.mail.facts.messageId} has the same subject and people, and is not a week older`,
        }
      : isNew('start', 'no mail of the last week has its subject and people')
  }
}

export const gmail: Client = {
  name: 'Gmail',
  sure: 'vendor',
  source: "Google's announcement of March 2019 and the guide to its API",
  start: () => new GmailMemory(),
}
