import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import { Kvm, type KV } from '@nats-io/kv'
import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { DeliveryRecord, LogPosition, ReceivedRecord, SkeinEvent, SpaceId, StoredEvent } from '@skein/events'
import { checkLog, type LogCheck, type LogCheckOptions } from './check-log.js'
import { sendCommand } from './commands.js'
import { DevOutbox } from './dev-outbox.js'
import { Directory } from './directory.js'
import { readDurability, requireDurability, type Durability } from './durability.js'
import { EventLog, type OnSkipped } from './event-log.js'
import { Idempotency, IDEMPOTENCY_TTL_MS } from './idempotency.js'
import { KeyUsage } from './key-usage.js'
import { Lease, LEASE_TTL_MS } from './lease.js'
import type { LogInput } from './log-input.js'
import { MailLog, type NewMailRecord } from './mail-log.js'
import { Parked } from './parked.js'
import { Rates } from './rates.js'
import { RecordReader } from './record-reader.js'
import { Redactions } from './redactions.js'
import { Secrets } from './secrets.js'
import { listStreams, type StreamState } from './stream-list.js'
import { ensureStreams } from './streams.js'
import { WebhookLog } from './webhook-log.js'
import { WEBHOOK_BUCKET } from './webhook-streams.js'

export interface LogOptions {
  /** Servers, comma-separated: `nats://host:4222`. */
  url: string
  /** Name of this process on the bus, for instance `skein-ingest`. */
  name: string
  /** How many partitions the instance has; set once, for ever. */
  partitions: number
  user?: string | undefined
  password?: string | undefined
  /** The server's monitor, `http://host:8222`, where it says whether it syncs. Default: port 8222 of the first server. */
  monitorUrl?: string | undefined
  /** Run although the server may not sync. */
  allowUnsafeFsync?: boolean | undefined
  /** The instance's secret, `SKEIN_SECRET`; only services that sign or seal need it. */
  secret?: string | undefined
  /** Copies of each stream on a cluster: 1 on one server, 3 on a cluster. */
  replicas?: number | undefined
}

/** A log read from front to back. */
export interface LogSource {
  /** See `EventLog.read`. */
  readEvents(partition: number, after: number, until: number): AsyncGenerator<StoredEvent[]>
  records(partition: number): RecordReader
}

const monitorOf = (url: string): string =>
  `http://${new URL(url.split(',')[0]?.replace(/^(?!\w+:\/\/)/, 'nats://') ?? '').hostname}:8222`

/** A user's answers come to an inbox prefix of its own, so that the server can keep the others from reading them. */
const credentials = (user: string, pass = '') => ({ user, pass, inboxPrefix: `_INBOX_${user}` })

/** The log of one instance: its streams, its directory, its leases, and the commands to its writers. */
export class Log {
  private constructor(
    readonly connection: NatsConnection,
    readonly js: JetStreamClient,
    readonly mail: MailLog,
    readonly events: EventLog,
    readonly directory: Directory,
    readonly partitions: number,
    readonly durability: Durability,
    readonly parked: Parked,
    readonly idempotency: Idempotency,
    readonly webhooks: WebhookLog,
    readonly devOutbox: DevOutbox,
    private readonly leases: KV,
    private readonly secret: string | undefined,
  ) {}

  /** @throws Error where the instance was not told its secret */
  get secrets(): Secrets {
    if (this.secret === undefined)
      throw new Error('SKEIN_SECRET is not set; make one with: openssl rand -base64 32, the same for every service')
    return new Secrets(this.secret)
  }

  /**
   * Connects, checks that the server syncs, and makes what is missing.
   * @throws NotDurable, and the client's own errors when no server answers
   */
  static async open(options: LogOptions): Promise<Log> {
    const durability = await readDurability(options.monitorUrl ?? monitorOf(options.url))
    requireDurability(durability, options.allowUnsafeFsync ?? false)
    const nc = await connect({
      servers: options.url.split(','),
      name: options.name,
      maxReconnectAttempts: -1,
      ...(options.user === undefined ? {} : credentials(options.user, options.password)),
    })
    try {
      const jsm = await jetstreamManager(nc)
      return await Log.on(nc, jsm, options, durability)
    } catch (error) {
      await nc.close()
      throw error
    }
  }

  private static async on(
    nc: NatsConnection,
    jsm: JetStreamManager,
    options: LogOptions,
    durability: Durability,
  ): Promise<Log> {
    const replicas = options.replicas ?? 1
    await ensureStreams(jsm, options.partitions, replicas)
    const js = jetstream(nc)
    const kvm = new Kvm(js)
    const usage = new KeyUsage(await kvm.create('key_usage', { replicas, history: 1 }))
    const directory = await Directory.open(await kvm.create('directory', { replicas, history: 1 }), usage)
    const leases = await kvm.create('leases', { replicas, history: 1, ttl: LEASE_TTL_MS })
    const keys = await kvm.create('idempotency', { replicas, history: 1, ttl: IDEMPOTENCY_TTL_MS })
    const lanes = await kvm.create(WEBHOOK_BUCKET, { replicas, history: 1 })
    const redactions = new Redactions(js, jsm)
    const mail = new MailLog(js, jsm, options.partitions, redactions)
    return new Log(
      nc,
      js,
      mail,
      new EventLog(nc, js, jsm, redactions),
      directory,
      options.partitions,
      durability,
      new Parked(js, jsm),
      new Idempotency(keys),
      new WebhookLog(js, jsm, lanes),
      new DevOutbox(js, jsm),
      leases,
      options.secret,
    )
  }

  acceptMail(mail: { raw: Uint8Array; record: NewMailRecord }): Promise<LogPosition> {
    return this.mail.accept(mail)
  }
  /** Stores what came of an attempt to send. @throws LogUnavailable */
  noteDelivery(record: DeliveryRecord): Promise<LogPosition> {
    return this.mail.noteDelivery(record)
  }
  recordsAt(partition: number, sequences: readonly number[]): Promise<Map<number, ReceivedRecord>> {
    return this.mail.recordsAt(partition, sequences)
  }
  /** See `MailLog.inputAt`. */
  inputAt(partition: number, sequence: number): Promise<LogInput | null> {
    return this.mail.inputAt(partition, sequence)
  }
  readRaw(raw: ReceivedRecord['raw']): Promise<Uint8Array> {
    return this.mail.readRaw(raw)
  }
  appendEvents(partition: number, expectedLast: number, events: readonly SkeinEvent[]): Promise<number> {
    return this.events.append(partition, expectedLast, events)
  }
  endOfEvents(partition: number): Promise<number> {
    return this.events.end(partition)
  }
  /** See `EventLog.read`. */
  readEvents(
    partition: number,
    after: number,
    until: number,
    skipped?: OnSkipped,
    space?: SpaceId,
  ): AsyncGenerator<StoredEvent[]> {
    return this.events.read(partition, after, until, skipped, space)
  }
  /** What tables are made from; what a newer release wrote is left out, as it is by the reader of live events. */
  source(): LogSource {
    return {
      readEvents: (partition, after, until) => this.readEvents(partition, after, until, () => undefined),
      records: (partition) => new RecordReader(this.js, this.mail, partition),
    }
  }
  /** See `EventLog.at`. */
  eventsAt(partition: number, sequences: readonly number[], skipped?: OnSkipped): Promise<StoredEvent[]> {
    return this.events.at(partition, sequences, skipped)
  }
  command(partition: number, name: string, payload: unknown): Promise<unknown> {
    return sendCommand(this.connection, partition, name, payload)
  }
  /** Whether the log is as it was written; see `checkLog`. */
  async check(options: Omit<LogCheckOptions, 'partitions'> = {}): Promise<LogCheck> {
    const jsm = await this.js.jetstreamManager()
    return checkLog(jsm, new Redactions(this.js, jsm), { ...options, partitions: this.partitions })
  }
  /** Who holds a lease just now; `null` where nobody does. */
  async holderOf(name: string): Promise<string | null> {
    const entry = await this.leases.get(name)
    return entry?.operation === 'PUT' ? entry.string() : null
  }
  /** What a stream holds: messages, octets on disk, its last sequence. */
  async streamState(stream: string): Promise<{ messages: number; bytes: number; last: number }> {
    const { state } = await (await this.js.jetstreamManager()).streams.info(stream)
    return { messages: state.messages, bytes: state.bytes, last: state.last_seq }
  }
  /** See `listStreams`. */
  async streams(): Promise<StreamState[]> {
    return listStreams(await this.js.jetstreamManager(), this.partitions)
  }
  /** Counts requests of a key in a minute, over all processes. */
  rates(perMinute: number): Rates {
    return new Rates(this.connection, perMinute)
  }
  lease(name: string, holder: string): Lease {
    return new Lease(this.leases, name, holder)
  }

  /** Puts an input aside with the reason, so that its partition can go on; it stays one item however often it is parked. */
  park(what: LogPosition, reason: string): Promise<void> {
    return this.parked.note(what, 'parked', reason)
  }

  /** Waits for what is under way, then closes the connection; at once where no server is there. */
  async close(): Promise<void> {
    await this.connection.drain().catch(() => this.connection.close())
  }
}

export const openLog = (options: LogOptions): Promise<Log> => Log.open(options)
