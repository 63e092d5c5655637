import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Logger } from '@nestjs/common'
import type { MessageId, StoredEvent } from '@skein/events'
import { CommandRefused } from '@skein/log'
import type { OutboxParts } from '../parts.js'
import { Attempts } from './attempts.js'
import { deliveryOf, type Ended } from './delivery.js'
import { Lanes } from './lanes.js'
import { OpenSends } from './open-sends.js'
import { isDue, type Send } from './schedule.js'

/** An attempt of this process, from its start until its event says what came of it. */
interface Work {
  readonly partition: number
  readonly attempt: number
  /** Id of its command to begin. */
  readonly command: string
  readonly abort: AbortController
  begun: boolean
  /** Its outcome is in the log, and the event of it is to come. */
  noted: boolean
  ended: Promise<void>
}

/** A mail whose attempts did not begin, as far as this process was told, since one last did. */
interface KeptBack {
  times: number
  /** Commands without an answer: should one of them have been carried out, it can be said that nothing left. */
  readonly commands: Set<string>
}

/** A partition that this process sends for. */
interface Held {
  /** The last event that was seen. */
  seen: number
  /** How far the log went when the partition was taken on: what is older is history, and nothing is begun on the word of it. */
  readonly end: number
  readonly since: number
}

/** Waits after something of our own went wrong (no writer, the log away): the mail itself has had no attempt. */
const PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000
const VIEWS_PAUSE_MS = 200
/** How long history may take. The last event of it may be one that this release does not know, and so is never seen. */
const HISTORY_MS = 60_000
const LONGEST_SLEEP_MS = 60 * 60 * 1_000

const KEPT_BACK: Ended = {
  ...{ outcome: 'no', begun: true, temporary: true, refused: [], blame: 'transport' },
  reason: 'it was begun, but the word of that did not come in time, and nothing left',
}
const GONE: Ended = { outcome: 'unknown', reason: 'whoever sent it was gone before it could say what came of that' }

/**
 * Sends what is open in the partitions that this process holds.
 *
 * Steps for a mail: it is due; connect, and so on up to the server's 354; the writer records `SendStarted`, or refuses; the mail
 * leaves; what came of it goes to the log; its event says so. Nothing in memory is the truth: a crash between two steps leaves
 * the mail as the log has it, which is not begun (whoever comes next sends it), or begun without an outcome (whoever comes next
 * says `unknown`).
 */
export class Sender {
  private readonly sends: OpenSends
  private readonly works = new Map<MessageId, Work>()
  private readonly keptBack = new Map<MessageId, KeptBack>()
  private readonly held = new Map<number, Held>()
  private readonly lanes: Lanes
  private readonly attempts: Attempts
  private readonly logger = new Logger('Sender')
  private readonly stopping = new AbortController()
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly parts: Pick<OutboxParts, 'log' | 'views' | 'settings' | 'now'>) {
    const { settings } = parts
    this.sends = new OpenSends(settings)
    this.lanes = new Lanes({ perLane: settings.sendsPerTransport, whole: settings.sendsAtOnce })
    this.attempts = new Attempts(parts)
  }

  /** What is not through, in the partitions that this process holds. */
  get open(): Iterable<Send> {
    return this.sends.all
  }
  get troubles(): Attempts['troubles'] {
    return this.attempts.troubles
  }
  private get now(): number {
    return this.parts.now().getTime()
  }

  /** Takes a partition on. Answers the event after which the live ones are due. */
  async takeOn(partition: number): Promise<number> {
    const { after, sends } = await this.parts.views.openSends(partition)
    const end = await this.parts.log.endOfEvents(partition)
    this.sends.load(partition, sends, this.now)
    this.held.set(partition, { seen: after, end, since: this.now })
    this.go()
    return after
  }

  /** What was recorded, in the log's order. */
  follow(partition: number, events: readonly StoredEvent[]): void {
    const { changed, unheard } = this.sends.apply(events, this.now)
    const held = this.held.get(partition)
    const wasHistory = this.isHistory(partition)
    if (held !== undefined) held.seen = events.at(-1)?.sequence ?? held.seen
    if (wasHistory && !this.isHistory(partition)) this.sends.wakeAll(partition)
    for (const message of changed) this.settle(message)
    if (unheard.size > 0) void this.lookUp(partition, unheard)
    this.go()
  }

  private isHistory(partition: number): boolean {
    const held = this.held.get(partition)
    return held === undefined || (held.seen < held.end && this.now < held.since + HISTORY_MS)
  }

  /** Nothing of the partition begins any more, and what is under way has some time to end. */
  async giveUp(partition: number): Promise<void> {
    this.sends.forget(partition)
    this.held.delete(partition)
    await this.letEnd([...this.works.values()].filter((work) => work.partition === partition))
  }

  /** Nothing begins any more; what waits for a server after that time is of unknown outcome. */
  async stop(): Promise<void> {
    clearTimeout(this.timer)
    for (const partition of this.held.keys()) this.sends.forget(partition)
    const works = [...this.works.values()]
    await this.letEnd(works)
    for (const { abort } of works) abort.abort()
    this.stopping.abort()
    await Promise.all(works.map(({ ended }) => ended))
  }

  private async letEnd(works: readonly Work[]): Promise<void> {
    for (const { begun, abort } of works) if (!begun) abort.abort()
    const late = new AbortController()
    const wait = sleep(this.parts.settings.stopMs, undefined, { signal: late.signal }).catch(() => undefined)
    await Promise.race([wait, Promise.all(works.map(({ ended }) => ended))])
    late.abort()
  }

  /** Takes up what is due, as far as its transport has room, and comes back when more is. */
  private go(): void {
    if (this.stopping.signal.aborted) return
    for (const send of this.sends.take(this.now)) this.look(send)
    for (let key = this.lanes.next(); key !== undefined; key = this.lanes.next()) {
      const send = this.sends.get(key as MessageId)
      if (send !== undefined && !this.works.has(send.message) && isDue(send, this.now)) this.start(send)
      else this.lanes.done(key)
    }
    clearTimeout(this.timer)
    const next = this.sends.next
    if (next === null) return
    this.timer = setTimeout(() => this.go(), Math.min(LONGEST_SLEEP_MS, Math.max(0, next - this.now)))
  }

  private look(send: Send): void {
    if (this.isHistory(send.partition)) this.sends.wake(send.message, this.now + PAUSE_MS)
    else if (send.state === 'sending') this.takeOver(send)
    else if (!this.works.has(send.message) && isDue(send, this.now))
      this.lanes.add(this.attempts.laneOf(send), send.message)
  }

  /** Says what can be said of an attempt that nobody here is at. */
  private takeOver(send: Send): void {
    const { message, attempt, begunBy, partition } = send
    const work = this.works.get(message)
    const isOurs = begunBy === null ? work?.attempt === attempt : work?.command === begunBy
    if (work !== undefined && (isOurs || !work.noted)) return
    const isKept = begunBy !== null && (this.keptBack.get(message)?.commands.has(begunBy) ?? false)
    const ended = this.note(send, attempt, isKept ? KEPT_BACK : GONE)
    const over = { partition, attempt, command: begunBy ?? '', abort: new AbortController(), begun: true, noted: true }
    this.works.set(message, { ...over, ended })
  }

  private async note(send: Send, attempt: number, ended: Ended): Promise<void> {
    const { now, settings: rules } = this.parts
    const record = deliveryOf(send, attempt, ended, { now: now(), wireId: null, rules })
    await this.attempts.store(record, this.stopping.signal)
  }

  private start(send: Send): void {
    const attempt = send.attempt + 1
    const of = { partition: send.partition, attempt, command: randomUUID(), abort: new AbortController() }
    const work: Work = { ...of, begun: false, noted: false, ended: Promise.resolve() }
    this.works.set(send.message, work)
    work.ended = this.carryOut(send, work)
  }

  private async carryOut(send: Send, work: Work): Promise<void> {
    const { attempt, command, abort } = work
    const onBegun = (): void => void (work.begun = true)
    const end = await this.attempts.run({ send, attempt, command, signal: abort.signal, onBegun })
    if ('record' in end) work.noted = await this.attempts.store(end.record, this.stopping.signal)
    else this.stayed(send, work, end.stayed)
    this.lanes.done(send.message)
    this.settle(send.message)
    this.go()
  }

  /** Nothing left, and nothing is recorded of it: it is tried again in a moment, unless an event says otherwise. */
  private stayed({ message }: Send, { command, abort }: Work, why: Error): void {
    this.works.delete(message)
    const kept = this.keptBack.get(message) ?? { times: 0, commands: new Set() }
    this.keptBack.set(message, kept)
    if (!(why instanceof CommandRefused)) kept.commands.add(command)
    if (kept.commands.has(command) && !abort.signal.aborted) this.logger.warn(`${message} waits: ${why.message}`)
    this.sends.wake(message, this.now + Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** kept.times++))
  }

  /** After an event, or an outcome, of a mail. */
  private settle(message: MessageId): void {
    const send = this.sends.get(message)
    const work = this.works.get(message)
    const isOver = send === undefined || (send.state !== 'sending' && send.attempt >= (work?.attempt ?? 0))
    if (work?.noted && isOver) {
      this.works.delete(message)
      this.sends.wake(message)
    }
    if (send === undefined || work?.noted) this.keptBack.delete(message)
    if (send?.state === 'sending' && this.keptBack.get(message)?.commands.has(send.begunBy ?? '')) this.takeOver(send)
  }

  /** A mail that was through, and is wanted sent again, is in the views as soon as they have come so far. */
  private async lookUp(partition: number, messages: ReadonlySet<MessageId>): Promise<void> {
    while (!this.stopping.signal.aborted && this.held.has(partition)) {
      const found = await this.parts.views.openSends(partition).catch(() => null)
      if (found !== null && found.after >= (this.held.get(partition)?.seen ?? Infinity)) {
        for (const open of found.sends) if (messages.has(open.message)) this.sends.add(open, this.now)
        return this.go()
      }
      await sleep(VIEWS_PAUSE_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined)
    }
  }
}
