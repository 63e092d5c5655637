import type { MessageId, StoredEvent, ThreadId } from '@skein/events'
import { Problem } from '@skein/http'
import type { StoryEvent } from '@skein/views'
import type { QueryParts } from '../parts.js'

/** Events that a thread's past is put together from at most: some thousand messages. */
const MOST_EVENTS = 10_000
/** An event that was hidden by an erasure may lead to another one; more in a row than this there will not be. */
const MOST_ROUNDS = 8

type Parts = Pick<QueryParts, 'views' | 'log'>

/** The threads and messages that an event moves. */
const movedBy = ({ type, thread, data }: StoredEvent): { threads: ThreadId[]; messages: MessageId[] } => {
  if (type === 'ThreadsMerged') return { threads: [thread, ...data.absorbed], messages: [] }
  if (type === 'MergeUndone')
    return { threads: [thread, data.absorbed, ...data.threads.map((one) => one.thread)], messages: data.messages }
  if (type === 'ThreadSplit' || type === 'MessageMoved') return { threads: [], messages: data.messages }
  return { threads: [], messages: [] }
}

/**
 * Places of the events that say what a thread has held, oldest first. The views find them; where a mail was erased since, its
 * notes name nobody any more, and the events themselves say who was moved.
 */
export const placesOf = async (
  id: ThreadId,
  partition: number,
  most: number,
  { views, log }: Parts,
): Promise<readonly StoryEvent[]> => {
  const seed = { threads: new Set([id]), messages: new Set<MessageId>() }
  const told = new Set<number>()
  for (let round = 1; ; round++) {
    const { events, untold } = await views.threadStory(
      { threads: [...seed.threads], messages: [...seed.messages] },
      most,
    )
    const open = untold.filter((sequence) => !told.has(sequence))
    if (open.length === 0 || round === MOST_ROUNDS) return events
    for (const event of await log.eventsAt(partition, open, () => undefined)) {
      const { threads, messages } = movedBy(event)
      for (const thread of threads) seed.threads.add(thread)
      for (const message of messages) seed.messages.add(message)
    }
    for (const sequence of open) told.add(sequence)
  }
}

/**
 * The events that say what a thread has held, oldest first. Events that only a newer release can read are left out.
 * @throws Problem 400 for a thread whose past is too long
 */
export const storyOf = async (id: ThreadId, partition: number, parts: Parts): Promise<StoredEvent[]> => {
  const story = await placesOf(id, partition, MOST_EVENTS, parts)
  if (story.length > MOST_EVENTS) {
    const detail = `More than ${MOST_EVENTS} events made ${id} what it is.`
    const fix = 'Read /history page by page instead.'
    throw new Problem(400, 'past-too-long', 'The past of the thread is too long', detail, { field: 'as_of', fix })
  }
  const sequences = story.map(({ sequence }) => sequence)
  return parts.log.eventsAt(partition, sequences, () => undefined)
}
