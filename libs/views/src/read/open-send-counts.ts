import type { Database } from '../database.js'
import type { OpenState } from './sends.js'

/** How many mails of all accounts are not through, by state; states without any are left out. */
export const openSendCounts = async (database: Database): Promise<Partial<Record<OpenState, number>>> => {
  const rows = await database.run<{ state: OpenState; count: number }>(
    `select state, count(*)::int as count from outgoing
     where state in ('queued', 'sending', 'deferred', 'unknown') group by state order by state`,
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}
