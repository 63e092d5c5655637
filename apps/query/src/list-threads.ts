import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import { partitionOf } from '@skein/events'
import { badRequest, hasWholeAccount, type CallerOf } from '@skein/http'
import type { Inbox } from '@skein/log'
import { InvalidCursor, type ThreadFilter } from '@skein/views'
import type { ThreadList } from './answers/thread.js'
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

const filterOf = ({ caller: { account }, params }: ListThreads, inbox: ThreadFilter['inbox']): ThreadFilter => {
  const { search, q, domain, address, label, before, after } = params
  const isRead = params.is_read ?? (params.unread === undefined ? undefined : !params.unread)
  const said = { isRead, isHandled: params.handled, hasAttachment: params.has_attachment }
  return { account, ...given({ inbox, ...said, search, q, domain, address, label, before, after }) }
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

/** What a key for a part of the account lists where it names no inbox: its only one. @throws Problem 400 where it has several */
const onlyInbox = (caller: CallerOf, access: QueryParts['access']): Inbox | undefined => {
  if (hasWholeAccount(caller)) return undefined
  const inboxes = access.inboxes(caller)
  if (inboxes.length === 1) return inboxes[0]
  const fix = 'Name one of the inboxes that the key is for; GET /v1/inboxes lists them.'
  throw badRequest('inbox: the key is for a part of the account.', { field: 'inbox', fix, in: 'query' })
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
