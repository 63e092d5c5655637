import type { InboxId, MessageId, StoredEvent, ThreadId } from '@skein/events'
import type { Log, OnSkipped } from '@skein/log'
import { deliveredTo, threadFamily, type Database } from '@skein/views'
import type { ReplayRange } from './replay-range.js'

const messageIn = (event: StoredEvent): MessageId | null => ('message' in event.data ? event.data.message : null)

const inboxesIn = (event: StoredEvent): readonly InboxId[] => {
  if ('inbox' in event.data) return [event.data.inbox]
  return 'inboxes' in event.data ? event.data.inboxes : []
}

/** Those that name the inbox, or a message that it has. */
const ofInbox = async (
  database: Database,
  inbox: InboxId,
  events: readonly StoredEvent[],
): Promise<readonly StoredEvent[]> => {
  const messages = events.flatMap((event) => messageIn(event) ?? [])
  const had = await deliveredTo(database, [inbox], messages)
  return events.filter((event) => {
    const [inboxes, message] = [inboxesIn(event), messageIn(event)]
    return inboxes.length > 0 || message === null ? inboxes.includes(inbox) : had.has(message)
  })
}

/** The events of a range in the order of their partition, one partition after the other; those of a newer release are told. */
export async function* replayed(
  { log, database }: { log: Log; database: Database },
  { stretches, space, inbox, thread, types }: ReplayRange,
  skipped: OnSkipped,
): AsyncGenerator<StoredEvent> {
  const family = thread === null ? null : new Set<ThreadId>(await threadFamily(database, thread))
  for (const { partition, from, to } of stretches)
    for await (const batch of log.readEvents(partition, from - 1, to, skipped, space ?? undefined)) {
      const wanted = batch.filter(
        (event) =>
          (space === null || event.space === space) &&
          (types === null || types.has(event.type)) &&
          (family === null || family.has(event.thread)),
      )
      yield* inbox === null || wanted.length === 0 ? wanted : await ofInbox(database, inbox, wanted)
    }
}
