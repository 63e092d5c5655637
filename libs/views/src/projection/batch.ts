import type { AccountId, InboxId, MessageId, StoredEvent, ThreadId } from '@skein/events'
import { storableTime } from '../bulk.js'
import type { Records } from './evolve.js'
import type { OfferAnswer, OfferRow } from './offers.js'
import { foldSend } from './send-state.js'
import type { OutgoingRow, SendEvent } from './send-state.js'
import { foldState, mergedState, NO_STATE } from './thread-state.js'
import type { StateEvent, ThreadState } from './thread-state.js'
import { peopleOf } from './people.js'
import type { Person } from './people.js'
import type { BodyRow, CopyRow, DeliveryRow, MessageRow, NoteRow, ReadChange } from './rows.js'
import { addChange, emptyChange } from './thread-change.js'
import type { Start, ThreadChange } from './thread-change.js'

/** What the tables already say of the threads and messages that a batch names. */
export interface Known {
  /** Absorbed thread to survivor, one hop. */
  readonly aliases: ReadonlyMap<ThreadId, ThreadId>
  /** Messages that the batch delivers once more, with their thread as the tables have it. */
  readonly messages: ReadonlyMap<MessageId, { readonly thread: ThreadId; readonly sentAt: string }>
  /** `deliveryKey` of those deliveries that are there already. */
  readonly delivered: ReadonlySet<string>
  /** What people said of threads, of those that the batch merges or tells more of. */
  readonly states: ReadonlyMap<ThreadId, ThreadState>
  /** Mails of ours that the batch tells more of. */
  readonly outgoing: ReadonlyMap<MessageId, OutgoingRow>
}
export const NOTHING_KNOWN: Known = {
  aliases: new Map(),
  messages: new Map(),
  delivered: new Set(),
  states: new Map(),
  outgoing: new Map(),
}

export const deliveryKey = (message: MessageId, inbox: InboxId): string => `${message} ${inbox}`

/**
 * A batch of events of one partition, folded into what it changes. Rows made in the batch are kept here and follow merges and
 * reads by themselves; what happens to rows that are in the tables already is noted down (`reads`, `merged`) under the ids that
 * those rows have there.
 */
export class Batch {
  readonly changes = new Map<ThreadId, ThreadChange>()
  readonly messages = new Map<MessageId, MessageRow>()
  readonly bodies: BodyRow[] = []
  readonly deliveries = new Map<string, DeliveryRow>()
  readonly copies: CopyRow[] = []
  readonly notes: NoteRow[] = []
  /** What is offered to people to say, and what they said, in order. */
  readonly offers: (OfferRow | OfferAnswer)[] = []
  readonly people: Person[] = []
  /** Further ids that messages, of the tables or of this batch, are known under. */
  readonly wireIds: { readonly message: MessageId; readonly wireId: string }[] = []
  /** Mails of ours on their way out, as they are at the batch's end. */
  readonly outgoing = new Map<MessageId, OutgoingRow>()
  /** What people said of threads, by living thread, where the batch changes it. */
  readonly states = new Map<ThreadId, ThreadState>()
  /** Reads and unreads of rows in the tables, in order. */
  readonly reads: ReadChange[] = []
  /** Threads merged away in this batch, with the sequence of their merge. */
  readonly merged = new Map<ThreadId, number>()
  /** How threads merged away had started, as their rows said. */
  readonly starts = new Map<ThreadId, Start>()
  private readonly survivors = new Map<ThreadId, ThreadId>()
  /** Deliveries by the thread that they came into. */
  private readonly deliveriesOf = new Map<ThreadId, DeliveryRow[]>()

  constructor(readonly known: Known) {}

  /** Where a thread is found now, as far as the batch has been read. */
  resolve(thread: ThreadId): ThreadId {
    let now = this.known.aliases.get(thread) ?? thread
    for (let next = this.survivors.get(now); next !== undefined; next = this.survivors.get(now)) now = next
    return now
  }

  /** The change of the thread that an event is about, with the event counted as having touched it. */
  touch(event: StoredEvent): ThreadChange {
    const change = this.changeOf(this.resolve(event.thread), event)
    change.version = Math.max(change.version, event.sequence)
    return change
  }

  private changeOf(thread: ThreadId, { space }: Pick<StoredEvent, 'space'>): ThreadChange {
    const found = this.changes.get(thread)
    if (found) return found
    const made = emptyChange(thread, space)
    this.changes.set(thread, made)
    return made
  }

  /** Thread and time of a message that is here already, in the tables or in this batch. */
  messageHere(message: MessageId): { thread: ThreadId; sentAt: string } | undefined {
    const row = this.messages.get(message)
    return row === undefined ? this.known.messages.get(message) : { thread: row.event.thread, sentAt: row.sentAt }
  }

  /** Puts in a delivery, unless its message was delivered to that inbox before: then the first one stands. */
  deliver(row: DeliveryRow): void {
    const key = deliveryKey(row.message, row.inbox)
    if (this.known.delivered.has(key) || this.deliveries.has(key)) return
    this.deliveries.set(key, row)
    const thread = this.resolve(row.thread)
    const others = this.deliveriesOf.get(thread)
    if (others) others.push(row)
    else this.deliveriesOf.set(thread, [row])
  }

  addPeople(event: StoredEvent & { type: 'MessageThreaded' }, sentAt: string, account: AccountId | null): void {
    const { from, replyTo, to, cc } = event.data
    this.people.push(...peopleOf({ thread: event.thread, sentAt, account }, [...from, ...replyTo, ...to, ...cc]))
  }

  note(event: StoredEvent, message: MessageId | null): void {
    const { partition, sequence: position, type, thread, time, data } = event
    this.notes.push({ partition, position, type, thread, message, time: storableTime(time), data })
  }

  send(event: SendEvent, records: Records): void {
    const { message } = event.data
    const row = foldSend(this.outgoing.get(message) ?? this.known.outgoing.get(message), event, records)
    if (row) this.outgoing.set(message, row)
  }

  /** Deliveries of these inboxes up to a sequence are read; `null` makes all but their own mail unread. */
  setRead(thread: ThreadId, inboxes: readonly InboxId[], upTo: number | null): void {
    for (const part of this.partsOf(this.resolve(thread))) {
      for (const row of this.deliveriesOf.get(part) ?? []) {
        if (!inboxes.includes(row.inbox)) continue
        if (upTo !== null && row.position <= upTo) row.isRead = true
        if (upTo === null && !row.own) row.isRead = false
      }
      // a thread that starts here has no rows yet
      if (this.changes.get(part)?.start == null)
        for (const inbox of inboxes) this.reads.push({ thread: part, inbox, upTo })
    }
  }

  /** The ids under which the tables have the rows of what is now one thread. */
  private partsOf(living: ThreadId): ThreadId[] {
    return [living, ...[...this.merged.keys()].filter((absorbed) => this.resolve(absorbed) === living)]
  }

  merge(survivor: ThreadId, absorbed: readonly ThreadId[], event: StoredEvent): void {
    const living = this.resolve(survivor)
    for (const thread of absorbed) {
      const gone = this.resolve(thread)
      if (gone === living) continue
      this.changeOf(gone, event)
      this.mergeStates(living, gone, event.time)
      this.survivors.set(gone, living)
      this.merged.set(gone, event.sequence)
    }
  }

  setState(event: StateEvent): void {
    const thread = this.resolve(event.thread)
    this.states.set(thread, foldState(this.stateOf(thread), event))
  }

  private stateOf(thread: ThreadId): ThreadState {
    return this.states.get(thread) ?? this.known.states.get(thread) ?? NO_STATE
  }

  /** With what the thread asks for so far: of its row, and of what the batch has put into it. */
  private withWork(thread: ThreadId): ThreadState {
    const state = this.stateOf(thread)
    const added = [...this.changes.values()].filter(({ id }) => this.resolve(id) === thread)
    return { ...state, work: Math.max(state.work, ...added.map(({ work }) => work)) }
  }

  private mergeStates(living: ThreadId, gone: ThreadId, time: string): void {
    const [into, from] = [this.withWork(living), this.withWork(gone)]
    this.states.set(living, mergedState(into, from, storableTime(time)))
    this.states.delete(gone)
  }

  /** The changes by living thread, those of threads merged away added to their survivors'. */
  livingChanges(): Map<ThreadId, ThreadChange> {
    const living = new Map<ThreadId, ThreadChange>()
    for (const change of this.changes.values()) {
      const id = this.resolve(change.id)
      const into = living.get(id) ?? emptyChange(id, change.space)
      if (change.id === id) into.start = change.start
      addChange(into, change)
      living.set(id, into)
    }
    return living
  }

  /** Every alias that the batch makes, with how the absorbed thread had started (of those in the tables, once they are taken out). */
  newAliases(): { absorbed: ThreadId; survivor: ThreadId; position: number; start: Start | null }[] {
    return [...this.merged].map(([absorbed, position]) => ({
      absorbed,
      survivor: this.resolve(absorbed),
      position,
      start: this.starts.get(absorbed) ?? this.changes.get(absorbed)?.start ?? null,
    }))
  }
}
