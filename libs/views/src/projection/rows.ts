import type { AccountId, Attachment, EventType, InboxId, MessageId, StoredEvent, ThreadId } from '@skein/events'
import type { MailFacts } from '@skein/mail'

/** A message as its event tells it; the columns are named in `write.ts`. */
export interface MessageRow {
  readonly event: StoredEvent & { type: 'MessageThreaded' }
  readonly sentAt: string
}

export interface BodyRow {
  readonly message: MessageId
  readonly partition: number
  readonly account: AccountId
  /** As the event names it; where that is now, the batch knows. */
  readonly thread: ThreadId
  /** What is searched beside the text. */
  readonly subject: string
  readonly people: string
  readonly text: string
  readonly html: string | null
  readonly attachments: readonly Attachment[]
  readonly authentication: MailFacts['authentication']
  readonly problems: readonly string[]
}

export interface DeliveryRow {
  readonly message: MessageId
  readonly inbox: InboxId
  /** As the event names it; where that is now, the batch knows. */
  readonly thread: ThreadId
  readonly partition: number
  readonly position: number
  readonly role: string
  isRead: boolean
  readonly own: boolean
  readonly receivedAt: string
  readonly rule: string
  /** When the message was written: what the inbox's list is ordered by. */
  readonly sentAt: string
}

export interface CopyRow {
  readonly event: StoredEvent & { type: 'MessageDelivered' }
  readonly copy: MessageId
}

export interface NoteRow {
  readonly partition: number
  readonly position: number
  readonly type: EventType
  readonly thread: ThreadId
  readonly message: MessageId | null
  readonly time: string
  readonly data: unknown
}

/** Deliveries of one thread, as the tables have it, and one inbox: read up to a sequence, or (`null`) unread. */
export interface ReadChange {
  readonly thread: ThreadId
  readonly inbox: InboxId
  readonly upTo: number | null
}
