import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import { logPosition, type LogPosition } from '@skein/events'
import { z } from 'zod'
import { storedFrom } from './direct-get.js'
import { PARKED_STREAM } from './streams.js'

const FETCH_BATCH = 500

const parkedNote = z.object({
  ...logPosition.shape,
  reason: z.string(),
  /** `parked`: waits for somebody. `retried`: it went through after all. `dropped`: somebody gave it up; it stays in the log. */
  state: z.enum(['parked', 'retried', 'dropped']),
})
type ParkedNote = z.infer<typeof parkedNote>

/** An input that could not be read or decided, with the reason and when that was said last (ISO 8601 UTC). */
export type ParkedItem = ParkedNote & { at: string }

const decoder = new TextDecoder()

/**
 * What was put aside so that its partition could go on: one note a place in the log, in the stream `PARKED`, replaced when
 * something comes of it. Nothing is deleted, so no service needs the right to delete.
 */
export class Parked {
  constructor(
    private readonly js: JetStreamClient,
    private readonly jsm: JetStreamManager,
  ) {}

  /** Notes what has become of a place; the same place again replaces the note. */
  async note({ stream, sequence }: LogPosition, state: ParkedNote['state'], reason: string): Promise<void> {
    const note: ParkedNote = { stream, sequence, reason, state }
    await this.js.publish(`skein.parked.${stream}.${sequence}`, JSON.stringify(note))
  }

  /** Whether a place waits just now. */
  async isParked({ stream, sequence }: LogPosition): Promise<boolean> {
    const subject = `skein.parked.${stream}.${sequence}`
    const message = await this.jsm.direct.getMessage(PARKED_STREAM, { last_by_subj: subject })
    return message !== null && parkedNote.parse(JSON.parse(decoder.decode(message.data))).state === 'parked'
  }

  /** All that waits, oldest note first. */
  async list(): Promise<ParkedItem[]> {
    const items: ParkedItem[] = []
    for (let seq = 1; ;) {
      const before = seq
      for await (const message of storedFrom(this.jsm, PARKED_STREAM, { seq, batch: FETCH_BATCH })) {
        seq = message.seq + 1
        const note = parkedNote.parse(JSON.parse(decoder.decode(message.data)))
        if (note.state === 'parked') items.push({ ...note, at: message.time.toISOString() })
      }
      if (seq === before) return items
    }
  }
}
