import type { Decided, InboxId, MessageId, ThreadId } from '@skein/events'
import { decide } from './decide.js'
import type { IncomingMail } from './incoming-mail.js'
import type { LinkIndex } from './link-index.js'
import type { LinkRows, MessageRow } from './link-rows.js'
import { MemoryLinkIndex } from './memory-link-index.js'
import { noNeeds, type Needs, type SubjectNeed } from './needs.js'
import type { RuleSet } from './rule-set.js'

const subjectName = ({ inbox, baseSubject, since, until }: SubjectNeed): string =>
  [inbox, since, until, baseSubject].join(' ')

/**
 * An index over the part of a store that was asked for. It knows what it was given, and notes what it is asked for beyond that:
 * so a decision that turns out to need more says so, instead of deciding on half of what is known.
 */
export class LoadedLinkIndex extends MemoryLinkIndex {
  readonly #keys = new Set<string>()
  readonly #waiting = new Set<string>()
  readonly #addresses = new Set<string>()
  readonly #threads = new Set<ThreadId>()
  readonly #people = new Set<ThreadId>()
  readonly #subjects = new Set<string>()
  #missing = noNeeds()

  /** Takes in the rows that answer `needs`. */
  answer(needs: Needs, rows: LinkRows): void {
    this.load(rows)
    for (const key of needs.keys) this.#keys.add(key)
    for (const key of needs.waiting) this.#waiting.add(key)
    for (const address of needs.addresses) this.#addresses.add(address)
    for (const thread of needs.threads) this.#threads.add(thread)
    for (const thread of needs.people) this.#people.add(thread)
    for (const subject of needs.subjects) this.#subjects.add(subjectName(subject))
  }

  /** What was asked for and not there since the last call; `null` where that is nothing. */
  takeMissing(): Needs | null {
    const missing = this.#missing
    this.#missing = noNeeds()
    return Object.values<readonly unknown[]>({ ...missing }).some((list) => list.length > 0) ? missing : null
  }

  override owners(key: string): readonly MessageId[] {
    this.#wantKey(key)
    return super.owners(key)
  }

  override mentioners(key: string): ReadonlyMap<string, MessageId> {
    this.#wantKey(key)
    return super.mentioners(key)
  }

  override mentionerAlike(key: string, baseSubject: string): MessageId | undefined {
    this.#wantKey(key)
    return super.mentionerAlike(key, baseSubject)
  }

  override isDemoted(key: string): boolean {
    this.#wantKey(key)
    return super.isDemoted(key)
  }

  override waiting(key: string): Iterable<MessageId> {
    if (!this.#waiting.has(key)) this.#missing.waiting.push(key)
    return super.waiting(key)
  }

  override isAddress(address: string): boolean {
    const isKnown = super.isAddress(address)
    if (!isKnown && !this.#addresses.has(address)) this.#missing.addresses.push(address)
    return isKnown
  }

  override takesPart(thread: ThreadId, address: string): boolean {
    this.#wantPeople(thread)
    return super.takesPart(thread, address)
  }

  override messagesOf(thread: ThreadId): MessageRow[] {
    this.#wantThread(thread)
    return super.messagesOf(thread)
  }

  override bySubject(inbox: InboxId, baseSubject: string, since: string, until: string): MessageRow[] {
    const subject = { inbox, baseSubject, since, until }
    if (!this.#subjects.has(subjectName(subject))) this.#missing.subjects.push(subject)
    return super.bySubject(inbox, baseSubject, since, until)
  }

  #wantKey(key: string): void {
    if (!this.#keys.has(key)) this.#missing.keys.push(key)
  }

  #wantPeople(thread: ThreadId): void {
    for (const one of this.family(thread)) if (!this.#people.has(one)) this.#missing.people.push(one)
  }

  #wantThread(thread: ThreadId): void {
    for (const one of this.family(thread)) if (!this.#threads.has(one)) this.#missing.threads.push(one)
  }
}

/** What a function of the index answers; or, where the index was not given enough for it, what else to load before asking again. */
export const answerOrAsk = <T>(
  index: LoadedLinkIndex,
  ask: (index: LinkIndex) => T,
): { answer: T } | { needs: Needs } => {
  const answer = ask(index)
  const needs = index.takeMissing()
  return needs === null ? { answer } : { needs }
}

/** The decision on a mail; or what else to load for it. Deciding has no effects, so the try costs nothing but its time. */
export const decideOrAsk = (
  mail: IncomingMail,
  index: LoadedLinkIndex,
  rules: RuleSet,
): { events: Decided[] } | { needs: Needs } => {
  const asked = answerOrAsk(index, () => decide(mail, index, rules))
  return 'needs' in asked ? asked : { events: asked.answer }
}
