import type { WebhookAttempt, WebhookLane, WebhookReplay } from '@skein/log'

/** A stretch of a partition's events that is on its way to an endpoint: the live one, or one that is sent again. */
export class Run {
  /** How far it was read. */
  read: number
  /** What was read and not tried yet, by sequence. */
  readonly open = new Set<number>()

  constructor(
    readonly replay: number | null,
    place: number,
    /** Where it ends; `null` for the live one. */
    readonly to: number | null,
    /** Tried before the process that did so ended: passed over when it is read again. */
    readonly done = new Set<number>(),
  ) {
    this.read = place
  }

  /** Everything up to here was tried, or is not for this endpoint. */
  get place(): number {
    let place = this.read
    for (const sequence of this.open) place = Math.min(place, sequence - 1)
    return place
  }

  get isOver(): boolean {
    return this.to !== null && this.read >= this.to && this.open.size === 0
  }
}

export interface Due {
  sequence: number
  replay: number | null
  attempt: number
  /** Milliseconds since 1970. */
  nextAt: number
}

const keyOf = (replay: number | null, sequence: number): string => `${replay ?? ''}:${sequence}`

/**
 * What one endpoint has of one partition: a fold over the attempts that were made. A snapshot of it saves reading them all; what
 * was tried after the snapshot comes out of the attempts, so a crash costs a repetition only of what was on its way just then.
 */
export class LaneState {
  private readonly dues = new Map<string, Due>()

  private constructor(
    private attempts: number,
    public runs: Run[],
    public replayed: number,
    public lastSuccessAt: string | null,
    public failingSince: string | null,
  ) {}

  /** Of an endpoint that is sent what comes after `place`. */
  static startingAfter(place: number): LaneState {
    return new LaneState(0, [new Run(null, place, null)], 0, null, null)
  }

  static from(lane: WebhookLane): LaneState {
    const runs = lane.runs.map(({ replay, place, to, done }) => new Run(replay, place, to, new Set(done)))
    const state = new LaneState(lane.attempts, runs, lane.replayed, lane.lastSuccessAt, lane.failingSince)
    for (const due of lane.due) state.setDue({ ...due, nextAt: Date.parse(due.nextAt) })
    return state
  }

  /** Sequence in the stream of attempts up to which they are in here. */
  get attemptsIn(): number {
    return this.attempts
  }
  get due(): readonly Due[] {
    return [...this.dues.values()]
  }
  get dueCount(): number {
    return this.dues.size
  }
  get live(): Run {
    const live = this.runs.find(({ replay }) => replay === null)
    if (live === undefined) throw new Error('a lane without its live run')
    return live
  }
  /** Whether an endpoint fails at the moment: the last attempt did. */
  get isFailing(): boolean {
    return this.failingSince !== null
  }

  setDue(due: Due): void {
    this.dues.set(keyOf(due.replay, due.sequence), due)
  }
  dropDue({ replay, sequence }: Pick<Due, 'replay' | 'sequence'>): void {
    this.dues.delete(keyOf(replay, sequence))
  }

  /** Takes up the replays that it has not taken up yet; answers whether there were any. */
  takeUp(replays: readonly WebhookReplay[]): boolean {
    const asked = replays.filter(({ n }) => n > this.replayed)
    for (const { n, after, to } of asked) {
      this.runs.push(new Run(n, after, to))
      this.replayed = n
    }
    return asked.length > 0
  }

  apply(attempt: WebhookAttempt, sequence: number): void {
    this.attempts = Math.max(this.attempts, sequence)
    if (attempt.kind === 'test') return
    const run = this.runs.find(({ replay }) => replay === attempt.replay)
    if (run?.open.delete(attempt.sequence) === false && attempt.sequence > run.read) run.done.add(attempt.sequence)
    if (attempt.nextAt === null) this.dropDue(attempt)
    else this.setDue({ ...pick(attempt), nextAt: Date.parse(attempt.nextAt) })
    if (attempt.error === null) {
      this.lastSuccessAt = attempt.at
      this.failingSince = null
    } else this.failingSince ??= attempt.at
    this.runs = this.runs.filter((one) => !one.isOver)
  }

  /** Leaves out everything that waits and goes on after `place`: of an endpoint that was switched off. */
  skipTo(place: number): void {
    this.dues.clear()
    this.runs = [new Run(null, Math.max(place, this.live.read), null)]
    this.failingSince = null
  }

  snapshot(): WebhookLane {
    return {
      v: 1,
      attempts: this.attempts,
      runs: this.runs.map(({ replay, place, to, done }) => ({
        replay,
        place,
        to,
        done: [...done].filter((sequence) => sequence > place),
      })),
      due: this.due.map((due) => ({ ...due, nextAt: new Date(due.nextAt).toISOString() })),
      replayed: this.replayed,
      lastSuccessAt: this.lastSuccessAt,
      failingSince: this.failingSince,
    }
  }
}

const pick = ({ sequence, replay, attempt }: WebhookAttempt) => ({ sequence, replay, attempt })
