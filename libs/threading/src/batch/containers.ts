import type { MessageId } from '@skein/events'
import type { MailFacts } from '@skein/mail'
import { rfc5256Subject } from './rfc5256-subject.js'

const NONE = -1

/** What one mail says of its place, kept while the whole mailbox is read. */
export interface Contained {
  message: MessageId
  messageId: string
  baseSubject: string
  isReply: boolean
  isLinkedById: boolean
}

/**
 * The containers of RFC 5256 §3 (REFERENCES), after JWZ: one for every id, whether or not its mail is there, each with at most
 * one parent. Mails have to come in the order of the mailbox: the first to say where an id belongs is believed.
 */
export class Containers {
  readonly ids: string[] = []
  readonly parents: number[] = []
  readonly mails: (Contained | null)[] = []
  readonly #numbers = new Map<string, number>()
  readonly #hasChildren: boolean[] = []

  get size(): number {
    return this.parents.length
  }

  /** Steps 1.A and 1.B for one mail; answers with the number of its container. */
  add(message: MessageId, facts: MailFacts): number {
    const references = facts.references.length > 0 ? facts.references : facts.inReplyTo.slice(0, 1)
    let above = NONE
    for (const id of references) {
      const here = this.#containerOf(id)
      if (above !== NONE && this.parents[here] === NONE) this.#hang(here, above)
      above = here
    }
    const own = this.#ownContainer(facts.messageId)
    const { base, isReplyOrForward } = rfc5256Subject(facts.subject)
    this.mails[own] = {
      message,
      messageId: facts.messageId,
      baseSubject: base,
      isReply: isReplyOrForward,
      isLinkedById: references.length > 0,
    }
    this.parents[own] = NONE
    if (above !== NONE) this.#hang(own, above)
    return own
  }

  /** For each container the one at the very top. */
  tops(): Int32Array {
    const tops = new Int32Array(this.size).fill(NONE)
    for (let start = 0; start < this.size; start++) {
      let top = start
      while (tops[top] === NONE && this.parents[top] !== NONE) top = this.parents[top] as number
      const found = tops[top] === NONE ? top : (tops[top] as number)
      for (let n = start; n !== NONE && tops[n] === NONE; n = this.parents[n] as number) tops[n] = found
    }
    return tops
  }

  #containerOf(id: string): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const number = this.#push(id)
    this.#numbers.set(id, number)
    return number
  }

  /** Only the first mail with an id has it; every further one gets a container that nobody can name. */
  #ownContainer(id: string): number {
    const number = this.#containerOf(id)
    return this.mails[number] === null ? number : this.#push(id)
  }

  #push(id: string): number {
    this.ids.push(id)
    this.mails.push(null)
    this.#hasChildren.push(false)
    return this.parents.push(NONE) - 1
  }

  /** Not where it would make a loop; what has nothing below it cannot, so a chain in its order costs no walk. */
  #hang(child: number, parent: number): void {
    if (child === parent) return
    if (this.#hasChildren[child])
      for (let n = parent; n !== NONE; n = this.parents[n] as number) if (n === child) return
    this.parents[child] = parent
    this.#hasChildren[parent] = true
  }
}
