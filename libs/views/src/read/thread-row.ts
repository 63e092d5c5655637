import type { Relation, SpaceId, ThreadId } from '@skein/events'
import type { Address } from '@skein/mail'
import { isoTime } from './iso-time.js'

/** A thread as lists show it; of an inbox's list, counts and times are that inbox's. */
export interface ThreadSummary {
  readonly id: ThreadId
  readonly space: SpaceId
  readonly partition: number
  readonly subject: string
  readonly snippet: string
  readonly lastFrom: Address | null
  readonly messageCount: number
  readonly unreadCount: number
  readonly attachmentCount: number
  readonly participantCount: number
  readonly participants: readonly Address[]
  /** ISO 8601 UTC, when the first and the last message were written. */
  readonly firstAt: string
  readonly lastAt: string
  readonly relation: Relation | null
  /** The last word that a person wrote is ours. */
  readonly isAwaitingReply: boolean
  readonly labels: readonly string[]
  /** Who keeps others off it, for as long as that runs. */
  readonly claim: { readonly by: string; readonly until: string } | null
  /** Who said that nothing is left to do; `null` too where mail that came later asks for something. */
  readonly handled: { readonly by: string; readonly at: string } | null
  /** How well it answers a full-text search, above 0; `null` in other lists. */
  readonly rank: number | null
  /** Sequence of the last event that touched it. */
  readonly version: number
}

/** Mail that asks for something came after it was handled, or nobody handled it; as the partial indexes have it. */
export const IS_OPEN = '(t.handled_up_to >= t.work) is not true'
export const IS_HANDLED = 't.handled_up_to >= t.work'

/** Columns of a `Row` of the thread `t`, but for counts and times. */
export const COLUMNS = `t.id, t.space, t.partition, t.subject, t.snippet, t.last_from, t.attachment_count, t.participant_count,
  t.participants, t.first_at, t.relation, t.version, t.said_by, t.labels,
  case when t.claimed_until > now() then jsonb_build_object('by', t.claimed_by, 'until', t.claimed_until) end as claim,
  case when ${IS_HANDLED} then jsonb_build_object('by', t.handled_by, 'at', t.handled_at) end as handled`

export interface Row {
  id: ThreadId
  space: SpaceId
  partition: number
  subject: string
  snippet: string
  last_from: Address | null
  message_count: number
  unread_count: number
  attachment_count: number
  participant_count: number
  participants: Address[]
  first_at: string
  listed_at: string
  relation: Relation | null
  said_by: 'in' | 'out' | null
  labels: string[]
  claim: { by: string; until: string } | null
  handled: { by: string; at: string } | null
  rank?: number
  version: string
}

export const summaryOf = (row: Row): ThreadSummary => ({
  id: row.id,
  space: row.space,
  partition: row.partition,
  subject: row.subject,
  snippet: row.snippet,
  lastFrom: row.last_from,
  messageCount: row.message_count,
  unreadCount: row.unread_count,
  attachmentCount: row.attachment_count,
  participantCount: row.participant_count,
  participants: row.participants,
  firstAt: isoTime(row.first_at),
  lastAt: isoTime(row.listed_at),
  relation: row.relation,
  isAwaitingReply: row.said_by === 'out',
  labels: row.labels,
  claim: row.claim && { by: row.claim.by, until: isoTime(row.claim.until) },
  handled: row.handled && { by: row.handled.by, at: isoTime(row.handled.at) },
  rank: row.rank ?? null,
  version: Number(row.version),
})
