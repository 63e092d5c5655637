import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import type { CallerOf } from '@skein/http'
import { withCursorProblem } from './list-threads.js'
import { messageJson } from './message-json.js'
import type { MessagesQuery } from './params.js'
import { PARTS, type QueryParts } from './parts.js'
import type { Standing } from './positions.js'
import { threadSeen } from './thread-seen.js'

export interface MessageList extends Standing {
  readonly thread_id: string
  readonly messages: ReturnType<typeof messageJson>[]
  readonly next_cursor: string | null
}

/** The messages of a thread in reading order. */
export class ListMessages extends Query<MessageList> {
  constructor(
    readonly caller: CallerOf,
    readonly thread: string,
    readonly params: MessagesQuery,
  ) {
    super()
  }
}

export const listMessages = async (
  { caller, thread, params }: ListMessages,
  parts: QueryParts,
): Promise<MessageList> => {
  const found = await threadSeen(caller, thread, params.wait_for, parts)
  const standing = await parts.positions.standing([found.partition])
  const { limit, cursor } = params
  const page = await withCursorProblem(
    parts.views.messages(found.id, { limit, ...(cursor === undefined ? {} : { cursor }) }),
  )
  const messages = page.messages.map((message) => messageJson(message, (inbox) => parts.access.addressOf(inbox)))
  return { thread_id: found.id, messages, next_cursor: page.nextCursor, ...standing }
}

@QueryHandler(ListMessages)
export class ListMessagesHandler implements IQueryHandler<ListMessages> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(query: ListMessages): Promise<MessageList> {
    return listMessages(query, this.parts)
  }
}
