import type { ApiFlags } from '../directory/run-directory.js'
import { replayEvents } from '../webhooks/run-webhooks.js'
import type { ReplayAsked } from './replay-range.js'

interface Place {
  from: string
  to?: string
}

/** The range as the API takes it. @throws Error for what a webhook's own settings decide, or no range at all */
const placeIn = ({ partition, from, to, since, until, ...rest }: ReplayAsked): Place => {
  const [filter] = Object.keys(rest).filter((name) => rest[name as keyof typeof rest] !== undefined)
  if (filter !== undefined)
    throw new Error(`--${filter}: a webhook gets the events that it is for; give the range with --from or --since`)
  if (since !== undefined || until !== undefined) {
    if (since === undefined) throw new Error('--until needs --since')
    if (from !== undefined || to !== undefined) throw new Error('give times or sequences, not both')
    const isoOf = (text: string): string => new Date(text).toISOString()
    return { from: isoOf(since), ...(until === undefined ? {} : { to: isoOf(until) }) }
  }
  if (from === undefined || partition === undefined)
    throw new Error('say what to send again: --since <time>, or --partition <p> --from <n>')
  return { from: `${partition}:${from}`, ...(to === undefined ? {} : { to: `${partition}:${to}` }) }
}

/** Asks the outbox to send events to a webhook again: under the ids that they had, with fresh signatures. */
export const replayToWebhook = (id: string, asked: ReplayAsked, flags: ApiFlags): Promise<void> =>
  replayEvents(id, { ...flags, ...placeIn(asked) })
