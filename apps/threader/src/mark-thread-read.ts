import { inboxId, spaceId, threadId, type SkeinEvent } from '@skein/events'
import type { Answer } from '@skein/log'
import { z } from 'zod'
import type { PartitionWriter } from './partition-writer.js'

/** Marks a thread read or unread for some inboxes. `upTo`: what the caller was shown; mail that came later stays unread. */
const command = z.object({
  id: z.string().min(1),
  space: spaceId,
  thread: threadId,
  inboxes: z.array(inboxId).min(1),
  isRead: z.boolean(),
  upTo: z.int().nonnegative(),
  actor: z.string(),
})

export const markThreadRead = async (
  payload: unknown,
  writer: Pick<PartitionWriter, 'append'>,
  { partition, now }: { partition: number; now: () => Date },
): Promise<Answer> => {
  const read = command.safeParse(payload)
  if (!read.success) {
    const [issue] = read.error.issues
    return {
      ok: false,
      code: 'invalid-command',
      detail: issue?.message ?? 'not a MarkThreadRead',
      field: issue?.path.join('.') ?? '',
    }
  }
  const { id, space, thread, inboxes, isRead, upTo, actor } = read.data
  const decided = isRead
    ? ({ type: 'ThreadRead', data: { inboxes, upTo } } as const)
    : ({ type: 'ThreadUnread', data: { inboxes } } as const)
  const event: SkeinEvent = {
    ...decided,
    id: `command.${id}`,
    time: now().toISOString(),
    space,
    thread,
    cause: { kind: 'command', id, name: 'MarkThreadRead', actor },
  }
  return { ok: true, result: { partition, sequence: await writer.append([event]) } }
}
