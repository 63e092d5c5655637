import type { ReceivedRecord, StoredEvent } from '@skein/events'
import type { Database } from '../database.js'
import { applyEvents } from './apply.js'
import { lockedCheckpoint } from '../rebuild/definition.js'

/** Input records of a partition by their sequences; those that are no more are left out. */
export type RecordsAt = (partition: number, sequences: number[]) => Promise<ReadonlyMap<number, ReceivedRecord>>

/** Octets of raw mail in one transaction at most (their text is smaller): bounds memory, whatever people attach. */
const MAX_OCTETS = 32 * 1024 * 1024

/** From so many events on their rows are copied in. */
export const MANY_EVENTS = 100

/** Events are missing between what was applied and what came. Nothing was applied. */
export class EventsMissing extends Error {
  constructor(partition: number, checkpoint: number, after: number) {
    super(`partition ${partition} stands at event ${checkpoint}; the batch starts after ${after}`)
  }
}

/** The views of the log: each batch of events changes rows and checkpoint in one transaction. */
export class Projection {
  constructor(private readonly database: Database) {}

  /** Sequence of the last event of the partition that the rows hold; 0 for none. */
  async checkpoint(partition: number): Promise<number> {
    const rows = await this.database.run<{ sequence: string }>('select sequence from checkpoint where partition = $1', [
      partition,
    ])
    return Number(rows[0]?.sequence ?? 0)
  }

  /**
   * Applies events of one partition, in order; those at or before the checkpoint are skipped, so that giving a batch again, or
   * from two processes at once, is harmless. `after` is the sequence that the batch follows; it is needed only where the log
   * itself has a gap there.
   * @returns the checkpoint after it
   * @throws EventsMissing when the batch does not follow what was applied
   */
  async apply(
    { partition, events }: { partition: number; events: readonly StoredEvent[] },
    recordsAt: RecordsAt,
    after = (events[0]?.sequence ?? 1) - 1,
  ): Promise<number> {
    let checkpoint = await this.checkpoint(partition)
    if (after > checkpoint) throw new EventsMissing(partition, checkpoint, after)
    for (const part of inParts(events.filter(({ sequence }) => sequence > checkpoint))) {
      checkpoint = await this.applyPart(partition, part, recordsAt)
    }
    return checkpoint
  }

  private async applyPart(partition: number, events: readonly StoredEvent[], recordsAt: RecordsAt): Promise<number> {
    const inputs = inputsOf(events)
    const records = inputs.length === 0 ? new Map<number, ReceivedRecord>() : await recordsAt(partition, inputs)
    return this.database.write(events.length >= MANY_EVENTS, async (writer) => {
      const stands = await lockedCheckpoint(writer.run, 'views', partition)
      const due = events.filter(({ sequence }) => sequence > stands)
      const last = due.at(-1)?.sequence
      if (last === undefined) return stands
      await applyEvents(writer, due, records)
      const input = Math.max(0, ...due.map(({ cause }) => (cause.kind === 'input' ? cause.sequence : 0)))
      await writer.run('update checkpoint set sequence = $2, input = greatest(input, $3) where partition = $1', [
        partition,
        last,
        input,
      ])
      return last
    })
  }
}

/** Input records that rows are made of. */
export const inputsOf = (events: readonly StoredEvent[]): number[] => [
  ...new Set(
    events.flatMap((event) =>
      event.type === 'MessageThreaded' || event.type === 'MessageQueued' ? [event.data.input.sequence] : [],
    ),
  ),
]

/** Cuts a batch where the mails in it get too large to be held together. */
export const inParts = (events: readonly StoredEvent[]): StoredEvent[][] => {
  const parts: StoredEvent[][] = []
  let octets = Infinity
  for (const event of events) {
    const size = event.type === 'MessageThreaded' ? event.data.size : 0
    octets += size
    if (octets > MAX_OCTETS) {
      parts.push([])
      octets = size
    }
    parts.at(-1)?.push(event)
  }
  return parts
}
