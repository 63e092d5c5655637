import type { HealthState } from '@skein/http'
import type { Send } from './schedule.js'

/** So many failures one after the other, and somebody should look at the transport. */
const OFTEN = 3

interface Standing {
  readonly open: Iterable<Send>
  readonly troubles: ReadonlyMap<string, { readonly times: number; readonly reason: string }>
}

const ago = (ms: number): string => (ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`)

const counts = (open: readonly Send[]): string => {
  const of = Map.groupBy(open, ({ state }) => state)
  return (['queued', 'sending', 'deferred', 'unknown'] as const)
    .flatMap((state) => (of.has(state) ? [`${of.get(state)?.length} ${state}`] : []))
    .join(', ')
}

/** How much is not through, in the partitions of this process; yellow where a person has to look. `now` in milliseconds. */
export const sendingHealth = ({ open: all, troubles }: Standing, now: number): HealthState => {
  const open = [...all]
  const failing = [...troubles].filter(([, { times }]) => times >= OFTEN)
  const words: string[] = []
  if (open.length === 0) words.push('nothing waits to be sent')
  else words.push(`${counts(open)}; the oldest since ${ago(now - Math.min(...open.map(({ queuedAt }) => queuedAt)))}`)
  const isUnknown = open.some(({ state }) => state === 'unknown')
  if (isUnknown) words.push('of the unknown ones nobody knows whether they arrived: resend or settle them')
  for (const [name, { times, reason }] of failing) words.push(`transport ${name} failed ${times} times: ${reason}`)
  return { state: isUnknown || failing.length > 0 ? 'yellow' : 'green', detail: words.join('; ') }
}
