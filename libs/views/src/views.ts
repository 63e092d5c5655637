import type { AccountId, InboxId, MessageId, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import type { TreeMessage } from '@skein/threading'
import { Database } from './database.js'
import type { DatabaseOptions } from './database.js'
import { Projection } from './projection/projection.js'
import type { RecordsAt } from './projection/projection.js'
import { Cursors } from './read/cursor.js'
import { findMessage, lastMessage, listMessages, notesOf, treeMessages } from './read/messages.js'
import type { MessageDetail, MessagePage, NoteDetail } from './read/messages.js'
import type { OfferKind } from './projection/offers.js'
import { listOffers } from './read/offers.js'
import type { OfferPage } from './read/offers.js'
import { openSendCounts } from './read/open-send-counts.js'
import { listOutbox, openSends } from './read/sends.js'
import { countSent, messageNamed } from './read/sent.js'
import type { NamedMessage, SentBy, SentCount } from './read/sent.js'
import type { OpenSend, OpenState, OutboxFilter, OutboxPage } from './read/sends.js'
import { deliveredTo } from './read/thread-family.js'
import { threadStory } from './read/thread-story.js'
import type { StorySeed, ThreadStory } from './read/thread-story.js'
import { countThreads, findThread, listThreads } from './read/threads.js'
import type { ThreadDetail, ThreadFilter, ThreadPage, ThreadsWithin } from './read/threads.js'

export interface PageRequest {
  readonly limit: number
  readonly cursor?: string
}
/** How far the views of a partition are: the last event, and the last input that one of the events names. */
export interface Position {
  readonly partition: number
  readonly sequence: number
  readonly input: number
}

/** The read model as a whole: events go in, pages come out. */
export class Views {
  private readonly projection: Projection
  private readonly cursors: Cursors
  private change = Promise.withResolvers<void>()

  constructor(
    readonly database: Database,
    cursorSecret: string,
  ) {
    this.projection = new Projection(database)
    this.cursors = new Cursors(cursorSecret)
  }

  checkpoint(partition: number): Promise<number> {
    return this.projection.checkpoint(partition)
  }
  /** See `Projection.apply`. */
  async apply(
    { partition, events, after }: { partition: number; events: readonly StoredEvent[]; after?: number },
    recordsAt: RecordsAt,
  ): Promise<number> {
    const checkpoint = await this.projection.apply({ partition, events }, recordsAt, after)
    this.change.resolve()
    this.change = Promise.withResolvers<void>()
    return checkpoint
  }
  /** Resolves when this process has applied events the next time. Others apply events too, of which this says nothing. */
  nextChange(): Promise<void> {
    return this.change.promise
  }
  async positions(): Promise<Position[]> {
    const rows = await this.database.run<{ partition: number; sequence: string; input: string }>(
      'select partition, sequence, input from checkpoint order by partition',
      [],
      'positions',
    )
    return rows.map(({ partition, sequence, input }) => ({
      partition,
      sequence: Number(sequence),
      input: Number(input),
    }))
  }

  /** @throws InvalidCursor */
  listThreads(filter: ThreadFilter, page: PageRequest): Promise<ThreadPage> {
    return listThreads(this.database, this.cursors, filter, page)
  }
  countThreads(account: AccountId, within?: ThreadsWithin): Promise<number> {
    return countThreads(this.database, account, within)
  }
  thread(account: AccountId, id: string): Promise<ThreadDetail | null> {
    return findThread(this.database, account, id)
  }
  /** The caller has found the thread under the account first. @throws InvalidCursor */
  messages(thread: ThreadId, page: PageRequest): Promise<MessagePage> {
    return listMessages(this.database, this.cursors, thread, page)
  }
  treeMessages(thread: ThreadId, limit: number): Promise<TreeMessage[]> {
    return treeMessages(this.database, thread, limit)
  }
  message(account: AccountId, id: string): Promise<MessageDetail | null> {
    return findMessage(this.database, account, id)
  }
  /** Whether an inbox has a message, or a copy of this id, whoever asks. */
  async isDelivered(message: MessageId, inbox: InboxId): Promise<boolean> {
    const rows = await this.database.run(
      `select 1 from delivery where message = $1 and inbox = $2
       union all select 1 from message_copy where copy = $1 and inbox = $2`,
      [message, inbox],
    )
    return rows.length > 0
  }
  notes({ id, thread }: Pick<MessageDetail, 'id' | 'thread'>): Promise<NoteDetail[]> {
    return notesOf(this.database, id, thread)
  }

  /** See `threadStory`; the caller has found the thread under the account first. */
  threadStory(seed: StorySeed, most: number): Promise<ThreadStory> {
    return threadStory(this.database, seed, most)
  }
  /** Of these messages those that one of the inboxes has. */
  deliveredTo(inboxes: readonly InboxId[], messages: readonly MessageId[]): Promise<Set<MessageId>> {
    return deliveredTo(this.database, inboxes, messages)
  }

  /** What a reply to the thread answers: the last message on the main branch; the caller has found the thread first. */
  lastMessage(thread: ThreadId): Promise<MessageDetail | null> {
    return lastMessage(this.database, thread)
  }
  /** Mails of a partition that are not through, oldest first, as they are after the event `after`. */
  openSends(partition: number): Promise<{ after: number; sends: OpenSend[] }> {
    return openSends(this.database, partition)
  }
  /** How many mails of all accounts are not through; states without any are left out. */
  openSendCounts(): Promise<Partial<Record<OpenState, number>>> {
    return openSendCounts(this.database)
  }
  /** @throws InvalidCursor */
  listOutbox(account: AccountId, filter: OutboxFilter, page: PageRequest): Promise<OutboxPage> {
    return listOutbox(this.database, this.cursors, account, filter, page)
  }

  /** Mails of ours that were queued since a time, ISO 8601. */
  countSent(by: SentBy, since: string): Promise<SentCount> {
    return countSent(this.database, by, since)
  }
  /** The message of a space that has a Message-ID (without brackets); of several the one that we wrote. */
  messageNamed(space: SpaceId, messageId: string): Promise<NamedMessage | null> {
    return messageNamed(this.database, space, messageId)
  }

  /** Threads that messages could belong to, which nobody has answered yet. @throws InvalidCursor */
  listOffers(account: AccountId, kind: OfferKind, page: PageRequest): Promise<OfferPage> {
    return listOffers(this.database, this.cursors, { account, kind }, page)
  }

  ping(): Promise<number> {
    return this.database.ping()
  }
  close(): Promise<void> {
    return this.database.close()
  }
}

/** Connects, and makes or updates the tables. `cursorSecret` signs the cursors of lists. */
export const openViews = async (options: DatabaseOptions & { cursorSecret: string }): Promise<Views> =>
  new Views(await Database.open(options), options.cursorSecret)
