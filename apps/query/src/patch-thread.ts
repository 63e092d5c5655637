import { Inject } from '@nestjs/common'
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs'
import type { InboxId } from '@skein/events'
import { badRequest, notFound, type CallerOf } from '@skein/http'
import type { ThreadDetail } from '@skein/views'
import type { ThreadPatch } from './params.js'
import { PARTS, type QueryParts } from './parts.js'
import type { Patched, Recorded } from './answers/recorded.js'
import { sendCommand } from './send-command.js'

/**
 * Changes what people say of a thread: read or unread, labels, who takes it on, handled. What counts up to an event counts up to
 * what the caller was shown. `ifMatch`: the version of its `ETag`.
 */
export class PatchThread extends Command<Patched> {
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

type Named = readonly [name: string, payload: object]

const careCommands = (
  { claim, labels, handled, ...patch }: ThreadPatch,
  key: string,
  upTo: number,
  now: Date,
): Named[] => {
  const commands: Named[] = []
  const by = claim?.by ?? patch.by ?? key
  if (claim) commands.push(['ClaimThread', { by, until: new Date(now.getTime() + claim.for * 1_000).toISOString() }])
  if (claim === null) commands.push(['ReleaseThread', { by }])
  if (labels) commands.push(['LabelThread', labels])
  if (handled === true) commands.push(['HandleThread', { by, upTo }])
  if (handled === false) commands.push(['ReopenThread', { by }])
  return commands
}

/**
 * The threader's commands for a change, in the order in which they are given: a claim first, since nothing else is done by who
 * does not get it.
 */
const commandsOf = (patch: ThreadPatch, key: string, inboxes: InboxId[], upTo: number, now: Date): Named[] => [
  ...careCommands(patch, key, upTo, now),
  ...(patch.is_read === undefined ? [] : [['MarkThreadRead', { inboxes, isRead: patch.is_read, upTo }] as const]),
]

/** @throws Problem 404; 409 `claimed` where another's claim runs; 503 while nobody writes */
export const patchThread = async (command: PatchThread, parts: QueryParts, now = new Date()): Promise<Patched> => {
  const { caller, patch, ifMatch } = command
  const thread = await parts.access.thread(caller, command.thread)
  if (!thread) throw notFound('thread', command.thread)
  const inboxes = inboxesMeant(thread, patch)
  const upTo = upToOf(thread, patch, ifMatch)
  const { id, space, partition } = thread
  let sequence = 0
  const events: Recorded['events'][number][] = []
  for (const [name, payload] of commandsOf(patch, caller.key, inboxes, upTo, now)) {
    const recorded = await sendCommand(parts, name, { caller, space, partition }, { thread: id, ...payload })
    sequence = Math.max(sequence, recorded.sequence)
    events.push(...recorded.events)
  }
  const read = patch.is_read === undefined ? {} : { is_read: patch.is_read, inboxes }
  return { id, up_to: upTo, ...read, partition, sequence, wait_for: `${partition}:${sequence}`, events }
}

@CommandHandler(PatchThread)
export class PatchThreadHandler implements ICommandHandler<PatchThread> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(command: PatchThread): Promise<Patched> {
    return patchThread(command, this.parts)
  }
}
