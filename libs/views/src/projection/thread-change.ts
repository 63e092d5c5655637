import type { AccountId, MessageId, Relation, SpaceId, ThreadId } from '@skein/events'
import type { Address, MailKind } from '@skein/mail'

/** What was said last, and what the first message is called: the message that stands for one end of a thread. */
export interface Newest {
  /** When it was written and its id: compares as text. */
  readonly key: string
  readonly snippet: string
  readonly from: Address | null
}
/** The newest message that a person wrote: `in` when they spoke last, `out` when we did. */
export interface Said {
  readonly key: string
  readonly direction: 'in' | 'out'
}
export interface Root {
  readonly key: string
  readonly subject: string
  readonly baseSubject: string
}
export interface Start {
  readonly sequence: number
  readonly subject: string
  readonly relation: Relation | null
}

/**
 * What a batch adds to one thread. Counts add up, and of the rest the smallest or the largest is kept: so changes can be put
 * together in any grouping, and a merge is just one more of them.
 */
export interface ThreadChange {
  readonly id: ThreadId
  readonly space: SpaceId
  account: AccountId | null
  start: Start | null
  version: number
  messages: number
  attachments: number
  unread: number
  participants: number
  root: Root | null
  newest: Newest | null
  said: Said | null
  /** Sequence of the last event that put in a mail which asks for an answer; 0 for none. */
  work: number
  firstAt: string | null
  lastAt: string | null
}

/** Where the rows of changed threads go, and which of the threads have none before. */
export interface Changed {
  readonly changes: ReadonlyMap<ThreadId, ThreadChange>
  readonly partition: number
  readonly isNew: (thread: ThreadId) => boolean
}

export const emptyChange = (id: ThreadId, space: SpaceId): ThreadChange => ({
  id,
  space,
  account: null,
  start: null,
  version: 0,
  messages: 0,
  attachments: 0,
  unread: 0,
  participants: 0,
  root: null,
  newest: null,
  said: null,
  work: 0,
  firstAt: null,
  lastAt: null,
})

const least = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b < a) ? b : a)
const greatest = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b > a) ? b : a)

/** Mail that nobody wrote. */
const AUTOMATIC: ReadonlySet<MailKind> = new Set<MailKind>(['bounce', 'receipt', 'auto-reply'])

interface Written {
  readonly message: MessageId
  readonly sentAt: string
  readonly position: number
  readonly kind: MailKind
  readonly direction: 'in' | 'out'
}

/** What a message adds to who spoke last, and to what there is to do: a bounce is nobody's word, but asks for something. */
export const saidBy = ({
  message,
  sentAt,
  position,
  kind,
  direction,
}: Written): Pick<ThreadChange, 'said' | 'work'> => ({
  said: AUTOMATIC.has(kind) ? null : { key: `${sentAt}${message}`, direction },
  work: direction === 'in' && (kind === 'bounce' || !AUTOMATIC.has(kind)) ? position : 0,
})

/** First and last of some messages. */
export type Ends = Pick<ThreadChange, 'root' | 'newest' | 'said' | 'work' | 'firstAt' | 'lastAt'>

export const addEnds = (into: Ends, from: Ends): void => {
  if (into.root === null || (from.root !== null && from.root.key < into.root.key)) into.root = from.root
  if (into.newest === null || (from.newest !== null && from.newest.key > into.newest.key)) into.newest = from.newest
  if (into.said === null || (from.said !== null && from.said.key > into.said.key)) into.said = from.said
  into.work = Math.max(into.work, from.work)
  into.firstAt = least(into.firstAt, from.firstAt)
  into.lastAt = greatest(into.lastAt, from.lastAt)
}

/** Takes `from` into `into`: all but how it started, which is each thread's own, and the people, who are counted again. */
export const addChange = (
  into: ThreadChange,
  from: Omit<ThreadChange, 'id' | 'space' | 'start' | 'participants'>,
): void => {
  into.account ??= from.account
  into.version = Math.max(into.version, from.version)
  into.messages += from.messages
  into.attachments += from.attachments
  into.unread += from.unread
  addEnds(into, from)
}
