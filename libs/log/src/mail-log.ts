import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import { headers } from '@nats-io/transport-node'
import {
  composedRecord,
  mailStream,
  mailSubject,
  partitionOf,
  redactDelivery,
  redactRecord,
  receivedRecord,
  type ComposedRecord,
  type DeliveryRecord,
  type LogPosition,
  type ReceivedRecord,
} from '@skein/events'
import { SHA256_HEADER, sha256Of } from './checksum.js'
import { storedFrom } from './direct-get.js'
import { LogUnavailable } from './errors.js'
import { inputOf, type LogInput } from './log-input.js'
import type { Redactions } from './redactions.js'

/** Raw mail is stored in pieces of this many octets, so that one mail never fills the server's payload limit. */
export const RAW_PIECE = 1024 * 1024
const FETCH_BATCH = 2_000
const PUBLISH_TIMEOUT_MS = 10_000
const ATTEMPTS = 3

/** Records that are further apart are asked for one by one: reading what lies between would cost more. */
const NEAR = 16

const decoder = new TextDecoder()

/** Sorted runs of sequences that are read together. */
const neighbours = (sequences: readonly number[]): number[][] => {
  const runs: number[][] = []
  for (const sequence of [...new Set(sequences)].sort((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run !== undefined && sequence - (run.at(-1) ?? 0) <= NEAR) run.push(sequence)
    else runs.push([sequence])
  }
  return runs
}

const publish = async (js: JetStreamClient, subject: string, payload: Uint8Array | string): Promise<LogPosition> => {
  try {
    const head = headers()
    head.set(SHA256_HEADER, sha256Of(payload))
    const ack = await js.publish(subject, payload, { headers: head, timeout: PUBLISH_TIMEOUT_MS, retries: ATTEMPTS })
    return { stream: ack.stream, sequence: ack.seq }
  } catch (cause) {
    throw new LogUnavailable(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** A record of a mail before its raw bytes have a place. */
export type NewMailRecord = Omit<ReceivedRecord, 'raw'> | Omit<ComposedRecord, 'raw'>

/** The record of a mail as it is stored, received or composed. */
export const mailRecordOf = (data: Uint8Array): ReceivedRecord | ComposedRecord => {
  const value: unknown = JSON.parse(decoder.decode(data))
  return typeof value === 'object' && value !== null && 'outgoing' in value
    ? composedRecord.parse(value)
    : receivedRecord.parse(value)
}

/** The mail half of the log: raw bytes and input records, `MAIL-<p>`. */
export class MailLog {
  constructor(
    private readonly js: JetStreamClient,
    private readonly jsm: JetStreamManager,
    private readonly partitions: number,
    private readonly redactions: Redactions,
  ) {}

  /**
   * Stores a mail: first the raw bytes, then the input record that names them. When this resolves both are synced to disk;
   * when it rejects the mail was not accepted (raw pieces that no record names are harmless).
   * @throws LogUnavailable
   */
  async accept({ raw, record }: { raw: Uint8Array; record: NewMailRecord }): Promise<LogPosition> {
    const partition = partitionOf(record.space, this.partitions)
    const pieces: Uint8Array[] = []
    for (let from = 0; from < raw.length; from += RAW_PIECE) pieces.push(raw.subarray(from, from + RAW_PIECE))
    const subject = mailSubject(partition, record.space, 'raw')
    const placed = await Promise.all(pieces.map((piece) => publish(this.js, subject, piece)))
    const sequences = placed.map(({ sequence }) => sequence)
    const stored = {
      ...record,
      raw: { stream: mailStream(partition), sequences, sha256: sha256Of(pieces.map(sha256Of).join('')) },
    }
    const kind = 'outgoing' in record ? 'composed' : 'received'
    return publish(this.js, mailSubject(partition, record.space, kind), JSON.stringify(stored))
  }

  /** Stores what came of an attempt to send. @throws LogUnavailable */
  noteDelivery(record: DeliveryRecord): Promise<LogPosition> {
    const partition = partitionOf(record.space, this.partitions)
    return publish(this.js, mailSubject(partition, record.space, 'delivery'), JSON.stringify(record))
  }

  /** Input records by their sequences in `MAIL-<partition>`; a sequence that holds none (erased) is left out. */
  async recordsAt(partition: number, sequences: readonly number[]): Promise<Map<number, ReceivedRecord>> {
    const found = new Map<number, ReceivedRecord>()
    for (const near of neighbours(sequences)) {
      const wanted = new Set(near)
      await this.readRecords(partition, near[0] ?? 0, near.at(-1) ?? 0, (sequence, record) => {
        if (wanted.has(sequence)) found.set(sequence, record())
      })
    }
    const missing = sequences.filter((sequence) => !found.has(sequence))
    for (const sequence of new Set(missing)) {
      const record = await this.otherAt(partition, sequence)
      if (record !== null) found.set(sequence, record)
    }
    return found
  }

  /** A direct read filters by one subject, and most records are of mail that was received: composed and erased ones are asked for one by one. */
  private async otherAt(partition: number, seq: number): Promise<ReceivedRecord | null> {
    const stream = mailStream(partition)
    const message = await this.jsm.direct.getMessage(stream, { seq })
    if (message !== null) return message.subject.endsWith('.composed') ? mailRecordOf(message.data) : null
    const redacted = await this.redactions.at({ stream, sequence: seq })
    return redacted === null ? null : mailRecordOf(redacted.data)
  }

  /**
   * One input of the partition, of whatever kind; what is left of it, where its mail was erased. `null` where none is stored there.
   * @throws Error for a record that cannot be read
   */
  async inputAt(partition: number, sequence: number): Promise<LogInput | null> {
    const position = { stream: mailStream(partition), sequence }
    const message = await this.jsm.direct.getMessage(position.stream, { seq: sequence })
    if (message !== null) return message.subject.endsWith('.raw') ? null : inputOf(position, message)
    const redacted = await this.redactions.at(position)
    if (redacted === null) return null
    const isDelivery =
      'outcome' in (redacted.data.length > 0 ? (JSON.parse(decoder.decode(redacted.data)) as object) : {})
    return inputOf(position, { subject: isDelivery ? '.delivery' : '.received', data: redacted.data })
  }

  private async readRecords(
    partition: number,
    first: number,
    last: number,
    take: (sequence: number, record: () => ReceivedRecord) => void,
  ): Promise<void> {
    const stream = mailStream(partition)
    const subject = `skein.mail.${partition}.*.received`
    for (let seq = first; seq <= last;) {
      const before = seq
      for await (const message of storedFrom(this.jsm, stream, {
        seq,
        batch: Math.min(FETCH_BATCH, last - seq + 1),
        subject,
      })) {
        seq = message.seq + 1
        if (message.seq <= last) take(message.seq, () => mailRecordOf(message.data))
      }
      if (seq === before) return
    }
  }

  /** Puts what is left of a mail's record in its place, and takes the raw mail out, for good. Needs the right to delete. */
  async erase(partition: number, sequence: number, record: ReceivedRecord | ComposedRecord): Promise<void> {
    const stream = mailStream(partition)
    for (const piece of record.raw.sequences)
      if ((await this.jsm.direct.getMessage(stream, { seq: piece })) !== null)
        await this.redactions.remove({ stream, sequence: piece })
    const stored = await this.jsm.direct.getMessage(stream, { seq: sequence })
    if (stored === null) return
    await this.redactions.replace({ stream, sequence }, stored.header, JSON.stringify(redactRecord(record)))
  }

  /** The same of what a server said about a mail. */
  async eraseDelivery(partition: number, sequence: number, record: DeliveryRecord): Promise<void> {
    const place = { stream: mailStream(partition), sequence }
    const stored = await this.jsm.direct.getMessage(place.stream, { seq: sequence })
    if (stored === null) return
    await this.redactions.replace(place, stored.header, JSON.stringify(redactDelivery(record)))
  }

  /** The raw mail, as it was accepted. @throws LogUnavailable when a piece of it is gone (erased) or cannot be read */
  async readRaw(raw: ReceivedRecord['raw']): Promise<Uint8Array> {
    const pieces = await Promise.all(
      raw.sequences.map(async (seq) => {
        const message = await this.jsm.direct.getMessage(raw.stream, { seq })
        if (message === null) throw new LogUnavailable(`${raw.stream} holds nothing at ${seq}`)
        return message.data
      }),
    )
    return Buffer.concat(pieces)
  }
}
