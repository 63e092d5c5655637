import type { HealthCheck, HealthState } from '@skein/http'
import { logChecks, type Log } from '@skein/log'
import type { Views } from '@skein/views'
import type { QuerySettings } from './settings.js'
import type { Positions, Standing } from './positions.js'

/** Events behind which a reader should be told: a few seconds of work. */
const FAR_BEHIND = 10_000
/** So long without a step, while there is something to do, and somebody should look. */
const STUCK_MS = 30_000

/** How far the views are behind, and whether they come on. `now` in milliseconds. */
export const projectorCheck = (standing: () => Promise<Standing>, now: () => number): HealthCheck => {
  let last = { at: now(), position: '' }
  return async (): Promise<HealthState> => {
    const { lag, position } = await standing()
    if (lag === null) return { state: 'red', detail: 'the log does not say where it ends' }
    const here = JSON.stringify(position)
    if (lag === 0 || here !== last.position) last = { at: now(), position: here }
    if (lag === 0) return { state: 'green', detail: 'the views are up to the log' }
    const still = now() - last.at
    if (still > STUCK_MS) {
      const detail = `${lag} events to go, and no step for ${Math.round(still / 1000)} s: the log of this service says why`
      return { state: 'yellow', detail }
    }
    return { state: lag > FAR_BEHIND ? 'yellow' : 'green', detail: `${lag} events to go` }
  }
}

/** What is open that an instance on the internet would rather have shut: each in words. */
export const exposureCheck = (settings: QuerySettings): HealthCheck => {
  const open = [
    ...(settings.corsOrigins.includes('*') ? ['pages of every origin may call the API (SKEIN_CORS_ORIGINS=*)'] : []),
    ...(settings.privateWebhooks ? ['webhooks may reach private networks (SKEIN_PRIVATE_WEBHOOKS=1)'] : []),
    ...(settings.publicMetrics ? ['metrics need no key (SKEIN_METRICS_PUBLIC=1)'] : []),
  ]
  return () =>
    open.length === 0
      ? { state: 'green', detail: 'nothing is open that should not be' }
      : { state: 'yellow', detail: open.join('; ') }
}

/** Whether log and tables are there, and how far the views are behind. */
export const queryChecks = (log: Log, views: Views, positions: Positions): Record<string, HealthCheck> => {
  const all = Array.from({ length: log.partitions }, (_, partition) => partition)
  return {
    ...logChecks(log),
    postgres: async (): Promise<HealthState> => ({ state: 'green', detail: `answers in ${await views.ping()} ms` }),
    projector: projectorCheck(
      () => positions.standing(all),
      () => performance.now(),
    ),
  }
}
