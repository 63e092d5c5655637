import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import { partitionOf } from '@skein/events'
import { badRequest, type CallerOf } from '@skein/http'
import type { Inbox } from '@skein/log'
import { InvalidCursor, type ThreadFilter } from '@skein/views'
import type { ThreadList } from './answers/thread.js'
import { withinOf } from './access.js'
import type { ThreadsQuery } from './params.js'
import { PARTS, type QueryParts } from './parts.js'
import { readAwaited } from './positions.js'
import { listedThreadJson } from './thread-json.js'

/** The threads of the caller's account, or of one inbox of it, newest first. */
export class ListThreads extends Query<ThreadList> {
  constructor(
    readonly caller: CallerOf,
    readonly params: ThreadsQuery,
  ) {
    super()
  }
}

/** Leaves out what is not given. */
const given = <T extends object>(members: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as never

const filterOf = ({ caller, params }: ListThreads, inbox: ThreadFilter['inbox']): ThreadFilter => {
  const { search, q, domain, address, label, before, after } = params
  const isRead = params.is_read ?? (params.unread === undefined ? undefined : !params.unread)
  const said = { isRead, isHandled: params.handled, hasAttachment: params.has_attachment }
  const within = inbox === undefined ? withinOf(caller) : undefined
  return {
    account: caller.account,
    ...given({ inbox, within, ...said, search, q, domain, address, label, before, after }),
  }
}

/** A list's own refusal of a cursor, in the words of the API. */
export const withCursorProblem = async <T>(list: Promise<T>): Promise<T> => {
  try {
    return await list
  } catch (error) {
    if (!(error instanceof InvalidCursor)) throw error
    const fix = 'Send next_cursor of the page before, with the same filters, or leave cursor out to start anew.'
    throw badRequest(`cursor: ${error.message}`, { field: 'cursor', fix })
  }
}

/** What a caller lists that names no inbox: where it is for one inbox, that one as if it were named. */
const onlyInbox = (caller: CallerOf, access: QueryParts['access']): Inbox | undefined => {
  const { spaces, inboxes } = caller
  const [first, ...others] = inboxes ?? []
  return spaces === null && first !== undefined && others.length === 0 ? access.inbox(caller, first) : undefined
}

/** @throws Problem for an unknown inbox, a cursor of another list, or a wait that took too long */
export const listThreads = async (
  query: ListThreads,
  { log, views, access, positions }: QueryParts,
): Promise<ThreadList> => {
  const { caller, params } = query
  const inbox = params.inbox === undefined ? onlyInbox(caller, access) : access.inbox(caller, params.inbox)
  const partitions = inbox ? [partitionOf(inbox.space, log.partitions)] : access.partitionsOf(caller)
  if (params.wait_for !== undefined) await positions.wait(readAwaited(params.wait_for, partitions, log.partitions))
  const standing = await positions.standing(partitions)
  const page = await withCursorProblem(
    views.listThreads(filterOf(query, inbox?.id), {
      limit: params.limit,
      ...(params.cursor === undefined ? {} : { cursor: params.cursor }),
    }),
  )
  return { threads: page.threads.map(listedThreadJson), next_cursor: page.nextCursor, ...standing }
}

@QueryHandler(ListThreads)
export class ListThreadsHandler implements IQueryHandler<ListThreads> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(query: ListThreads): Promise<ThreadList> {
    return listThreads(query, this.parts)
  }
}
