import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import type { MessageId, StoredEvent, ThreadId } from '@skein/events'
import { mayUseSpace, type CallerOf } from '@skein/http'
import { eventWords } from '@skein/threading'
import type { ThreadDetail } from '@skein/views'
import { z } from 'zod'
import { PARTS, type QueryParts } from '../parts.js'
import { threadSeen } from '../thread-seen.js'
import type { HistoryEntry, ThreadHistory } from './answers.js'
import { placesOf } from './story.js'

export const historyQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'is no cursor of this list')
    .optional(),
})
export type HistoryQuery = z.infer<typeof historyQuery>

/** The timeline of a thread: what was decided about it, oldest first. */
export class ListHistory extends Query<ThreadHistory> {
  constructor(
    readonly caller: CallerOf,
    readonly id: string,
    readonly params: HistoryQuery,
  ) {
    super()
  }
}

/** Far more than any thread has; a page reads only its own events. */
const MOST_PLACES = 1_000_000

const NAMES = { message: (id: string) => `message ${id}`, thread: (id: string) => `thread ${id}` }

const causeJson = ({ cause }: StoredEvent): HistoryEntry['by'] =>
  cause.kind === 'input'
    ? { kind: 'input', input: `${cause.stream}:${cause.sequence}` }
    : { kind: 'command', command: cause.name, actor: cause.actor }

const entryOf = (event: StoredEvent): HistoryEntry => {
  const { partition, sequence, id, type, time, thread, data } = event
  return {
    position: `${partition}:${sequence}`,
    event_id: id,
    type,
    time,
    thread_id: thread,
    message_id: messageIn(event),
    by: causeJson(event),
    rule: 'rule' in data ? data.rule : null,
    confidence: 'confidence' in data ? data.confidence : null,
    words: eventWords(event, NAMES),
    evidence: 'evidence' in data ? data.evidence : [],
  }
}

const messageIn = ({ data }: StoredEvent): MessageId | null => ('message' in data ? data.message : null)

/** A key for some inboxes sees what was decided about messages that they have, and about whole threads. */
class Sight {
  private constructor(private readonly own: ((messages: readonly MessageId[]) => Promise<Set<MessageId>>) | null) {}

  static of(caller: CallerOf, { space }: ThreadDetail, { views }: QueryParts): Sight {
    return new Sight(
      mayUseSpace(caller, space) ? null : (messages) => views.deliveredTo(caller.inboxes ?? [], messages),
    )
  }

  async seen<T>(all: readonly T[], messageOf: (one: T) => MessageId | null): Promise<readonly T[]> {
    if (this.own === null) return all
    const own = await this.own([...new Set(all.flatMap((one) => messageOf(one) ?? []))])
    return all.filter((one) => {
      const message = messageOf(one)
      return message === null || own.has(message)
    })
  }
}

/** @throws Problem 404 */
export const listHistory = async ({ caller, id, params }: ListHistory, parts: QueryParts): Promise<ThreadHistory> => {
  const today = await threadSeen(caller, id, undefined, parts)
  const sight = Sight.of(caller, today, parts)
  const { limit, cursor = '0' } = params
  const all = await placesOf(id as ThreadId, today.partition, MOST_PLACES, parts)
  const story = (await sight.seen(all, ({ message }) => message)).filter(({ sequence }) => sequence > Number(cursor))
  const page = story.slice(0, limit).map(({ sequence }) => sequence)
  const events = await parts.log.eventsAt(today.partition, page, () => undefined)
  const seen = await sight.seen(events, messageIn)
  const next = story.length > limit ? String(page.at(-1)) : null
  return { thread_id: today.id, asked_id: id as ThreadId, history: seen.map(entryOf), next_cursor: next }
}

@QueryHandler(ListHistory)
export class ListHistoryHandler implements IQueryHandler<ListHistory> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(query: ListHistory): Promise<ThreadHistory> {
    return listHistory(query, this.parts)
  }
}
