import { confidence, deliveryRole, evidence, inboxId, messageId, spaceId, threadId } from '@skein/events'
import { address, mailKind } from '@skein/mail'
import { z } from 'zod'
import { treeNode } from '../answers/thread.js'
import { nextCursor, time, timeOrNone } from '../answers/standing.js'

const position = z.string().describe('`<partition>:<sequence>` of an event; `as_of` takes it.')

/** A message as it stood in the thread; its text is at `GET /v1/messages/:id`. Message-IDs stand in brackets. */
const messageThen = z.object({
  id: messageId,
  message_id: z.string(),
  in_reply_to: z.array(z.string()),
  parent_message_id: z.string().nullable(),
  subject: z.string(),
  from: z.array(address),
  header_to: z.array(address),
  cc: z.array(address),
  sent_at: time,
  received_at: time,
  snippet: z.string(),
  direction: z.enum(['in', 'out']),
  kind: mailKind,
  /** Its content and people are gone, whenever that was. */
  is_erased: z.boolean(),
  rule: z.string(),
  confidence,
  deliveries: z.array(z.object({ inbox: inboxId, role: deliveryRole, received_at: time })),
  position,
})

/** A thread as it was. Read state, labels, claims and what was sent are not told of the past. */
export const threadThenAnswer = z.object({
  /** The living thread that the id led to then. */
  id: threadId,
  asked_id: threadId,
  as_of: z.object({ position: position.describe('The last event that counts.'), time }),
  space: spaceId,
  /** `merged`: what was asked for had been merged into another thread, `id`, by then. */
  state: z.enum(['own', 'merged']),
  /** Threads that had been merged into it. */
  absorbed: z.array(threadId),
  subject: z.string(),
  participants: z.array(address),
  message_count: z.int().nonnegative(),
  first_message_at: timeOrNone,
  last_message_at: timeOrNone,
  messages: z.array(messageThen),
  tree: z.array(treeNode).optional(),
})
export type ThreadThenAnswer = z.infer<typeof threadThenAnswer>
export type MessageThenJson = ThreadThenAnswer['messages'][number]

const by = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('input'), input: z.string().describe('`MAIL-<partition>:<sequence>`') }),
  z.object({ kind: z.literal('command'), command: z.string(), actor: z.string() }),
])

/** One decision of a thread's timeline. */
const historyEntry = z.object({
  position,
  event_id: z.string(),
  type: z.string(),
  time,
  /** The thread that the event names, as it was then. */
  thread_id: threadId,
  message_id: messageId.nullable(),
  by: by.describe('What it follows from: a mail or report that came, or a command and who gave it.'),
  rule: z.string().nullable(),
  confidence: confidence.nullable(),
  words: z.array(z.string()).describe('For a person, the most important first.'),
  evidence: z.array(evidence),
})
export type HistoryEntry = z.infer<typeof historyEntry>

export const threadHistory = z.object({
  thread_id: threadId.describe('The living thread that the id leads to today.'),
  asked_id: threadId,
  history: z.array(historyEntry),
  next_cursor: nextCursor,
})
export type ThreadHistory = z.infer<typeof threadHistory>
