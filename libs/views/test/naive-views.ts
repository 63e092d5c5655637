import type { InboxId, MessageId, StoredEvent, ThreadId } from '@skein/events'

interface Held {
  thread: ThreadId
  sentAt: string
  top: boolean
  subject: string
  people: string[]
  deliveries: Map<InboxId, { read: boolean; own: boolean; position: number }>
}

const clean = (text: string): string => text.replaceAll('\0', '').toWellFormed()

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
  for (const event of events) {
    if (event.type === 'ThreadStarted') threads.add(event.thread)
    if (event.type === 'ThreadsMerged') {
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
    if (event.type === 'ThreadSplit') {
      threads.add(event.data.into)
      place(event.data.messages, event.data.into)
    }
    if (event.type === 'MessageMoved') place(event.data.messages, event.data.to)
    if (event.type === 'MergeUndone') {
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
