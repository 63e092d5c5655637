import type { KV } from '@nats-io/kv'
import { JetStreamApiError } from '@nats-io/jetstream'

/** How long a holder may be silent before another process may take over. */
export const LEASE_TTL_MS = 10_000
const RENEW_MS = 3_000

/**
 * A lease in a KV bucket with a time to live: who should do a piece of work just now. It serves liveness only; that a stale
 * holder does no harm is the log's own doing (the fence of `appendEvents`, the checkpoint of a projection).
 */
export class Lease {
  private revision = 0
  private timer: NodeJS.Timeout | undefined
  private lost = (): void => undefined

  constructor(
    private readonly bucket: KV,
    readonly name: string,
    private readonly holder: string,
  ) {}

  /** Takes the lease if nobody holds it. `onLost` is called once when it could not be renewed in time. */
  async take(onLost: () => void): Promise<boolean> {
    const revision = (await this.create()) ?? (await this.takeBack())
    if (revision === undefined) return false
    this.revision = revision
    this.lost = onLost
    this.timer = setInterval(() => void this.renew(), RENEW_MS)
    return true
  }

  private async create(): Promise<number | undefined> {
    try {
      return await this.bucket.create(this.name, this.holder)
    } catch (error) {
      if (error instanceof JetStreamApiError) return undefined
      throw error
    }
  }

  /** A holder that died and came back under its own name need not wait for its old lease to run out. */
  private async takeBack(): Promise<number | undefined> {
    const entry = await this.bucket.get(this.name)
    if (entry?.string() !== this.holder) return undefined
    return this.bucket.update(this.name, this.holder, entry.revision).catch(() => undefined)
  }

  private async renew(): Promise<void> {
    try {
      this.revision = await this.bucket.update(this.name, this.holder, this.revision)
    } catch {
      this.stopRenewing()
      this.lost()
    }
  }

  private stopRenewing(): void {
    clearInterval(this.timer)
    this.timer = undefined
  }

  /** Gives the lease back at once, so that the next holder need not wait for the time to live. */
  async release(): Promise<void> {
    if (this.timer === undefined) return
    this.stopRenewing()
    await this.bucket.delete(this.name, { previousSeq: this.revision }).catch(() => undefined)
  }
}
