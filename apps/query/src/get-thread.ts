import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import { mayUseSpace, Problem, type CallerOf } from '@skein/http'
import { threadTree } from '@skein/threading'
import type { ThreadDetail } from '@skein/views'
import { messagesJson } from './list-messages.js'
import type { ThreadAnswer } from './answers/thread.js'
import type { ThreadQuery } from './params.js'
import { PARTS, type QueryParts } from './parts.js'
import { messagesOf } from './recorded-facts.js'
import { threadDetailJson } from './thread-json.js'
import { threadSeen } from './thread-seen.js'
import { treeJson } from './tree-json.js'

/** Messages that a tree is made of at most; a longer thread is read page by page. */
const LARGEST_TREE = 5_000

/** A thread with its people, its counts and the first page of its messages; with `tree`, who answers whom. */
export class GetThread extends Query<ThreadAnswer> {
  constructor(
    readonly caller: CallerOf,
    readonly id: string,
    readonly params: ThreadQuery,
  ) {
    super()
  }
}

const treeOf = async (caller: CallerOf, thread: ThreadDetail, parts: QueryParts) => {
  if (thread.messageCount > LARGEST_TREE) {
    const detail = `The thread has ${thread.messageCount} messages; a tree is drawn of at most ${LARGEST_TREE}.`
    const fix = 'Leave tree out, and read parent_id of the messages page by page.'
    throw new Problem(400, 'tree-too-large', 'The thread is too long for a tree', detail, { field: 'tree', fix })
  }
  const all = await parts.views.treeMessages(thread.id, LARGEST_TREE)
  if (mayUseSpace(caller, thread.space)) return treeJson(threadTree(all))
  const seen = new Set(
    parts.access.messages(caller, await messagesOf(thread.id, LARGEST_TREE, parts)).map(({ id }) => id),
  )
  return treeJson(threadTree(all.filter(({ message }) => seen.has(message))))
}

export const getThread = async ({ caller, id, params }: GetThread, parts: QueryParts): Promise<ThreadAnswer> => {
  const thread = await threadSeen(caller, id, params.wait_for, parts)
  const tree = params.tree ? await treeOf(caller, thread, parts) : undefined
  const standing = await parts.positions.standing([thread.partition])
  const { messages, nextCursor } = await parts.views.messages(thread.id, { limit: params.limit })
  return {
    ...threadDetailJson(thread),
    messages: await messagesJson(parts.access.messages(caller, messages), parts),
    next_cursor: nextCursor,
    ...(tree === undefined ? {} : { tree }),
    ...standing,
  }
}

@QueryHandler(GetThread)
export class GetThreadHandler implements IQueryHandler<GetThread> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(query: GetThread): Promise<ThreadAnswer> {
    return getThread(query, this.parts)
  }
}
