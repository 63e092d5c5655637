import { messageIdOf, type ReceivedRecord, type SpaceId, type StoredEvent } from '@skein/events'
import { openLog, StaleWriter, type InputBatch, type Log } from '@skein/log'
import { readFacts } from '@skein/mail'
import { testNats, testPostgres } from '@skein/servers'
import { Database, LinkStore } from '@skein/views'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PartitionWriter } from './partition-writer.js'
import { startThreader } from './start.js'

const space = 'spc_a' as SpaceId

const recordOf = (raw: Uint8Array): Omit<ReceivedRecord, 'raw'> => {
  const facts = readFacts(raw)
  return {
    v: 1,
    message: messageIdOf({ space, messageId: facts.messageId, digest: facts.digest }),
    account: 'acc_a' as ReceivedRecord['account'],
    space,
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

const mail = (id: string, answers?: string): Uint8Array =>
  Buffer.from(
    `From: a@a.example\r\nMessage-ID: <${id}@a.example>\r\n${answers === undefined ? '' : `In-Reply-To: <${answers}@a.example>\r\n`}Subject: ${id}\r\n\r\n${id}\r\n`,
  )

describe('writer of a partition', () => {
  let nats: Awaited<ReturnType<typeof testNats>>
  let postgres: Awaited<ReturnType<typeof testPostgres>>
  let log: Log
  let database: Database
  const logOptions = () => ({ url: nats.natsUrl, monitorUrl: nats.monitorUrl, name: 'test', partitions: 1 })

  const newWriter = (): PartitionWriter =>
    new PartitionWriter(0, { log, links: new LinkStore(database), now: () => new Date('2026-03-01T10:00:01Z') })
  const accept = async (raw: Uint8Array): Promise<InputBatch['inputs'][number]> => {
    const record = recordOf(raw)
    const position = await log.acceptMail({ raw, record })
    const stored = (await log.recordsAt(0, [position.sequence])).get(position.sequence)
    if (stored === undefined) throw new Error('the record is not there')
    return { position, record: stored }
  }
  const allEvents = async (): Promise<StoredEvent[]> => {
    const events: StoredEvent[] = []
    for await (const batch of log.readEvents(0, 0, await log.endOfEvents(0))) events.push(...batch)
    return events
  }
  const threadedIds = async (): Promise<string[]> =>
    (await allEvents()).flatMap((event) => (event.type === 'MessageThreaded' ? [event.data.messageId] : []))

  beforeAll(async () => {
    ;[nats, postgres] = await Promise.all([testNats(), testPostgres()])
    log = await openLog(logOptions())
    database = await Database.open({ databaseUrl: postgres.databaseUrl })
  })
  afterAll(async () => {
    await database?.close()
    await log?.close()
    await Promise.all([nats?.stop(), postgres?.stop()])
  })

  it('records each decision with its evidence and the input that caused it', async () => {
    const writer = newWriter()
    expect(await writer.open()).toEqual({ after: 0 })
    const inputs = [await accept(mail('one')), await accept(mail('two', 'one'))]
    await writer.write(inputs)
    const events = await allEvents()
    expect(events.map(({ type }) => type)).toEqual(['ThreadStarted', 'MessageThreaded', 'MessageThreaded'])
    expect(new Set(events.map(({ thread }) => thread)).size).toBe(1)
    expect(events[2]).toMatchObject({
      cause: { kind: 'input', stream: 'MAIL-0', sequence: inputs[1]?.position.sequence },
      data: { evidence: [{ fact: 'in-reply-to', value: 'one@a.example' }] },
    })
  })

  it('decides nothing twice: a repeated input adds no event', async () => {
    const before = await log.endOfEvents(0)
    const writer = newWriter()
    await writer.open()
    await writer.write([await accept(mail('one')), await accept(mail('two', 'one'))])
    expect(await log.endOfEvents(0)).toBe(before)
  })

  it('goes on after the last input that the log knows, when the index was lost or is behind', async () => {
    const writer = newWriter()
    await writer.open()
    const third = await accept(mail('three', 'two'))
    await writer.write([third])
    await database.run(
      'truncate link_checkpoint, link, link_message, link_copy, link_delivery, link_thread, link_participant, link_cut',
    )
    const next = newWriter()
    expect(await next.open()).toEqual({ after: third.position.sequence })
    await next.write([await accept(mail('four', 'three'))])
    expect(new Set((await allEvents()).map(({ thread }) => thread)).size).toBe(1)
  })

  it('is refused by the log when another writer has written, and finds that work when it opens again', async () => {
    const [old, young] = [newWriter(), newWriter()]
    await old.open()
    await young.open()
    const inputs = [await accept(mail('five', 'four')), await accept(mail('six', 'five'))]
    await young.write(inputs.slice(0, 1))
    await expect(old.write(inputs)).rejects.toBeInstanceOf(StaleWriter)
    expect(await old.open()).toEqual({ after: inputs[0]?.position.sequence })
    await old.write(inputs)
    expect((await threadedIds()).filter((id) => /^(five|six)@/.test(id))).toEqual(['five@a.example', 'six@a.example'])
  })

  it('hands partitions from one process to another, and every mail is threaded once', async () => {
    const start = (holder: string) =>
      startThreader({ log: logOptions(), databaseUrl: postgres.databaseUrl, http: 'shared', holder })
    const first = await start('first')
    const second = await start('second')
    for (let i = 0; i < 20; i++) await accept(mail(`hand-${i}`))
    await first.stop()
    for (let i = 20; i < 40; i++) await accept(mail(`hand-${i}`))
    await expect
      .poll(async () => (await threadedIds()).filter((id) => id.startsWith('hand-')).length, { timeout: 15_000 })
      .toBe(40)
    expect(new Set(await threadedIds()).size).toBe((await threadedIds()).length)
    await second.stop()
  })
})
