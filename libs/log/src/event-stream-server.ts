import type { ConsumerMessages } from '@nats-io/jetstream'
import type { CustomTransportStrategy } from '@nestjs/microservices'
import type { StoredEvent } from '@skein/events'
import type { OnSkipped, SkippedEvent } from './event-log.js'
import { inBatches } from './follow.js'
import type { Lease } from './lease.js'
import type { Log } from './log.js'
import { backOff, callHandler, LogServer } from './nest-handlers.js'

const MAX_EVENTS = 500
const LEASE_RETRY_MS = 1_000

/** What the handler is given: events of one partition in the log's order, at least one, at most 500. */
export interface EventBatch {
  partition: number
  events: StoredEvent[]
  /** The sequence that they follow, among those that this release can read. */
  after: number
}

export interface EventStreamOptions {
  log: Log
  /** How far the reader has come in a partition; asked again after each failure, so a batch that failed is simply given again. */
  after: (partition: number) => Promise<number>
  /** The `@EventPattern` of the handler, where a process has several readers; `events` where it is left out. */
  pattern?: string
  /** Told of each event that only a newer release can read, and that the handler does not get. */
  onSkipped?: OnSkipped
  /** For work that one process does for all: a partition is followed only while this process holds its lease `<name>.<partition>`. */
  lease?: { name: string; holder: string; onLost: (partition: number) => void | Promise<void> }
}

/**
 * A Nest transport that brings the events of every partition to one handler, one batch after the other. The reader keeps its
 * own place.
 */
export class EventStreamServer extends LogServer implements CustomTransportStrategy {
  private readonly open = new Set<ConsumerMessages>()
  private readonly running: Promise<void>[] = []
  private closed = false

  constructor(private readonly options: EventStreamOptions) {
    super()
  }

  private get handler() {
    return this.handlerOf(this.options.pattern ?? 'events')
  }

  listen(callback: () => void): void {
    if (this.handler.isEventHandler !== true) throw new Error('the handler of events is an @EventPattern')
    for (let p = 0; p < this.options.log.partitions; p++) this.running.push(this.follow(p))
    callback()
  }

  private async follow(partition: number): Promise<void> {
    for (let failures = 0; !this.closed;) {
      try {
        await this.inLease(partition, () => (failures = 0))
      } catch (error) {
        if (this.closed) return
        this.logger.error(
          `partition ${partition}: ${error instanceof Error ? error.message : JSON.stringify(error)}; trying again`,
        )
        await backOff(failures++)
      }
    }
  }

  private async inLease(partition: number, done: () => void): Promise<void> {
    const { log, lease: of } = this.options
    if (of === undefined) return this.followOnce(partition, new AbortController().signal, done)
    const lost = new AbortController()
    const lease: Lease = log.lease(`${of.name}.${partition}`, of.holder)
    const taken = await lease.take(() => lost.abort())
    if (!taken) return void (await new Promise((resolve) => setTimeout(resolve, LEASE_RETRY_MS)))
    try {
      await this.followOnce(partition, lost.signal, done)
    } finally {
      await of.onLost(partition)
      await lease.release().catch(() => undefined)
    }
  }

  private async followOnce(partition: number, lost: AbortSignal, done: () => void): Promise<void> {
    const { log, after } = this.options
    let last = await after(partition)
    if (this.closed || lost.aborted) return
    const messages = await log.events.follow(partition, last)
    // not waited for: messages that nobody has begun to read never say that they are closed
    if (this.closed || lost.aborted) return void messages.close()
    this.open.add(messages)
    const leave = (): void => void messages.close()
    lost.addEventListener('abort', leave)
    try {
      await inBatches(messages, MAX_EVENTS, async (batch) => {
        const events = await log.events.eventsOf(batch, last, (event) => this.skipped(event))
        if (events.length > 0) {
          await callHandler(this.handler, { partition, events, after: last } satisfies EventBatch, undefined)
          last = events.at(-1)?.sequence ?? last
        }
        done()
      })
    } finally {
      lost.removeEventListener('abort', leave)
      this.open.delete(messages)
    }
  }

  private skipped(event: SkippedEvent): void {
    const { partition, sequence, reason } = event
    this.logger.warn(`EVENTS-${partition} ${reason}: left out; a newer release wrote it`)
    this.options.onSkipped?.({ partition, sequence, reason })
  }

  /** Lets the batches under way finish. */
  async close(): Promise<void> {
    this.closed = true
    await Promise.all([...this.open].map((messages) => messages.close()))
    await Promise.all(this.running)
  }
}
