import type { EventType, MessageId, ThreadId } from '@skein/events'
import { z } from 'zod'
import type { Database } from '../database.js'

/** An event that concerns a thread: its place in the partition, and the message that it is about, where it is about one. */
export interface StoryEvent {
  readonly sequence: number
  readonly message: MessageId | null
}

interface Note {
  position: string
  type: EventType
  thread: ThreadId
  message: MessageId | null
  data: unknown
}

/** Where a story begins: a thread by any id that it ever had, and what is known beside to have been in it. */
export interface StorySeed {
  readonly threads: readonly ThreadId[]
  readonly messages: readonly MessageId[]
}

export interface ThreadStory {
  /** Oldest first. */
  readonly events: readonly StoryEvent[]
  /** Sequences of events that moved messages or threads, and whose notes say no more which: a mail that they name was erased. */
  readonly untold: readonly number[]
}

/** What is read of a note; nothing of one whose mail was erased. */
const named = z
  .object({
    absorbed: z.union([z.string().transform((one) => [one]), z.array(z.string())]),
    threads: z.array(z.object({ thread: z.string() })),
    messages: z.array(z.string()),
    into: z.string(),
    to: z.string(),
  })
  .partial()

/** Notes of these messages, and notes that put messages or whole threads into one of these threads, or take them out. */
const NOTES = `
  select position, type, thread, message, data from note where message = any($1)
  union select position, type, thread, message, data from note where data ? 'messages' and data->'messages' ?| $1::text[]
  union select position, type, thread, message, data from note where thread = any($2) and message is null
  union select position, type, thread, message, data from note
    where thread = any($2) and type in ('ThreadsMerged', 'ThreadSplit', 'MessageMoved', 'MergeUndone')
  union select position, type, thread, message, data from note
    where type in ('ThreadsMerged', 'MergeUndone') and data->'absorbed' ?| $2::text[]
  union select position, type, thread, message, data from note where type = 'ThreadSplit' and data->>'into' = any($2)
  union select position, type, thread, message, data from note where type = 'MessageMoved' and data->>'to' = any($2)`

const ROWS = `
  select position, id as message from message where id = any($1)
  union select position, message from delivery where message = any($1)
  union select position, message from message_copy where message = any($1)
  union select started, null from thread where id = any($2) and started is not null
  union select started, null from thread_alias where absorbed = any($2) and started is not null
  union select position, null from thread_alias where absorbed = any($2)`

const REGROUPING: ReadonlySet<string> = new Set<EventType>([
  'ThreadsMerged',
  'ThreadSplit',
  'MessageMoved',
  'MergeUndone',
])
const isEmpty = (data: unknown): boolean => typeof data === 'object' && data !== null && Object.keys(data).length === 0

/** Threads and messages that have to do with a thread, as far as they are known; they grow until nothing new turns up. */
class Scope {
  readonly threads = new Set<string>()
  readonly messages = new Set<string>()
  readonly notes = new Map<number, MessageId | null>()
  readonly untold = new Set<number>()

  get size(): number {
    return this.threads.size + this.messages.size + this.notes.size
  }

  addNote({ position, type, thread, message, data }: Note): void {
    this.notes.set(Number(position), message)
    if (REGROUPING.has(type) && isEmpty(data)) this.untold.add(Number(position))
    const { absorbed = [], threads = [], messages = [], into, to } = named.safeParse(data).data ?? {}
    if (type === 'ThreadsMerged' || type === 'MergeUndone')
      for (const one of [thread, ...absorbed, ...threads.map((row) => row.thread)]) this.threads.add(one)
    const [end] = [into, to].filter((one) => one !== undefined)
    const isOurs = this.threads.has(thread) || (end !== undefined && this.threads.has(end))
    if (type !== 'ThreadsMerged' && isOurs) for (const one of messages) this.messages.add(one)
  }
}

/**
 * The events that say what a thread has held, oldest first: those that put its messages into it, merged, split and moved them, and
 * what was noted about them. What people read, claimed, labelled and sent is not among them:
 * the rows of the views do not name those events. At most `most` and one more, for who cannot take so many.
 */
export const threadStory = async (database: Database, seed: StorySeed, most: number): Promise<ThreadStory> => {
  const scope = new Scope()
  for (const id of seed.threads) scope.threads.add(id)
  for (const id of seed.messages) scope.messages.add(id)
  for (let before = -1; before !== scope.size && scope.messages.size <= most;) {
    before = scope.size
    const aliases = await database.run<{ absorbed: ThreadId; survivor: ThreadId }>(
      'select absorbed, survivor from thread_alias where absorbed = any($1) or survivor = any($1)',
      [[...scope.threads]],
    )
    for (const { absorbed, survivor } of aliases) scope.threads.add(absorbed).add(survivor)
    const rows = await database.run<{ id: MessageId }>('select id from message where thread = any($1) limit $2', [
      [...scope.threads],
      most + 1,
    ])
    for (const row of rows) scope.messages.add(row.id)
    const notes = await database.run<Note>(NOTES, [[...scope.messages], [...scope.threads]])
    for (const note of notes) scope.addNote(note)
  }
  const placed = await database.run<{ position: string; message: MessageId | null }>(
    `select * from (${ROWS}) as rows order by position limit $3`,
    [[...scope.messages], [...scope.threads], most + 1],
  )
  const story = new Map(scope.notes)
  for (const { position, message } of placed)
    story.set(Number(position), message ?? story.get(Number(position)) ?? null)
  const events = [...story].sort(([a], [b]) => a - b).map(([sequence, message]) => ({ sequence, message }))
  return { events, untold: [...scope.untold] }
}
