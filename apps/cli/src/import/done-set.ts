import { z } from 'zod'

/** As stored: everything below `before` is done, and the ranges (both ends included) above it. */
export const storedDoneSet = z.object({
  before: z.int().nonnegative(),
  also: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])),
})
export type StoredDoneSet = z.infer<typeof storedDoneSet>

/**
 * Which mails of a source, counted from 0, were stored. Mails are sent side by side and end in any order, so one number is not
 * enough; but all but the last few are below the first that is missing, so the set above that number stays small.
 */
export class DoneSet {
  #before = 0
  readonly #above = new Set<number>()

  static from(stored: StoredDoneSet): DoneSet {
    const done = new DoneSet()
    done.#before = stored.before
    for (const [first, last] of stored.also) for (let n = first; n <= last; n++) done.add(n)
    return done
  }

  add(n: number): void {
    if (n < this.#before) return
    this.#above.add(n)
    while (this.#above.delete(this.#before)) this.#before++
  }

  has(n: number): boolean {
    return n < this.#before || this.#above.has(n)
  }

  get size(): number {
    return this.#before + this.#above.size
  }

  toStored(): StoredDoneSet {
    const also: [number, number][] = []
    for (const n of [...this.#above].sort((a, b) => a - b)) {
      const last = also.at(-1)
      if (last && last[1] === n - 1) last[1] = n
      else also.push([n, n])
    }
    return { before: this.#before, also }
  }
}
