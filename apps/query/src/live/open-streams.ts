import { Problem } from '@skein/http'

/** Streams and sockets of one key that a process keeps open: more are no readers of a person's making. */
export const STREAMS_OF_A_KEY = 100

/** Counts what each key has open, so that no key takes every connection. */
export class OpenStreams {
  private readonly open = new Map<string, number>()

  constructor(private readonly most = STREAMS_OF_A_KEY) {}

  /** Takes one for a key; the answer gives it back, once. @throws Problem 429 */
  take(key: string): () => void {
    const count = this.open.get(key) ?? 0
    if (count >= this.most) {
      const detail = `The key has ${count} streams open here, and may have no more.`
      const fix = 'Close one that nobody reads any more, or share one among several readers.'
      throw new Problem(429, 'too-many-streams', 'Too many streams are open', detail, { fix, limit: this.most })
    }
    this.open.set(key, count + 1)
    let isTaken = true
    return () => {
      if (isTaken) this.giveBack(key)
      isTaken = false
    }
  }

  private giveBack(key: string): void {
    const left = (this.open.get(key) ?? 1) - 1
    if (left === 0) this.open.delete(key)
    else this.open.set(key, left)
  }
}
