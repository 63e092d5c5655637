import { NoRespondersError, RequestError, TimeoutError, type NatsConnection } from '@nats-io/transport-node'
import { threaderCommandSubject } from '@skein/events'
import { CommandRefused, NoWriter } from './errors.js'

const ANSWER_TIMEOUT_MS = 5_000

/** What goes over the wire in answer to a request: the result, or why there is none. */
export type Answer = { ok: true; result: unknown } | { ok: false; code: string; detail: string; field?: string }

/**
 * Sends a command to whoever writes the partition.
 * @throws NoWriter when nobody does at the moment, or no answer came in time (the command may have been carried out)
 * @throws CommandRefused with the writer's reason
 */
export const sendCommand = async (
  nc: NatsConnection,
  partition: number,
  name: string,
  payload: unknown,
): Promise<unknown> => {
  const subject = threaderCommandSubject(partition, name)
  const reply = await nc
    .request(subject, JSON.stringify(payload), { timeout: ANSWER_TIMEOUT_MS })
    .catch((cause: unknown) => {
      if (cause instanceof RequestError || cause instanceof NoRespondersError || cause instanceof TimeoutError)
        throw new NoWriter(`no process writes partition ${partition} just now`, { cause })
      throw cause
    })
  const answer = reply.json<Answer>()
  if (answer.ok) return answer.result
  throw new CommandRefused(answer.code, answer.detail, answer.field)
}
