import { partitionOf, type WebhookId } from '@skein/events'
import { badRequest, Problem, type CallerOf } from '@skein/http'
import type { Log, Webhook } from '@skein/log'
import { z } from 'zod'
import { endpointSeen } from './endpoint-seen.js'
import { noticeOf } from './notice.js'
import type { WebhookSender } from './sender.js'

/** What one call looks through and sends at most: a longer time is sent again in pieces. */
const MOST_EVENTS = 10_000
const MOST_READ = 100_000
/** Replays of one endpoint and partition that may wait at one time. */
const MOST_WAITING = 40
/** Looks back for an event's id, each over some of the attempts. */
const LOOKS = 10

const POSITION = /^(\d{1,4}):(\d{1,15})$/
const position = z.string().regex(POSITION, 'is no position: <partition>:<sequence>')
const place = z.union([position, z.iso.datetime({ offset: true })])

export const replayBody = z.union([
  z.strictObject({ event: z.string().min(1).max(200).describe('One event: its id, or its position.') }),
  z.strictObject({
    from: place.describe('The first: a position, or a time.'),
    to: place.optional().describe('The last, of the same kind; without it, all up to now.'),
  }),
])
export type ReplayBody = z.infer<typeof replayBody>

export const replayAnswer = z.object({
  webhook_id: z.string(),
  events: z.int().describe('How many will be sent, each under its own id once more.'),
  stretches: z.array(z.object({ from: z.string(), to: z.string() })).describe('Where they are, as positions.'),
})
export type ReplayAnswer = z.infer<typeof replayAnswer>

/** Events of a partition, both ends included. */
interface Stretch {
  partition: number
  from: number
  to: number
}

const wrong = (field: string, detail: string, fix: string): Problem =>
  badRequest(`${field}: ${detail}`, { field, fix, in: 'body' })

const positionIn = (text: string): { partition: number; sequence: number } | null => {
  const found = POSITION.exec(text)
  return found && { partition: Number(found[1]), sequence: Number(found[2]) }
}

/**
 * Asks for events to be sent again to an endpoint: the same ids, fresh signatures, and tried like new ones. What was asked for is
 * kept until it is done. @throws Problem 404, 409 for an endpoint that is switched off, 400, 429
 */
export const replay = async (
  log: Log,
  sender: WebhookSender,
  caller: CallerOf,
  { id, body }: { id: string; body: ReplayBody },
): Promise<ReplayAnswer> => {
  const endpoint = endpointSeen(log.directory, caller, id)
  if (endpoint.disabled !== null) throw switchedOff(endpoint)
  const asked =
    'event' in body ? [await stretchOf(log, endpoint.id, body.event)] : await stretchesOf(log, endpoint, body)
  const { stretches, events } = await matching(log, sender, endpoint, asked)
  if ('event' in body && events === 0)
    throw wrong('event', `${body.event} is none that this endpoint gets.`, 'Send one of its spaces, types and inboxes.')
  for (const { partition } of stretches) await refuseTooMany(log, partition, endpoint.id)
  const at = new Date().toISOString()
  for (const { partition, from, to } of stretches)
    await log.webhooks.askReplay(partition, endpoint.id, { after: from - 1, to, at })
  const positions = stretches.map(({ partition, from, to }) => ({
    from: `${partition}:${from}`,
    to: `${partition}:${to}`,
  }))
  return { webhook_id: endpoint.id, events, stretches: positions }
}

const switchedOff = ({ id, disabled }: Webhook): Problem =>
  new Problem(409, 'webhook-disabled', 'The webhook is switched off', `${id} is switched off: ${disabled?.reason}.`, {
    fix: `Switch it on first: PATCH /v1/webhooks/${id} {"enabled": true}.`,
  })

const refuseTooMany = async (log: Log, partition: number, id: WebhookId): Promise<void> => {
  const last = (await log.webhooks.replays(partition, id)).at(-1)?.n ?? 0
  const lane = await log.webhooks.lane(partition, id)
  const underWay = (lane?.runs.length ?? 1) - 1
  if (last - (lane?.replayed ?? 0) + underWay < MOST_WAITING) return
  const detail = `${MOST_WAITING} replays of this webhook wait already.`
  throw new Problem(429, 'too-many-replays', 'Too many replays wait', detail, {
    fix: 'Wait until some are done, or ask for longer stretches.',
    retry_after: 5,
  })
}

const stretchOf = async (log: Log, id: WebhookId, event: string): Promise<Stretch> => {
  const at = positionIn(event) ?? (await positionOfEvent(log, id, event))
  if (at === null || at.partition >= log.partitions) {
    const fix = 'Send its position, <partition>:<sequence>; attempts are kept for 30 days.'
    throw wrong('event', `nothing is known of ${event}.`, fix)
  }
  return { partition: at.partition, from: Math.max(1, at.sequence), to: at.sequence }
}

const positionOfEvent = async (
  log: Log,
  id: WebhookId,
  event: string,
): Promise<{ partition: number; sequence: number } | null> => {
  let before: number | undefined
  for (let looks = 0; looks < LOOKS; looks++) {
    const { attempts, next } = await log.webhooks.attempts(id, {
      limit: 1,
      wanted: (attempt) => attempt.kind !== 'test' && attempt.event === event,
      ...(before === undefined ? {} : { before }),
    })
    if (attempts[0] !== undefined) return attempts[0].attempt
    if (next === null) return null
    before = next
  }
  return null
}

const stretchesOf = async (
  log: Log,
  { account }: Webhook,
  { from, to }: { from: string; to?: string | undefined },
): Promise<Stretch[]> => {
  const [first, last] = [positionIn(from), to === undefined ? null : positionIn(to)]
  if (to !== undefined && (first === null) !== (last === null))
    throw wrong('to', 'it is of another kind than from.', 'Send two positions, or two times.')
  if (first === null) return betweenTimes(log, account, new Date(from), to === undefined ? null : new Date(to))
  if (first.partition >= log.partitions || (last !== null && last.partition !== first.partition))
    throw wrong('to', 'positions are of one partition.', 'Send positions that begin with the same number.')
  const end = await log.endOfEvents(first.partition)
  return [{ partition: first.partition, from: Math.max(1, first.sequence), to: Math.min(last?.sequence ?? end, end) }]
}

const betweenTimes = (log: Log, account: Webhook['account'], from: Date, to: Date | null): Promise<Stretch[]> => {
  const spaces = log.directory.all('space').filter((space) => space.account === account)
  const partitions = [...new Set(spaces.map(({ id }) => partitionOf(id, log.partitions)))]
  return Promise.all(
    partitions.map(async (partition) => ({
      partition,
      from: await log.webhooks.sequenceAt(partition, from),
      to: to === null ? await log.endOfEvents(partition) : (await log.webhooks.sequenceAt(partition, to)) - 1,
    })),
  )
}

/** The stretches cut down to the first and last event that the endpoint gets, and how many there are. @throws Problem 400 */
const matching = async (
  log: Log,
  sender: WebhookSender,
  endpoint: Webhook,
  asked: readonly Stretch[],
): Promise<{ stretches: Stretch[]; events: number }> => {
  const length = asked.reduce((sum, { from, to }) => sum + Math.max(0, to - from + 1), 0)
  if (length > MOST_READ) throw tooLong(`there are ${length} events in it, of all accounts`)
  const stretches: Stretch[] = []
  let events = 0
  for (const { partition, from, to } of asked) {
    const found: number[] = []
    for await (const batch of log.readEvents(partition, from - 1, to))
      for (const event of batch) if (await sender.isFor(endpoint, noticeOf(event))) found.push(event.sequence)
    events += found.length
    const [first, last] = [found[0], found.at(-1)]
    if (first !== undefined && last !== undefined) stretches.push({ partition, from: first, to: last })
  }
  if (events > MOST_EVENTS) throw tooLong(`${events} events would be sent`)
  return { stretches, events }
}

const tooLong = (detail: string): Problem =>
  wrong(
    'from',
    `${detail}; at most ${MOST_EVENTS} are sent by one call, of at most ${MOST_READ}.`,
    'Send a shorter one.',
  )
