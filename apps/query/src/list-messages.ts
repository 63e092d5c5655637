import { setImmediate } from 'node:timers/promises'
import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import type { CallerOf } from '@skein/http'
import type { MessageDetail } from '@skein/views'
import { withCursorProblem } from './list-threads.js'
import type { MessageJson } from './answers/message.js'
import type { MessageList } from './answers/thread.js'
import { messageJson } from './message-json.js'
import type { MessagesQuery } from './params.js'
import { PARTS, type QueryParts } from './parts.js'
import { threadSeen } from './thread-seen.js'

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

/** One after the other, with room for others in between: cleaning the HTML of a long page takes its time. */
export const messagesJson = async (
  messages: readonly MessageDetail[],
  { access }: QueryParts,
): Promise<MessageJson[]> => {
  const answers: MessageJson[] = []
  for (const message of messages) {
    answers.push(messageJson(message, (inbox) => access.addressOf(inbox)))
    if (message.body?.html) await setImmediate()
  }
  return answers
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
  const messages = await messagesJson(parts.access.messages(caller, page.messages), parts)
  return { thread_id: found.id, messages, next_cursor: page.nextCursor, ...standing }
}

@QueryHandler(ListMessages)
export class ListMessagesHandler implements IQueryHandler<ListMessages> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(query: ListMessages): Promise<MessageList> {
    return listMessages(query, this.parts)
  }
}
