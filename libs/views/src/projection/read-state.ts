import type { InboxId, ThreadId } from '@skein/events'
import { arrays, unnest } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Run } from '../database.js'
import type { InboxChanges } from './inbox-changes.js'
import type { ReadChange } from './rows.js'

/** The reads of rows that are in the tables, in order; runs of one kind go as one statement. */
export const applyReads = async (run: Run, reads: readonly ReadChange[], changes: InboxChanges): Promise<void> => {
  const columns: Columns = { thread: 'text', inbox: 'text', up_to: 'bigint' }
  for (let start = 0; start < reads.length;) {
    const unread = reads[start]?.upTo === null
    const end = reads.findIndex(({ upTo }, i) => i > start && (upTo === null) !== unread)
    const some = reads.slice(start, end === -1 ? reads.length : end)
    const given = arrays(columns, some, ({ thread, inbox, upTo }) => ({ thread, inbox, up_to: upTo }))
    const rows = await run<{ thread: ThreadId; inbox: InboxId; count: number }>(unread ? UNREAD : READ, given)
    for (const { thread, inbox, count } of rows) {
      changes.add(thread, inbox, { messages: 0, unread: unread ? count : -count, lastAt: null })
    }
    start += some.length
  }
}

const COUNT_CHANGED = 'select thread, inbox, count(*)::int from changed group by thread, inbox'
const GIVEN_READS = unnest({ thread: 'text', inbox: 'text', up_to: 'bigint' }, 'given')
const READ = `with changed as (
    update delivery d set is_read = true from ${GIVEN_READS}
    where d.thread = given.thread and d.inbox = given.inbox and not d.is_read and d.position <= given.up_to
    returning d.thread, d.inbox) ${COUNT_CHANGED}`
const UNREAD = `with changed as (
    update delivery d set is_read = false from ${GIVEN_READS}, message m
    where m.thread = given.thread and d.message = m.id and d.inbox = given.inbox and d.is_read and not d.own
    returning d.thread, d.inbox) ${COUNT_CHANGED}`
