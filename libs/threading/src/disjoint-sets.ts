/** Things by name, and which of them belong together: union-find with halved ways, nearly constant time each. */
export class DisjointSets {
  readonly #numbers = new Map<string, number>()
  readonly #above: number[] = []

  join(a: string, b: string): void {
    const [x, y] = [this.#top(this.#number(a)), this.#top(this.#number(b))]
    if (x !== y) this.#above[x] = y
  }

  /** The same number for all that belong together. */
  setOf(name: string): number {
    return this.#top(this.#number(name))
  }

  #number(name: string): number {
    const known = this.#numbers.get(name)
    if (known !== undefined) return known
    const number = this.#above.length
    this.#numbers.set(name, number)
    this.#above.push(number)
    return number
  }

  #top(start: number): number {
    let n = start
    while (this.#above[n] !== n) {
      const above = this.#above[n] as number
      n = this.#above[n] = this.#above[above] as number
    }
    return n
  }
}
