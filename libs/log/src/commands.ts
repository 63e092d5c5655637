import { NoRespondersError, RequestError, TimeoutError, type NatsConnection } from '@nats-io/transport-node'
import { threaderCommandSubject } from '@skein/events'
import { CommandRefused, NoWriter } from './errors.js'

const ANSWER_TIMEOUT_MS = 5_000

/** What goes over the wire in answer to a request: the result, or why there is none. */
export type Answer = { ok: true; result: unknown } | { ok: false; code: string; detail: string; field?: string }

/** The code of an answer to a command that the writer began to carry out and could not finish. */
export const FAILED = 'failed'

/**
 * Sends a command to whoever writes the partition.
 * @throws NoWriter when nobody does at the moment, it broke off or no answer came in time (the command may have been carried out)
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
  // no refusal: its append may have got no answer, so whether it was carried out is not known
  if (answer.code === FAILED) throw new NoWriter(answer.detail)
  throw new CommandRefused(answer.code, answer.detail, answer.field)
}
