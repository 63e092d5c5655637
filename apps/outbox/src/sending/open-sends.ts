import type { MessageId, StoredEvent } from '@skein/events'
import type { OpenSend } from '@skein/views'
import { DueQueue } from './due-queue.js'
import { isSendEvent, sendAfter, sendOf, type ScheduleRules, type Send } from './schedule.js'

/** The mails that are not through, of the partitions that this process holds, and when each has something to do. */
export class OpenSends {
  private readonly sends = new Map<MessageId, Send>()
  private readonly queue = new DueQueue()

  constructor(private readonly rules: ScheduleRules) {}

  get all(): Iterable<Send> {
    return this.sends.values()
  }
  get(message: MessageId): Send | undefined {
    return this.sends.get(message)
  }
  /** When something is to do; `null` where nothing is. */
  get next(): number | null {
    return this.queue.next
  }

  /** Those of a partition, as the views have them. */
  load(partition: number, open: readonly OpenSend[], now: number): void {
    this.forget(partition)
    for (const one of open) this.set(one.message, sendOf(one, now, this.rules))
  }

  /** One that had been through, and a person wants sent after all. */
  add(open: OpenSend, now: number): void {
    if (!this.sends.has(open.message)) this.set(open.message, sendOf(open, now, this.rules))
  }

  forget(partition: number): void {
    for (const { message, partition: its } of this.sends.values()) if (its === partition) this.set(message, undefined)
  }

  /** Answers the messages that changed; and those of which too little is known, as they had been through. */
  apply(events: readonly StoredEvent[], now: number): { changed: Set<MessageId>; unheard: Set<MessageId> } {
    const changed = new Set<MessageId>()
    const unheard = new Set<MessageId>()
    for (const event of events) {
      if (!isSendEvent(event)) continue
      const { message } = event.data
      const send = this.sends.get(message)
      if (event.type === 'SendRetried' && send === undefined) unheard.add(message)
      this.set(message, sendAfter(send, event, now, this.rules))
      changed.add(message)
    }
    return { changed, unheard }
  }

  /** Has it looked at again at its time, or at once where that is past; not before `earliest`. */
  wake(message: MessageId, earliest = 0): void {
    const due = this.sends.get(message)?.due ?? null
    this.queue.put(message, due === null ? null : Math.max(due, earliest))
  }

  wakeAll(partition: number): void {
    for (const { message, partition: its } of this.sends.values()) if (its === partition) this.wake(message)
  }

  /** Takes those that something is to do for. Each is looked at once, then after its next event or `wake`. */
  take(now: number): Send[] {
    return this.queue.take(now).flatMap((message) => this.sends.get(message as MessageId) ?? [])
  }

  private set(message: MessageId, send: Send | undefined): void {
    if (send === undefined) this.sends.delete(message)
    else this.sends.set(message, send)
    this.wake(message)
  }
}
