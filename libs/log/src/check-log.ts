import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream'
import type { MsgHdrs } from '@nats-io/transport-node'
import { eventStream, mailStream, NewerEvent, type StoredEvent } from '@skein/events'
import { CHAIN_HEADER, chainAfter, SHA256_HEADER, sha256Of } from './checksum.js'
import { storedFrom } from './direct-get.js'
import { attributesIn } from './attributes.js'
import { storedEvent } from './event-log.js'
import { mailRecordOf } from './mail-log.js'
import type { Redaction, Redactions } from './redactions.js'

/** Something in the log that is not as it was written. */
export interface LogFault {
  stream: string
  /** Of the first message at fault. */
  sequence: number
  /** In words for a person. */
  what: string
}

export interface LogCheck {
  events: number
  inputs: number
  /** Pieces of raw mail. */
  pieces: number
  /** Messages whose content was erased. */
  erased: number
  /** Events that only a newer release can read; their place in the chain was checked. */
  newer: number
  /** At most `MOST_FAULTS`. */
  faults: LogFault[]
}

export interface LogCheckOptions {
  partitions: number
  /** Sequences of `EVENTS-<p>` that somebody has seen: a log that ends before them has lost its end. */
  seen?: ReadonlyMap<number, number>
  onProgress?: (messages: number) => void
}

export const MOST_FAULTS = 100
const FETCH_BATCH = 500

/**
 * Reads the whole log and says what is not as it was written: sequences that are missing, payloads that do not match their
 * SHA-256, raw mail that is not what its record says, events out of the chain, causes that are not there.
 */
export const checkLog = async (
  jsm: JetStreamManager,
  redactions: Redactions,
  options: LogCheckOptions,
): Promise<LogCheck> => {
  const check: LogCheck = { events: 0, inputs: 0, pieces: 0, erased: 0, newer: 0, faults: [] }
  for (let partition = 0; partition < options.partitions; partition++) {
    const inputs = new MailCheck(mailStream(partition), check)
    const reader: Reader = { jsm, redactions: (await redactions.isEmpty()) ? null : redactions, options }
    await walk(reader, inputs)
    inputs.end()
    check.faults = inOrder(check.faults, inputs.stream)
    await walk(reader, new EventCheck(partition, check, inputs))
    const last = (await jsm.streams.info(eventStream(partition))).state.last_seq
    const seen = options.seen?.get(partition) ?? 0
    if (last < seen) {
      const what = `the log ends at ${last}, and event ${seen} was there once`
      fault(check, { stream: eventStream(partition), sequence: last + 1, what })
    }
  }
  return check
}

/** The faults of a stream by their sequence: what is missing was told last. */
const inOrder = (faults: readonly LogFault[], stream: string): LogFault[] => [
  ...faults.filter((one) => one.stream !== stream),
  ...faults.filter((one) => one.stream === stream).sort((a, b) => a.sequence - b.sequence),
]

const fault = (check: LogCheck, one: LogFault): void => {
  if (check.faults.length < MOST_FAULTS) check.faults.push(one)
}

interface StreamCheck {
  readonly stream: string
  message(message: StoredMsg): void
  /** What stands in the place of an erased message. */
  redacted(sequence: number, redaction: Redaction): void
  missing(first: number, last: number): void
}

interface Reader {
  jsm: JetStreamManager
  /** `null` where nothing was ever erased. */
  redactions: Redactions | null
  options: LogCheckOptions
}

/** Tells of the messages between two others: those that were erased, and runs of those that are missing. */
const gap = async (check: StreamCheck, { redactions }: Reader, first: number, last: number): Promise<void> => {
  if (redactions === null) return check.missing(first, last)
  let from = first
  for (let sequence = first; sequence <= last; sequence++) {
    const found = await redactions.at({ stream: check.stream, sequence })
    if (found === null) continue
    if (from < sequence) check.missing(from, sequence - 1)
    check.redacted(sequence, found)
    from = sequence + 1
  }
  if (from <= last) check.missing(from, last)
}

/** Every sequence from 1 to the end, in order; what a direct read leaves out is missing. */
const walk = async (reader: Reader, check: StreamCheck): Promise<void> => {
  const { jsm, options } = reader
  const end = (await jsm.streams.info(check.stream)).state.last_seq
  let next = 1
  while (next <= end) {
    const before = next
    for await (const message of storedFrom(jsm, check.stream, { seq: next, batch: FETCH_BATCH })) {
      if (message.seq > next) await gap(check, reader, next, message.seq - 1)
      next = message.seq + 1
      check.message(message)
    }
    if (next === before) break
    options.onProgress?.(next - before)
  }
  if (next <= end) await gap(check, reader, next, end)
}

const rangeOf = (first: number, last: number): string =>
  first === last
    ? `message ${first} is missing, or its stored block is damaged`
    : `messages ${first} to ${last} are missing, or their stored block is damaged`

class MailCheck implements StreamCheck {
  private readonly pieces = new Map<number, string>()
  private readonly gaps: { first: number; last: number }[] = []
  private readonly erasedPieces = new Set<number>()
  /** SHA-256 of the input records, by sequence; `null` for one whose content was erased. */
  readonly records = new Map<number, string | null>()

  constructor(
    readonly stream: string,
    private readonly check: LogCheck,
  ) {}

  /** Pieces of raw mail that a later record names may be missing because that mail was erased: told at the end. */
  missing(first: number, last: number): void {
    this.gaps.push({ first, last })
  }

  /** Tells of what is missing, now that it is known which mail was erased. */
  end(): void {
    for (const { first, last } of this.gaps) {
      let from: number | null = null
      for (let sequence = first; sequence <= last + 1; sequence++) {
        const isFault = sequence <= last && !this.erasedPieces.has(sequence)
        if (isFault) from ??= sequence
        else if (from !== null) {
          this.fault(from, rangeOf(from, sequence - 1))
          from = null
        }
      }
    }
  }

  redacted(sequence: number, { data }: Redaction): void {
    this.check.erased++
    this.records.set(sequence, null)
    try {
      for (const piece of mailRecordOf(data).raw.sequences) this.erasedPieces.add(piece)
    } catch (error) {
      this.fault(sequence, `unreadable: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  message({ seq: sequence, subject, header, data }: StoredMsg): void {
    const sha256 = sha256Of(data)
    const written = header?.get(SHA256_HEADER) ?? ''
    if (written !== '' && written !== sha256) this.fault(sequence, 'the payload does not match its SHA-256')
    if (subject.endsWith('.raw')) {
      this.check.pieces++
      this.pieces.set(sequence, sha256)
      return
    }
    this.check.inputs++
    this.records.set(sequence, sha256)
    if (!subject.endsWith('.delivery')) this.mail(sequence, data)
  }

  private mail(sequence: number, data: Uint8Array): void {
    try {
      const { raw } = mailRecordOf(data)
      const lost = raw.sequences.find((piece) => !this.pieces.has(piece))
      if (lost !== undefined) return this.fault(sequence, `the raw mail that it names, at ${lost}, is not there`)
      const whole = sha256Of(raw.sequences.map((piece) => this.pieces.get(piece)).join(''))
      if (raw.sha256 !== undefined && raw.sha256 !== whole)
        this.fault(sequence, 'the raw mail is not what the record says')
    } catch (error) {
      this.fault(sequence, `unreadable: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  private fault(sequence: number, what: string): void {
    fault(this.check, { stream: this.stream, sequence, what })
  }
}

class EventCheck implements StreamCheck {
  private chain = ''
  private isBroken = false
  readonly stream: string

  constructor(
    private readonly partition: number,
    private readonly check: LogCheck,
    private readonly mail: MailCheck,
  ) {
    this.stream = eventStream(partition)
  }

  missing(first: number, last: number): void {
    this.isBroken = true
    fault(this.check, { stream: this.stream, sequence: first, what: rangeOf(first, last) })
  }

  /** Its place in the chain is that of what was there. */
  redacted(sequence: number, { headers, data }: Redaction): void {
    this.check.erased++
    this.isBroken = false
    this.chain = attributesIn(headers)[CHAIN_HEADER] ?? ''
    this.read(sequence, headers, data)
  }

  message(message: StoredMsg): void {
    this.check.events++
    this.chained(message)
    this.read(message.seq, message.header, message.data)
  }

  private read(sequence: number, headers: MsgHdrs, data: Uint8Array): void {
    try {
      this.causes(storedEvent(this.partition, sequence, attributesIn(headers), data))
    } catch (error) {
      if (error instanceof NewerEvent) this.check.newer++
      else this.fault(sequence, `unreadable: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  /** Told once for each break: what follows is chained to what was there. */
  private chained({ seq, header, data }: StoredMsg): void {
    const headers = attributesIn(header)
    const written = headers[CHAIN_HEADER] ?? ''
    const computed = chainAfter(this.chain, headers, data)
    if (written !== '' && written !== computed && !this.isBroken)
      this.fault(seq, 'it does not follow in the chain: it, or what was before it, was changed')
    this.isBroken = false
    this.chain = written
  }

  private causes(event: StoredEvent): void {
    const { cause, sequence } = event
    if (cause.kind === 'input' && !this.mail.records.has(cause.sequence))
      this.fault(sequence, `its cause, ${cause.stream} ${cause.sequence}, is not there`)
    if (event.type !== 'MessageThreaded') return
    const { input } = event.data
    const stored = this.mail.records.get(input.sequence)
    if (stored !== null && input.sha256 !== undefined && input.sha256 !== stored)
      this.fault(sequence, `the input that it was made of, ${input.stream} ${input.sequence}, is another one now`)
  }

  private fault(sequence: number, what: string): void {
    fault(this.check, { stream: this.stream, sequence, what })
  }
}
