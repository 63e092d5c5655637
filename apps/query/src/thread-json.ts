import type { ThreadDetail, ThreadSummary } from '@skein/views'

/** A thread of a list. `version` is what `up_to` takes. */
export const threadJson = (thread: ThreadSummary) => ({
  id: thread.id,
  space: thread.space,
  subject: thread.subject,
  snippet: thread.snippet,
  last_from: thread.lastFrom,
  participants: thread.participants,
  participant_count: thread.participantCount,
  message_count: thread.messageCount,
  unread_count: thread.unreadCount,
  is_read: thread.unreadCount === 0,
  has_attachment: thread.attachmentCount > 0,
  first_message_at: thread.firstAt,
  last_message_at: thread.lastAt,
  relation: thread.relation,
  version: thread.version,
})

/** A thread by itself: with what each inbox has of it. */
export const threadDetailJson = (thread: ThreadDetail) => ({
  ...threadJson(thread),
  inboxes: thread.inboxes.map(({ inbox, messageCount, unreadCount, lastAt }) => ({
    inbox,
    message_count: messageCount,
    unread_count: unreadCount,
    is_read: unreadCount === 0,
    last_message_at: lastAt,
  })),
})
