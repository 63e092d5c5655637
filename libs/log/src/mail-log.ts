import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import {
  mailStream,
  mailSubject,
  partitionOf,
  receivedRecord,
  type LogPosition,
  type ReceivedRecord,
} from '@skein/events'
import { storedFrom } from './direct-get.js'
import { LogUnavailable } from './errors.js'

/** Raw mail is stored in pieces of this many octets, so that one mail never fills the server's payload limit. */
export const RAW_PIECE = 1024 * 1024
const FETCH_BATCH = 500
const PUBLISH_TIMEOUT_MS = 10_000
const ATTEMPTS = 3

const decoder = new TextDecoder()

const publish = async (js: JetStreamClient, subject: string, payload: Uint8Array | string): Promise<LogPosition> => {
  try {
    const ack = await js.publish(subject, payload, { timeout: PUBLISH_TIMEOUT_MS, retries: ATTEMPTS })
    return { stream: ack.stream, sequence: ack.seq }
  } catch (cause) {
    throw new LogUnavailable(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

/** The mail half of the log: raw bytes and input records, `MAIL-<p>`. */
export class MailLog {
  constructor(
    private readonly js: JetStreamClient,
    private readonly jsm: JetStreamManager,
    private readonly partitions: number,
  ) {}

  /**
   * Stores a mail: first the raw bytes, then the input record that names them. When this resolves both are synced to disk;
   * when it rejects the mail was not accepted (raw pieces that no record names are harmless).
   * @throws LogUnavailable
   */
  async accept({ raw, record }: { raw: Uint8Array; record: Omit<ReceivedRecord, 'raw'> }): Promise<LogPosition> {
    const partition = partitionOf(record.space, this.partitions)
    const pieces: Promise<LogPosition>[] = []
    for (let from = 0; from < raw.length; from += RAW_PIECE)
      pieces.push(publish(this.js, mailSubject(partition, record.space, 'raw'), raw.subarray(from, from + RAW_PIECE)))
    const sequences = (await Promise.all(pieces)).map((piece) => piece.sequence)
    const stored: ReceivedRecord = { ...record, raw: { stream: mailStream(partition), sequences } }
    return publish(this.js, mailSubject(partition, record.space, 'received'), JSON.stringify(stored))
  }

  /** Input records by their sequences in `MAIL-<partition>`; a sequence that holds none (erased) is left out. */
  async recordsAt(partition: number, sequences: readonly number[]): Promise<Map<number, ReceivedRecord>> {
    const wanted = [...new Set(sequences)].sort((a, b) => a - b)
    const found = new Map<number, ReceivedRecord>()
    let i = 0
    while (i < wanted.length) {
      const from = wanted[i] ?? 0
      const near = wanted.filter((s, k) => k >= i && s < from + 4 * FETCH_BATCH).length
      const last = wanted[i + near - 1] ?? from
      const wantedHere = new Set(wanted.slice(i, i + near))
      await this.readRecords(partition, from, last, (sequence, record) => {
        if (wantedHere.has(sequence)) found.set(sequence, record)
      })
      i += near
    }
    return found
  }

  private async readRecords(
    partition: number,
    from: number,
    last: number,
    take: (sequence: number, record: ReceivedRecord) => void,
  ): Promise<void> {
    const subject = `skein.mail.${partition}.*.received`
    for (let next = from; next <= last;) {
      let got = 0
      for await (const message of storedFrom(this.jsm, mailStream(partition), {
        seq: next,
        batch: FETCH_BATCH,
        subject,
      })) {
        got++
        next = message.seq + 1
        if (message.seq > last) break
        take(message.seq, receivedRecord.parse(JSON.parse(decoder.decode(message.data))))
      }
      if (got === 0) return
    }
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
