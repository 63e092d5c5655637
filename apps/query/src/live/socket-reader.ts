import { badRequest, invalidInput, problemBody, problemFrom, type CallerOf, type Problem } from '@skein/http'
import type { RawData, WebSocket } from 'ws'
import { z } from 'zod'
import type { Admitted, Doorkeeper } from './doorkeeper.js'
import { eventsQuery } from './events-query.js'
import type { LiveEvent } from './live-event.js'
import { HEARTBEAT_MS, type Live, type Receiver } from './live.js'

/** So long a socket may be open before it says by what key. */
const KEY_WITHIN_MS = 10_000

/** Close codes of RFC 6455 §7.4.1: the key is no good; this server goes. */
const POLICY = 1008
export const GOING_AWAY = 1001

const authorizing = z.looseObject({ authorization: z.string().max(300).optional() })

/** One WebSocket: the reader says who it is and what it wants, and gets events as text frames; a new wish takes the old one's place. */
export class SocketReader {
  private following = new AbortController()
  private work: Promise<void> = Promise.resolve()
  private isAlive = true

  constructor(
    private readonly socket: WebSocket,
    private readonly live: Live,
    private readonly doorkeeper: Doorkeeper,
    private admitted: Admitted | null,
  ) {}

  begin(): void {
    const { socket } = this
    const late = setTimeout(() => this.admitted ?? socket.close(POLICY, 'no key was sent'), KEY_WITHIN_MS)
    const beat = setInterval(() => this.beat(), HEARTBEAT_MS)
    socket.on('pong', () => (this.isAlive = true))
    socket.on('error', () => socket.terminate())
    socket.on('message', (data, isBinary) => {
      this.work = this.work.then(() => this.hear(data, isBinary)).catch((error: unknown) => this.refuse(error))
    })
    socket.once('close', () => {
      clearTimeout(late)
      clearInterval(beat)
      this.following.abort()
      this.admitted?.release()
    })
  }

  /** A peer that did not answer the last ping is gone. */
  private beat(): void {
    if (!this.isAlive) return this.socket.terminate()
    this.isAlive = false
    this.socket.ping()
  }

  private async hear(data: RawData, isBinary: boolean): Promise<void> {
    const { authorization, ...wish } = readMessage(data, isBinary)
    const caller = await this.callerFor(authorization)
    if (authorization !== undefined && Object.keys(wish).length === 0) return this.say({ type: 'authorized' })
    const query = eventsQuery.safeParse(wish)
    if (!query.success) throw invalidInput(query.error.issues, 'message')
    const feed = await this.live.feed(caller, query.data, undefined)
    this.following.abort()
    this.following = new AbortController()
    await this.say({ type: 'subscribed', after: feed.place })
    this.follow(this.live.run(feed, caller, this.receiver(this.following.signal)), this.following.signal)
  }

  /** Who asks: by the key that came with the message, from now on, or by the one before. @throws Problem 401, 403, 429 */
  private async callerFor(authorization: string | undefined): Promise<CallerOf> {
    if (authorization === undefined && this.admitted !== null) {
      await this.doorkeeper.request(this.admitted.caller)
      return this.admitted.caller
    }
    const admitted = await this.doorkeeper.admit(authorization)
    this.admitted?.release()
    this.admitted = admitted
    if (this.socket.readyState !== this.socket.OPEN) admitted.release()
    return admitted.caller
  }

  /** Says good-bye when the events end by themselves: the key was revoked, or this server goes. */
  private follow(run: Promise<'revoked' | 'ended'>, gone: AbortSignal): void {
    const end = (why: 'revoked' | 'ended'): void => {
      if (gone.aborted) return
      if (why === 'revoked') this.socket.close(POLICY, 'the key is not valid any more')
      else this.socket.close(GOING_AWAY, 'come back in a moment')
    }
    run.then(end, () => this.socket.close(1011, 'something failed here; come back in a moment'))
  }

  private receiver(gone: AbortSignal): Receiver {
    return {
      gone,
      event: (event: LiveEvent) => this.say(event),
      quiet: (after: string) => this.say({ type: 'position', after }),
    }
  }

  private async refuse(error: unknown): Promise<void> {
    const problem = problemFrom(error, 'none')
    await this.say({ type: 'problem', problem: problemBody(problem, 'none') })
    if ([401, 403, 429].includes(problem.status)) this.socket.close(POLICY, problem.title)
  }

  /** Resolves when it is written, so that a slow reader holds its own feed up and nothing else. */
  private say(message: object): Promise<void> {
    return new Promise((resolve) => this.socket.send(JSON.stringify(message), () => resolve()))
  }
}

/** @throws Problem 400 */
const readMessage = (data: RawData, isBinary: boolean): z.infer<typeof authorizing> => {
  const bad = (detail: string): Problem =>
    badRequest(detail, {
      field: 'message',
      fix: 'Send one JSON object as a text frame, for instance {"after": "0:12"}.',
    })
  if (isBinary || !Buffer.isBuffer(data)) throw bad('The message is no text frame.')
  let json: unknown
  try {
    json = JSON.parse(data.toString())
  } catch {
    throw bad('The message is not JSON.')
  }
  const message = authorizing.safeParse(json)
  if (!message.success) throw bad('The message is not one JSON object.')
  return message.data
}
