import type { InboxId, MessageId, ThreadId } from '@skein/events'
import type { Database } from '../database.js'

/** A thread by any id that it ever had, as it is today: the living one, and all that were merged into it. */
export const threadFamily = async (database: Database, id: ThreadId): Promise<ThreadId[]> => {
  const rows = await database.run<{ absorbed: ThreadId; survivor: ThreadId }>(
    `select absorbed, survivor from thread_alias
     where survivor = coalesce((select survivor from thread_alias where absorbed = $1), $1)`,
    [id],
  )
  return [...new Set([rows[0]?.survivor ?? id, ...rows.map(({ absorbed }) => absorbed)])]
}

/** Of these messages those that one of the inboxes has, as themselves or as another copy. */
export const deliveredTo = async (
  database: Database,
  inboxes: readonly InboxId[],
  messages: readonly MessageId[],
): Promise<Set<MessageId>> => {
  const rows = await database.run<{ message: MessageId }>(
    `select message from delivery where message = any($1) and inbox = any($2)
     union select message from message_copy where message = any($1) and inbox = any($2)`,
    [messages, inboxes],
  )
  return new Set(rows.map(({ message }) => message))
}
