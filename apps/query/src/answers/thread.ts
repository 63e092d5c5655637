import { inboxId, relation, spaceId, threadId } from '@skein/events'
import { address } from '@skein/mail'
import { z } from 'zod'
import { message } from './message.js'
import { nextCursor, standing, time, timeOrNone } from './standing.js'

export const thread = z.object({
  id: threadId,
  space: spaceId,
  subject: z.string(),
  snippet: z.string(),
  /** Who wrote last. */
  last_from: address.nullable(),
  /** Those who came first. */
  participants: z.array(address),
  participant_count: z.int().nonnegative(),
  message_count: z.int().nonnegative(),
  unread_count: z.int().nonnegative(),
  is_read: z.boolean(),
  has_unread: z.boolean(),
  has_attachment: z.boolean(),
  /** The last word that a person wrote is ours. */
  awaiting_reply: z.boolean(),
  labels: z.array(z.string()),
  /** Who keeps others off it, until when; `null` where nobody does. */
  claim: z.object({ by: z.string(), until: time }).nullable(),
  /** Nothing is left to do: nobody wrote since somebody said so. */
  handled: z.boolean(),
  handled_by: z.string().nullable(),
  handled_at: timeOrNone,
  first_message_at: time,
  last_message_at: time,
  relation: relation.nullable(),
  /** What `up_to` takes: the last event that touched it. */
  version: z.int().nonnegative(),
})
export type ThreadJson = z.infer<typeof thread>

/** A thread of a list; `rank` tells in a full-text search how well it answers. */
export const listedThread = thread.extend({ rank: z.number().optional() })
export type ListedThread = z.infer<typeof listedThread>

export const threadList = z.object({ threads: z.array(listedThread), next_cursor: nextCursor, ...standing })
export type ThreadList = z.infer<typeof threadList>

export const threadCount = z.object({ count: z.int().nonnegative() })
export type ThreadCount = z.infer<typeof threadCount>

export const threadDetail = thread.extend({
  inboxes: z.array(
    z.object({
      inbox: inboxId,
      message_count: z.int().nonnegative(),
      unread_count: z.int().nonnegative(),
      is_read: z.boolean(),
      last_message_at: time,
    }),
  ),
})
export type ThreadDetailJson = z.infer<typeof threadDetail>

/** A place of the tree; a ghost (`id` is `null`) is a mail that others name, but that never came. */
export const treeNode = z.object({
  id: z.string().nullable(),
  message_id: z.string(),
  is_ghost: z.boolean(),
  parent_id: z.string().nullable(),
  parent_message_id: z.string().nullable(),
  nearest_known_ancestor: z.string().nullable(),
  is_loose: z.boolean(),
  depth: z.int().nonnegative(),
  /** The forward whose branch this is in; `null` for the main branch. */
  branch: z.string().nullable(),
})
export type TreeNodeJson = z.infer<typeof treeNode>

export const threadAnswer = threadDetail.extend({
  messages: z.array(message),
  next_cursor: nextCursor,
  tree: z.array(treeNode).optional(),
  ...standing,
})
export type ThreadAnswer = z.infer<typeof threadAnswer>

export const messageList = z.object({
  thread_id: threadId,
  messages: z.array(message),
  next_cursor: nextCursor,
  ...standing,
})
export type MessageList = z.infer<typeof messageList>
