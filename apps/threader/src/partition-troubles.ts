import { NewerEvent, UnreadableEvent } from '@skein/events'
import type { HealthState } from '@skein/http'

interface Trouble {
  at: number
  words: string
  state: 'yellow' | 'red'
}

/** What fails is tried again within seconds; what was not heard of for so long is over, or somebody else's. */
const OVER_MS = 30_000

const inWords = (error: unknown): Pick<Trouble, 'words' | 'state'> => {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof NewerEvent) {
    const words = `is not opened: EVENTS holds ${message}; a newer release wrote it, and decisions without it would be wrong: run that release`
    return { state: 'red', words }
  }
  if (error instanceof UnreadableEvent)
    return {
      state: 'red',
      words: `is not opened: EVENTS holds what cannot be read, ${message}: skein verify looks into it`,
    }
  return { state: 'yellow', words: `failed, and is tried again: ${message}` }
}

/** Why partitions that this process has the lease of are not written. */
export class PartitionTroubles {
  private readonly troubles = new Map<number, Trouble>()

  constructor(private readonly now: () => number) {}

  /** Does the work of a partition; what it throws is kept in words, until some work of it succeeds. */
  async watch<T>(partition: number, work: () => Promise<T>): Promise<T> {
    try {
      const done = await work()
      this.troubles.delete(partition)
      return done
    } catch (error) {
      this.troubles.set(partition, { at: this.now(), ...inWords(error) })
      throw error
    }
  }

  /** `null` where there is none. */
  get state(): HealthState | null {
    const current = [...this.troubles].filter(([, { at }]) => this.now() - at < OVER_MS).sort(([a], [b]) => a - b)
    if (current.length === 0) return null
    const state = current.some(([, trouble]) => trouble.state === 'red') ? 'red' : 'yellow'
    return { state, detail: current.map(([partition, { words }]) => `partition ${partition} ${words}`).join('; ') }
  }
}
