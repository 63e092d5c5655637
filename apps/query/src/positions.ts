import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '@skein/http'
import type { Log } from '@skein/log'
import type { Views } from '@skein/views'

/** How far the views are, in words of the API: the last event of each partition, and how many events are not yet in. */
export interface Standing {
  readonly position: Readonly<Record<string, number>>
  /** `null` where the log cannot be asked just now. */
  readonly lag: number | null
}

/** A place that a read waits for. */
export interface Awaited {
  readonly of: 'event' | 'input'
  readonly partition: number
  readonly sequence: number
}

const WAIT_MS = 5_000
/** How long a list waits to learn how far it is behind. */
const LOG_PATIENCE_MS = 500
/** How often a wait looks for what other processes have done; what this one does ends it at once. */
const PAUSE_MS = 40
/** Looks after which a wait asks whether what it waits for will come at all. */
const PATIENT_LOOKS = 3

/** `partition:sequence`, `MAIL-partition:sequence`, or a sequence alone where only one partition can be meant. */
export const readAwaited = (text: string, partitions: readonly number[], all: number): Awaited => {
  const [, mail, named, sequence] = /^(MAIL-)?(?:(\d+):)?(\d+)$/.exec(text) ?? []
  const partition = named === undefined ? (partitions.length === 1 ? partitions[0] : undefined) : Number(named)
  const field = { field: 'wait_for', fix: 'Send <partition>:<sequence>, as the answer to the write gave it.' }
  if (partition === undefined) {
    const detail = `wait_for: ${text} could be of any of the partitions ${partitions.join(', ')}.`
    throw new Problem(400, 'invalid-request', 'The request is not valid', detail, field)
  }
  if (partition >= all) {
    const detail = `wait_for: there is no partition ${partition}; they are 0 to ${all - 1}.`
    throw new Problem(400, 'invalid-request', 'The request is not valid', detail, field)
  }
  return { of: mail === undefined ? 'event' : 'input', partition, sequence: Number(sequence) }
}

/** Where the views stand, and waiting until they have come far enough. */
export class Positions {
  constructor(
    private readonly log: Pick<Log, 'endOfEvents' | 'recordsAt' | 'partitions'>,
    private readonly views: Pick<Views, 'positions' | 'isDelivered' | 'nextChange'>,
    private readonly waitMs = WAIT_MS,
  ) {}

  /** Of these partitions. The ends are asked first: a lag of 0 means that all of what was there then is in. */
  async standing(partitions: readonly number[]): Promise<Standing> {
    const ends = await this.ends(partitions)
    const reached = new Map((await this.views.positions()).map(({ partition, sequence }) => [partition, sequence]))
    const position = Object.fromEntries(partitions.map((partition) => [partition, reached.get(partition) ?? 0]))
    const behind = partitions.map((partition, i) => Math.max(0, (ends?.[i] ?? 0) - (reached.get(partition) ?? 0)))
    return { position, lag: ends && behind.reduce((sum, one) => sum + one, 0) }
  }

  /** `null` where the log does not answer at once: what is in the views can be read without it. */
  private async ends(partitions: readonly number[]): Promise<number[] | null> {
    const asked = Promise.all(partitions.map((partition) => this.log.endOfEvents(partition))).catch(() => null)
    return orAfter(asked, LOG_PATIENCE_MS)
  }

  /** @throws Problem 504 with the position reached when it takes too long */
  async wait(awaited: Awaited): Promise<void> {
    const deadline = performance.now() + this.waitMs
    for (let looks = 1; ; looks++) {
      const change = this.views.nextChange()
      const reached = await this.reached(awaited)
      if (reached >= awaited.sequence || (looks % PATIENT_LOOKS === 0 && (await this.wasHere(awaited)))) return
      if (performance.now() + PAUSE_MS > deadline) throw tooLate(awaited, reached)
      await orAfter(change, PAUSE_MS)
    }
  }

  private async reached({ of, partition }: Awaited): Promise<number> {
    const position = (await this.views.positions()).find((one) => one.partition === partition)
    return (of === 'event' ? position?.sequence : position?.input) ?? 0
  }

  /** A mail that its inbox had before makes no event, so none will say that it was seen. */
  private async wasHere({ of, partition, sequence }: Awaited): Promise<boolean> {
    if (of === 'event') return false
    const record = (await this.log.recordsAt(partition, [sequence])).get(sequence)
    return record !== undefined && this.views.isDelivered(record.message, record.inbox)
  }
}

/** What a promise gives, or `null` when that takes too long. */
const orAfter = async <T>(promise: Promise<T>, ms: number): Promise<T | null> => {
  const late = new AbortController()
  try {
    return await Promise.race([promise, sleep(ms, null, { signal: late.signal })])
  } finally {
    late.abort()
  }
}

const tooLate = ({ of, partition, sequence }: Awaited, reached: number): Problem => {
  const name = of === 'event' ? `${partition}` : `MAIL-${partition}`
  const detail = `The views of partition ${partition} are at ${name}:${reached}; ${name}:${sequence} did not get there in time.`
  const fix = 'Ask again, or ask without wait_for for what is there now.'
  return new Problem(504, 'not-there-yet', 'The views have not come that far', detail, {
    field: 'wait_for',
    fix,
    position: { [name]: reached },
  })
}
