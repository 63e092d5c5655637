import type { Readable } from 'node:stream'
import type { ReadingRoom } from '../reading-room.js'
import type { RawMail } from '../read-raw-mail.js'
import { refusals } from '../refusals.js'

/** Times the limit that is still read and thrown away: the refusal can only be said after the final dot (RFC 5321 §4.1.1.4). */
const DRAIN_FACTOR = 4

/**
 * The mail after DATA. A mail that is too large, or that there is no room for, is read to its end all the same, without being
 * kept; `cutOff` is called once when there is no end to it.
 * @throws Problem 413, 503; the stream's own error when the sender went away
 */
export const readData = async (
  stream: Readable,
  { limit, room, cutOff }: { limit: number; room: ReadingRoom; cutOff: () => void },
): Promise<RawMail> => {
  const kept = new KeptData(limit, room)
  try {
    let octets = 0
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      octets += chunk.length
      kept.add(chunk)
      if (octets > limit * DRAIN_FACTOR) cutOff()
    }
    return { raw: kept.all(), done: () => kept.drop() }
  } catch (error) {
    kept.drop()
    throw error
  }
}

/** The octets of one mail as long as they have room, else the reason why they have none. */
class KeptData {
  private chunks: Buffer[] = []
  private size = 0
  private refusal: Error | null = null

  constructor(
    private readonly limit: number,
    private readonly room: ReadingRoom,
  ) {}

  add(chunk: Buffer): void {
    if (this.refusal !== null) return
    try {
      if (this.size + chunk.length > this.limit) throw refusals.tooLarge(this.limit)
      this.room.take(chunk.length)
      this.size += chunk.length
      this.chunks.push(chunk)
    } catch (error) {
      this.refusal = error instanceof Error ? error : new Error(String(error))
      this.drop()
    }
  }

  all(): Buffer {
    if (this.refusal !== null) throw this.refusal
    return Buffer.concat(this.chunks)
  }

  drop(): void {
    this.room.giveBack(this.size)
    this.size = 0
    this.chunks = []
  }
}
