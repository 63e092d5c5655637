import type { ConsumerMessages } from '@nats-io/jetstream'
import type { CustomTransportStrategy } from '@nestjs/microservices'
import type { StoredEvent } from '@skein/events'
import { eventOf } from './event-log.js'
import { inBatches } from './follow.js'
import type { Log } from './log.js'
import { backOff, callHandler, LogServer } from './nest-handlers.js'

const MAX_EVENTS = 500

/** What the handler of `events` is given: events of one partition in the log's order, at least one, at most 500. */
export interface EventBatch {
  partition: number
  events: StoredEvent[]
}

/**
 * A Nest transport that brings the events of every partition to the one handler of `@EventPattern('events')`, one batch after
 * the other. The reader keeps its own place: `after` says how far it has come, and is asked again after each failure, so a batch
 * that failed half-way is simply given again.
 */
export class EventStreamServer extends LogServer implements CustomTransportStrategy {
  private readonly open = new Set<ConsumerMessages>()
  private readonly running: Promise<void>[] = []
  private closed = false

  constructor(private readonly options: { log: Log; after: (partition: number) => Promise<number> }) {
    super()
  }

  listen(callback: () => void): void {
    this.handlerOf('events')
    for (let p = 0; p < this.options.log.partitions; p++) this.running.push(this.follow(p))
    callback()
  }

  private async follow(partition: number): Promise<void> {
    for (let failures = 0; !this.closed;) {
      try {
        await this.followOnce(partition, () => (failures = 0))
      } catch (error) {
        if (this.closed) return
        this.logger.error(
          `partition ${partition}: ${error instanceof Error ? error.message : JSON.stringify(error)}; trying again`,
        )
        await backOff(failures++)
      }
    }
  }

  private async followOnce(partition: number, done: () => void): Promise<void> {
    const { log, after } = this.options
    const messages = await log.events.follow(partition, await after(partition))
    if (this.closed) return void (await messages.close())
    this.open.add(messages)
    try {
      await inBatches(messages, MAX_EVENTS, async (batch) => {
        const events: EventBatch = { partition, events: batch.map(eventOf) }
        await callHandler(this.handlerOf('events'), events, undefined)
        done()
      })
    } finally {
      this.open.delete(messages)
    }
  }

  /** Lets the batches under way finish. */
  async close(): Promise<void> {
    this.closed = true
    await Promise.all([...this.open].map((messages) => messages.close()))
    await Promise.all(this.running)
  }
}
