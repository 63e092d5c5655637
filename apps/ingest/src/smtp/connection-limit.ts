/** How many connections each peer has open: one that opens them all must not keep the others out. */
export class ConnectionLimit {
  private readonly open = new Map<string, Set<string>>()

  constructor(private readonly limit: number) {}

  /** Whether one more of this peer is let in. */
  came(id: string, address: string): boolean {
    const ofPeer = this.open.get(address) ?? new Set()
    if (ofPeer.size >= this.limit) return false
    this.open.set(address, ofPeer.add(id))
    return true
  }

  left(id: string, address: string): void {
    const ofPeer = this.open.get(address)
    if (ofPeer?.delete(id) && ofPeer.size === 0) this.open.delete(address)
  }
}
