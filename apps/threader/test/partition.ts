import {
  messageIdOf,
  type ComposedRecord,
  type DeliveryRecord,
  type MessageId,
  type ReceivedRecord,
  type SpaceId,
  type StoredEvent,
} from '@skein/events'
import { openLog, type Log, type LogInput, type LogOptions } from '@skein/log'
import { readFacts } from '@skein/mail'
import { testNats, testPostgres } from '@skein/servers'
import { Database, LINK_TABLES, LinkStore } from '@skein/views'
import { PartitionWriter } from '../src/partition-writer.js'

export const space = 'spc_a' as SpaceId

const recordOf = (raw: Uint8Array, ofSpace: SpaceId): Omit<ReceivedRecord, 'raw'> => {
  const facts = readFacts(raw)
  return {
    v: 1,
    message: messageIdOf({ space: ofSpace, messageId: facts.messageId, digest: facts.digest }),
    account: 'acc_a' as ReceivedRecord['account'],
    space: ofSpace,
    inbox: 'inb_a' as ReceivedRecord['inbox'],
    role: 'to',
    direction: 'in',
    door: 'http',
    receivedAt: '2026-03-01T10:00:00.000Z',
    envelope: null,
    size: raw.length,
    facts,
    text: 'hello',
    html: null,
    attachments: [],
    parserVersion: '1',
  }
}

/** A mail by its id, and the one that it answers. */
export const mail = (id: string, answers?: string, subject = 'Topic', lines: string[] = []): Uint8Array =>
  Buffer.from(
    [
      'From: a@a.example',
      `Message-ID: <${id}@a.example>`,
      ...(answers === undefined ? [] : [`In-Reply-To: <${answers}@a.example>`]),
      `Subject: ${subject}`,
      ...lines,
      '',
      `${id}\r\n`,
    ].join('\r\n'),
  )

/** How the mails of these tests leave. */
const outgoing: ComposedRecord['outgoing'] = {
  from: 'a@a.example',
  to: ['b@b.example'],
  answers: null,
  sendAt: null,
  automatic: false,
  onUnknown: 'hold',
  seenUpTo: null,
  actor: 'key_test',
}

type Outcome = DeliveryRecord['outcome']

const deliveryOf = (message: MessageId, attempt: number, outcome: Outcome, wireId: string | null): DeliveryRecord => {
  const head = { v: 1, message, space, attempt, at: '2026-03-01T10:00:02.000Z' } as const
  switch (outcome) {
    case 'sent':
      return { ...head, outcome, response: '250 taken', refused: [], wireId }
    case 'deferred':
      return { ...head, outcome, reason: '451 later', nextAt: '2026-03-01T11:00:00.000Z' }
    case 'failed':
      return { ...head, outcome, reason: '550 never', refused: [] }
    case 'unknown':
      return { ...head, outcome, reason: 'no answer after the final dot' }
  }
}

type MailInput = Extract<LogInput, { kind: 'mail' }>

export interface Partition {
  log: Log
  database: Database
  databaseUrl: string
  logOptions: LogOptions
  newWriter(): PartitionWriter
  accept(raw: Uint8Array, ofSpace?: SpaceId, over?: Partial<ReceivedRecord>): Promise<MailInput>
  compose(
    raw: Uint8Array,
    over?: Partial<ComposedRecord['outgoing']>,
    replyToken?: string,
    ofSpace?: SpaceId,
  ): Promise<MailInput>
  noteDelivery(message: MessageId, attempt: number, outcome: Outcome, wireId?: string | null): Promise<LogInput>
  allEvents(): Promise<StoredEvent[]>
  /** Empties the index, as when its database was lost. */
  loseIndex(): Promise<void>
  threadedIds(): Promise<string[]>
  stop(): Promise<void>
}

/** An instance with one partition on servers of its own. */
export const startPartition = async (): Promise<Partition> => {
  const [nats, postgres] = await Promise.all([testNats(), testPostgres()])
  const logOptions = { url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 1 }
  const log = await openLog(logOptions)
  const database = await Database.open({ databaseUrl: postgres.databaseUrl })
  const allEvents = async (): Promise<StoredEvent[]> => {
    const events: StoredEvent[] = []
    for await (const batch of log.readEvents(0, 0, await log.endOfEvents(0))) events.push(...batch)
    return events
  }
  const stored = async (given: Parameters<Log['acceptMail']>[0]): Promise<MailInput> => {
    const position = await log.acceptMail(given)
    const record = (await log.recordsAt(0, [position.sequence])).get(position.sequence)
    if (record === undefined) throw new Error('the record is not there')
    return { kind: 'mail', position, record }
  }
  return {
    log,
    database,
    databaseUrl: postgres.databaseUrl,
    logOptions,
    newWriter: () =>
      new PartitionWriter(0, { log, links: new LinkStore(database), now: () => new Date('2026-03-01T10:00:01Z') }),
    accept: async (raw, ofSpace = space, over = {}) => stored({ raw, record: { ...recordOf(raw, ofSpace), ...over } }),
    compose: async (raw, over = {}, replyToken, ofSpace = space) => {
      const record = { ...recordOf(raw, ofSpace), direction: 'out', door: 'outbox', outgoing: { ...outgoing, ...over } }
      return stored({ raw, record: { ...record, replyToken: replyToken ?? null } as Omit<ComposedRecord, 'raw'> })
    },
    noteDelivery: async (message, attempt, outcome, wireId = null) => {
      const record = deliveryOf(message, attempt, outcome, wireId)
      return { kind: 'delivery', position: await log.noteDelivery(record), record }
    },
    allEvents,
    loseIndex: async () => {
      await database.run(`truncate link_checkpoint, ${LINK_TABLES.join(', ')}`)
    },
    threadedIds: async () =>
      (await allEvents()).flatMap((event) => (event.type === 'MessageThreaded' ? [event.data.messageId] : [])),
    stop: async () => {
      await database.close()
      await log.close()
      await Promise.all([nats.stop(), postgres.stop()])
    },
  }
}
