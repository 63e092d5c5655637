interface Lane {
  readonly waiting: string[]
  running: number
}

/** Keys that wait for their turn: each transport has a lane of its own, so that one that hangs does not stop the others. */
export class Lanes {
  private readonly lanes = new Map<string, Lane>()
  private readonly laneOf = new Map<string, string>()
  private running = 0

  /** At most so many at a time: of one lane, and of all together. */
  constructor(private readonly most: { readonly perLane: number; readonly whole: number }) {}

  /** Where it waits or runs already, it stays where it is. */
  add(name: string, key: string): void {
    if (this.laneOf.has(key)) return
    const lane = this.lanes.get(name) ?? { waiting: [], running: 0 }
    this.lanes.set(name, lane)
    this.laneOf.set(key, name)
    lane.waiting.push(key)
  }

  /** The next whose turn it is; it runs from now on, until `done`. */
  next(): string | undefined {
    if (this.running >= this.most.whole) return undefined
    for (const lane of this.lanes.values()) {
      if (lane.running >= this.most.perLane) continue
      const key = lane.waiting.shift()
      if (key === undefined) continue
      lane.running++
      this.running++
      return key
    }
    return undefined
  }

  done(key: string): void {
    const name = this.laneOf.get(key) ?? ''
    const lane = this.lanes.get(name)
    if (lane === undefined) return
    this.laneOf.delete(key)
    lane.running--
    this.running--
    if (lane.running === 0 && lane.waiting.length === 0) this.lanes.delete(name)
  }
}
