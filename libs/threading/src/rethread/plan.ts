import type { MessageId, ThreadId } from '@skein/events'

/** Which thread each message is in. What names a group of the aim is no thread: it only says who belongs together. */
export type Partition<G = ThreadId> = ReadonlyMap<MessageId, G>

/** Messages that belong together, and what has to be done for that. */
export interface Gathering {
  /** The thread that they gather in; `null` where a new one has to be made, because each of theirs goes on without them. */
  home: ThreadId | null
  /** Those that are elsewhere now, in threads that go on without them. */
  messages: MessageId[]
  /** Threads that come along whole. */
  absorb: ThreadId[]
}

export interface RegroupPlan {
  gatherings: Gathering[]
  /** Of the threads that are there. */
  threads: { all: number; unchanged: number; split: number; merged: number }
  /** Messages that end in another thread than most of the thread that they are in. */
  moved: number
}

const groupsOf = <G>(partition: Partition<G>): Map<G, MessageId[]> =>
  Map.groupBy(partition.keys(), (message) => partition.get(message) as G)

/** The group that a thread's id stays with: the one that most of its messages are in, of several the first one's. */
const homesOf = <G>(live: ReadonlyMap<ThreadId, readonly MessageId[]>, aim: Partition<G>): Map<ThreadId, G> => {
  const homes = new Map<ThreadId, G>()
  for (const [thread, messages] of live) {
    const counts = new Map<G, number>()
    for (const message of messages) {
      const group = aim.get(message) as G
      counts.set(group, (counts.get(group) ?? 0) + 1)
    }
    const most = Math.max(...counts.values())
    for (const [group, count] of counts) if (count === most && !homes.has(thread)) homes.set(thread, group)
  }
  return homes
}

/**
 * How to get from the threads that are there to others, so that as many ids as can be stay with their messages. Messages that the
 * aim does not name stay where they are. `oldestFirst` says which of several threads keeps its id. Pure.
 */
export const planRegroup = <G>(
  live: Partition,
  aim: Partition<G>,
  oldestFirst: (a: ThreadId, b: ThreadId) => number,
): RegroupPlan => {
  const named = new Map([...live].filter(([message]) => aim.has(message)))
  const threads = groupsOf(named)
  const homes = homesOf(threads, aim)
  const atHome = Map.groupBy(homes.keys(), (thread) => homes.get(thread) as G)
  const plan: RegroupPlan = {
    gatherings: [],
    threads: { all: threads.size, unchanged: 0, split: 0, merged: 0 },
    moved: 0,
  }
  const touched = new Set<ThreadId>()
  for (const [group, messages] of groupsOf(aim)) {
    const [home = null, ...absorb] = (atHome.get(group) ?? []).toSorted(oldestFirst)
    const away = messages.filter((message) => {
      const thread = named.get(message)
      return thread !== undefined && homes.get(thread) !== group
    })
    plan.moved += away.length
    plan.threads.merged += absorb.length
    if (away.length === 0 && absorb.length === 0) continue
    plan.gatherings.push({ home, messages: away, absorb })
    for (const thread of [...(home === null ? [] : [home]), ...absorb]) touched.add(thread)
    for (const message of away) touched.add(named.get(message) as ThreadId)
  }
  for (const [thread, messages] of threads) {
    if (!touched.has(thread)) plan.threads.unchanged++
    if (new Set(messages.map((message) => aim.get(message))).size > 1) plan.threads.split++
  }
  return plan
}
