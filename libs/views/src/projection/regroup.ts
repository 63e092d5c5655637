import type { MessageId, StoredEvent, ThreadId } from '@skein/events'
import type { Run } from '../database.js'
import type { RowWriter } from '../row-writer.js'
import { Batch, NOTHING_KNOWN } from './batch.js'
import { countAnew } from './count-anew.js'
import { eraseOutgoing } from './outgoing.js'
import { addRows } from './write.js'

/** Events after which threads are counted anew: what a thread row holds can be added to, but not taken from. */
export type Regrouping = StoredEvent & { type: 'ThreadSplit' | 'MergeUndone' | 'MessageMoved' | 'MessageErased' }

const REGROUPING: ReadonlySet<string> = new Set<Regrouping['type']>([
  'ThreadSplit',
  'MergeUndone',
  'MessageMoved',
  'MessageErased',
])
export const isRegrouping = (event: StoredEvent): event is Regrouping => REGROUPING.has(event.type)

/**
 * Puts messages elsewhere, or empties one, and counts the threads that it touches anew. That costs as much as they are long, and
 * happens when a person corrects something, or when mail comes to light late that shows how others belong together.
 */
export const regroup = async (writer: RowWriter, event: Regrouping): Promise<void> => {
  const { run } = writer
  const [alias] = await run<{ survivor: ThreadId }>('select survivor from thread_alias where absorbed = $1', [
    event.thread,
  ])
  const from = alias?.survivor ?? event.thread
  const threads = await rearrange(run, event, from)
  const notes = new Batch(NOTHING_KNOWN)
  notes.note(event, messageOf(event))
  await addRows(writer, notes, event.partition)
  await countAnew(writer, event, threads)
}

const messageOf = (event: Regrouping): MessageId | null => {
  switch (event.type) {
    case 'ThreadSplit':
    case 'MessageErased':
      return event.data.message
    case 'MessageMoved':
    case 'MergeUndone':
      return event.data.messages[0] ?? null
  }
}

/** Moves rows; answers the threads to be counted. */
const rearrange = async (run: Run, event: Regrouping, from: ThreadId): Promise<ThreadId[]> => {
  switch (event.type) {
    case 'ThreadSplit':
      await place(run, event.data.messages, event.data.into)
      return [from, event.data.into]
    case 'MessageMoved':
      await place(run, event.data.messages, event.data.to)
      return [from, event.data.to]
    case 'MergeUndone':
      await undoMerge(run, event.data)
      return [from, event.data.absorbed]
    case 'MessageErased':
      await erase(run, event.data.message)
      return [from]
  }
}

const place = async (run: Run, messages: readonly MessageId[], into: ThreadId): Promise<void> => {
  await run('update message set thread = $1, placed = $1 where id = any($2)', [into, messages])
  await run('update delivery set thread = $1 where message = any($2)', [into, messages])
  await run('update message_words set thread = $1 where message = any($2)', [into, messages])
}

/** The absorbed thread gets back what was put into it or into those that it had taken in, and what is named beside. */
const undoMerge = async (run: Run, { absorbed, messages, threads }: DataOf<'MergeUndone'>): Promise<void> => {
  const family = [absorbed, ...threads.map(({ thread }) => thread)]
  await run('update message set placed = $1 where id = any($2)', [absorbed, messages])
  await run(
    `with moved as (update message set thread = $1 where placed = any($2) and thread <> $1 returning id),
     words as (update message_words set thread = $1 where message in (select id from moved))
     update delivery set thread = $1 where message in (select id from moved)`,
    [absorbed, family],
  )
  await run('update thread_alias set survivor = $1 where absorbed = any($2)', [absorbed, family])
}

/** Takes out what a mail said and who wrote it; its ids and its place stay, so that answers to it still find their thread. */
const erase = async (run: Run, message: MessageId): Promise<void> => {
  await run(
    `update message set erased = true, subject = '', base_subject = '', snippet = '', digest = '', from_ = '[]', reply_to = '[]',
       to_ = '[]', cc = '[]', attachment_count = 0, list_id = null, thread_index = null, evidence = '[]', rivals = '[]'
     where id = $1`,
    [message],
  )
  await run('update delivery set is_read = true where message = $1', [message])
  await run('delete from message_body where message = $1', [message])
  await run('delete from message_words where message = $1', [message])
  await run(`update note set data = '{}' where message = $1`, [message])
  await eraseOutgoing(run, message)
}

type DataOf<T extends StoredEvent['type']> = Extract<StoredEvent, { type: T }>['data']
