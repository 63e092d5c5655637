import { createHash } from 'node:crypto'
import { headers, nuid } from '@nats-io/transport-node'
import {
  mailStream,
  mailSubject,
  partitionOf,
  type AccountId,
  type InboxId,
  type LogPosition,
  type MessageId,
  type ReceivedRecord,
  type SkeinEvent,
  type SpaceId,
} from '@skein/events'
import { openLog, type Log } from '@skein/log'
import { isMail, readFacts } from '@skein/mail'
import { decide, incomingMailOf, MemoryLinkIndex, ruleSet } from '@skein/threading'
import { Care } from './care.ts'
import { corporaFolder, corpusMails, hasCorpus } from './corpora.ts'
import { madeMails } from './many-threads.ts'

export const PARTITIONS = 4
const MAILS_AT_ONCE = 250
/** Events of one append; the server takes 1,000. */
const EVENTS_AT_ONCE = 900
const CORPORA = ['lore-10k', 'rhelp-2005', 'spamassassin-ham']
const TEXT = 20_000

/** Whose the mail is: the account of `skein up`, so that reads of the API see it. */
const account = 'acc_demo' as AccountId

/** A space of every partition, so that all of them have work. */
const SPACES = Array.from({ length: PARTITIONS }, (_, partition) => {
  for (let n = 0; ; n++) {
    const space = `spc_bench${n}` as SpaceId
    if (partitionOf(space, PARTITIONS) === partition) return space
  }
})

/** A mail of an archive as ingest would store it, but that its text is the body as it stands, which nobody has decoded. */
const recordOfRaw = (raw: Uint8Array, corpus: string, space: SpaceId): ReceivedRecord | null => {
  if (!isMail(raw).ok) return null
  const end = Buffer.from(raw).indexOf('\n\n')
  const text = Buffer.from(raw.subarray(end === -1 ? raw.length : end, end + TEXT)).toString('latin1')
  return {
    v: 1,
    message: `msg_${createHash('sha256').update(corpus).update(raw).digest('hex').slice(0, 24)}` as MessageId,
    account,
    space,
    inbox: `inb_${corpus.replaceAll(/[^a-z]/g, '')}` as InboxId,
    role: 'to',
    direction: 'in',
    door: 'import',
    receivedAt: '2026-01-01T00:00:00.000Z',
    envelope: null,
    size: raw.length,
    raw: { stream: mailStream(partitionOf(space, PARTITIONS)), sequences: [1] },
    facts: readFacts(raw),
    text,
    html: null,
    attachments: [],
    parserVersion: 'bench',
  }
}

function* realMails(most: number): Generator<ReceivedRecord> {
  const folder = corporaFolder()
  if (folder === null) return
  let count = 0
  for (const [i, corpus] of CORPORA.entries()) {
    if (!hasCorpus(folder, corpus)) continue
    for (const { raw } of corpusMails(folder, corpus)) {
      const record = recordOfRaw(raw, corpus, SPACES[i % SPACES.length] as SpaceId)
      if (record === null) continue
      if (++count > most) return
      yield record
    }
  }
}

function* generated(): Generator<ReceivedRecord> {
  for (const { record } of madeMails(10_000_000, PARTITIONS)) {
    const thread = Number(/^msg_b(\d+)n/.exec(record.message)?.[1])
    const space = SPACES[thread % SPACES.length] as SpaceId
    const raw = { stream: mailStream(partitionOf(space, PARTITIONS)), sequences: [1] }
    yield { ...record, account, space, raw }
  }
}

/** Writes one partition of a log as ingest and threader would: records, then what the rules decide on them. */
class PartitionFiller {
  events = 0
  private readonly index = new Map<SpaceId, MemoryLinkIndex>()
  private readonly rules = ruleSet('skein')
  private waiting: ReceivedRecord[] = []
  private decided: SkeinEvent[] = []
  private readonly log: Log
  private readonly partition: number
  private readonly care: Care | null

  constructor(log: Log, partition: number, inUse: boolean) {
    this.log = log
    this.partition = partition
    this.care = inUse ? new Care() : null
  }

  async put(record: ReceivedRecord): Promise<void> {
    if (this.waiting.push(record) >= MAILS_AT_ONCE) await this.flush()
  }

  async flush(): Promise<void> {
    if (this.waiting.length === 0) return
    const records = this.waiting
    this.waiting = []
    const first = await this.store(records)
    for (const [i, record] of records.entries()) {
      this.decided.push(...this.decide(record, { stream: mailStream(this.partition), sequence: first + i }))
      if (this.decided.length > EVENTS_AT_ONCE) await this.append()
    }
    await this.append()
  }

  /** One atomic batch (ADR-50 of NATS); answers where the first is. */
  private async store(records: readonly ReceivedRecord[]): Promise<number> {
    const batch = nuid.next()
    for (const [i, record] of records.entries()) {
      const head = headers()
      head.set('Nats-Batch-Id', batch)
      head.set('Nats-Batch-Sequence', String(i + 1))
      const [subject, body] = [mailSubject(this.partition, record.space, 'received'), JSON.stringify(record)]
      if (i < records.length - 1) {
        this.log.connection.publish(subject, body, { headers: head })
        continue
      }
      head.set('Nats-Batch-Commit', '1')
      const answer = await this.log.connection.request(subject, body, { headers: head, timeout: 60_000 })
      const { seq, error } = answer.json<{ seq?: number; error?: { description: string } }>()
      if (seq === undefined) throw new Error(`the log took no batch: ${error?.description}`)
      return seq - records.length + 1
    }
    return 0
  }

  private decide(record: ReceivedRecord, input: LogPosition): SkeinEvent[] {
    const index = this.index.get(record.space) ?? new MemoryLinkIndex()
    this.index.set(record.space, index)
    const decided = decide(incomingMailOf(record, input), index, this.rules)
    for (const event of decided) index.apply(event)
    const first = this.events + this.decided.length + 1
    for (const [i, { type, thread }] of decided.entries())
      if (type === 'MessageThreaded')
        this.care?.arrived({ thread, inbox: record.inbox, sequence: first + i, time: record.receivedAt })
    const about = { time: record.receivedAt, space: record.space }
    const id = `${input.stream}.${input.sequence}`
    return [
      ...decided.map((one, i) => ({ ...one, ...about, id: `${id}.${i}`, cause: { kind: 'input' as const, ...input } })),
      ...(this.care?.due() ?? []).map((one, i) => ({
        ...one,
        ...about,
        id: `${id}.care.${i}`,
        cause: { kind: 'command' as const, id: `${id}.${i}`, name: one.type, actor: 'key_bench' },
      })),
    ]
  }

  private async append(): Promise<void> {
    const events = this.decided
    if (events.length === 0) return
    this.decided = []
    await this.log.appendEvents(this.partition, this.events, events.slice(0, 1000))
    this.events += events.length
  }
}

/**
 * Fills an empty log with so many mails: those of the archives, where they are there, and generated ones. `inUse`: with what people
 * do with them as well.
 */
export const fillLog = async (
  servers: { natsUrl: string; monitorUrl: string | undefined },
  { mails, inUse }: { mails: number; inUse: boolean },
  say: (line: string) => void,
): Promise<{ mails: number; real: number; events: number }> => {
  const log = await openLog({
    url: servers.natsUrl,
    monitorUrl: servers.monitorUrl,
    name: 'bench',
    partitions: PARTITIONS,
    allowUnsafeFsync: true,
  })
  const fillers = SPACES.map((_, partition) => new PartitionFiller(log, partition, inUse))
  for (const [partition, space] of SPACES.entries())
    await log.connection.request(mailSubject(partition, space, 'raw'), 'Subject: bench\r\n\r\n', { timeout: 10_000 })
  let [count, real] = [0, 0]
  const put = async (record: ReceivedRecord): Promise<void> => {
    await fillers[partitionOf(record.space, PARTITIONS)]?.put(record)
    if (++count % 10_000 === 0) say(`\r${count} mails in the log   `)
  }
  for (const record of realMails(mails / 2)) {
    await put(record)
    real++
  }
  for (const record of generated()) {
    if (count >= mails) break
    await put(record)
  }
  for (const filler of fillers) await filler.flush()
  await log.close()
  return { mails: count, real, events: fillers.reduce((sum, { events }) => sum + events, 0) }
}
