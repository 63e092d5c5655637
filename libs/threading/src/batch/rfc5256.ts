import type { Evidence, MessageId } from '@skein/events'
import type { IncomingMail } from '../incoming-mail.js'
import type { BatchThreading, Placement } from './batch-threading.js'
import { Containers, type Contained } from './containers.js'

const NONE = -1

/** A thread before its subject is looked at: the mail that speaks for it, and whether that is its root or only below an empty one. */
interface Top {
  container: number
  speaker: Contained
  isEmpty: boolean
}

/** One entry for each container at the top that has mail below it, in the order in which the mails came. */
const topsOf = (containers: Containers, tops: Int32Array): Top[] => {
  const found = new Map<number, { container: number; speaker: Contained; heads: number }>()
  containers.mails.forEach((mail, n) => {
    if (mail === null) return
    const container = tops[n] as number
    const top = found.get(container)
    const isHead = isBelowNothing(containers, n)
    if (!top) found.set(container, { container, speaker: mail, heads: isHead ? 1 : 0 })
    else if (isHead && ++top.heads === 1) top.speaker = mail
  })
  return [...found.values()].map(({ container, speaker, heads }) => ({ container, speaker, isEmpty: heads > 1 }))
}

/** Whether only empty containers are above this one: pruning brings it to the top (step 3). */
const isBelowNothing = ({ parents, mails }: Containers, n: number): boolean => {
  const above = parents[n] as number
  if (above === NONE) return true
  return mails[above] === null && isBelowNothingButEmpty(parents, mails, above)
}

const isBelowNothingButEmpty = (
  parents: readonly number[],
  mails: readonly (Contained | null)[],
  from: number,
): boolean => {
  for (let n = from; n !== NONE; n = parents[n] as number) if (mails[n] !== null) return false
  return true
}

/** Which top stands for a subject (step 5): an empty one rather than a mail, a first mail rather than a reply. */
const speaksRather = (now: Top, before: Top): boolean =>
  !before.isEmpty && (now.isEmpty || (before.speaker.isReply && !now.speaker.isReply))

const bySubject = (tops: readonly Top[]): Map<string, Top> => {
  const table = new Map<string, Top>()
  for (const top of tops) {
    const subject = top.speaker.baseSubject
    if (subject === '') continue
    const before = table.get(subject)
    if (!before || speaksRather(top, before)) table.set(subject, top)
  }
  return table
}

/**
 * RFC 5256 REFERENCES over a whole mailbox, in its order; with `subjectStep: false` only its ids (THREAD=REFS, as Dovecot has
 * it). Not for a space that grows: the first mail to mention an id decides where it hangs.
 */
export class Rfc5256 implements BatchThreading {
  readonly #containers = new Containers()
  readonly #numbers = new Map<MessageId, number>()
  readonly #order: number[] = []

  constructor(readonly subjectStep: boolean) {}

  add(mail: IncomingMail): void {
    const number = this.#numbers.get(mail.message) ?? this.#containers.add(mail.message, mail.facts)
    this.#numbers.set(mail.message, number)
    this.#order.push(number)
  }

  finish(): Placement[] {
    const tops = this.#containers.tops()
    const roots = topsOf(this.#containers, tops)
    const table = this.subjectStep ? bySubject(roots) : new Map<string, Top>()
    const joined = new Map<number, Top>()
    for (const root of roots) {
      const stands = table.get(root.speaker.baseSubject)
      if (stands && stands !== root) joined.set(root.container, stands)
    }
    return this.#order.flatMap((n) => {
      const mail = this.#containers.mails[n] ?? null
      return mail === null ? [] : [this.#placement(mail, n, tops[n] as number, joined)]
    })
  }

  #placement(mail: Contained, n: number, top: number, joined: ReadonlyMap<number, Top>): Placement {
    const stands = joined.get(top)
    const above = this.#containers.parents[n] as number
    const isJoinedRoot = stands !== undefined && above === NONE
    const hangsBySubject = isJoinedRoot && mail.isReply && !stands.isEmpty && !stands.speaker.isReply
    return {
      message: mail.message,
      messageId: mail.messageId,
      thread: `top-${stands?.container ?? top}`,
      parentId:
        above !== NONE ? (this.#containers.ids[above] as string) : hangsBySubject ? stands.speaker.messageId : null,
      rule: stands ? 'subject' : mail.isLinkedById ? 'references' : 'start',
      evidence: evidenceOf(mail, above === NONE ? null : (this.#containers.ids[above] as string), stands),
    }
  }
}

const evidenceOf = (mail: Contained, parentId: string | null, stands: Top | undefined): Evidence[] => [
  ...(parentId === null ? [] : [{ fact: 'references', value: parentId, message: null, thread: null }]),
  ...(stands ? [{ fact: 'subject', value: mail.baseSubject, message: stands.speaker.message, thread: null }] : []),
]
