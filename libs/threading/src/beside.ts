import type { Decided } from '@skein/events'

/** What is read, who looks after a thread, and what becomes of our own mail: nothing of that says where a mail belongs. */
const BESIDE = {
  ThreadRead: true,
  ThreadUnread: true,
  ThreadClaimed: true,
  ThreadReleased: true,
  ThreadHandled: true,
  ThreadReopened: true,
  ThreadLabelled: true,
  MessageQueued: true,
  SendStarted: true,
  MessageSent: true,
  SendDeferred: true,
  SendFailed: true,
  SendUnknown: true,
  SendCancelled: true,
  SendRetried: true,
  SendSettled: true,
  MessageBounced: true,
} as const satisfies Partial<Record<Decided['type'], true>>

/** Whether an event has nothing to do with places in threads. */
export const isBeside = <E extends Decided>(event: E): event is Extract<E, { type: keyof typeof BESIDE }> =>
  Object.hasOwn(BESIDE, event.type)
