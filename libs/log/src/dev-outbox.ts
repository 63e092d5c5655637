import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream'
import { accountId, inboxId, type AccountId, type LogPosition } from '@skein/events'
import { z } from 'zod'
import { storedFrom } from './direct-get.js'
import { LogUnavailable } from './errors.js'
import { RAW_PIECE } from './mail-log.js'
import { DEV_OUTBOX_STREAM } from './streams.js'

const FETCH_BATCH = 500
const PUBLISH = { timeout: 10_000, retries: 3 }

const keptRecord = z.object({
  /** The inbox that sent it, and whose that is; `null` where the sender is nobody here. */
  inbox: inboxId.nullable(),
  account: accountId.nullable(),
  envelope: z.object({ from: z.string(), to: z.array(z.string()) }),
  subject: z.string(),
  receivedAt: z.iso.datetime(),
  /** Octets of the raw mail. */
  size: z.int().nonnegative(),
  /** Sequences of its pieces in the same stream. */
  raw: z.array(z.int().positive()),
})
type KeptRecord = z.infer<typeof keptRecord>

/** A mail that would have left for the outside; `n` is its place in the stream. */
export type KeptMail = KeptRecord & { n: number }

const decoder = new TextDecoder()

/** Subjects are by account, so that one reads its own and nothing else. */
const subjectOf = (account: AccountId | null, kind: 'raw' | 'kept'): string =>
  `skein.dev.outbox.${account ?? 'none'}.${kind}`

/**
 * Mail to addresses that are no inbox, kept to be looked at while somebody develops: in the stream `DEV_OUTBOX`, where the oldest
 * makes room for the new. It is no part of the log: nothing follows from it, and a rebuild does not read it.
 */
export class DevOutbox {
  constructor(
    private readonly js: JetStreamClient,
    private readonly jsm: JetStreamManager,
  ) {}

  /** @throws LogUnavailable */
  async keep(raw: Uint8Array, about: Omit<KeptRecord, 'raw' | 'size'>): Promise<LogPosition> {
    try {
      const sequences: number[] = []
      for (let from = 0; from < raw.length; from += RAW_PIECE) {
        const piece = raw.subarray(from, from + RAW_PIECE)
        sequences.push((await this.js.publish(subjectOf(about.account, 'raw'), piece, PUBLISH)).seq)
      }
      const record: KeptRecord = { ...about, size: raw.length, raw: sequences }
      const ack = await this.js.publish(subjectOf(about.account, 'kept'), JSON.stringify(record), PUBLISH)
      return { stream: ack.stream, sequence: ack.seq }
    } catch (cause) {
      throw new LogUnavailable(cause instanceof Error ? cause.message : String(cause), { cause })
    }
  }

  /** What was sent by an account, or by nobody here (`null`), newest first. */
  async list(account: AccountId | null): Promise<KeptMail[]> {
    const found: KeptMail[] = []
    const subject = subjectOf(account, 'kept')
    for (let seq = 1; ;) {
      const before = seq
      for await (const message of storedFrom(this.jsm, DEV_OUTBOX_STREAM, { seq, batch: FETCH_BATCH, subject })) {
        seq = message.seq + 1
        found.push({ ...recordOf(message.data), n: message.seq })
      }
      if (seq === before) return found.reverse()
    }
  }

  /** One of them with its raw octets; `null` where there is none, or where it has made room already. */
  async read(n: number): Promise<{ mail: KeptMail; raw: Uint8Array } | null> {
    const message = await this.jsm.direct.getMessage(DEV_OUTBOX_STREAM, { seq: n })
    if (message === null || !message.subject.endsWith('.kept')) return null
    const mail = { ...recordOf(message.data), n }
    const pieces = await Promise.all(
      mail.raw.map((seq) =>
        this.jsm.direct.getMessage(DEV_OUTBOX_STREAM, { seq }).then((piece) => piece?.data ?? null),
      ),
    )
    const whole = pieces.filter((piece) => piece !== null)
    return whole.length === pieces.length ? { mail, raw: Buffer.concat(whole) } : null
  }
}

const recordOf = (data: Uint8Array): KeptRecord => keptRecord.parse(JSON.parse(decoder.decode(data)))
