import { Server, type MessageHandler } from '@nestjs/microservices'
import { isObservable, lastValueFrom } from 'rxjs'

/** Calls a Nest handler and waits for all that it does; rejects when it fails, also inside an observable. */
export const callHandler = async (handler: MessageHandler, data: unknown, context: unknown): Promise<unknown> => {
  const answer: unknown = await handler(data, context)
  return isObservable(answer) ? lastValueFrom(answer, { defaultValue: undefined }) : answer
}

/** What our transports have in common: failures of event handlers come back to them, and they decide when to try again. */
export abstract class LogServer extends Server {
  override readonly propagatesEventHandlerErrors = true

  protected handlerOf(pattern: string): MessageHandler {
    const handler = this.getHandlerByPattern(pattern)
    if (handler === null) throw new Error(`no handler for '${pattern}': a controller with this pattern has to be there`)
    return handler
  }

  on(): never {
    throw new Error('these transports emit nothing: watch the health of the service instead')
  }

  unwrap(): never {
    throw new Error('no single server stands behind these transports')
  }
}

/** Waits this long before the next try: doubles from 100 ms to 5 s. */
export const backOff = async (failures: number): Promise<void> => {
  await new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 100 * 2 ** Math.min(failures, 6))))
}
