import type { JetStreamClient } from '@nats-io/jetstream'
import { mailStream, type ReceivedRecord } from '@skein/events'
import { mailRecordOf, type MailLog } from './mail-log.js'
import { byConsumer, type Stored } from './stored-range.js'

/** From so many on the server reads a stream on faster than it finds them one after the other. */
const MANY = 200

/**
 * Input records of one partition for who asks for many, about from front to back: the stream is read on by a consumer, which the
 * server finds its place with once. What lies behind, or is not among received mail, is asked for by itself.
 */
export class RecordReader {
  private reading: AsyncGenerator<Stored> | null = null
  /** The first sequence that has not been read. */
  private next = 1

  constructor(
    private readonly js: JetStreamClient,
    private readonly mail: MailLog,
    private readonly partition: number,
  ) {}

  /** As `MailLog.recordsAt`. */
  async at(sequences: readonly number[]): Promise<Map<number, ReceivedRecord>> {
    if (this.reading === null && sequences.length < MANY) return this.mail.recordsAt(this.partition, sequences)
    const ahead = new Set(sequences.filter((sequence) => this.reading === null || sequence >= this.next))
    const found = await this.readOn(ahead)
    const others = sequences.filter((sequence) => !found.has(sequence))
    if (others.length > 0)
      for (const [sequence, record] of await this.mail.recordsAt(this.partition, others)) found.set(sequence, record)
    return found
  }

  private async readOn(wanted: ReadonlySet<number>): Promise<Map<number, ReceivedRecord>> {
    const found = new Map<number, ReceivedRecord>()
    if (wanted.size === 0) return found
    const last = Math.max(...wanted)
    const reading = (this.reading ??= this.readFrom(Math.min(...wanted)))
    while (this.next <= last) {
      const read = await reading.next()
      if (read.done === true) {
        this.reading = null
        break
      }
      const { seq, data } = read.value
      this.next = seq + 1
      if (wanted.has(seq)) found.set(seq, mailRecordOf(data))
    }
    return found
  }

  private readFrom(first: number): AsyncGenerator<Stored> {
    this.next = first
    const subject = `skein.mail.${this.partition}.*.received`
    return byConsumer(this.js, mailStream(this.partition), { first, last: Infinity, subject })
  }

  async close(): Promise<void> {
    await this.reading?.return(undefined)
    this.reading = null
  }
}
