import type { MailKind } from '@skein/mail'
import type { InboxId, MessageId, StoredEvent, ThreadId } from '@skein/events'

interface Held {
  thread: ThreadId
  sentAt: string
  top: boolean
  subject: string
  people: string[]
  kind: MailKind
  out: boolean
  position: number
  deliveries: Map<InboxId, { read: boolean; own: boolean; position: number }>
}

const clean = (text: string): string => text.replaceAll('\0', '').toWellFormed()

interface State {
  claim: string | null
  until: string
  handled: number | null
  labels: Set<string>
}
const unsaid = (): State => ({ claim: null, until: '', handled: null, labels: new Set() })

/** Counts of threads and inboxes, by going through the whole log and counting everything at the end. */
export const naiveViews = (events: readonly StoredEvent[]) => {
  const into = new Map<ThreadId, ThreadId>()
  const living = (thread: ThreadId): ThreadId => {
    const next = into.get(thread)
    return next === undefined ? thread : living(next)
  }
  const threads = new Set<ThreadId>()
  const versions = new Map<ThreadId, number>()
  const held = new Map<MessageId, Held>()
  const states = new Map<ThreadId, State>()
  const stateOf = (thread: ThreadId): State => states.get(thread) ?? unsaid()
  /** The last mail of a thread that asks for something. */
  const workOf = (thread: ThreadId): number =>
    Math.max(
      0,
      ...[...held.values()]
        .filter(({ thread: one, out, kind }) => living(one) === thread && !out && kind !== 'auto-reply')
        .map(({ position }) => position),
    )
  const merge = (thread: ThreadId, gone: ThreadId, time: string): void => {
    if (thread === gone) return
    const [into, from] = [stateOf(thread), stateOf(gone)]
    const done = (one: State, id: ThreadId): boolean => one.handled !== null && one.handled >= workOf(id)
    const handled = done(into, thread) && done(from, gone) ? Math.max(into.handled ?? 0, from.handled ?? 0) : null
    const other = into.claim === null || (into.until <= time && from.claim !== null)
    const { claim, until } = other ? from : into
    states.set(thread, { claim, until, handled, labels: new Set([...into.labels, ...from.labels]) })
    states.delete(gone)
  }
  const state = (event: StoredEvent): void => {
    const now = stateOf(living(event.thread))
    if (event.type === 'ThreadClaimed') Object.assign(now, { claim: event.data.by, until: event.data.until })
    else if (event.type === 'ThreadReleased') now.claim = null
    else if (event.type === 'ThreadHandled') now.handled = event.data.upTo
    else if (event.type === 'ThreadReopened') now.handled = null
    else if (event.type === 'ThreadLabelled')
      now.labels = new Set([...now.labels, ...event.data.add].filter((one) => !event.data.remove.includes(one)))
    else return
    states.set(living(event.thread), now)
  }
  for (const event of events) {
    state(event)
    if (event.type === 'ThreadStarted') threads.add(event.thread)
    if (event.type === 'ThreadsMerged') {
      for (const absorbed of event.data.absorbed) merge(living(event.thread), living(absorbed), event.time)
      for (const absorbed of event.data.absorbed) into.set(living(absorbed), living(event.thread))
    }
    if (event.type === 'MessageThreaded') {
      const { data } = event
      held.set(data.message, {
        thread: event.thread,
        sentAt: data.sentAt,
        top: data.parent === null,
        subject: clean(data.subject),
        people: [...data.from, ...data.to].map(({ address }) => address),
        kind: data.kind,
        out: data.direction === 'out',
        position: event.sequence,
        deliveries: new Map([
          [data.inbox, { read: data.read, own: data.direction === 'out', position: event.sequence }],
        ]),
      })
    }
    const place = (messages: readonly MessageId[], thread: ThreadId): void => {
      versions.set(thread, event.sequence)
      for (const moved of messages) {
        const one = held.get(moved)
        if (one) one.thread = thread
      }
    }
    const fork = (thread: ThreadId): void => {
      const { handled, labels } = stateOf(living(event.thread))
      states.set(thread, { ...unsaid(), handled, labels: new Set(labels) })
    }
    if (event.type === 'ThreadSplit') {
      threads.add(event.data.into)
      fork(event.data.into)
      place(event.data.messages, event.data.into)
    }
    if (event.type === 'MessageMoved') place(event.data.messages, event.data.to)
    if (event.type === 'MergeUndone') {
      fork(event.data.absorbed)
      into.delete(event.data.absorbed)
      place(event.data.messages, event.data.absorbed)
    }
    if (event.type === 'MessageErased') {
      const one = held.get(event.data.message)
      if (one) {
        Object.assign(one, { subject: '', people: [] })
        for (const delivery of one.deliveries.values()) delivery.read = true
      }
    }
    if (event.type === 'MessageDelivered') {
      const { deliveries } = held.get(event.data.message) ?? { deliveries: new Map() }
      const { inbox, read } = event.data
      if (!deliveries.has(inbox)) deliveries.set(inbox, { read, own: false, position: event.sequence })
    }
    if (event.type === 'ThreadRead' || event.type === 'ThreadUnread') {
      for (const { thread, deliveries } of held.values()) {
        if (living(thread) !== living(event.thread)) continue
        for (const [inbox, one] of deliveries) {
          if (!event.data.inboxes.includes(inbox)) continue
          if (event.type === 'ThreadRead' && one.position <= event.data.upTo) one.read = true
          if (event.type === 'ThreadUnread' && !one.own) one.read = false
        }
      }
    }
    for (const [thread] of versions) if (living(thread) !== thread) versions.delete(thread)
    versions.set(living(event.thread), event.sequence)
  }
  const alive = [...threads].filter((thread) => living(thread) === thread).sort()
  const of = (thread: ThreadId): [MessageId, Held][] => [...held].filter(([, one]) => living(one.thread) === thread)
  /** Whether the last one who wrote by hand was one of ours. */
  const saidBy = (mine: [MessageId, Held][]): string | null => {
    const key = ([id, one]: [MessageId, Held]): string => `${one.sentAt}${id}`
    const last = mine.filter(([, { kind }]) => kind === 'normal').toSorted((a, b) => (key(a) < key(b) ? 1 : -1))[0]
    return last ? (last[1].out ? 'out' : 'in') : null
  }
  const aliases = [...threads].filter((thread) => living(thread) !== thread).sort()
  return {
    aliases: aliases.map((absorbed) => ({ absorbed, survivor: living(absorbed) })),
    threads: alive.map((id) => {
      const mine = of(id)
      const order = ([message, one]: [MessageId, Held]): string => `${one.top ? 0 : 1}${one.sentAt}${message}`
      const root = mine.toSorted((a, b) => (order(a) < order(b) ? -1 : 1))[0]
      const deliveries = mine.flatMap(([, one]) => [...one.deliveries.values()])
      return {
        id,
        messages: mine.length,
        unread: deliveries.filter(({ read }) => !read).length,
        people: new Set(mine.flatMap(([, one]) => one.people)).size,
        version: versions.get(id),
        claimed_by: stateOf(id).claim,
        handled_up_to: stateOf(id).handled,
        labels: [...stateOf(id).labels].sort(),
        work: workOf(id),
        said_by: saidBy(mine),
        subject: root?.[1].subject ?? null,
      }
    }),
    inboxes: alive.flatMap((thread) => {
      const counts = new Map<InboxId, { messages: number; unread: number }>()
      for (const [, one] of of(thread)) {
        for (const [inbox, { read }] of one.deliveries) {
          const { messages, unread } = counts.get(inbox) ?? { messages: 0, unread: 0 }
          counts.set(inbox, { messages: messages + 1, unread: unread + (read ? 0 : 1) })
        }
      }
      return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([inbox, count]) => ({ thread, inbox, ...count }))
    }),
  }
}
