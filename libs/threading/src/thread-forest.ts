import type { ThreadId } from '@skein/events'
import type { ThreadRow } from './link-rows.js'

/** Threads and what became of them: a merge hangs the absorbed under its survivor, and every id leads on to a living thread. */
export class ThreadForest {
  readonly #rows = new Map<ThreadId, ThreadRow>()
  readonly #absorbed = new Map<ThreadId, Set<ThreadId>>()

  insert(row: ThreadRow): void {
    if (this.#rows.has(row.thread)) return
    this.#rows.set(row.thread, { ...row })
    if (row.into !== null) this.#absorbedBy(row.into).add(row.thread)
  }

  get(thread: ThreadId): ThreadRow | undefined {
    return this.#rows.get(thread)
  }

  /** Hangs a thread, with all that hangs under it, under another; with `null` takes it out. */
  place(thread: ThreadId, into: ThreadId | null, survivor: ThreadId | null): void {
    const row = this.#rows.get(thread)
    if (!row) return
    if (row.into !== null) this.#absorbed.get(row.into)?.delete(thread)
    if (into !== null) this.#absorbedBy(into).add(thread)
    row.into = into
    row.survivor = survivor
  }

  /** The living thread that this one is today. Walks up and shortens the way: nearly constant time over many merges. */
  resolve(thread: ThreadId): ThreadId {
    let end = thread
    for (let row = this.#rows.get(end); row && row.survivor !== null; row = this.#rows.get(end)) end = row.survivor
    let at = thread
    while (at !== end) {
      const row = this.#rows.get(at)
      if (!row || row.survivor === null) break
      at = row.survivor
      row.survivor = end
    }
    return end
  }

  /** The thread and all that were merged into it, one way or another. */
  family(thread: ThreadId): ThreadId[] {
    const all = [thread]
    for (const one of all) for (const absorbed of this.#absorbed.get(one) ?? []) all.push(absorbed)
    return all
  }

  #absorbedBy(survivor: ThreadId): Set<ThreadId> {
    const known = this.#absorbed.get(survivor)
    if (known) return known
    const absorbed = new Set<ThreadId>()
    this.#absorbed.set(survivor, absorbed)
    return absorbed
  }
}
