import { partitionOf, type SpaceId } from '@skein/events'
import type { CallerOf } from '@skein/http'
import type { Log } from '@skein/log'
import { liveEventJson, type LiveEvent } from './live-event.js'
import { placeText, type Place } from './place.js'
import type { Sight } from './sight.js'
import type { Tail } from './tail.js'

/** The spaces of an account, by the partition that they are in, in order. */
export type SpacesByPartition = ReadonlyMap<number, readonly SpaceId[]>

export const spacesOf = (directory: Log['directory'], { account }: CallerOf, partitions: number): SpacesByPartition => {
  const spaces = directory.all('space').filter((space) => space.account === account)
  const found = Map.groupBy(
    spaces.map(({ id }) => id),
    (space) => partitionOf(space, partitions),
  )
  return new Map([...found].sort(([a], [b]) => a - b))
}

/** One reader's way along the log: its place, and what of the events after it are for it. */
export class Feed {
  private readonly at: Map<number, number>

  constructor(
    private readonly tail: Tail,
    private readonly sight: Sight,
    start: Place,
  ) {
    this.at = new Map(start)
  }

  /** Where it is; the place of the last event that it gave, or further where events since were not for it. */
  get place(): string {
    return placeText(this.at)
  }

  /**
   * Goes on through what there is, one slice in each partition that the account has spaces in. Yields each event with the place after it; has moved on
   * past the events that are not for it. Returns whether there was anything at all.
   */
  async *next(spaces: SpacesByPartition, caller: CallerOf): AsyncGenerator<LiveEvent, boolean> {
    let moved = false
    for (const [partition, [space, ...others]] of spaces) {
      const at = this.at.get(partition) ?? 0
      const { events, upTo } = await this.tail.after(partition, at, others.length === 0 ? space : undefined)
      for (const event of events) {
        this.at.set(partition, event.sequence)
        if (await this.sight.shows(event, caller)) yield liveEventJson(event, this.place)
      }
      this.at.set(partition, upTo)
      moved ||= upTo > at
    }
    return moved
  }
}
