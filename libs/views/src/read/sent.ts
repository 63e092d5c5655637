import type { AccountId, InboxId, LogPosition, MessageId, SpaceId, ThreadId } from '@skein/events'
import { digestOf } from '../bulk.js'
import type { Database } from '../database.js'
import { isoTime } from './iso-time.js'

/** Whose mails are counted. */
export type SentBy = { readonly inbox: InboxId } | { readonly account: AccountId } | { readonly thread: ThreadId }
export interface SentCount {
  readonly all: number
  /** Of them those that nobody wrote by hand. */
  readonly automatic: number
  /** ISO 8601 UTC, when the oldest of them was queued; `null` for none. */
  readonly oldestAt: string | null
}

const condition = (by: SentBy): { where: string; value: string } => {
  if ('inbox' in by) return { where: 'o.inbox = $1', value: by.inbox }
  if ('account' in by) return { where: 'o.account = $1', value: by.account }
  return { where: 'o.message in (select id from message where thread = $1)', value: by.thread }
}

/** Mails of ours that were queued since a time, ISO 8601. */
export const countSent = async (database: Database, by: SentBy, since: string): Promise<SentCount> => {
  const { where, value } = condition(by)
  const [row] = await database.run<{ all: number; automatic: number; oldest: string | null }>(
    `select count(*)::int as all, count(*) filter (where o.automatic)::int as automatic, min(o.queued_at) as oldest
     from outgoing o where ${where} and o.queued_at > $2::timestamptz`,
    [value, since],
  )
  return { all: row?.all ?? 0, automatic: row?.automatic ?? 0, oldestAt: row?.oldest ? isoTime(row.oldest) : null }
}

/** A message of a space by its Message-ID, as far as somebody needs it who asks whether the id is taken. */
export interface NamedMessage {
  readonly id: MessageId
  readonly thread: ThreadId
  readonly direction: 'in' | 'out'
  readonly input: LogPosition
}

/** The first message of the space that has this Message-ID (without brackets); `null` where none has. */
export const messageNamed = async (
  database: Database,
  space: SpaceId,
  messageId: string,
): Promise<NamedMessage | null> => {
  const [row] = await database.run<Omit<NamedMessage, 'input'> & { stream: string; sequence: string }>(
    `select id, thread, direction, input_stream as stream, input_sequence as sequence from message
     where wire_key = $1 and space = $2 order by direction = 'out' desc, position limit 1`,
    [digestOf(space, messageId), space],
  )
  if (!row) return null
  const { id, thread, direction, stream, sequence } = row
  return { id, thread, direction, input: { stream, sequence: Number(sequence) } }
}
