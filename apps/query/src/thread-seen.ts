import { notFound, type CallerOf } from '@skein/http'
import type { ThreadDetail } from '@skein/views'
import type { QueryParts } from './parts.js'
import { readAwaited } from './positions.js'

/** A thread that the caller may see, by any id that it ever had. @throws Problem 404, 504 */
export const threadSeen = async (
  caller: CallerOf,
  id: string,
  waitFor: string | undefined,
  { log, access, positions }: QueryParts,
): Promise<ThreadDetail> => {
  if (waitFor !== undefined) {
    await positions.wait(readAwaited(waitFor, access.partitionsOf(caller), log.partitions))
  }
  const thread = await access.thread(caller, id)
  if (!thread) throw notFound('thread', id)
  return thread
}
