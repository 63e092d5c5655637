import { mailStream, type LogPosition, type SpaceId } from '@skein/events'
import type { Log, LogInput, ParkedItem } from '@skein/log'

const nameOf = ({ stream, sequence }: LogPosition): string => `${stream}:${sequence}`
const keyOf = (space: SpaceId, id: string): string => `${space} ${id}`

/** The reason of what is parked only because something before it is. */
export const waitsBehind = (first: LogPosition): string => `waits behind ${nameOf(first)}`

/** The ids that others can name a mail by; those that it names. */
const ownIds = ({ kind, record }: LogInput): string[] =>
  kind === 'mail' ? [record.facts.messageId, ...record.facts.aliases] : []
const namedIds = ({ kind, record }: LogInput): string[] => {
  if (kind !== 'mail') return []
  const { inReplyTo, references, originalId } = record.facts
  return [...inReplyTo, ...references, originalId, record.replyToken ?? null].filter((id) => id !== null)
}

/**
 * The parked mails of a partition, as far as they can be read, by the ids that others name them by. A mail that names one of them
 * has to wait behind it: it might belong to the same thread, whose beginning nobody knows yet.
 */
export class ParkedMail {
  private readonly places = new Map<string, LogPosition>()

  constructor(
    private readonly log: Log,
    private readonly partition: number,
  ) {}

  /** Finds out what waits just now. */
  async load(): Promise<void> {
    this.places.clear()
    for (const item of await this.here()) {
      const input = await this.log.inputAt(this.partition, item.sequence).catch(() => null)
      if (input !== null) this.remember(input)
    }
  }

  async park(input: LogInput, reason: string): Promise<void> {
    await this.log.park(input.position, reason)
    this.remember(input)
  }

  /** The first of the parked mails that this one names; `null` where there is none. */
  async before(input: LogInput): Promise<LogPosition | null> {
    if (this.places.size === 0) return null
    for (const id of namedIds(input)) {
      const key = keyOf(input.record.space, id)
      const place = this.places.get(key)
      if (place === undefined || place.sequence === input.position.sequence) continue
      // it may have been dropped, or have gone through, since it was noted
      if (await this.log.parked.isParked(place)) return place
      this.places.delete(key)
    }
    return null
  }

  /** What waits behind one of these places, in the order of the log. */
  async behind(places: readonly LogPosition[]): Promise<ParkedItem[]> {
    const reasons = new Set(places.map(waitsBehind))
    return (await this.here()).filter(({ reason }) => reasons.has(reason)).sort((a, b) => a.sequence - b.sequence)
  }

  /** What is parked of this partition. */
  async here(): Promise<ParkedItem[]> {
    return (await this.log.parked.list()).filter(({ stream }) => stream === mailStream(this.partition))
  }

  private remember(input: LogInput): void {
    for (const id of ownIds(input)) {
      const key = keyOf(input.record.space, id)
      if (!this.places.has(key)) this.places.set(key, input.position)
    }
  }
}
