import { request } from 'undici'
import { z } from 'zod'

const answer = z.object({ count: z.int().nonnegative() })

/** How many threads the account has by now, for the progress line; `null` until the server told, and for ever where it does not. */
export class ThreadCount {
  count: number | null = null
  #isAsked = false
  #isOffered = true

  constructor(private readonly api: { url: string; key: string }) {}

  /** Asks, unless the last question is still open. Never rejects: the count is an extra. */
  async refresh(): Promise<void> {
    if (this.#isAsked || !this.#isOffered) return
    this.#isAsked = true
    try {
      const { statusCode, body } = await request(new URL('/v1/threads/count', this.api.url), {
        headers: { authorization: `Bearer ${this.api.key}` },
        headersTimeout: 2_000,
      })
      const json: unknown = await body.json()
      if (statusCode === 200) this.count = answer.parse(json).count
      if (statusCode === 404) this.#isOffered = false
    } catch {
      // the count stays what it was
    } finally {
      this.#isAsked = false
    }
  }
}
