import type { Decided, ThreadId } from '@skein/events'
import type { Correction } from './corrections.js'

/*
 * Who looks after a thread: claims, what is handled, labels. The fold of its events, and what a command adds to them. The writer
 * of the partition alone decides, so of two who claim a thread one wins.
 */

/** What people and agents said about a thread. */
export interface CareRow {
  thread: ThreadId
  /** Who took it on, until when (ISO 8601 UTC); `null` where nobody does. */
  claim: { by: string; until: string } | null
  /** The event up to which nothing is left to do; `null` where that was not said, or taken back. */
  handledUpTo: number | null
  /** In order. */
  labels: string[]
}

export const uncaredFor = (thread: ThreadId): CareRow => ({ thread, claim: null, handledUpTo: null, labels: [] })

type EventOf<T extends Decided['type']> = Extract<Decided, { type: T }>
export type CareEvent = EventOf<
  | 'ThreadClaimed'
  | 'ThreadReleased'
  | 'ThreadHandled'
  | 'ThreadReopened'
  | 'ThreadLabelled'
  | 'ThreadsMerged'
  | 'ThreadSplit'
  | 'MergeUndone'
>
const CARE: { readonly [T in CareEvent['type']]: true } = {
  ThreadClaimed: true,
  ThreadReleased: true,
  ThreadHandled: true,
  ThreadReopened: true,
  ThreadLabelled: true,
  ThreadsMerged: true,
  ThreadSplit: true,
  MergeUndone: true,
}
export const isCareEvent = <E extends Decided>(event: E): event is E & CareEvent => Object.hasOwn(CARE, event.type)

const running = (claim: CareRow['claim'], now: string): CareRow['claim'] =>
  claim !== null && Date.parse(claim.until) > Date.parse(now) ? claim : null

const labelled = (labels: readonly string[], add: readonly string[], remove: readonly string[] = []): string[] =>
  [...new Set([...labels, ...add])].filter((label) => !remove.includes(label)).sort()

/** Up to where threads that become one are handled: all of them have to be, and then the furthest counts. */
export const handledTogether = <Handled extends { readonly upTo: number }>(each: readonly (Handled | null)[]) =>
  each.reduce((together, one) => {
    if (together === null || one === null) return null
    return one.upTo > together.upTo ? one : together
  })

/** What the survivor of a merge has from now on: its own claim first, the labels of all, and handled only if all were. */
const mergedCare = (row: CareRow, absorbed: readonly CareRow[], time: string): CareRow => ({
  thread: row.thread,
  claim: [row, ...absorbed].map(({ claim }) => running(claim, time)).find((claim) => claim !== null) ?? null,
  handledUpTo:
    handledTogether([row, ...absorbed].map(({ handledUpTo: upTo }) => (upTo === null ? null : { upTo })))?.upTo ?? null,
  labels: labelled(
    row.labels,
    absorbed.flatMap((one) => one.labels),
  ),
})

/** A thread that comes out of another begins with what was said of that, but nobody has taken it on. */
const comesOut = (of: CareRow, thread: ThreadId): CareRow => ({ ...of, thread, claim: null })

/**
 * What holds of the thread that an event changes, after it. `rowOf` answers every thread, with `uncaredFor` where nothing was
 * said; `time` is the event's own, so that a claim that had run out by then is left behind whenever this is computed.
 */
export const careAfter = (rowOf: (thread: ThreadId) => CareRow, event: CareEvent & { time: string }): CareRow => {
  const row = rowOf(event.thread)
  switch (event.type) {
    case 'ThreadClaimed':
      return { ...row, claim: { by: event.data.by, until: event.data.until } }
    case 'ThreadReleased':
      return { ...row, claim: null }
    case 'ThreadHandled':
      return { ...row, handledUpTo: event.data.upTo }
    case 'ThreadReopened':
      return { ...row, handledUpTo: null }
    case 'ThreadLabelled':
      return { ...row, labels: labelled(row.labels, event.data.add, event.data.remove) }
    case 'ThreadsMerged':
      return mergedCare(row, event.data.absorbed.map(rowOf), event.time)
    case 'ThreadSplit':
      return comesOut(row, event.data.into)
    case 'MergeUndone':
      return comesOut(row, event.data.absorbed)
  }
}

export type CareCommand =
  | { name: 'ClaimThread'; by: string; until: string }
  | { name: 'ReleaseThread'; by: string }
  | { name: 'HandleThread'; by: string; upTo: number }
  | { name: 'ReopenThread'; by: string }
  | { name: 'LabelThread'; add: string[]; remove: string[] }

const refused = (code: string, detail: string): Correction => ({ refused: { code, detail } })

/** More labels than this are no labels. */
const MOST_LABELS = 100

/** What a command makes of a living thread at a time (ISO 8601 UTC); `[]` where it is so already. */
export const decideCare = (command: CareCommand, row: CareRow, now: string): Correction => {
  const { thread } = row
  const claim = running(row.claim, now)
  switch (command.name) {
    case 'ClaimThread':
      return claimed(command, row, now)
    case 'ReleaseThread':
      if (claim === null) return { events: [] }
      if (claim.by !== command.by) return takenBy(claim, thread)
      return { events: [{ type: 'ThreadReleased', thread, data: { by: command.by } }] }
    case 'HandleThread':
      return handled(command, row, now)
    case 'ReopenThread':
      return row.handledUpTo === null
        ? { events: [] }
        : { events: [{ type: 'ThreadReopened', thread, data: { by: command.by } }] }
    case 'LabelThread':
      return relabelled(command, row)
  }
}

const takenBy = ({ by, until }: { by: string; until: string }, thread: ThreadId): Correction =>
  refused('claimed', `Thread ${thread} is claimed by ${by} until ${until}.`)

const claimed = ({ by, until }: { by: string; until: string }, { thread, claim }: CareRow, now: string): Correction => {
  const current = running(claim, now)
  if (current !== null && current.by !== by) return takenBy(current, thread)
  if (Date.parse(until) <= Date.parse(now))
    return refused('claim-over', `The claim would have ended at ${until} already.`)
  return current?.until === until
    ? { events: [] }
    : { events: [{ type: 'ThreadClaimed', thread, data: { by, until } }] }
}

/** What is done needs nobody any more, whoever has it claimed. */
const handled = (
  { by, upTo }: { by: string; upTo: number },
  { thread, claim, handledUpTo }: CareRow,
  now: string,
): Correction => {
  const holder = running(claim, now)?.by
  if (handledUpTo !== null && handledUpTo >= upTo && holder !== by) return { events: [] }
  const done: Decided = { type: 'ThreadHandled', thread, data: { by, upTo: Math.max(upTo, handledUpTo ?? 0) } }
  return { events: holder === undefined ? [done] : [{ type: 'ThreadReleased', thread, data: { by } }, done] }
}

const relabelled = (given: { add: string[]; remove: string[] }, { thread, labels }: CareRow): Correction => {
  const add = [...new Set(given.add)].filter((label) => !labels.includes(label) && !given.remove.includes(label))
  const remove = [...new Set(given.remove)].filter((label) => labels.includes(label))
  if (add.length === 0 && remove.length === 0) return { events: [] }
  if (labels.length + add.length - remove.length > MOST_LABELS)
    return refused('too-many-labels', `A thread has at most ${MOST_LABELS} labels.`)
  return { events: [{ type: 'ThreadLabelled', thread, data: { add, remove } }] }
}
