import type { StoredEvent, ThreadId } from '@skein/events'
import { Problem } from '@skein/http'
import type { QueryParts } from '../parts.js'

/** Events that a thread's past is made of at most: some thousand messages. */
const MOST_EVENTS = 20_000

/**
 * The events that say what a thread has held, oldest first. Events that only a newer release can read are left out.
 * @throws Problem 400 for a thread whose past is too long
 */
export const storyOf = async (
  id: ThreadId,
  partition: number,
  { views, log }: Pick<QueryParts, 'views' | 'log'>,
): Promise<StoredEvent[]> => {
  const story = await views.threadStory(id, MOST_EVENTS)
  if (story.length > MOST_EVENTS) {
    const detail = `More than ${MOST_EVENTS} events made ${id} what it is.`
    const fix = 'Read /history page by page instead.'
    throw new Problem(400, 'past-too-long', 'The past of the thread is too long', detail, { field: 'as_of', fix })
  }
  const sequences = story.map(({ sequence }) => sequence)
  return log.eventsAt(partition, sequences, () => undefined)
}
