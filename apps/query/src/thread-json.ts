import type { ThreadDetail, ThreadSummary } from '@skein/views'
import type { ListedThread, ThreadDetailJson, ThreadJson } from './answers/thread.js'

/** A thread. `version` is what `up_to` takes. */
export const threadJson = (thread: ThreadSummary): ThreadJson => ({
  id: thread.id,
  space: thread.space,
  subject: thread.subject,
  snippet: thread.snippet,
  last_from: thread.lastFrom,
  participants: [...thread.participants],
  participant_count: thread.participantCount,
  message_count: thread.messageCount,
  unread_count: thread.unreadCount,
  is_read: thread.unreadCount === 0,
  has_unread: thread.unreadCount > 0,
  has_attachment: thread.attachmentCount > 0,
  awaiting_reply: thread.isAwaitingReply,
  labels: [...thread.labels],
  claim: thread.claim,
  handled: thread.handled !== null,
  handled_by: thread.handled?.by ?? null,
  handled_at: thread.handled?.at ?? null,
  first_message_at: thread.firstAt,
  last_message_at: thread.lastAt,
  relation: thread.relation,
  version: thread.version,
})

/** A thread of a list: of a full-text search, with how well it answers. */
export const listedThreadJson = (thread: ThreadSummary): ListedThread => ({
  ...threadJson(thread),
  ...(thread.rank === null ? {} : { rank: thread.rank }),
})

/** A thread by itself: with what each inbox has of it. */
export const threadDetailJson = (thread: ThreadDetail): ThreadDetailJson => ({
  ...threadJson(thread),
  inboxes: thread.inboxes.map(({ inbox, messageCount, unreadCount, lastAt }) => ({
    inbox,
    message_count: messageCount,
    unread_count: unreadCount,
    is_read: unreadCount === 0,
    last_message_at: lastAt,
  })),
})
