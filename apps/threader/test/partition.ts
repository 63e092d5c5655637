import { messageIdOf, type ReceivedRecord, type SpaceId, type StoredEvent } from '@skein/events'
import { openLog, type Log, type LogInput, type LogOptions } from '@skein/log'
import { readFacts } from '@skein/mail'
import { testNats, testPostgres } from '@skein/servers'
import { Database, LinkStore } from '@skein/views'
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
export const mail = (id: string, answers?: string, subject = 'Topic'): Uint8Array =>
  Buffer.from(
    `From: a@a.example\r\nMessage-ID: <${id}@a.example>\r\n${answers === undefined ? '' : `In-Reply-To: <${answers}@a.example>\r\n`}Subject: ${subject}\r\n\r\n${id}\r\n`,
  )

export interface Partition {
  log: Log
  database: Database
  databaseUrl: string
  logOptions: LogOptions
  newWriter(): PartitionWriter
  accept(raw: Uint8Array, ofSpace?: SpaceId): Promise<Extract<LogInput, { kind: 'mail' }>>
  allEvents(): Promise<StoredEvent[]>
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
  return {
    log,
    database,
    databaseUrl: postgres.databaseUrl,
    logOptions,
    newWriter: () =>
      new PartitionWriter(0, { log, links: new LinkStore(database), now: () => new Date('2026-03-01T10:00:01Z') }),
    accept: async (raw, ofSpace = space) => {
      const position = await log.acceptMail({ raw, record: recordOf(raw, ofSpace) })
      const stored = (await log.recordsAt(0, [position.sequence])).get(position.sequence)
      if (stored === undefined) throw new Error('the record is not there')
      return { kind: 'mail', position, record: stored }
    },
    allEvents,
    threadedIds: async () =>
      (await allEvents()).flatMap((event) => (event.type === 'MessageThreaded' ? [event.data.messageId] : [])),
    stop: async () => {
      await database.close()
      await log.close()
      await Promise.all([nats.stop(), postgres.stop()])
    },
  }
}
