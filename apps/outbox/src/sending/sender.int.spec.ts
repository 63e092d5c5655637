import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { DeliveryRecord, StoredEvent } from '@skein/events'
import { CommandRefused, LogUnavailable, NoWriter } from '@skein/log'
import { SMTPServer } from 'smtp-server'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_OUTBOX_SETTINGS } from '../parts.js'
import { Sender } from './sender.js'

/** A log that says what it is told to: what cannot be brought about with a real one at will. */
class FakeLog {
  readonly noted: DeliveryRecord[] = []
  readonly begun: { id: string; attempt: number }[] = []
  begin: () => Promise<unknown> = () => Promise.resolve({})
  failures = 0
  readonly directory = { inbox: () => ({ account: 'acc_a', address: 'a@a.example', transport: null }), all: () => [] }

  endOfEvents = () => Promise.resolve(0)
  readRaw = () => Promise.resolve(Buffer.from('Subject: x\r\n\r\nText\r\n'))
  recordsAt = () => {
    const record = {
      raw: {},
      facts: { messageId: '1@a.example' },
      outgoing: { from: 'a@a.example', to: ['b@b.example'] },
    }
    return Promise.resolve(new Map([[1, record]]))
  }
  command = (_partition: number, _name: string, { id, attempt }: { id: string; attempt: number }) => {
    this.begun.push({ id, attempt })
    return this.begin()
  }
  noteDelivery = (record: DeliveryRecord) => {
    if (this.failures-- > 0) return Promise.reject(new LogUnavailable('away'))
    this.noted.push(record)
    return Promise.resolve({ stream: 'MAIL-0', sequence: 2 })
  }
}

let log: FakeLog
let sender: Sender
let server: SMTPServer
let taken = 0
beforeEach(async () => {
  taken = 0
  server = new SMTPServer({
    authOptional: true,
    hideSTARTTLS: true,
    onData: (stream, _, done) => void stream.resume().on('end', () => done(null, `taken ${++taken}`)),
  })
  const listening = server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  log = new FakeLog()
  const defaultTransport = { host: '127.0.0.1', port }
  const settings = { ...DEFAULT_OUTBOX_SETTINGS, defaultTransport, takeoverMs: 100, retryBaseMs: 100, stopMs: 500 }
  const views = { openSends: () => Promise.resolve({ after: 0, sends: [] }) }
  sender = new Sender({ log, views, settings, now: () => new Date() } as never)
  await sender.takeOn(0)
})
afterEach(async () => {
  await sender.stop()
  await new Promise<void>((resolve) => server.close(() => resolve()))
})

let sequence = 0
const event = (type: string, data: object, command = 'other'): StoredEvent =>
  ({
    ...{ id: 'e', time: new Date().toISOString(), space: 'spc_a', thread: 'thr_1', sequence: ++sequence, partition: 0 },
    ...{ cause: { kind: 'command', id: command, name: 'BeginSend', actor: 'outbox' } },
    ...{ type, data: { message: 'msg_1', ...data } },
  }) as never
const queued = (): StoredEvent =>
  event('MessageQueued', {
    ...{ inbox: 'inb_a', from: 'a@a.example', to: [], sendAt: null, onUnknown: 'hold' },
    input: { stream: 'MAIL-0', sequence: 1 },
  })
const outcomes = (): string[] => log.noted.map(({ outcome }) => outcome)
const soon = { timeout: 5_000, interval: 10 }

describe('a sender', () => {
  it('says that nothing left when the word that it may begin was lost, and it had begun', async () => {
    log.begin = () => Promise.reject(new NoWriter('no answer'))
    sender.follow(0, [queued()])
    await expect.poll(() => log.begun.length, soon).toBe(1)
    sender.follow(0, [event('SendStarted', { attempt: 1 }, log.begun[0]?.id)])
    await expect.poll(outcomes, soon).toEqual(['deferred'])
    expect(log.noted[0]).toMatchObject({ attempt: 1, reason: expect.stringContaining('nothing left') })
    expect(log.noted[0]).not.toHaveProperty('begun')
    expect(taken).toBe(0)
  })

  it('leaves a mail to the one who began it, and says after a while that nobody knows what came of that', async () => {
    log.begin = () => Promise.reject(new CommandRefused('not-due', 'begun by another'))
    sender.follow(0, [queued()])
    await expect.poll(() => log.begun.length, soon).toBe(1)
    sender.follow(0, [event('SendStarted', { attempt: 1 })])
    expect(outcomes()).toEqual([])
    await expect.poll(outcomes, soon).toEqual(['unknown'])
    expect([log.begun.length, taken]).toEqual([1, 0])
  })

  it('keeps an outcome until the log takes it, and sends nothing twice meanwhile', async () => {
    log.failures = 3
    sender.follow(0, [queued()])
    await expect.poll(() => log.begun.length, soon).toBe(1)
    sender.follow(0, [event('SendStarted', { attempt: 1 }, log.begun[0]?.id)])
    await expect.poll(outcomes, soon).toEqual(['sent'])
    sender.follow(0, [event('MessageSent', { attempt: 1, response: '250', refused: [] })])
    expect([log.begun.length, taken, [...sender.open]]).toEqual([1, 1, []])
  })

  it('waits longer each time that nobody lets it begin', async () => {
    log.begin = () => Promise.reject(new NoWriter('nobody writes'))
    sender.follow(0, [queued()])
    await expect.poll(() => log.begun.length, soon).toBe(2)
    expect([outcomes(), taken]).toEqual([[], 0])
    expect(new Set(log.begun.map(({ attempt }) => attempt))).toEqual(new Set([1]))
  })

  it('begins nothing on the word of history: of what was there before it took the partition on', async () => {
    await sender.giveUp(0)
    const begin = queued()
    log.endOfEvents = () => Promise.resolve(begin.sequence + 2)
    await sender.takeOn(0)
    sender.follow(0, [begin])
    await new Promise((resolve) => setTimeout(resolve, 100))
    sender.follow(0, [event('SendStarted', { attempt: 1 }), event('MessageSent', { attempt: 1 })])
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect([log.begun, log.noted]).toEqual([[], []])
  })
})
