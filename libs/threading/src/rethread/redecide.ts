import type { Decided, LinkKeys, MessageId, StoredEvent, ThreadId } from '@skein/events'
import { isBeside } from '../beside.js'
import {
  acceptJoin,
  learnWireId,
  mergeThreads,
  moveMessages,
  refuseJoin,
  splitThread,
  undoMerge,
  type Correction,
} from '../corrections.js'
import { decide } from '../decide.js'
import type { IncomingMail } from '../incoming-mail.js'
import { MemoryLinkIndex } from '../memory-link-index.js'
import type { RuleSet } from '../rule-set.js'
import type { Partition } from './plan.js'

/** Name of the command that applies other rules: what it did is no decision of a person, and is decided anew like the rest. */
export const REGROUP = 'Regroup'

/** Why a message is where the other rules put it, and the keys by which later mail would find it. */
export interface Redecided {
  rule: string
  evidence: Extract<Decided, { type: 'MessageThreaded' }>['data']['evidence']
  keys: LinkKeys
  baseSubject: string
}

/**
 * What would have become of a space under other rules. The events are given in the order of the log: up to `after` they count as
 * they were decided; beyond it each mail is decided anew when its first event comes, and what people decided is carried out again,
 * on the threads that the same messages are in now. Nothing is written. Pure.
 */
export class Redecision {
  readonly index = new MemoryLinkIndex()
  readonly decided = new Map<MessageId, Redecided>()
  /** Decisions of people that could not be carried out again, with the reason. */
  readonly unapplied: { event: StoredEvent; reason: string }[] = []
  /** Decisions of people that were. */
  kept = 0
  readonly #done = new Set<number>()
  /** A message that stands for each thread ever given out, living or not. */
  readonly #standsFor = new Map<ThreadId, MessageId>()
  readonly #acceptedBy = new Set<string>()

  constructor(
    private readonly rules: RuleSet,
    private readonly after = 0,
  ) {}

  /** `mailAt`: the mail of an input by its sequence; `undefined` for an input that is no mail. */
  take(event: StoredEvent, mailAt: (sequence: number) => IncomingMail | undefined): void {
    if (event.type === 'ThreadStarted') this.#standsFor.set(event.thread, event.data.message)
    if (event.type === 'ThreadSplit') this.#standsFor.set(event.data.into, event.data.messages[0] as MessageId)
    if (event.sequence <= this.after) return this.index.apply(event)
    if (event.cause.kind === 'command') return this.#ofCommand(event)
    if (event.type === 'WireIdLearned')
      return void this.#carryOut(event, learnWireId(event.data.message, event.data.wireId, this.index, this.rules))
    if (this.#done.has(event.cause.sequence)) return
    this.#done.add(event.cause.sequence)
    const mail = mailAt(event.cause.sequence)
    if (mail !== undefined) this.#decide(mail)
  }

  #decide(mail: IncomingMail): void {
    for (const event of decide(mail, this.index, this.rules)) {
      this.index.apply(event)
      if (event.type !== 'MessageThreaded') continue
      const { message, rule, evidence, keys, baseSubject } = event.data
      this.decided.set(message, { rule, evidence, keys, baseSubject })
    }
  }

  #ofCommand(event: StoredEvent): void {
    if (event.cause.kind !== 'command' || event.cause.name === REGROUP) return
    const correction = this.#again(event, event.cause.id)
    if (correction === null) return
    if (this.#carryOut(event, correction)) this.kept++
  }

  #carryOut(event: StoredEvent, correction: Correction): boolean {
    if ('refused' in correction) {
      this.unapplied.push({ event, reason: correction.refused.detail })
      return false
    }
    for (const decided of correction.events) this.index.apply(decided)
    return true
  }

  /** What a person decided, as a command on the threads of now; `null` where it is no decision on threads. */
  #again(event: StoredEvent, command: string): Correction | null {
    const { index } = this
    if (isBeside(event)) return null
    switch (event.type) {
      case 'ThreadsMerged':
        if (this.#acceptedBy.has(command)) return null
        return mergeThreads(
          [event.thread, ...event.data.absorbed].map((thread) => this.#now(thread)),
          index,
        )
      case 'ThreadSplit':
        return splitThread(event.data.messages, { command, order: event.data.order }, index)
      case 'MessageMoved':
        return moveMessages(event.data.messages, this.#now(event.data.to), index)
      case 'MergeUndone':
        return this.#undone(event.data.absorbed)
      case 'JoinAccepted':
        this.#acceptedBy.add(command)
        return acceptJoin(event.data.message, this.#now(event.data.into), index)
      case 'JoinRefused':
        return refuseJoin(event.data.message, this.#now(event.data.candidate), index)
      case 'MessageErased':
        return { events: [event] }
      case 'ThreadStarted':
      case 'MessageThreaded':
      case 'MessageDelivered':
      case 'WireIdLearned':
      case 'MentionsReplaced':
      case 'SubjectChanged':
      case 'JoinSuggested':
      case 'JoinQuarantined':
      case 'MessageIdCollided':
      case 'AnchorDemoted':
      case 'MessageRekeyed':
      case 'RulesApplied':
        return null
    }
  }

  /** A merge that these rules never made needs no undoing. */
  #undone(absorbed: ThreadId): Correction {
    const thread = this.index.thread(absorbed)
    return thread === undefined || thread.into === null ? { events: [] } : undoMerge(absorbed, this.index)
  }

  /** The thread that holds now what this one held. */
  #now(thread: ThreadId): ThreadId {
    const message = this.#standsFor.get(thread)
    const here = message === undefined ? undefined : this.index.original(message)
    return (here && this.index.threadOf(here)) ?? thread
  }

  /** Where each of these messages is now; a copy is where its original is. */
  partition(messages: Iterable<MessageId>): Partition {
    const found = new Map<MessageId, ThreadId>()
    for (const message of messages) {
      const thread = this.index.threadOf(this.index.original(message) ?? message)
      if (thread !== undefined) found.set(message, thread)
    }
    return found
  }
}
