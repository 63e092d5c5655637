const FEW = 8

/** A set that is a list as long as it is short: a million threads of two people each do not need a million hash tables. */
export class FewOrMany {
  #items: string[] | Set<string>

  constructor(first: string) {
    this.#items = [first]
  }

  has(item: string): boolean {
    return Array.isArray(this.#items) ? this.#items.includes(item) : this.#items.has(item)
  }

  add(item: string): void {
    if (this.has(item)) return
    if (!Array.isArray(this.#items)) this.#items.add(item)
    else if (this.#items.length < FEW) this.#items.push(item)
    else this.#items = new Set([...this.#items, item])
  }
}
