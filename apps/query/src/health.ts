import type { HealthCheck, HealthState } from '@skein/http'
import { logChecks, type Log } from '@skein/log'
import type { Views } from '@skein/views'
import type { Positions } from './positions.js'

/** Events behind which a reader should be told: a few seconds of work. */
const FAR_BEHIND = 10_000

/** Whether log and tables are there, and how far the views are behind. */
export const queryChecks = (log: Log, views: Views, positions: Positions): Record<string, HealthCheck> => ({
  ...logChecks(log),
  postgres: async (): Promise<HealthState> => ({ state: 'green', detail: `answers in ${await views.ping()} ms` }),
  projector: async (): Promise<HealthState> => {
    const { lag } = await positions.standing(Array.from({ length: log.partitions }, (_, partition) => partition))
    if (lag === null) return { state: 'red', detail: 'the log does not say where it ends' }
    const detail = lag === 0 ? 'the views are up to the log' : `${lag} events to go`
    return { state: lag > FAR_BEHIND ? 'yellow' : 'green', detail }
  },
})
