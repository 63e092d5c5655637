import type { StoredEvent, WebhookId } from '@skein/events'
import type { HealthState } from '@skein/http'
import type { EventBatch, Webhook, WebhookAttempt } from '@skein/log'
import type { OutboxParts } from '../parts.js'
import { Lane, type LaneWork } from './lane.js'
import { LaneState } from './lane-state.js'
import { isFor, noticesOf, type Notice } from './notice.js'
import { payloadOf, sealedFor, signedHeaders } from './payload.js'
import type { Outcome, Post } from './post.js'
import { isSilent } from './schedule.js'

/** Lanes that are not further behind than this are caught up together, by one reading of the log; the others read by themselves. */
const NEAR_THE_END = 20_000
/** What is under way when the service stops may take so long. */
const STOP_MS = 5_000
/** Health speaks of a lane that is further behind than this. */
const FAR_BEHIND = 1_000
/** What a reason begins with where it was not a person who switched an endpoint off. */
const FAILING = 'failing: '
/** Health speaks of such an endpoint for so long. */
const NEWS_MS = 7 * 24 * 60 * 60_000

interface Partition {
  position: number
  readonly lanes: Map<WebhookId, Promise<Lane>>
}

/** Brings the events of the partitions that this process has to the endpoints of their accounts: one lane each. */
export class WebhookSender {
  private readonly partitions = new Map<number, Partition>()
  private stopWatching: Promise<() => void> | undefined

  constructor(
    private readonly parts: Pick<OutboxParts, 'log' | 'views' | 'settings' | 'now'>,
    private readonly post: Post,
  ) {}

  /** Takes a partition on; answers from where it has to be followed. */
  async takeOn(partition: number): Promise<number> {
    await this.leave(partition, 0)
    this.stopWatching ??= this.watch()
    await this.stopWatching
    const { log } = this.parts
    const end = await log.endOfEvents(partition)
    const one: Partition = { position: end, lanes: new Map() }
    const lanes = await Promise.all(this.endpoints().map(({ id }) => this.laneOf(partition, one, id)))
    const near = lanes.map(({ state }) => state.live.place).filter((place) => place > end - NEAR_THE_END)
    one.position = Math.min(end, ...near)
    this.partitions.set(partition, one)
    for (const lane of lanes) lane.pump()
    return one.position
  }

  /** Gives new events to the lanes; none of them is waited for. */
  async take({ partition, events }: EventBatch): Promise<void> {
    const one = this.partitions.get(partition)
    const last = events.at(-1)?.sequence
    if (one === undefined || last === undefined) return
    const before = one.position
    const notices = noticesOf(events)
    await this.forget(one)
    const offers = await Promise.all(
      this.endpoints().map(async (endpoint) => {
        const lane = await this.laneOf(partition, one, endpoint.id)
        return { lane, notices: await this.wanted(endpoint, notices) }
      }),
    )
    one.position = last
    for (const { lane, notices: wanted } of offers) {
      if (wanted === null) lane.pump()
      else lane.offer(before, last, wanted)
    }
  }

  /** Lets go of a partition: another process may take it on. */
  async leave(partition: number, ms = STOP_MS): Promise<void> {
    const one = this.partitions.get(partition)
    this.partitions.delete(partition)
    const lanes = await Promise.allSettled([...(one?.lanes.values() ?? [])])
    await Promise.all(lanes.flatMap((lane) => (lane.status === 'fulfilled' ? [lane.value.stop(ms)] : [])))
  }

  async stop(): Promise<void> {
    await Promise.all([...this.partitions.keys()].map((partition) => this.leave(partition)))
    ;(await this.stopWatching?.catch(() => undefined))?.()
    await this.post.close()
  }

  /** Sends one event once, with the endpoint's secrets. */
  async send(endpoint: Webhook, notice: Notice, signal?: AbortSignal): Promise<Outcome> {
    return this.sendPayload(
      endpoint,
      { id: notice.id, payload: payloadOf(notice, this.parts.settings.publicUrl) },
      signal,
    )
  }

  async sendPayload(
    endpoint: Webhook,
    { id, payload }: { id: string; payload: unknown },
    signal?: AbortSignal,
  ): Promise<Outcome> {
    const { log, now } = this.parts
    const body = JSON.stringify(payload)
    try {
      const secrets = endpoint.secrets.map((sealed) => log.secrets.open(sealed, sealedFor(endpoint.id)))
      return await this.post.send(endpoint.url, signedHeaders(body, { id, at: now(), secrets }), body, signal)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { status: null, error: `not sent: ${reason}`, ms: 0, retryAfterMs: null, answer: '' }
    }
  }

  /** Whether an endpoint gets an event; `null` of `wanted` where that cannot be told just now. */
  isFor(endpoint: Webhook, notice: Notice): Promise<boolean> {
    const { log, views } = this.parts
    return isFor(endpoint, notice, log.directory, (message, inbox) => views.isDelivered(message, inbox))
  }

  private async wanted(endpoint: Webhook, notices: readonly Notice[]): Promise<Notice[] | null> {
    if (endpoint.disabled !== null) return []
    const wanted: Notice[] = []
    try {
      for (const notice of notices) if (await this.isFor(endpoint, notice)) wanted.push(notice)
      return wanted
    } catch {
      return null
    }
  }

  private endpoints(): Webhook[] {
    return this.parts.log.directory.all('webhook')
  }

  private laneOf(partition: number, one: Partition, webhook: WebhookId): Promise<Lane> {
    const open = one.lanes.get(webhook) ?? this.open(partition, one, webhook)
    one.lanes.set(webhook, open)
    open.catch(() => one.lanes.delete(webhook))
    return open
  }

  private async open(partition: number, one: Partition, webhook: WebhookId): Promise<Lane> {
    const { webhooks } = this.parts.log
    const state = await this.stateOf(partition, webhook)
    state.takeUp(await webhooks.replays(partition, webhook))
    for await (const { attempt, sequence } of webhooks.attemptsAfter(partition, webhook, state.attemptsIn))
      state.apply(attempt, sequence)
    return new Lane(this.workOf(partition, one, webhook), state)
  }

  /** A new endpoint gets what is stored from its making on. */
  private async stateOf(partition: number, webhook: WebhookId): Promise<LaneState> {
    const { log } = this.parts
    const kept = await log.webhooks.lane(partition, webhook)
    if (kept !== null) return LaneState.from(kept)
    const made = log.directory.get('webhook', webhook)?.createdAt
    const first = await log.webhooks.sequenceAt(partition, made === undefined ? this.parts.now() : new Date(made))
    return LaneState.startingAfter(first - 1)
  }

  private workOf(partition: number, one: Partition, webhook: WebhookId): LaneWork {
    const { log, now } = this.parts
    return {
      webhook,
      partition,
      endpoint: () => {
        const endpoint = log.directory.get('webhook', webhook)
        return endpoint === undefined || endpoint.disabled !== null ? null : endpoint
      },
      position: () => one.position,
      read: (after, until): AsyncGenerator<StoredEvent[]> => log.readEvents(partition, after, until),
      isFor: (endpoint, notice) => this.isFor(endpoint, notice),
      send: (endpoint, notice, signal) => this.send(endpoint, notice, signal),
      noteAttempt: (attempt) => log.webhooks.noteAttempt(attempt),
      keep: (state) => log.webhooks.keepLane(partition, webhook, state.snapshot()),
      failed: (attempt, state) => this.afterFailure(attempt, state),
      now,
      chance: Math.random,
    }
  }

  /** Switches an endpoint off that says that it is gone, or that took nothing for days while an event failed for good. */
  private async afterFailure(attempt: WebhookAttempt, state: LaneState): Promise<void> {
    if (attempt.status === 410) return this.disable(attempt.webhook, 'it answered 410: it is gone')
    if (attempt.nextAt !== null) return
    const { partitions, webhooks } = this.parts.log
    const all = Array.from({ length: partitions }, (_, partition) => webhooks.lane(partition, attempt.webhook))
    const successes = (await Promise.all(all)).map((lane) => lane?.lastSuccessAt ?? null)
    if (!isSilent({ failingSince: state.failingSince, successes, now: this.parts.now() })) return
    await this.disable(attempt.webhook, `it took nothing for 5 days; last: ${attempt.error}`)
  }

  private async disable(webhook: WebhookId, reason: string): Promise<void> {
    const disabled = { at: this.parts.now().toISOString(), reason: `${FAILING}${reason}` }
    await this.parts.log.directory.change('webhook', webhook, (now) => ({ ...now, disabled: now.disabled ?? disabled }))
  }

  /** Lanes of endpoints that were deleted. */
  private async forget(one: Partition): Promise<void> {
    for (const [webhook, lane] of one.lanes) {
      if (this.parts.log.directory.get('webhook', webhook) !== undefined) continue
      one.lanes.delete(webhook)
      await (await lane).stop(0)
    }
  }

  private watch(): Promise<() => void> {
    const { log } = this.parts
    return log.webhooks.watchReplays((partition, webhook, replays) => {
      const one = this.partitions.get(partition)
      if (one === undefined || log.directory.get('webhook', webhook) === undefined) return
      void this.laneOf(partition, one, webhook).then(
        (lane) => lane.takeUp(replays),
        () => undefined, // opened again with the next events, which looks at the replays as well
      )
    })
  }

  /** How webhooks stand, in words; ids only, as health needs no key. */
  async health(): Promise<HealthState> {
    const endpoints = this.endpoints()
    const news = this.parts.now().getTime() - NEWS_MS
    const off = endpoints.filter(
      ({ disabled }) => disabled?.reason.startsWith(FAILING) === true && Date.parse(disabled.at) > news,
    )
    const lanes = (
      await Promise.all([...this.partitions.values()].flatMap(({ lanes }) => [...lanes.values()]))
    ).values()
    let due = 0
    let behind = 0
    for (const lane of lanes) {
      due += lane.state.dueCount
      if (lane.behind > FAR_BEHIND) behind++
    }
    const words = [
      `${endpoints.length} endpoints, ${due} events to be tried again`,
      ...(behind === 0 ? [] : [`${behind} far behind`]),
      ...off.map(({ id, disabled }) => `${id} was switched off: ${disabled?.reason}`),
    ]
    return { state: off.length + behind === 0 ? 'green' : 'yellow', detail: words.join('; ') }
  }
}
