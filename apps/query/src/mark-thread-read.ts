import { Inject } from '@nestjs/common'
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import type { InboxId } from '@skein/events'
import { badRequest, notFound, type CallerOf } from '@skein/http'
import type { ThreadDetail } from '@skein/views'
import type { ThreadPatch } from './params.js'
import { PARTS, type QueryParts } from './parts.js'
import { sendCommand } from './send-command.js'

export interface Marked {
  readonly id: string
  readonly is_read: boolean
  readonly up_to: number
  readonly inboxes: InboxId[]
  readonly partition: number
  readonly sequence: number
  /** Given to a read as `wait_for`, it sees this write. */
  readonly wait_for: string
}

/** Marks what the caller was shown of a thread as read, or the thread as unread. `ifMatch`: the version of its `ETag`. */
export class MarkThreadRead extends Command<Marked> {
  constructor(
    readonly caller: CallerOf,
    readonly thread: string,
    readonly patch: ThreadPatch,
    readonly ifMatch: number | null,
  ) {
    super()
  }
}

const inboxesMeant = (thread: ThreadDetail, { inbox }: ThreadPatch): InboxId[] => {
  const has = thread.inboxes.map((part) => part.inbox)
  if (inbox === undefined) return has
  if (has.includes(inbox)) return [inbox]
  const fix = `Send one of ${has.join(', ')}, or leave inbox out for all of them.`
  throw badRequest(`inbox: the thread has nothing in ${inbox}.`, { field: 'inbox', fix })
}

/** What the caller saw: what it says, the version that it holds, else what the views show now. */
const upToOf = (thread: ThreadDetail, patch: ThreadPatch, ifMatch: number | null): number => {
  if (patch.up_to !== undefined && ifMatch !== null && patch.up_to !== ifMatch) {
    const fix = 'Send one of the two, or the same number in both.'
    throw badRequest(`up_to: ${patch.up_to} is not the version ${ifMatch} in If-Match.`, { field: 'up_to', fix })
  }
  return patch.up_to ?? ifMatch ?? thread.version
}

export const markThreadRead = async (command: MarkThreadRead, parts: QueryParts): Promise<Marked> => {
  const { caller, patch, ifMatch } = command
  const thread = await parts.access.thread(caller, command.thread)
  if (!thread) throw notFound('thread', command.thread)
  const inboxes = inboxesMeant(thread, patch)
  const upTo = upToOf(thread, patch, ifMatch)
  const { space, partition } = thread
  const payload = { thread: thread.id, inboxes, isRead: patch.is_read, upTo }
  const { sequence, wait_for } = await sendCommand(parts, 'MarkThreadRead', { caller, space, partition }, payload)
  return { id: thread.id, is_read: patch.is_read, up_to: upTo, inboxes, partition, sequence, wait_for }
}

@CommandHandler(MarkThreadRead)
export class MarkThreadReadHandler implements ICommandHandler<MarkThreadRead> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(command: MarkThreadRead): Promise<Marked> {
    return markThreadRead(command, this.parts)
  }
}
