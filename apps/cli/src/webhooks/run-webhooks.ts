import { answerOf, type Answer } from '@skein/client'
import { clientOf, oneLine, say } from '../client/output.js'
import type { ApiFlags } from '../directory/run-directory.js'
import { textTable } from '../thread/text-table.js'
import type { AttemptFlags, ReplayFlags } from './webhook-commands.js'

type Attempt = Answer<'/v1/webhooks/{id}/attempts'>['attempts'][number]

const PAGE = 100
const REASON_WIDTH = 60
const second = (time: string): string => time.slice(0, 19).replace('T', ' ')

const attemptsOf = async (id: string, flags: AttemptFlags): Promise<Attempt[]> => {
  const client = await clientOf(flags)
  const attempts: Attempt[] = []
  for (let cursor: string | null | undefined; cursor !== null && attempts.length < flags.limit;) {
    const limit = Math.min(PAGE, flags.limit - attempts.length)
    const query = { limit, ...(cursor && { cursor }), ...(flags.event && { event: flags.event }) }
    const page = await answerOf(client.GET('/v1/webhooks/{id}/attempts', { params: { path: { id }, query } }))
    attempts.push(...page.attempts)
    cursor = page.next_cursor
  }
  return attempts
}

const rowOf = ({ at, kind, type, position, attempt, status, ms, error, next_at }: Attempt): string[] => [
  second(at),
  kind,
  type,
  position ?? '-',
  String(attempt),
  status === null ? '-' : String(status),
  `${ms} ms`,
  next_at === null ? '-' : second(next_at),
  error === null ? 'taken' : oneLine(error, REASON_WIDTH),
]

export const listAttempts = async (id: string, flags: AttemptFlags): Promise<void> => {
  const attempts = await attemptsOf(id, flags)
  if (flags.json) return attempts.forEach((attempt) => say(JSON.stringify(attempt)))
  if (attempts.length === 0) return say('Nothing was tried in the last 30 days.')
  const head = ['at', 'kind', 'type', 'position', 'attempt', 'status', 'took', 'next try', 'outcome']
  say(textTable(head, attempts.map(rowOf)))
}

/** What is to be sent, as the API takes it. @throws Error unless it is one event or a range */
const bodyOf = ({ event, from, to }: ReplayFlags) => {
  if (event !== undefined && from === undefined && to === undefined) return { event }
  if (event === undefined && from !== undefined) return { from, ...(to === undefined ? {} : { to }) }
  throw new Error('say what to send again: --event <id or position>, or --from <position or time> and --to')
}

export const replayEvents = async (id: string, flags: ReplayFlags): Promise<void> => {
  const body = bodyOf(flags)
  const client = await clientOf(flags)
  const answer = await answerOf(client.POST('/v1/webhooks/{id}/replay', { params: { path: { id } }, body }))
  if (flags.json) return say(JSON.stringify(answer))
  if (answer.events === 0) return say('Nothing in it is for this webhook.')
  const stretches = answer.stretches.map((one) => `${one.from} to ${one.to}`).join(', ')
  say(`${answer.events} events will be sent again: ${stretches}.`)
}

/** Exit code 1 where the endpoint did not take it. */
export const sendTest = async (id: string, flags: ApiFlags): Promise<void> => {
  const client = await clientOf(flags)
  const answer = await answerOf(client.POST('/v1/webhooks/{id}/test', { params: { path: { id } } }))
  if (answer.error !== null) process.exitCode = 1
  if (flags.json) return say(JSON.stringify(answer))
  const outcome = answer.error === null ? 'taken' : oneLine(answer.error, REASON_WIDTH)
  say(`${answer.status ?? 'no answer'} after ${answer.ms} ms: ${outcome}`)
}
