import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import type { ThreadId } from '@skein/events'
import { mayUseSpace, Problem, type CallerOf } from '@skein/http'
import type { ThreadDetail } from '@skein/views'
import type { ThreadQuery } from '../params.js'
import { PARTS, type QueryParts } from '../parts.js'
import { threadSeen } from '../thread-seen.js'
import type { ThreadThenAnswer } from './answers.js'
import { momentOf } from './as-of.js'
import { storyOf } from './story.js'
import { threadThenJson } from './thread-then-json.js'
import { threadThen, type MessageThen } from './thread-then.js'

/** A thread as it was at an event or a time. */
export class GetThreadThen extends Query<ThreadThenAnswer> {
  constructor(
    readonly caller: CallerOf,
    readonly id: string,
    readonly params: ThreadQuery & { as_of: string },
  ) {
    super()
  }
}

const notYet = (id: string, began: string | undefined): Problem =>
  new Problem(404, 'no-thread-yet', 'The thread was not there yet', `There was no thread ${id} at that time.`, {
    field: 'as_of',
    ...(began === undefined ? {} : { fix: `It began at ${began}: ask for then, or later.` }),
  })

const seenBy = (caller: CallerOf, { space }: ThreadDetail, messages: readonly MessageThen[]): readonly MessageThen[] =>
  mayUseSpace(caller, space)
    ? messages
    : messages.filter(({ deliveries }) => deliveries.some(({ inbox }) => caller.inboxes?.includes(inbox)))

/** @throws Problem 400 for a wrong `as_of`, 404 for a thread that is not for the caller, or was not there yet */
export const getThreadThen = async (
  { caller, id, params }: GetThreadThen,
  parts: QueryParts,
): Promise<ThreadThenAnswer> => {
  const today = await threadSeen(caller, id, params.wait_for, parts)
  const moment = momentOf(params.as_of, today.partition, await parts.log.endOfEvents(today.partition))
  if ('sequence' in moment) await parts.positions.wait({ of: 'event', partition: today.partition, ...moment })
  const asked = id as ThreadId
  const story = await storyOf(asked, today.partition, parts)
  const then = threadThen(asked, story, moment)
  const messages = then && seenBy(caller, today, then.messages)
  if (!then || !messages) throw notYet(id, story.find((event) => threadThen(asked, [event], event))?.time)
  if (then.messages.length > 0 && messages.length === 0) throw notYet(id, undefined)
  return threadThenJson(asked, then, messages, params.tree)
}

@QueryHandler(GetThreadThen)
export class GetThreadThenHandler implements IQueryHandler<GetThreadThen> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(query: GetThreadThen): Promise<ThreadThenAnswer> {
    return getThreadThen(query, this.parts)
  }
}
