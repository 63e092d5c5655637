import { JetStreamApiError, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream'
import type { KV } from '@nats-io/kv'
import { eventStream, webhookId, type WebhookId } from '@skein/events'
import { z } from 'zod'
import { storedFrom } from './direct-get.js'
import { WEBHOOK_STREAM, webhookSubject } from './webhook-streams.js'

const FETCH_BATCH = 500
/** Sequences of the stream that one look back covers, and how many looks one call for a list makes at most. */
const WINDOW = 2_000
const WINDOWS = 50
const PUBLISH_TIMEOUT_MS = 10_000
const decoder = new TextDecoder()

/** One attempt to bring an event to an endpoint, as it is kept for 30 days. */
export const webhookAttempt = z.object({
  v: z.literal(1),
  webhook: webhookId,
  /** `event`: as it happened. `replay`: on somebody's word; `replay` is that word's number. `test`: a made-up event. */
  kind: z.enum(['event', 'replay', 'test']),
  replay: z.int().positive().nullable(),
  partition: z.int().nonnegative(),
  /** Of the event in `EVENTS-<partition>`; 0 for a test. */
  sequence: z.int().nonnegative(),
  event: z.string(),
  type: z.string(),
  attempt: z.int().positive(),
  at: z.iso.datetime(),
  ms: z.int().nonnegative(),
  status: z.int().nullable(),
  /** Why it failed, in words; `null` where the endpoint took it. */
  error: z.string().nullable(),
  nextAt: z.iso.datetime().nullable(),
})
export type WebhookAttempt = z.infer<typeof webhookAttempt>

/** What one endpoint has of one partition: a snapshot, which the attempts after `attempts` go on from. */
export const webhookLane = z.object({
  v: z.literal(1),
  /** Sequence in the stream of attempts up to which they are in here. */
  attempts: z.int().nonnegative(),
  /** Stretches of the log that are being sent: the live one, without an end, and those that are sent again. */
  runs: z.array(
    z.object({
      replay: z.int().positive().nullable(),
      /** Everything up to here was tried, or is not for this endpoint. */
      place: z.int().nonnegative(),
      to: z.int().nonnegative().nullable(),
      /** Tried already, beyond `place`. */
      done: z.array(z.int().positive()),
    }),
  ),
  /** What failed and will be tried again. */
  due: z.array(
    z.object({
      sequence: z.int().positive(),
      replay: z.int().positive().nullable(),
      attempt: z.int().positive(),
      nextAt: z.iso.datetime(),
    }),
  ),
  /** The last replay that was taken up. */
  replayed: z.int().nonnegative(),
  lastSuccessAt: z.iso.datetime().nullable(),
  failingSince: z.iso.datetime().nullable(),
})
export type WebhookLane = z.infer<typeof webhookLane>

/** Asked for by a person: send again what is after `after` up to and with `to`. */
export const webhookReplay = z.object({ n: z.int().positive(), after: z.int(), to: z.int(), at: z.iso.datetime() })
export type WebhookReplay = z.infer<typeof webhookReplay>
const replays = z.array(webhookReplay)
/** Replays that are remembered; older ones were taken up long ago. */
const REPLAYS_KEPT = 50

/**
 * Where webhooks stand: the stream `WEBHOOKS` has each attempt, and the bucket `webhooks` has for each endpoint and partition a
 * snapshot of what the attempts amount to, and the replays that were asked for.
 */
export class WebhookLog {
  constructor(
    private readonly js: JetStreamClient,
    private readonly jsm: JetStreamManager,
    private readonly bucket: KV,
  ) {}

  /** Stores an attempt; answers its sequence in the stream. */
  async noteAttempt(attempt: WebhookAttempt): Promise<number> {
    const subject = webhookSubject(attempt.partition, attempt.webhook)
    return (await this.js.publish(subject, JSON.stringify(attempt), { timeout: PUBLISH_TIMEOUT_MS, retries: 3 })).seq
  }

  /** The attempts of one endpoint in one partition after a sequence of the stream, oldest first. */
  async *attemptsAfter(
    partition: number,
    webhook: WebhookId,
    after: number,
  ): AsyncGenerator<{ attempt: WebhookAttempt; sequence: number }> {
    const subject = webhookSubject(partition, webhook)
    for (let seq = after + 1; ;) {
      const before = seq
      for await (const message of storedFrom(this.jsm, WEBHOOK_STREAM, { seq, batch: FETCH_BATCH, subject })) {
        seq = message.seq + 1
        yield { attempt: readAttempt(message.data), sequence: message.seq }
      }
      if (seq === before) return
    }
  }

  /**
   * Attempts of an endpoint, newest first, from before a sequence of the stream on. A page may be short, even empty, where the
   * stream is long and others have most of it: `next` says where to go on, `null` at the end.
   */
  async attempts(
    webhook: WebhookId,
    { limit, before, wanted }: { limit: number; before?: number; wanted?: (attempt: WebhookAttempt) => boolean },
  ): Promise<{ attempts: { attempt: WebhookAttempt; sequence: number }[]; next: number | null }> {
    const { first_seq: first, last_seq: last } = (await this.jsm.streams.info(WEBHOOK_STREAM)).state
    const found: { attempt: WebhookAttempt; sequence: number }[] = []
    let until = Math.min(last, (before ?? last + 1) - 1)
    for (let window = 0; window < WINDOWS && until >= first && found.length < limit; window++) {
      const from = Math.max(first, until - WINDOW + 1)
      const inWindow = (await this.inWindow(webhook, from, until)).filter(({ attempt }) => wanted?.(attempt) ?? true)
      found.push(...inWindow.reverse())
      until = from - 1
    }
    const page = found.slice(0, limit)
    const next = found.length > limit ? (page.at(-1)?.sequence ?? null) : until >= first ? until + 1 : null
    return { attempts: page, next }
  }

  private async inWindow(
    webhook: WebhookId,
    from: number,
    until: number,
  ): Promise<{ attempt: WebhookAttempt; sequence: number }[]> {
    const found: { attempt: WebhookAttempt; sequence: number }[] = []
    const subject = webhookSubject('*', webhook)
    for (let seq = from; seq <= until;) {
      const start = seq
      for await (const message of storedFrom(this.jsm, WEBHOOK_STREAM, { seq, batch: FETCH_BATCH, subject })) {
        seq = message.seq + 1
        if (message.seq <= until) found.push({ attempt: readAttempt(message.data), sequence: message.seq })
      }
      if (seq === start) break
    }
    return found
  }

  async lane(partition: number, webhook: WebhookId): Promise<WebhookLane | null> {
    const entry = await this.bucket.get(`lane.${partition}.${webhook}`)
    return entry?.operation === 'PUT' ? webhookLane.parse(entry.json()) : null
  }
  async keepLane(partition: number, webhook: WebhookId, lane: WebhookLane): Promise<void> {
    await this.bucket.put(`lane.${partition}.${webhook}`, JSON.stringify(lane))
  }

  /** All replays that were asked for lately, oldest first. */
  async replays(partition: number, webhook: WebhookId): Promise<WebhookReplay[]> {
    const entry = await this.bucket.get(`replay.${partition}.${webhook}`)
    return entry?.operation === 'PUT' ? replays.parse(entry.json()) : []
  }

  /** Asks the process that has the partition to send a stretch again; it stays asked for whatever crashes. Answers its number. */
  async askReplay(partition: number, webhook: WebhookId, stretch: Omit<WebhookReplay, 'n'>): Promise<WebhookReplay> {
    const key = `replay.${partition}.${webhook}`
    for (;;) {
      const entry = await this.bucket.get(key)
      const known = entry?.operation === 'PUT' ? replays.parse(entry.json()) : []
      const added: WebhookReplay = { ...stretch, n: (known.at(-1)?.n ?? 0) + 1 }
      try {
        await this.bucket.put(key, JSON.stringify([...known, added].slice(-REPLAYS_KEPT)), {
          previousSeq: entry?.revision ?? 0,
        })
        return added
      } catch (error) {
        if (!(error instanceof JetStreamApiError)) throw error // somebody asked at the same moment: once more
      }
    }
  }

  /** Calls back with each replay list as it is asked for, those of before first. The answer ends it. */
  async watchReplays(
    asked: (partition: number, webhook: WebhookId, replays: WebhookReplay[]) => void,
  ): Promise<() => void> {
    const watch = await this.bucket.watch({ key: 'replay.>' })
    const follow = async (): Promise<void> => {
      for await (const entry of watch) {
        const [, partition = '', webhook = ''] = entry.key.split('.')
        if (entry.operation === 'PUT') asked(Number(partition), webhookId.parse(webhook), replays.parse(entry.json()))
      }
    }
    void follow()
    return () => watch.stop()
  }

  /** The sequence of the first event of a partition that was stored at or after a time; one past the end where there is none. */
  async sequenceAt(partition: number, time: Date): Promise<number> {
    const stream = eventStream(partition)
    const { state } = await this.jsm.streams.info(stream)
    if (state.messages === 0 || time > new Date(state.last_ts)) return state.last_seq + 1
    const message = await this.jsm.direct.getMessage(stream, { start_time: time })
    return message?.seq ?? state.last_seq + 1
  }
}

const readAttempt = (data: Uint8Array): WebhookAttempt => webhookAttempt.parse(JSON.parse(decoder.decode(data)))
