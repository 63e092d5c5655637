import { randomUUID } from 'node:crypto'
import type { SpaceId } from '@skein/events'
import { Problem, type CallerOf } from '@skein/http'
import { CommandRefused, NoWriter } from '@skein/log'
import { recorded, type Recorded } from './answers/recorded.js'
import type { QueryParts } from './parts.js'

const answered = recorded.omit({ wait_for: true })

const problemOf = (error: unknown): unknown => {
  if (error instanceof NoWriter) {
    const detail = `Nobody can write just now: ${error.message}.`
    return new Problem(503, 'no-writer', 'No writer', detail, { fix: 'Send it again in a moment.', retry_after: 1 })
  }
  if (error instanceof CommandRefused) {
    const field = error.field === undefined ? {} : { field: error.field }
    return new Problem(409, error.code, 'The command was refused', error.detail, field)
  }
  return error
}

/** Passes a command on to the writer of its partition. @throws Problem 503 where nobody writes, 409 with the writer's reason */
export const sendCommand = async (
  { log }: Pick<QueryParts, 'log'>,
  name: string,
  { caller, space, partition }: { caller: CallerOf; space: SpaceId; partition: number },
  payload: object,
): Promise<Recorded> => {
  try {
    const answer = await log.command(partition, name, { id: randomUUID(), space, actor: caller.key, ...payload })
    const { sequence, events } = answered.parse(answer)
    return { partition, sequence, wait_for: `${partition}:${sequence}`, events }
  } catch (error) {
    throw problemOf(error)
  }
}
