import type { InboxId, MessageId, ThreadId } from '@skein/events'
import type { CopyRow, MessageRow, ThreadRow } from './link-rows.js'

/** What a decision may ask of what was decided before. Threads are answered as they are today, after merges. */
export interface LinkIndex {
  message(message: MessageId): MessageRow | undefined
  /** The message itself, or the one that this is another copy of. */
  original(message: MessageId): MessageId | undefined
  isDelivered(message: MessageId, inbox: InboxId): boolean
  owners(key: string): readonly MessageId[]
  /** One message for each base subject under which the key was mentioned before anybody had received it. */
  mentioners(key: string): ReadonlyMap<string, MessageId>
  /** The message that mentions the key for mail of this base subject only (`same-subject`). */
  mentionerAlike(key: string, baseSubject: string): MessageId | undefined
  waiting(key: string): Iterable<MessageId>
  isDemoted(key: string): boolean
  threadOf(message: MessageId): ThreadId | undefined
  resolve(thread: ThreadId): ThreadId
  thread(thread: ThreadId): ThreadRow | undefined
  /** The thread itself and all that were merged into it. */
  family(thread: ThreadId): ThreadId[]
  /** The threads that links from this one do not cross to. */
  cutsOf(thread: ThreadId): ThreadId[]
  takesPart(thread: ThreadId, address: string): boolean
  /** Whether somebody with this address takes part in any thread of the space. */
  isAddress(address: string): boolean
  messagesOf(thread: ThreadId): MessageRow[]
  copiesOf(message: MessageId): CopyRow[]
  /** Messages of an inbox with this base subject, written in the given time (ISO 8601, both ends included). */
  bySubject(inbox: InboxId, baseSubject: string, since: string, until: string): MessageRow[]
}
