import { setTimeout as wait } from 'node:timers/promises'
import { Pool } from 'undici'
import { z } from 'zod'

/** Where mail goes: the HTTP door, a key that may write, and the inbox (id or address). */
export interface MailDoorOptions {
  url: string
  key: string
  inbox: string
  concurrency: number
  /** How long the door may be away, in milliseconds, before the import gives up. */
  patienceMs: number
}

/** What came of one mail. */
export type Sent = { stored: true; sequence: string } | { stored: false; reason: string }

/** Not yet: why, how long to wait at least, and whether it is an error of the server. */
interface Again {
  again: string
  afterMs: number
  isOwnFault: boolean
}

/** The door does not take mail for this import at all: no such inbox, no key, or nobody there for too long. */
export class DoorShut extends Error {
  override readonly name = 'DoorShut'
}

const accepted = z.object({ sequence: z.string() })
const problem = z.object({ title: z.string().optional(), detail: z.string().optional(), fix: z.string().optional() })

const SHUT = new Set([401, 403, 404])
const COME_AGAIN = new Set([408, 429, 500, 502, 503, 504])
/** Times that a mail may bring the server to an error of its own while others get through. */
const MAX_FAILURES = 6
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000
const ANSWER_MS = 60_000

/**
 * Sends mails over connections that stay open. What may pass (no connection, 429, 5xx) is tried again with growing pauses, for
 * all mails together as long as the door was open `patienceMs` ago; a mail that is sent twice by that is stored once.
 */
export class MailDoor {
  readonly #pool: Pool
  readonly #path: string
  #openAt = performance.now()

  constructor(private readonly options: MailDoorOptions) {
    const { concurrency, url, inbox } = options
    this.#pool = new Pool(new URL(url).origin, {
      connections: concurrency,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    })
    this.#path = `${new URL(url).pathname.replace(/\/$/, '')}/v1/inboxes/${encodeURIComponent(inbox)}/mail?door=import`
  }

  /** @throws DoorShut */
  async send(raw: Uint8Array, signal: AbortSignal): Promise<Sent> {
    for (let failures = 0; ; failures++) {
      const answer = await this.#post(raw, signal)
      if ('stored' in answer) {
        this.#openAt = performance.now()
        return answer
      }
      if (performance.now() - this.#openAt > this.options.patienceMs)
        throw new DoorShut(
          `${this.options.url} has taken no mail for ${Math.round(this.options.patienceMs / 1000)} s: ${answer.again}`,
        )
      if (answer.isOwnFault && failures >= MAX_FAILURES) return { stored: false, reason: answer.again }
      await wait(Math.max(pauseMs(failures), answer.afterMs), undefined, { signal })
    }
  }

  async #post(raw: Uint8Array, signal: AbortSignal): Promise<Sent | Again> {
    try {
      const { statusCode, headers, body } = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        body: raw,
        headers: { authorization: `Bearer ${this.options.key}`, 'content-type': 'message/rfc822' },
        signal,
      })
      const json: unknown = await body.json().catch(() => ({}))
      if (statusCode === 202) return { stored: true, sequence: accepted.parse(json).sequence }
      const words = wordsOf(statusCode, json)
      if (SHUT.has(statusCode)) throw new DoorShut(words)
      const afterMs = 1000 * Number(headers['retry-after'] ?? 0) || 0
      if (COME_AGAIN.has(statusCode)) return { again: words, afterMs, isOwnFault: statusCode === 500 }
      return { stored: false, reason: words }
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof DoorShut) throw error
      return { again: error instanceof Error ? error.message : String(error), afterMs: 0, isOwnFault: false }
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }
}

const wordsOf = (status: number, json: unknown): string => {
  const { title, detail, fix } = problem.safeParse(json).data ?? {}
  return [`${status} ${title ?? ''}`.trim(), detail, fix].filter((part) => part !== undefined).join(' ')
}

/** Doubles from a tenth of a second to five, with a random part so that mails that failed together do not return together. */
const pauseMs = (failures: number): number =>
  Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2)
