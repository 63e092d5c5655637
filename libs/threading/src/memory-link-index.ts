import type { Decided, InboxId, LinkKeys, MessageId, ThreadId } from '@skein/events'
import { FewOrMany } from './few-or-many.js'
import type { LinkIndex } from './link-index.js'
import type { CopyRow, LinkRow, LinkRowChange, LinkRows, MessageRow, ParticipantRow, ThreadRow } from './link-rows.js'
import { linkRowsOf, unitedKeys } from './link-rows.js'
import { ThreadForest } from './thread-forest.js'

/** Who holds one key. A key is kept once, here: rows of messages refer to it. */
interface Holders {
  key: string
  owned: MessageId[] | null
  mentioned: Map<string, MessageId> | null
  alike: Map<string, MessageId> | null
  waiting: Set<MessageId> | null
  demoted: boolean
}

const NO_KEYS: string[] = []
const NOBODY: readonly MessageId[] = []
const NO_MENTIONS: ReadonlyMap<string, MessageId> = new Map()
/** How many messages of one subject are looked at where nothing but the subject can tell where a mail belongs. */
const SUBJECT_CANDIDATES = 200

const listIn = <K, V>(map: Map<K, V[]>, key: K): V[] => {
  const known = map.get(key)
  if (known) return known
  const list: V[] = []
  map.set(key, list)
  return list
}

const setIn = <K, V>(map: Map<K, Set<V>>, key: K): Set<V> => {
  const known = map.get(key)
  if (known) return known
  const set = new Set<V>()
  map.set(key, set)
  return set
}

/**
 * The index in memory: the fold of the events over the same rows that a store keeps, so that the two cannot disagree. It holds
 * either everything (`apply` from the first event on) or what `linkNeeds` and `furtherNeeds` asked for (`load`).
 */
export class MemoryLinkIndex implements LinkIndex {
  readonly #holders = new Map<string, Holders>()
  readonly #messages = new Map<MessageId, MessageRow>()
  readonly #members = new Map<ThreadId, MessageId[]>()
  readonly #subjects = new Map<string, MessageId[]>()
  readonly #copies = new Map<MessageId, CopyRow>()
  readonly #copiesOf = new Map<MessageId, CopyRow[]>()
  /** One inbox for most messages, and a list only where there are more. */
  readonly #deliveries = new Map<MessageId, InboxId | InboxId[]>()
  readonly #threads = new ThreadForest()
  readonly #participants = new Map<ThreadId, FewOrMany>()
  readonly #addresses = new Map<string, string>()
  readonly #cuts = new Map<ThreadId, Set<ThreadId>>()

  /** Takes in what an event says happened. */
  apply(event: Decided): void {
    for (const change of linkRowsOf(event)) this.change(change)
  }

  /** Takes in stored rows. What is here already is at least as new, and stays. */
  load(rows: LinkRows): void {
    for (const row of rows.threads ?? []) this.#threads.insert(row)
    for (const row of rows.messages ?? []) this.#insertMessage(row)
    for (const row of rows.copies ?? []) this.#insertCopy(row)
    for (const row of rows.deliveries ?? []) this.#insertDelivery(row.message, row.inbox)
    for (const row of rows.links ?? []) this.#insertLink(row)
    for (const row of rows.participants ?? []) this.#insertParticipant(row)
    for (const row of rows.cuts ?? []) setIn(this.#cuts, row.thread).add(row.other)
  }

  change(change: LinkRowChange): void {
    switch (change.op) {
      case 'insert':
        return this.#insert(change)
      case 'merge':
        for (const thread of change.absorbed) this.#threads.place(thread, change.survivor, change.survivor)
        return
      case 'move':
        for (const message of change.messages) this.#move(message, change.thread)
        return
      case 'place threads':
        for (const { thread, into, survivor } of change.rows) this.#threads.place(thread, into, survivor)
        return
      case 'mention':
        this.#holders.get(change.key)?.mentioned?.delete(change.slot)
        return this.#insertMention(change)
      case 'uncut':
        this.#cuts.get(change.a)?.delete(change.b)
        this.#cuts.get(change.b)?.delete(change.a)
        return
      case 'rekey':
        return this.#rekey(change.message, change.keys)
      case 'forget':
        return this.#forget(change.message)
    }
  }

  message(message: MessageId): MessageRow | undefined {
    return this.#messages.get(message)
  }

  original(message: MessageId): MessageId | undefined {
    return this.#messages.has(message) ? message : this.#copies.get(message)?.message
  }

  isDelivered(message: MessageId, inbox: InboxId): boolean {
    const inboxes = this.#deliveries.get(message)
    return inboxes === inbox || (Array.isArray(inboxes) && inboxes.includes(inbox))
  }

  owners(key: string): readonly MessageId[] {
    return this.#holders.get(key)?.owned ?? NOBODY
  }

  mentioners(key: string): ReadonlyMap<string, MessageId> {
    return this.#holders.get(key)?.mentioned ?? NO_MENTIONS
  }

  mentionerAlike(key: string, baseSubject: string): MessageId | undefined {
    return this.#holders.get(key)?.alike?.get(baseSubject)
  }

  waiting(key: string): Iterable<MessageId> {
    return this.#holders.get(key)?.waiting ?? NOBODY
  }

  isDemoted(key: string): boolean {
    return this.#holders.get(key)?.demoted ?? false
  }

  threadOf(message: MessageId): ThreadId | undefined {
    const row = this.#messages.get(message)
    return row && this.#threads.resolve(row.thread)
  }

  resolve(thread: ThreadId): ThreadId {
    return this.#threads.resolve(thread)
  }

  thread(thread: ThreadId): ThreadRow | undefined {
    return this.#threads.get(thread)
  }

  family(thread: ThreadId): ThreadId[] {
    return this.#threads.family(thread)
  }

  cutsOf(thread: ThreadId): ThreadId[] {
    return [...(this.#cuts.get(thread) ?? [])].map((other) => this.resolve(other))
  }

  takesPart(thread: ThreadId, address: string): boolean {
    return this.family(thread).some((one) => this.#participants.get(one)?.has(address))
  }

  isAddress(address: string): boolean {
    return this.#addresses.has(address)
  }

  messagesOf(thread: ThreadId): MessageRow[] {
    const members = this.family(thread).flatMap((one) => [...(this.#members.get(one) ?? [])])
    return members.flatMap((message) => this.#messages.get(message) ?? [])
  }

  copiesOf(message: MessageId): CopyRow[] {
    return this.#copiesOf.get(message) ?? []
  }

  bySubject(inbox: InboxId, baseSubject: string, since: string, until: string): MessageRow[] {
    const found: MessageRow[] = []
    const candidates = this.#subjects.get(`${inbox} ${baseSubject}`) ?? []
    for (let i = candidates.length - 1; i >= 0 && found.length < SUBJECT_CANDIDATES; i--) {
      const row = this.#messages.get(candidates[i] as MessageId)
      if (row && row.sentAt >= since && row.sentAt <= until) found.push(row)
    }
    return found
  }

  #insert(change: Extract<LinkRowChange, { op: 'insert' }>): void {
    switch (change.table) {
      case 'link':
        return this.#insertLink(change.row)
      case 'message':
        return this.#insertMessage(change.row)
      case 'copy':
        return this.#insertCopy(change.row)
      case 'delivery':
        return this.#insertDelivery(change.row.message, change.row.inbox)
      case 'thread':
        return this.#threads.insert(change.row)
      case 'participant':
        return this.#insertParticipant(change.row)
      case 'cut':
        setIn(this.#cuts, change.row.thread).add(change.row.other)
        return
    }
  }

  #insertLink({ key, role, slot, message }: LinkRow): void {
    let holders = this.#holders.get(key)
    if (!holders)
      this.#holders.set(
        key,
        (holders = { key, owned: null, mentioned: null, alike: null, waiting: null, demoted: false }),
      )
    if (role === 'demoted' || message === null) holders.demoted = true
    else if (role === 'mentioned' || role === 'same-subject') {
      const bySubject = role === 'mentioned' ? (holders.mentioned ??= new Map()) : (holders.alike ??= new Map())
      if (!bySubject.has(slot)) bySubject.set(slot, message)
    } else if (role === 'waiting') (holders.waiting ??= new Set()).add(message)
    else if (holders.owned === null) holders.owned = [message]
    else if (!holders.owned.includes(message)) holders.owned.push(message)
  }

  #insertMention({ key, slot, message }: { key: string; slot: string; message: MessageId | null }): void {
    if (message !== null) this.#insertLink({ key, role: 'mentioned', slot, message })
  }

  #insertMessage(row: MessageRow): void {
    if (this.#messages.has(row.message)) return
    const author = this.#addresses.get(row.author) ?? row.author
    this.#messages.set(row.message, { ...row, author, keys: this.#keptOnce(row.keys) })
    listIn(this.#members, row.thread).push(row.message)
    if (row.baseSubject !== '') listIn(this.#subjects, `${row.inbox} ${row.baseSubject}`).push(row.message)
  }

  /** The same keys, without a second copy of the text of those that are here already. */
  #keptOnce(keys: LinkKeys): LinkKeys {
    const once = (list: string[]) =>
      list.length === 0 ? NO_KEYS : list.map((key) => this.#holders.get(key)?.key ?? key)
    return {
      owned: once(keys.owned),
      named: once(keys.named),
      mentioned: once(keys.mentioned),
      waiting: once(keys.waiting),
      sameSubject: once(keys.sameSubject),
    }
  }

  #insertCopy(row: CopyRow): void {
    if (this.#copies.has(row.copy)) return
    this.#copies.set(row.copy, row)
    listIn(this.#copiesOf, row.message).push(row)
  }

  #insertDelivery(message: MessageId, inbox: InboxId): void {
    const known = this.#deliveries.get(message)
    if (known === undefined) this.#deliveries.set(message, inbox)
    else if (!this.isDelivered(message, inbox)) this.#deliveries.set(message, [known, inbox].flat())
  }

  #insertParticipant({ thread, address }: ParticipantRow): void {
    const once = this.#addresses.get(address) ?? address
    if (once === address) this.#addresses.set(address, address)
    const people = this.#participants.get(thread)
    if (people) people.add(once)
    else this.#participants.set(thread, new FewOrMany(once))
  }

  #move(message: MessageId, thread: ThreadId): void {
    const row = this.#messages.get(message)
    if (!row) return
    const members = this.#members.get(row.thread)
    members?.splice(members.indexOf(message), 1)
    row.thread = thread
    listIn(this.#members, thread).push(message)
  }

  #rekey(message: MessageId, keys: LinkKeys): void {
    const row = this.#messages.get(message)
    if (row) this.#messages.set(message, { ...row, keys: this.#keptOnce(unitedKeys(row.keys, keys)) })
  }

  #forget(message: MessageId): void {
    const row = this.#messages.get(message)
    if (row) this.#messages.set(message, { ...row, author: '', baseSubject: '', digest: '', date: null })
  }
}
