import { randomUUID } from 'node:crypto'
import {
  deliveryRecord,
  mailStream,
  partitionOf,
  redactEvent,
  type Erasure,
  type MessageId,
  type SpaceId,
  type StoredEvent,
} from '@skein/events'
import { CommandRefused, readStream, type Log } from '@skein/log'
import { z } from 'zod'

/** What is to be erased: one message, all that an address takes part in, or all of a space. */
export type Wanted = { message: string } | { address: string } | { space: SpaceId }

export interface Erased {
  messages: number
  /** Events and input records of which something was taken out. */
  events: number
  records: number
}

/** A partition's messages to be erased, by space. */
interface Found {
  messages: Map<MessageId, SpaceId>
  /** Those, and the ids of their copies. */
  ids: Set<MessageId>
  authors: Set<string>
}

const isWanted = (event: StoredEvent & { type: 'MessageThreaded' }, wanted: Wanted): boolean => {
  if ('message' in wanted) return event.data.message === wanted.message
  if ('space' in wanted) return event.space === wanted.space
  const { from, replyTo, to, cc } = event.data
  return [...from, ...replyTo, ...to, ...cc].some(
    ({ address }) => address.toLowerCase() === wanted.address.toLowerCase(),
  )
}

const eventsOf = async function* (log: Log, partition: number): AsyncGenerator<StoredEvent> {
  for await (const batch of log.readEvents(partition, 0, await log.endOfEvents(partition))) yield* batch
}

const find = async (log: Log, partition: number, wanted: Wanted): Promise<Found> => {
  const found: Found = { messages: new Map(), ids: new Set(), authors: new Set() }
  for await (const event of eventsOf(log, partition)) {
    if (event.type === 'MessageThreaded' && isWanted(event, wanted)) {
      found.messages.set(event.data.message, event.space)
      found.ids.add(event.data.message)
      for (const { address } of event.data.from) found.authors.add(address.toLowerCase())
    }
    if (event.type === 'MessageDelivered' && found.ids.has(event.data.message) && event.data.copy !== null)
      found.ids.add(event.data.copy)
  }
  return found
}

/** Takes the content out of what the events say. Their number, order, chain and causes stay. */
const redactEvents = async (log: Log, partition: number, erasure: Erasure): Promise<number> => {
  let count = 0
  for await (const event of eventsOf(log, partition)) {
    const redacted = redactEvent(event, erasure)
    if (redacted === event) continue
    await log.events.replace(event, redacted)
    count++
  }
  return count
}

const about = z.object({ message: z.string() })
const decoder = new TextDecoder()

/** Takes the mails themselves out, however often each was accepted, and what servers said about them. */
const eraseInputs = async (log: Log, partition: number, { ids }: Found): Promise<number> => {
  const stream = mailStream(partition)
  let count = 0
  for await (const batch of readStream(await log.js.jetstreamManager(), stream, 0))
    for (const { sequence, subject, data } of batch) {
      if (subject.endsWith('.raw')) continue
      const record: unknown = JSON.parse(decoder.decode(data))
      const said = about.safeParse(record)
      if (!said.success || !ids.has(said.data.message as MessageId)) continue
      if (subject.endsWith('.delivery')) await log.mail.eraseDelivery(partition, sequence, deliveryRecord.parse(record))
      else {
        const mail = (await log.recordsAt(partition, [sequence])).get(sequence)
        if (mail !== undefined) await log.mail.erase(partition, sequence, mail)
      }
      count++
    }
  return count
}

/** Mail of ours that waits to be sent does not leave any more; of all else the writer says that there is nothing to call back. */
const callBack = async (
  log: Log,
  partition: number,
  about: { space: SpaceId; actor: string; message: MessageId },
): Promise<void> => {
  try {
    await log.command(partition, 'CancelSend', { id: randomUUID(), ...about, reason: 'erased' })
  } catch (error) {
    if (!(error instanceof CommandRefused)) throw error
  }
}

/**
 * Takes the content of mail out of the log for good. Steps: the writer records that each message is erased, which empties views and
 * index; then events and inputs lose what they say. Stopped half-way, it is done again from the start and comes to the same.
 */
export const eraseFromLog = async (log: Log, wanted: Wanted, actor: string): Promise<Erased> => {
  const erased: Erased = { messages: 0, events: 0, records: 0 }
  const partitions =
    'space' in wanted
      ? [partitionOf(wanted.space, log.partitions)]
      : Array.from({ length: log.partitions }, (_, p) => p)
  for (const partition of partitions) {
    const found = await find(log, partition, wanted)
    for (const [message, space] of found.messages) {
      await callBack(log, partition, { space, actor, message })
      await log.command(partition, 'EraseMessage', { id: randomUUID(), space, actor, message })
    }
    if (found.messages.size === 0) continue
    erased.messages += found.messages.size
    erased.records += await eraseInputs(log, partition, found)
    erased.events += await redactEvents(log, partition, { messages: found.ids, authors: found.authors })
  }
  return erased
}
