import type { Decided, InboxId, ReceivedRecord, SpaceId, StoredEvent } from '@skein/events'
import { at, delivered, inbox, message, noKeys, recordOf, space, thread, threaded } from './event-data.js'
import type { DataOf } from './event-data.js'

export { account, at, inbox, message, recordOf, space, thread, threaded } from './event-data.js'

export type Outcome = 'sent' | 'deferred' | 'failed' | 'unknown'

/** Writes events down one after the other, as the log of one partition would have them. */
export class EventMaker {
  readonly events: StoredEvent[] = []

  constructor(
    readonly partition = 0,
    readonly space_: SpaceId = space,
  ) {}

  get last(): number {
    return this.events.length
  }

  add(decided: Decided): StoredEvent {
    const sequence = this.events.length + 1
    const event: StoredEvent = {
      ...decided,
      id: `MAIL-${this.partition}.${sequence}.0`,
      time: at(sequence),
      space: this.space_,
      cause: { kind: 'input', stream: `MAIL-${this.partition}`, sequence },
      sequence,
      partition: this.partition,
    }
    this.events.push(event)
    return event
  }

  /** A thread and its first message, of the same name. */
  start(n: number | string, over: Partial<DataOf<'MessageThreaded'>> = {}): this {
    const data = {
      message: message(n),
      order: this.last,
      subject: over.subject ?? `About ${message(n)}`,
      relation: null,
    }
    this.add({ type: 'ThreadStarted', thread: thread(n), data })
    return this.reply(n, n, over)
  }

  /** One more message in a thread. Its input sequence is the sequence of this event. */
  reply(inThread: number | string, n: number | string, over: Partial<DataOf<'MessageThreaded'>> = {}): this {
    const input = { stream: `MAIL-${this.partition}`, sequence: this.last + 1 }
    this.add({ type: 'MessageThreaded', thread: thread(inThread), data: threaded(message(n), { input, ...over }) })
    return this
  }

  deliver(
    inThread: number | string,
    n: number | string,
    to: InboxId,
    over: Partial<DataOf<'MessageDelivered'>> = {},
  ): this {
    this.add({ type: 'MessageDelivered', thread: thread(inThread), data: delivered(message(n), to, over) })
    return this
  }

  merge(survivor: number | string, ...absorbed: (number | string)[]): this {
    const data = {
      rule: 'link',
      evidence: [],
      confidence: 'certain' as const,
      absorbed: absorbed.map(thread),
      message: null,
      cuts: [],
    }
    this.add({ type: 'ThreadsMerged', thread: thread(survivor), data })
    return this
  }

  split(from: number | string, into: number | string, ...messages: (number | string)[]): this {
    const decision = { rule: 'split', evidence: [], confidence: 'certain' as const, people: [], message: null }
    const data = { ...decision, into: thread(into), order: this.last, messages: messages.map(message) }
    this.add({ type: 'ThreadSplit', thread: thread(from), data })
    return this
  }

  move(from: number | string, to: number | string, ...messages: (number | string)[]): this {
    const data = { messages: messages.map(message), to: thread(to), people: [], apart: true }
    this.add({ type: 'MessageMoved', thread: thread(from), data })
    return this
  }

  /** `family`: threads that had been merged into the absorbed one, each with the one that took it in. */
  undo(survivor: number | string, absorbed: number, family: [number, number][], ...messages: number[]): this {
    const threads = family.map(([one, into]) => ({ thread: thread(one), into: thread(into) }))
    const data = { absorbed: thread(absorbed), messages: messages.map(message), people: [], threads }
    this.add({ type: 'MergeUndone', thread: thread(survivor), data })
    return this
  }

  erase(n: number | string, erased: number | string): this {
    this.add({ type: 'MessageErased', thread: thread(n), data: { message: message(erased) } })
    return this
  }

  learn(n: number | string, known: number | string, wireId: string): this {
    this.add({ type: 'WireIdLearned', thread: thread(n), data: { message: message(known), wireId, keys: noKeys } })
    return this
  }

  /** A mail of ours waits to be sent; its input is that of the message before it. */
  queue(n: number | string, sent: number | string, over: Partial<DataOf<'MessageQueued'>> = {}): this {
    const data = {
      message: message(sent),
      inbox: inbox(1),
      from: 'desk@skein.test',
      to: ['ada@mail.test'],
      answers: null,
      sendAt: null,
      automatic: false,
      onUnknown: 'hold' as const,
      actor: 'key_test',
      input: { stream: `MAIL-${this.partition}`, sequence: this.last },
      ...over,
    }
    this.add({ type: 'MessageQueued', thread: thread(n), data })
    return this
  }

  sending(n: number | string, sent: number | string, attempt: number): this {
    this.add({ type: 'SendStarted', thread: thread(n), data: { message: message(sent), attempt } })
    return this
  }

  /** What came of an attempt. */
  outcome(n: number | string, sent: number | string, attempt: number, what: Outcome): this {
    const [about, refused] = [{ message: message(sent), attempt }, [{ address: 'bo@mail.test', response: '550 no' }]]
    if (what === 'sent') {
      this.add({ type: 'MessageSent', thread: thread(n), data: { ...about, response: '250 ok', refused } })
    } else if (what === 'deferred') {
      const data = { ...about, reason: 'busy', nextAt: at(this.last + 100) }
      this.add({ type: 'SendDeferred', thread: thread(n), data })
    } else if (what === 'failed') {
      this.add({ type: 'SendFailed', thread: thread(n), data: { ...about, reason: 'no such user', refused } })
    } else this.add({ type: 'SendUnknown', thread: thread(n), data: { ...about, reason: 'silence' } })
    return this
  }

  /** What a person says of it. */
  decideSend(n: number | string, sent: number | string, what: 'cancel' | 'retry' | 'sent' | 'failed'): this {
    const data = { message: message(sent), reason: `a person: ${what}` }
    if (what === 'cancel') this.add({ type: 'SendCancelled', thread: thread(n), data })
    else if (what === 'retry') this.add({ type: 'SendRetried', thread: thread(n), data })
    else this.add({ type: 'SendSettled', thread: thread(n), data: { ...data, as: what } })
    return this
  }

  bounce(n: number | string, sent: number | string, by: number | string, recipients = ['ada@mail.test']): this {
    const data = { message: message(sent), by: message(by), status: '5.1.1', recipients }
    this.add({ type: 'MessageBounced', thread: thread(n), data })
    return this
  }

  /** A thread is offered to a message, by its subject or in quarantine. */
  offer(n: number | string, offered: number | string, candidate: number | string, isQuarantined = false): this {
    const data = { rule: 'guarded-subject', evidence: [], confidence: 'low' as const, message: message(offered) }
    if (isQuarantined) {
      const claims = { claims: thread(candidate), reason: 'it does not authenticate' }
      this.add({ type: 'JoinQuarantined', thread: thread(n), data: { ...data, ...claims } })
    } else this.add({ type: 'JoinSuggested', thread: thread(n), data: { ...data, candidate: thread(candidate) } })
    return this
  }
  answerOffer(n: number | string, offered: number | string, other: number | string, isAccepted: boolean): this {
    const [about, that] = [message(offered), thread(other)]
    if (isAccepted) {
      const data = { message: about, into: that, keys: noKeys, baseSubject: '' }
      this.add({ type: 'JoinAccepted', thread: thread(n), data })
    } else this.add({ type: 'JoinRefused', thread: thread(n), data: { message: about, candidate: that } })
    return this
  }

  claim(n: number | string, by: string, until: string): this {
    this.add({ type: 'ThreadClaimed', thread: thread(n), data: { by, until } })
    return this
  }
  release(n: number | string, by = 'key_test'): this {
    this.add({ type: 'ThreadReleased', thread: thread(n), data: { by } })
    return this
  }
  handle(n: number | string, upTo = this.last, by = 'key_test'): this {
    this.add({ type: 'ThreadHandled', thread: thread(n), data: { by, upTo } })
    return this
  }
  reopen(n: number | string): this {
    this.add({ type: 'ThreadReopened', thread: thread(n), data: { by: 'key_test' } })
    return this
  }
  label(n: number | string, add: string[], remove: string[] = []): this {
    this.add({ type: 'ThreadLabelled', thread: thread(n), data: { add, remove } })
    return this
  }

  read(n: number | string, inboxes: InboxId[], upTo = this.last): this {
    this.add({ type: 'ThreadRead', thread: thread(n), data: { inboxes, upTo } })
    return this
  }

  unread(n: number | string, inboxes: InboxId[]): this {
    this.add({ type: 'ThreadUnread', thread: thread(n), data: { inboxes } })
    return this
  }

  /** The input of a message that was put into a thread. */
  inputOf(n: number | string): DataOf<'MessageThreaded'>['input'] | undefined {
    for (const { type, data } of this.events) {
      if (type === 'MessageThreaded' && data.message === message(n)) return data.input
    }
    return undefined
  }

  /** The input records that the events name. */
  readonly recordsAt = (_: number, sequences: number[]): Promise<Map<number, ReceivedRecord>> => {
    const records = new Map<number, ReceivedRecord>()
    for (const event of this.events) {
      if (event.type === 'MessageThreaded' && sequences.includes(event.data.input.sequence)) {
        records.set(event.data.input.sequence, recordOf(event.data))
      }
    }
    return Promise.resolve(records)
  }
}
