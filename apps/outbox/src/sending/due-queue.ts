interface Item {
  readonly key: string
  readonly due: number
}

/**
 * Keys by the time at which they are due: a binary heap, so that a hundred thousand mails that wait for tomorrow cost nothing
 * today. A key that is put in again is due at the new time alone.
 */
export class DueQueue {
  private readonly heap: Item[] = []
  private readonly dueOf = new Map<string, number>()

  /** `null` takes the key out. */
  put(key: string, due: number | null): void {
    if (due === null) return void this.dueOf.delete(key)
    this.dueOf.set(key, due)
    this.heap.push({ key, due })
    this.up(this.heap.length - 1)
  }

  /** When the next one is due; `null` where none is. */
  get next(): number | null {
    this.dropOld()
    return this.heap[0]?.due ?? null
  }

  /** Takes out all that are due by then, the earliest first. */
  take(now: number): string[] {
    const taken: string[] = []
    for (let next = this.next; next !== null && next <= now; next = this.next) {
      const { key } = this.pop()
      this.dueOf.delete(key)
      taken.push(key)
    }
    return taken
  }

  /** Items that were put in again, or taken out, since. */
  private dropOld(): void {
    for (let first = this.heap[0]; first !== undefined && this.dueOf.get(first.key) !== first.due; first = this.heap[0])
      this.pop()
  }

  private pop(): Item {
    const first = this.heap[0]!
    const last = this.heap.pop()!
    if (this.heap.length > 0) {
      this.heap[0] = last
      this.down(0)
    }
    return first
  }

  private isBefore(a: number, b: number): boolean {
    return this.heap[a] !== undefined && this.heap[a].due < this.heap[b]!.due
  }

  private swap(a: number, b: number): void {
    const item = this.heap[a]!
    this.heap[a] = this.heap[b]!
    this.heap[b] = item
  }

  private up(at: number): void {
    for (let parent = (at - 1) >> 1; at > 0 && this.isBefore(at, parent); parent = (at - 1) >> 1) {
      this.swap(at, parent)
      at = parent
    }
  }

  private down(at: number): void {
    for (;;) {
      let least = at
      for (const child of [2 * at + 1, 2 * at + 2]) if (this.isBefore(child, least)) least = child
      if (least === at) return
      this.swap(at, least)
      at = least
    }
  }
}
