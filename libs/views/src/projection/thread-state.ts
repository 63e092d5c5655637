import type { StoredEvent, ThreadId } from '@skein/events'
import { handledTogether } from '@skein/threading'
import { isoSql, storable, storableJson, storableTime } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Run } from '../database.js'

/** What people said of a thread, who may also take it back: not a count of its mail. */
export interface ThreadState {
  readonly claim: { readonly by: string; readonly until: string } | null
  /** Nothing is left to do up to that event. */
  readonly handled: { readonly upTo: number; readonly at: string; readonly by: string } | null
  /** Sorted. */
  readonly labels: readonly string[]
  /** Sequence of the last event that put in a mail which asks for an answer, as of the row; only read. */
  readonly work: number
}
export const NO_STATE: ThreadState = { claim: null, handled: null, labels: [], work: 0 }

/** Nobody has said anything. */
const isPlain = ({ claim, handled, labels }: ThreadState): boolean =>
  claim === null && handled === null && labels.length === 0

export type StateEvent = StoredEvent & {
  type: 'ThreadClaimed' | 'ThreadReleased' | 'ThreadHandled' | 'ThreadReopened' | 'ThreadLabelled'
}
const STATE_EVENTS: ReadonlySet<string> = new Set<StateEvent['type']>([
  'ThreadClaimed',
  'ThreadReleased',
  'ThreadHandled',
  'ThreadReopened',
  'ThreadLabelled',
])
export const isStateEvent = (event: StoredEvent): event is StateEvent => STATE_EVENTS.has(event.type)

const sorted = (labels: Iterable<string>): string[] => [...new Set(labels)].sort()

/** The state after one more event. */
export const foldState = (state: ThreadState, event: StateEvent): ThreadState => {
  switch (event.type) {
    case 'ThreadClaimed':
      return { ...state, claim: { by: storable(event.data.by), until: storableTime(event.data.until) } }
    case 'ThreadReleased':
      return { ...state, claim: null }
    case 'ThreadHandled': {
      const { by, upTo } = event.data
      return { ...state, handled: { upTo, at: storableTime(event.time), by: storable(by) } }
    }
    case 'ThreadReopened':
      return { ...state, handled: null }
    case 'ThreadLabelled': {
      const gone = new Set(event.data.remove.map(storable))
      return {
        ...state,
        labels: sorted([...state.labels, ...event.data.add.map(storable)]).filter((one) => !gone.has(one)),
      }
    }
  }
}

const isHandled = ({ handled, work }: ThreadState): boolean => handled !== null && handled.upTo >= work

/**
 * Of two threads that become one at that time: the labels of both; the claim of the one that stays, unless only the other's still
 * runs; and there is something left to do unless both were handled.
 */
export const mergedState = (into: ThreadState, from: ThreadState, time: string): ThreadState => {
  const runs = into.claim !== null && into.claim.until > time
  return {
    claim: runs ? into.claim : (from.claim ?? into.claim),
    handled: handledTogether([into, from].map((state) => (isHandled(state) ? state.handled : null))),
    labels: sorted([...into.labels, ...from.labels]),
    work: Math.max(into.work, from.work),
  }
}

interface Row {
  id: ThreadId
  claimed_by: string | null
  until: string | null
  handled_up_to: string | null
  handled: string | null
  handled_by: string | null
  labels: string[]
  work: string
}

const stateOf = ({ claimed_by, until, handled_up_to, handled, handled_by, labels, work }: Row): ThreadState => ({
  claim: claimed_by === null || until === null ? null : { by: claimed_by, until },
  handled:
    handled_up_to === null || handled === null || handled_by === null
      ? null
      : { upTo: Number(handled_up_to), at: handled, by: handled_by },
  labels,
  work: Number(work),
})

/** What the tables say of these threads, those that are there. */
export const loadStates = async (run: Run, threads: readonly ThreadId[]): Promise<Map<ThreadId, ThreadState>> => {
  if (threads.length === 0) return new Map()
  const rows = await run<Row>(
    `select id, claimed_by, ${isoSql('claimed_until')} as until, handled_up_to, ${isoSql('handled_at')} as handled, handled_by,
       labels, work
     from thread where id = any($1)`,
    [threads],
  )
  return new Map(rows.map((row) => [row.id, stateOf(row)]))
}

/** What people said of a thread, in its row. */
export const STATE: Columns = {
  claimed_by: 'text',
  claimed_until: 'timestamptz',
  handled_up_to: 'bigint',
  handled_at: 'timestamptz',
  handled_by: 'text',
  labels: 'jsonb',
}
export const SET_STATE = Object.keys(STATE)
  .map((name) => `${name} = given.${name}`)
  .join(', ')

export const stateCells = ({ claim, handled, labels }: ThreadState) => ({
  claimed_by: claim?.by ?? null,
  claimed_until: claim?.until ?? null,
  handled_up_to: handled?.upTo ?? null,
  handled_at: handled?.at ?? null,
  handled_by: handled?.by ?? null,
  labels: storableJson(labels),
})

/** Of these states those that rows, which say what was `known`, do not say already. */
export const statesToPut = (
  states: ReadonlyMap<ThreadId, ThreadState>,
  known: ReadonlyMap<ThreadId, ThreadState>,
): Map<ThreadId, ThreadState> =>
  new Map([...states].filter(([id, state]) => !isPlain(state) || !isPlain(known.get(id) ?? NO_STATE)))
