import type { InboxId, ThreadId } from '@skein/events'
import { arrays, insertSql, unnest } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { RowWriter } from '../row-writer.js'
import type { Batch } from './batch.js'
import type { Changed } from './thread-change.js'

/** What a batch adds to one inbox's part of a thread. */
export interface InboxChange {
  readonly thread: ThreadId
  readonly inbox: InboxId
  messages: number
  unread: number
  lastAt: string | null
}

/** Changes of the counts per thread and inbox, under the threads' living ids. */
export class InboxChanges {
  private readonly changes = new Map<string, InboxChange>()

  constructor(private readonly batch: Batch) {}

  add(named: ThreadId, inbox: InboxId, { messages, unread, lastAt }: Omit<InboxChange, 'thread' | 'inbox'>): void {
    const thread = this.batch.resolve(named)
    const key = `${thread} ${inbox}`
    const change = this.changes.get(key) ?? { thread, inbox, messages: 0, unread: 0, lastAt: null }
    change.messages += messages
    change.unread += unread
    if (lastAt !== null && (change.lastAt === null || lastAt > change.lastAt)) change.lastAt = lastAt
    this.changes.set(key, change)
  }

  all(): InboxChange[] {
    return [...this.changes.values()]
  }
}

const INBOX: Columns = {
  thread: 'text',
  inbox: 'text',
  partition: 'smallint',
  message_count: 'int',
  unread_count: 'int',
  last_at: 'timestamptz',
}
const PUT_INBOXES = insertSql(
  'thread_inbox as t',
  INBOX,
  `on conflict (thread, inbox) do update set message_count = t.message_count + excluded.message_count,
     unread_count = t.unread_count + excluded.unread_count, last_at = greatest(t.last_at, excluded.last_at)`,
)
/** Where only the read state changes, the row is there: an insert of it would have no time. */
const UPDATE_INBOXES = `update thread_inbox t set unread_count = t.unread_count + given.unread_count
  from ${unnest({ thread: 'text', inbox: 'text', unread_count: 'int' }, 'given')}
  where t.thread = given.thread and t.inbox = given.inbox`

export const putInboxes = async (
  writer: RowWriter,
  changes: readonly InboxChange[],
  { partition, isNew }: Omit<Changed, 'changes'>,
): Promise<void> => {
  const cells = (c: InboxChange) => ({
    thread: c.thread,
    inbox: c.inbox,
    partition,
    message_count: c.messages,
    unread_count: c.unread,
    last_at: c.lastAt,
  })
  const fuller = changes.filter(({ lastAt }) => lastAt !== null)
  await writer.add(
    { table: 'thread_inbox', columns: INBOX, cells },
    fuller.filter(({ thread }) => isNew(thread)),
  )
  const known = fuller.filter(({ thread }) => !isNew(thread))
  if (known.length > 0) await writer.run(PUT_INBOXES, arrays(INBOX, known, cells))
  const others = changes.filter(({ lastAt, unread }) => lastAt === null && unread !== 0)
  if (others.length > 0) {
    const columns: Columns = { thread: 'text', inbox: 'text', unread_count: 'int' }
    await writer.run(
      UPDATE_INBOXES,
      arrays(columns, others, (c) => ({ thread: c.thread, inbox: c.inbox, unread_count: c.unread })),
    )
  }
}
