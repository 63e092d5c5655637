import { isSendEvent as isOutgoing, type SendEvent as Outgoing } from '@skein/threading'
import type { InboxId, LogPosition, MessageId, SpaceId, StoredEvent, ThreadId, UnknownPolicy } from '@skein/events'
import type { OpenSend } from '@skein/views'
import { backOff } from './back-off.js'

/** A mail that is not through, as its events tell it. Times are milliseconds since 1970. */
export interface Send {
  readonly message: MessageId
  readonly thread: ThreadId
  readonly space: SpaceId
  readonly partition: number
  readonly inbox: InboxId
  readonly from: string
  readonly input: LogPosition
  readonly onUnknown: UnknownPolicy
  readonly queuedAt: number
  readonly state: 'queued' | 'sending' | 'deferred' | 'unknown'
  /** The last one that was begun or tried; 0 for none. */
  readonly attempt: number
  /** The command that began the attempt under way, where that was seen. */
  readonly begunBy: string | null
  /**
   * When there is something to do: the next attempt, or, while it is being sent, to say that nobody knows what came of that.
   * `null`: nothing, until something happens.
   */
  readonly due: number | null
}

export interface ScheduleRules {
  /** Wait after the first attempt; see `backOff`. */
  readonly retryBaseMs: number
  /** Attempts that a mail of unknown outcome gets by itself, where its policy is to try again. */
  readonly maxAttempts: number
  /** How long an attempt that somebody else began may go on after it was first seen. */
  readonly takeoverMs: number
}

/** What changes what is to do for a mail of ours. */
export type SendEvent = Extract<StoredEvent, { type: Outgoing['type'] | 'MessageErased' }>
export const isSendEvent = (event: StoredEvent): event is SendEvent =>
  event.type === 'MessageErased' || isOutgoing(event)

type Queued = StoredEvent & { type: 'MessageQueued' }

const queued = ({ data, time, thread, space, partition }: Queued): Send => {
  const { message, inbox, from, input, onUnknown, sendAt } = data
  const queuedAt = Date.parse(time)
  const mail = { message, thread, space, partition, inbox, from, input, onUnknown, queuedAt }
  return { ...mail, state: 'queued', attempt: 0, begunBy: null, due: Math.max(queuedAt, Date.parse(sendAt ?? time)) }
}

const unknownDue = (
  { message, onUnknown }: Send,
  attempt: number,
  since: number,
  rules: ScheduleRules,
): number | null =>
  onUnknown === 'retry' && attempt < rules.maxAttempts ? since + backOff(message, attempt, rules.retryBaseMs) : null

/** What is to do for a mail after one more event; `undefined`: nothing more. `now`: when the event was seen. */
export const sendAfter = (
  send: Send | undefined,
  event: SendEvent,
  now: number,
  rules: ScheduleRules,
): Send | undefined => {
  if (event.type === 'MessageQueued') return send ?? queued(event)
  if (send === undefined) return undefined
  switch (event.type) {
    case 'SendStarted': {
      const begunBy = event.cause.kind === 'command' ? event.cause.id : null
      return { ...send, state: 'sending', attempt: event.data.attempt, begunBy, due: now + rules.takeoverMs }
    }
    case 'SendDeferred': {
      const { attempt, nextAt } = event.data
      return attempt < send.attempt
        ? send
        : { ...send, state: 'deferred', attempt, begunBy: null, due: Date.parse(nextAt) }
    }
    case 'SendUnknown': {
      const { attempt } = event.data
      if (attempt < send.attempt) return send
      const due = unknownDue(send, attempt, Date.parse(event.time), rules)
      return { ...send, state: 'unknown', attempt, begunBy: null, due }
    }
    case 'SendRetried':
      return { ...send, state: 'queued', begunBy: null, due: Date.parse(event.time) }
    case 'MessageSent':
    case 'SendFailed':
    case 'SendCancelled':
    case 'SendSettled':
    case 'MessageBounced':
    case 'MessageErased':
      return undefined
  }
}

/** What is to do for a mail as the views have it. `now`: when it was read. */
export const sendOf = (open: OpenSend, now: number, rules: ScheduleRules): Send => {
  const { message, thread, space, partition, inbox, from, input, onUnknown, state, attempt } = open
  const mail = { message, thread, space, partition, inbox, from, input, onUnknown, state, attempt, begunBy: null }
  const send: Send = { ...mail, queuedAt: Date.parse(open.queuedAt), due: null }
  switch (state) {
    case 'queued':
      return { ...send, due: Date.parse(open.sendAt ?? open.queuedAt) }
    case 'deferred':
      return { ...send, due: Date.parse(open.nextAt ?? open.queuedAt) }
    case 'sending':
      return { ...send, due: now + rules.takeoverMs }
    case 'unknown':
      return { ...send, due: unknownDue(send, attempt, now, rules) }
  }
}

/** Whether the next attempt of a mail may begin now. */
export const isDue = ({ state, due }: Send, now: number): boolean => state !== 'sending' && due !== null && due <= now
