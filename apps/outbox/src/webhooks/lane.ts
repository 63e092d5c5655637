import { setTimeout as sleep } from 'node:timers/promises'
import { Logger } from '@nestjs/common'
import type { StoredEvent } from '@skein/events'
import type { Webhook, WebhookAttempt, WebhookReplay } from '@skein/log'
import type { LaneState, Run } from './lane-state.js'
import { noticeOf, noticesOf, type Notice } from './notice.js'
import type { Outcome } from './post.js'
import { nextAttempt } from './schedule.js'

/** Attempts of one endpoint under way at once, in one partition; one that fails gets a single one. */
const AT_ONCE = 8
/** Events that wait for another attempt at most; beyond that the lane stands still, and its backlog stays in the log. */
const MOST_DUE = 1_000
/** The log is read on when fewer than this wait in memory. */
const FEW_WAITING = 64
const SNAPSHOT_MS = 1_000
/** Events that went by without one for this endpoint, after which its place is noted all the same. */
const SNAPSHOT_EVENTS = 5_000
const TROUBLE_MS = 1_000
const LONGEST_TIMER_MS = 60 * 60_000

/** What a lane works with. */
export interface LaneWork {
  readonly webhook: Webhook['id']
  readonly partition: number
  /** The endpoint as it is now; `null` where it is no more, or switched off. */
  endpoint(): Webhook | null
  /** How far the partition was followed. */
  position(): number
  /** Events of the partition after one place up to another, in batches. */
  read(after: number, until: number): AsyncGenerator<StoredEvent[]>
  isFor(endpoint: Webhook, notice: Notice): Promise<boolean>
  send(endpoint: Webhook, notice: Notice, signal: AbortSignal): Promise<Outcome>
  noteAttempt(attempt: WebhookAttempt): Promise<number>
  keep(state: LaneState): Promise<void>
  /** Told of every attempt that failed, after it is noted. */
  failed(attempt: WebhookAttempt, state: LaneState): Promise<void>
  now(): Date
  chance(): number
}

interface Job {
  run: Run | null
  replay: number | null
  sequence: number
  attempt: number
  notice: Notice | null
}

/**
 * The way of one partition's events to one endpoint. Nobody else waits for it: it has its own place in the log and reads on by
 * itself where it could not keep up. Events of one thread go one after the other; an event that fails is tried again by the
 * schedule, and those behind it go on.
 */
export class Lane {
  private readonly logger = new Logger('Webhooks')
  private readonly waiting = new Map<Run, Notice[]>()
  private readonly jobs = new Set<Promise<void>>()
  private readonly busy = new Set<string>()
  private readonly ended = new AbortController()
  private stopped = false
  private reading = false
  private pausedUntil = 0
  private timer: NodeJS.Timeout | undefined
  private snapshotTimer: NodeJS.Timeout | undefined
  private noted: number
  private keeping = Promise.resolve()

  constructor(
    private readonly work: LaneWork,
    readonly state: LaneState,
  ) {
    this.noted = state.live.place
  }

  /** How many events it is behind the partition, at least. */
  get behind(): number {
    return Math.max(0, this.work.position() - this.state.live.place)
  }

  /** New events of the partition, those after `before` up to `last` that are for this endpoint; left to `readOn` where it is full. */
  offer(before: number, last: number, notices: readonly Notice[]): void {
    const run = this.state.live
    if (run.read < before || (this.waiting.get(run)?.length ?? 0) >= FEW_WAITING) return this.pump()
    this.accept(run, last, notices)
    this.pump()
  }

  takeUp(replays: readonly WebhookReplay[]): void {
    if (this.state.takeUp(replays)) this.changed()
    this.pump()
  }

  private accept(run: Run, last: number, notices: readonly Notice[]): void {
    const queue = this.waiting.get(run) ?? []
    this.waiting.set(run, queue)
    for (const notice of notices) {
      if (notice.sequence <= run.read || run.done.delete(notice.sequence)) continue
      run.open.add(notice.sequence)
      queue.push(notice)
    }
    run.read = Math.max(run.read, last)
    if (run.read - this.noted >= SNAPSHOT_EVENTS) this.changed()
  }

  /** Starts what can be started, reads on where little waits, and sees to being woken for what is due later. */
  pump(): void {
    if (this.stopped) return
    if (this.work.endpoint() === null) return this.rest()
    if (this.work.now().getTime() < this.pausedUntil) return this.wakeAt(this.pausedUntil)
    for (let job = this.next(); job !== null; job = this.next()) {
      const done: Promise<void> = this.run(job).finally(() => {
        this.jobs.delete(done)
        this.pump()
      })
      this.jobs.add(done)
    }
    void this.readOn()
    const due = this.earliestDue()
    if (due !== null) this.wakeAt(due.nextAt)
  }

  private rest(): void {
    const { live, dueCount, runs } = this.state
    this.waiting.clear()
    if (dueCount === 0 && runs.length === 1 && live.open.size === 0 && live.read >= this.work.position()) return
    this.state.skipTo(this.work.position())
    this.changed()
  }

  private wakeAt(at: number): void {
    clearTimeout(this.timer)
    const delay = Math.min(Math.max(1, at - this.work.now().getTime()), LONGEST_TIMER_MS)
    this.timer = setTimeout(() => this.pump(), delay)
  }

  private earliestDue() {
    let earliest = null
    for (const due of this.state.due)
      if (!this.busy.has(keyOf(due)) && (earliest === null || due.nextAt < earliest.nextAt)) earliest = due
    return earliest
  }

  private next(): Job | null {
    if (this.jobs.size >= (this.state.isFailing ? 1 : AT_ONCE)) return null
    const due = this.state.dueCount === 0 ? null : this.earliestDue()
    if (due !== null && due.nextAt <= this.work.now().getTime())
      return { run: null, ...due, attempt: due.attempt + 1, notice: null }
    if (this.state.dueCount + this.jobs.size >= MOST_DUE) return null
    for (const run of this.state.runs) {
      const queue = this.waiting.get(run) ?? []
      const free = queue.findIndex(({ thread }) => !this.busy.has(thread))
      const [notice] = free < 0 ? [] : queue.splice(free, 1)
      if (notice !== undefined) return { run, replay: run.replay, sequence: notice.sequence, attempt: 1, notice }
    }
    return null
  }

  private async run(job: Job): Promise<void> {
    const marks = [keyOf(job), ...(job.notice === null ? [] : [job.notice.thread])]
    for (const mark of marks) this.busy.add(mark)
    try {
      await this.attempt(job)
    } catch (error) {
      if (this.ended.signal.aborted) return
      this.logger.warn(`${this.work.webhook}: ${error instanceof Error ? error.message : String(error)}; trying again`)
      this.pausedUntil = this.work.now().getTime() + TROUBLE_MS
      if (job.run !== null && job.notice !== null) this.waiting.get(job.run)?.unshift(job.notice)
    } finally {
      for (const mark of marks) this.busy.delete(mark)
    }
  }

  private async attempt(job: Job): Promise<void> {
    const endpoint = this.work.endpoint()
    const notice = job.notice ?? (await this.noticeAt(job.sequence))
    if (endpoint === null) return
    if (notice === null) return this.state.dropDue(job)
    const at = this.work.now()
    const outcome = await this.work.send(endpoint, notice, this.ended.signal)
    if (this.ended.signal.aborted) return
    const attempt = this.attemptOf(job, notice, at, outcome)
    this.state.apply(attempt, await this.noteUntilStored(attempt))
    this.changed()
    if (attempt.error !== null) await this.work.failed(attempt, this.state)
  }

  private attemptOf(job: Job, notice: Notice, at: Date, outcome: Outcome): WebhookAttempt {
    const { status, error, ms, retryAfterMs } = outcome
    const failedAt = this.work.now()
    const again = error === null || status === 410 ? null : { attempt: job.attempt, at: failedAt, retryAfterMs }
    return {
      v: 1,
      webhook: this.work.webhook,
      kind: job.replay === null ? 'event' : 'replay',
      replay: job.replay,
      partition: this.work.partition,
      sequence: notice.sequence,
      event: notice.id,
      type: notice.type,
      attempt: job.attempt,
      at: at.toISOString(),
      ms,
      status,
      error,
      nextAt: (again && nextAttempt({ ...again, chance: this.work.chance() }))?.toISOString() ?? null,
    }
  }

  /** What was done is not done again because it could not be noted at once: it is noted when the log is back. */
  private async noteUntilStored(attempt: WebhookAttempt): Promise<number> {
    for (;;) {
      try {
        return await this.work.noteAttempt(attempt)
      } catch (error) {
        if (this.ended.signal.aborted) throw error
        await sleep(TROUBLE_MS, undefined, { signal: this.ended.signal })
      }
    }
  }

  private async noticeAt(sequence: number): Promise<Notice | null> {
    for await (const events of this.work.read(sequence - 1, sequence))
      for (const event of events) return noticeOf(event)
    return null
  }

  private async readOn(): Promise<void> {
    const run = this.state.runs.find((one) => this.hasMore(one))
    if (this.reading || run === undefined) return
    this.reading = true
    try {
      await this.readSome(run)
    } catch (error) {
      if (this.stopped) return
      this.logger.warn(`${this.work.webhook}: ${error instanceof Error ? error.message : String(error)}; trying again`)
      this.pausedUntil = this.work.now().getTime() + TROUBLE_MS
    } finally {
      this.reading = false
    }
    this.pump()
  }

  private endOf(run: Run): number {
    return Math.min(run.to ?? Infinity, this.work.position())
  }
  private hasMore(run: Run): boolean {
    return run.read < this.endOf(run) && (this.waiting.get(run)?.length ?? 0) < FEW_WAITING
  }

  private async readSome(run: Run): Promise<void> {
    const endpoint = this.work.endpoint()
    if (endpoint === null) return
    const until = this.endOf(run)
    for await (const events of this.work.read(run.read, until)) {
      const notices: Notice[] = []
      for (const notice of noticesOf(events)) if (await this.work.isFor(endpoint, notice)) notices.push(notice)
      if (this.stopped || !this.state.runs.includes(run)) return
      this.accept(run, events.at(-1)?.sequence ?? run.read, notices)
      if (!this.hasMore(run)) return this.drop(run)
    }
    if (!this.stopped) this.accept(run, until, [])
    this.drop(run)
  }

  private drop(run: Run): void {
    if (!run.isOver) return
    this.waiting.delete(run)
    this.state.runs = this.state.runs.filter((one) => one !== run)
    this.changed()
  }

  private changed(): void {
    if (this.stopped) return
    this.snapshotTimer ??= setTimeout(() => void this.keep(), SNAPSHOT_MS)
  }

  private async keep(): Promise<void> {
    clearTimeout(this.snapshotTimer)
    this.snapshotTimer = undefined
    this.noted = this.state.live.place
    this.keeping = this.keeping.then(() => this.work.keep(this.state)).catch(() => this.changed())
    await this.keeping
  }

  /** Starts nothing more, lets what is under way come to its end for `ms`, then breaks it off, and notes where it stands. */
  async stop(ms: number): Promise<void> {
    this.stopped = true
    clearTimeout(this.timer)
    clearTimeout(this.snapshotTimer)
    await Promise.race([Promise.allSettled([...this.jobs]), sleep(ms, undefined, { ref: false })])
    this.ended.abort()
    await Promise.allSettled([...this.jobs])
    await this.keep()
  }
}

const keyOf = ({ replay, sequence }: { replay: number | null; sequence: number }): string => `${replay}:${sequence}`
