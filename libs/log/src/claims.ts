import { createHash } from 'node:crypto'
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream'
import type { KV } from '@nats-io/kv'
import { z } from 'zod'

const claim = z.object({ by: z.string(), at: z.iso.datetime() })

/** So long a claim stands although its entry has not come: whoever made it may still be writing. */
const FRESH_MS = 30_000

/** What a write gives, or `null` where somebody else wrote in between. */
export const unlessOvertaken = async (write: Promise<number>): Promise<number | null> => {
  try {
    return await write
  } catch (error) {
    const { StreamWrongLastSequence, StreamWrongLastSequenceUnknown } = JetStreamApiCodes
    const codes: number[] = [StreamWrongLastSequence, StreamWrongLastSequenceUnknown]
    if (error instanceof JetStreamApiError && codes.includes(error.code)) return null
    throw error
  }
}

/**
 * Names of which only one entry may have each: addresses, domains that are caught whole. A claim is made before the entry is
 * put, and by the bucket's own order, so that of two processes that want a name at one time one gets it.
 */
export class Claims {
  constructor(private readonly bucket: KV) {}

  /**
   * Whether the name is now that of `by`. A claim of somebody else whom `holds` does not know to have the name gives way once
   * it is half a minute old: its entry never came, or is gone.
   */
  async take(name: string, by: string, holds: (other: string) => boolean): Promise<boolean> {
    const key = keyOf(name)
    const mine = JSON.stringify({ by, at: new Date().toISOString() })
    if ((await unlessOvertaken(this.bucket.create(key, mine))) !== null) return true
    const stored = await this.bucket.get(key)
    if (stored?.operation !== 'PUT') return this.take(name, by, holds)
    const other = claim.parse(stored.json())
    if (other.by === by) return true
    if (holds(other.by) || Date.now() - Date.parse(other.at) < FRESH_MS) return false
    return (await unlessOvertaken(this.bucket.update(key, mine, stored.revision))) !== null
  }

  /** Gives a name back, if it is that of `by`. */
  async leave(name: string, by: string): Promise<void> {
    const key = keyOf(name)
    const stored = await this.bucket.get(key)
    if (stored?.operation !== 'PUT' || claim.parse(stored.json()).by !== by) return
    await this.bucket.delete(key, { previousSeq: stored.revision }).catch((error: unknown) => {
      if (!(error instanceof JetStreamApiError)) throw error
    })
  }
}

const keyOf = (name: string): string => `claim.${createHash('sha256').update(name.toLowerCase()).digest('hex')}`
