import { JetStreamApiCodes } from '@nats-io/jetstream'
import { headers, nuid, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node'
import { encodeEvent, eventSubject, type CloudEvent, type SkeinEvent, type SpaceId } from '@skein/events'
import { LogUnavailable, OutcomeUnknown, StaleWriter } from './errors.js'

/** The server's limit for one atomic batch. */
export const MAX_BATCH = 1_000
const ANSWER_TIMEOUT_MS = 10_000

/** An event as a message of the bus: its attributes as headers, its data as the body. */
export const eventMessage = (event: SkeinEvent): { headers: MsgHdrs; body: string } => {
  const { headers: attributes, body } = encodeEvent(event)
  const head = headers()
  for (const [name, value] of Object.entries(attributes)) head.set(name, value)
  return { headers: head, body }
}

interface PubAnswer {
  seq?: number
  error?: { err_code: number; description: string }
}

/**
 * Appends events to a partition, all or none, right after `expectedLast`; answers the sequence of the last one.
 * One event is one publish; several are an atomic batch (ADR-50 of NATS), whose first message carries the fence.
 * @throws StaleWriter when the stream's last sequence is not `expectedLast`: somebody else wrote
 * @throws OutcomeUnknown when no answer came; the log has to be read back
 * @throws LogUnavailable when the server refused for any other reason
 */
export const appendEvents = async (
  nc: NatsConnection,
  partition: number,
  expectedLast: number,
  events: readonly CloudEvent[],
): Promise<number> => {
  if (events.length === 0) return expectedLast
  if (events.length > MAX_BATCH)
    throw new RangeError(`${events.length} events in one append; the limit is ${MAX_BATCH}`)
  const batch = nuid.next()
  const answer = events.map((event, i) => {
    const { headers: attributes, body } = event
    const head = headers()
    for (const [name, value] of Object.entries(attributes)) head.set(name, value)
    if (i === 0) head.set('Nats-Expected-Last-Sequence', String(expectedLast))
    if (events.length > 1) {
      head.set('Nats-Batch-Id', batch)
      head.set('Nats-Batch-Sequence', String(i + 1))
    }
    const subject = eventSubject(
      partition,
      attributes['ce-space'] as SpaceId,
      attributes['ce-type']?.replace(/^skein\./, '') ?? '',
    )
    if (i < events.length - 1) return void nc.publish(subject, body, { headers: head })
    if (events.length > 1) head.set('Nats-Batch-Commit', '1')
    return nc.request(subject, body, { headers: head, timeout: ANSWER_TIMEOUT_MS })
  })
  const reply = await Promise.resolve(answer.at(-1)).catch((cause: unknown) => {
    throw new OutcomeUnknown(`no answer to an append of ${events.length} events to partition ${partition}`, { cause })
  })
  const { seq, error } = reply?.json<PubAnswer>() ?? {}
  if (
    error?.err_code === JetStreamApiCodes.StreamWrongLastSequence ||
    error?.err_code === JetStreamApiCodes.StreamWrongLastSequenceUnknown
  )
    throw new StaleWriter(`partition ${partition}: ${error.description}, not ${expectedLast}`)
  if (error !== undefined || seq === undefined)
    throw new LogUnavailable(error?.description ?? 'the answer names no sequence')
  return seq
}
