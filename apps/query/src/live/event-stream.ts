import type { Response } from 'express'
import type { LiveEvent } from './live-event.js'
import type { Receiver } from './live.js'

/** So long a browser waits before it comes back. */
const RETRY_MS = 2_000

/** A response as a stream of server-sent events (WHATWG HTML §9.2). Every frame says the place, so that none is lost in a cut. */
export class EventStream implements Receiver {
  private readonly left = new AbortController()

  constructor(private readonly response: Response) {
    response.once('close', () => this.left.abort())
  }

  get gone(): AbortSignal {
    return this.left.signal
  }

  /** The head, and the place that the stream begins at. */
  async begin(place: string): Promise<void> {
    this.response.status(200)
    this.response.setHeader('Content-Type', 'text/event-stream; charset=utf-8')
    this.response.setHeader('Cache-Control', 'private, no-cache, no-transform')
    this.response.setHeader('X-Accel-Buffering', 'no')
    this.response.setHeader('Skein-Position', place)
    this.response.flushHeaders()
    this.response.socket?.setNoDelay(true)
    await this.write(`retry: ${RETRY_MS}\nid: ${place}\n\n`)
  }

  event(event: LiveEvent): Promise<void> {
    return this.write(`id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
  }

  quiet(place: string): Promise<void> {
    return this.write(`: ${place}\nid: ${place}\n\n`)
  }

  end(): void {
    this.response.end()
  }

  /** Resolves when the socket takes more, or is gone. */
  private async write(text: string): Promise<void> {
    if (this.gone.aborted || this.response.write(text)) return
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.response.off('drain', done)
        this.gone.removeEventListener('abort', done)
        resolve()
      }
      this.response.once('drain', done)
      this.gone.addEventListener('abort', done, { once: true })
    })
  }
}
