import type { LinkKeys, MessageId } from '@skein/events'
import { looksLikeAddress } from './address-like.js'
import { DisjointSets } from './disjoint-sets.js'
import type { IncomingMail } from './incoming-mail.js'
import { idKey, isIdKey } from './keys.js'
import type { LinkIndex } from './link-index.js'
import type { MessageRow } from './link-rows.js'
import { isRecycledRow, meant, ownersOf } from './links.js'
import { peopleAsIds } from './needs.js'
import type { RuleSet } from './rule-set.js'

/** Whether what stands behind a recycled mail counts no more; where every new subject is a thread of its own, it never does. */
export const barsReferences = ({ policies }: RuleSet): boolean => policies.subjectPolicy === 'keep'

/** What the keys of the messages of some threads say, with the new mail among them. */
export class Scene {
  readonly sets = new DisjointSets()
  /** Mentions of ids that nobody received, by key and base subject, with those that count. */
  readonly mentions = new Map<string, { key: string; baseSubject: string; by: Set<MessageId> }>()
  readonly placed = new Set<MessageId>()
  /** Messages that those placed are tied to. */
  readonly reached = new Set<MessageId>()
  readonly #people: ReadonlySet<string>

  constructor(
    readonly mail: IncomingMail,
    readonly row: MessageRow,
    readonly index: LinkIndex,
    readonly rules: RuleSet,
  ) {
    this.#people = new Set(peopleAsIds(mail).map((id) => idKey(id)))
  }

  /** Ties a message to what its keys mean. */
  place(row: MessageRow): void {
    this.placed.add(row.message)
    const lists = [row.keys, ...this.index.copiesOf(row.message).map((copy) => copy.keys)]
    for (const keys of lists) {
      for (const key of keys.owned) this.#own(row, key)
      this.#name(row, keys)
    }
  }

  #owners(key: string): MessageRow[] {
    const owners = ownersOf(key, this.index)
    return this.row.keys.owned.includes(key) ? [...owners, this.row] : owners
  }

  /** The name of a key in the graph: where different mails use one id, one name for each subject. */
  #meaning(key: string, owner: MessageRow): string {
    return isIdKey(key) && this.#owners(key).some((other) => other.baseSubject !== owner.baseSubject)
      ? `${key} ${owner.baseSubject}`
      : key
  }

  #own(row: MessageRow, key: string): void {
    this.sets.join(row.message, this.#meaning(key, row))
    this.sets.join(row.message, `${key} only ${row.baseSubject}`)
  }

  #name(row: MessageRow, keys: LinkKeys): void {
    const alike = new Set(keys.sameSubject)
    const waiting = new Set(keys.waiting)
    let isBarred = false
    for (const key of keys.named) {
      if (alike.has(key)) {
        this.sets.join(row.message, `${key} only ${row.baseSubject}`)
        continue
      }
      const owners = meant(this.#owners(key), row.baseSubject)
      const [owner] = owners
      if (owner && !isBarred) {
        this.reached.add(owner.message)
        this.sets.join(row.message, this.#meaning(key, owner))
      } else if (!owner && !waiting.has(key) && !this.#isSomebody(key)) this.#mention(row, key, !isBarred)
      if (isIdKey(key) && barsReferences(this.rules) && owners.some(isRecycledRow)) isBarred = true
    }
  }

  #mention(row: MessageRow, key: string, counts: boolean): void {
    const name = `${key} ${row.baseSubject}`
    const mention = this.mentions.get(name) ?? { key, baseSubject: row.baseSubject, by: new Set() }
    this.mentions.set(name, mention)
    if (!counts) return
    mention.by.add(row.message)
    this.sets.join(row.message, key)
    for (const other of this.index.mentioners(key).values()) this.reached.add(other)
  }

  #isSomebody(key: string): boolean {
    if (this.#people.has(key)) return true
    const id = key.slice('id:'.length)
    return isIdKey(key) && looksLikeAddress(id) && this.index.isAddress(id.toLowerCase())
  }
}
