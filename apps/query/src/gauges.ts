import { gauge } from '@skein/http'
import type { Positions } from './positions.js'

/** How far the views are, for `/metrics`. */
export const addGauges = (positions: Positions, partitions: number): void => {
  const all = Array.from({ length: partitions }, (_, partition) => partition)
  gauge('skein_views_position', 'Sequence of the last event in the views.', 'partition', async () => ({
    ...(await positions.standing(all)).position,
  }))
  gauge('skein_views_lag_events', 'Events of the log that are not in the views yet.', 'partition', async () => {
    const lags = await Promise.all(
      all.map(async (one) => [String(one), (await positions.standing([one])).lag] as const),
    )
    return Object.fromEntries(lags.flatMap(([name, lag]) => (lag === null ? [] : [[name, lag]])))
  })
}
