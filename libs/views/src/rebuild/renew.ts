import { Database } from '../database.js'
import { DEFINITIONS, otherDefinitions, type OtherDefinition } from './definition.js'
import { rebuildTables, type RebuildOptions } from './rebuild.js'
import { AlreadyRunning } from './sole-run.js'

const PAUSE_MS = 5_000

/** What a service says of its tables after a change of their definition. */
export interface Renewal {
  /** What is not yet as this release makes it; empty where all is. */
  others: readonly OtherDefinition[]
  /** How far the new tables are, in percent. */
  percent: number
  /** The last reason why it did not go on. */
  failure: string | null
}

/**
 * Makes tables anew that an older release made by another definition, and puts them in place; the old ones serve meanwhile. Where
 * somebody else is at it already, waits for that. Tries again until it is done or the signal says stop; answers then.
 * `told` is called with every change.
 */
export const renewTables = async (
  options: Omit<RebuildOptions, 'groups' | 'accept'> & { signal: AbortSignal },
  told: (renewal: Renewal) => void,
): Promise<void> => {
  const { databaseUrl, schema, signal } = options
  const live = await Database.open({ databaseUrl, poolSize: 2, ...(schema === undefined ? {} : { schema }) })
  let [percent, failure]: [number, string | null] = [0, null]
  try {
    while (!signal.aborted) {
      const others = await otherDefinitions(live.run.bind(live))
      told({ others, percent, failure })
      const due = others.filter(({ group, version }) => version < DEFINITIONS[group]).map(({ group }) => group)
      if (due.length === 0) return
      try {
        const onStep: RebuildOptions['onStep'] = (step) => {
          if (step.step !== 'events') return
          percent = step.totalEvents === 0 ? 100 : Math.floor((step.events / step.totalEvents) * 100)
          told({ others, percent, failure })
        }
        await rebuildTables({ ...options, groups: due, accept: true, onStep })
      } catch (error) {
        failure = error instanceof Error ? error.message : String(error)
        if (error instanceof AlreadyRunning) failure = null
        if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
      }
    }
  } finally {
    await live.close()
  }
}

/** For the health of a service. */
interface RenewalHealth {
  state: 'green' | 'yellow' | 'red'
  detail: string
}

const inWords = ({ others, percent, failure }: Renewal, waits: boolean): RenewalHealth => {
  const [first] = others
  if (first === undefined) return { state: 'green', detail: 'the tables are as this release makes them' }
  if (first.version > DEFINITIONS[first.group]) return { state: 'red', detail: first.message }
  if (waits) return { state: 'yellow', detail: `${first.message} (SKEIN_REBUILD=wait): skein ops rebuild --accept` }
  const why = failure === null ? '' : `; it failed and is tried again: ${failure}`
  return { state: 'yellow', detail: `catching up, ${percent} %: ${first.message}${why}` }
}

/** Brings the tables to this release's definition in the background, or waits until somebody does (`waits`). */
export class Renewing {
  private readonly stopped = new AbortController()
  private renewal: Renewal = { others: [], percent: 0, failure: null }
  private readonly running: Promise<void>

  constructor(
    private readonly database: Database,
    private readonly waits: boolean,
    options: Omit<RebuildOptions, 'groups' | 'accept' | 'signal' | 'schema'>,
  ) {
    const { schema } = database
    const told = (renewal: Renewal): void => void (this.renewal = renewal)
    this.running = waits
      ? Promise.resolve()
      : renewTables({ ...options, schema, signal: this.stopped.signal }, told).catch((error: unknown) => {
          this.renewal = { ...this.renewal, failure: error instanceof Error ? error.message : String(error) }
        })
  }

  /** What health says. */
  readonly check = async (): Promise<RenewalHealth> => {
    const others = await otherDefinitions(this.database.run.bind(this.database))
    return inWords({ ...this.renewal, others }, this.waits)
  }

  async stop(): Promise<void> {
    this.stopped.abort(new Error('the service stops'))
    await this.running
  }
}
