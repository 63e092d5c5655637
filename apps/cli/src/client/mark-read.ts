import { answerOf } from '@skein/client'
import type { ApiFlags } from '../directory/run-directory.js'
import { clientOf, oneLine, say } from './output.js'
import { threadNow } from './thread-now.js'

/** Marks a thread read up to a version: the one that was shown before, else the one that it says it marks. */
export const markRead = async (
  id: string,
  flags: ApiFlags & { upTo?: number; inbox?: string; undo?: true },
): Promise<void> => {
  const client = await clientOf(flags)
  const params = { path: { id } }
  const thread = await threadNow(client, id)
  const isRead = flags.undo !== true
  const body = {
    is_read: isRead,
    ...(isRead ? { up_to: flags.upTo ?? thread.version } : {}),
    ...(flags.inbox === undefined ? {} : { inbox: flags.inbox }),
  }
  const marked = await answerOf(client.PATCH('/v1/threads/{id}', { params, body }))
  if (flags.json) return say(JSON.stringify(marked))
  const subject = oneLine(thread.subject || '(no subject)', 60)
  say(isRead ? `Read up to version ${body.up_to}: ${subject}` : `Unread: ${subject}`)
}
