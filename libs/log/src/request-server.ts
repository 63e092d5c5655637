import type { Msg, Subscription } from '@nats-io/transport-node'
import type { CustomTransportStrategy } from '@nestjs/microservices'
import type { Log } from './log.js'
import { callHandler, LogServer } from './nest-handlers.js'

/**
 * A Nest transport for request/reply with raw bytes: each `@MessagePattern(subject)` handler gets the payload as a Uint8Array
 * and `{subject}` as its context, and what it returns goes back as JSON. Processes share the work by queue group.
 */
export class RequestServer extends LogServer implements CustomTransportStrategy {
  private subscriptions: Subscription[] = []
  private readonly busy = new Set<Promise<void>>()

  constructor(private readonly options: { log: Log; queue: string }) {
    super()
  }

  listen(callback: () => void): void {
    for (const pattern of this.messageHandlers.keys()) {
      const callbackOf = (error: Error | null, message: Msg): void => {
        if (error === null) this.answer(pattern, message)
      }
      this.subscriptions.push(
        this.options.log.connection.subscribe(pattern, { queue: this.options.queue, callback: callbackOf }),
      )
    }
    callback()
  }

  private answer(pattern: string, message: Msg): void {
    const work = callHandler(this.handlerOf(pattern), message.data, { subject: message.subject })
      .then((answer) => void message.respond(JSON.stringify(answer)))
      .catch((error: unknown) => {
        this.logger.error(error)
      })
      .finally(() => void this.busy.delete(work))
    this.busy.add(work)
  }

  /** Takes no more, and waits for the answers that are due. */
  async close(): Promise<void> {
    for (const subscription of this.subscriptions) subscription.unsubscribe()
    this.subscriptions = []
    await Promise.all(this.busy)
  }
}
