import type { KV } from '@nats-io/kv'

/** A key's use is written down at most so often by each process. */
const EVERY_MS = 60_000

/** When each API key was used last: to the minute, so that a busy key costs one write a minute and not one a request. */
export class KeyUsage {
  private readonly noted = new Map<string, number>()

  constructor(private readonly bucket: KV) {}

  /** Nobody waits for it, and a log that is away makes no request fail: the next use says it again. */
  note(key: string, now = Date.now()): void {
    if (now - (this.noted.get(key) ?? 0) < EVERY_MS) return
    this.noted.set(key, now)
    this.bucket.put(key, new Date(now).toISOString()).catch(() => this.noted.delete(key))
  }

  /** ISO 8601 UTC; `null` for a key that was never used. */
  async last(key: string): Promise<string | null> {
    const entry = await this.bucket.get(key)
    return entry?.operation === 'PUT' ? entry.string() : null
  }
}
