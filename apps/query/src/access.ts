import type { InboxId } from '@skein/events'
import { partitionOf } from '@skein/events'
import { hasWholeAccount, mayUse, mayUseSpace, notFound, type CallerOf } from '@skein/http'
import type { Directory, Inbox } from '@skein/log'
import type { MessageDetail, ThreadDetail, ThreadsWithin, Views } from '@skein/views'

type Who = Pick<CallerOf, 'account' | 'spaces' | 'inboxes'>

/** What the lists of a caller are of, where its key is for a part of the account. */
export const withinOf = (caller: Who): ThreadsWithin | undefined =>
  hasWholeAccount(caller) ? undefined : { spaces: caller.spaces ?? [], inboxes: caller.inboxes ?? [] }

/**
 * What a caller may look at: of its account, and within what its key is restricted to. What belongs to others is answered as what
 * does not exist. A key for inboxes sees the threads that one of them has, and of a thread the messages that one of them has.
 */
export class Access {
  constructor(
    private readonly directory: Pick<Directory, 'inbox' | 'inboxes' | 'inboxByAddress' | 'all'>,
    private readonly views: Pick<Views, 'thread' | 'message'>,
    private readonly partitions: number,
  ) {}

  /** By id or address. @throws Problem 404 */
  inbox(caller: Who, id: string): Inbox {
    const inbox = this.directory.inbox(id) ?? this.directory.inboxByAddress(id)
    if (!inbox || !mayUse(caller, inbox)) throw notFound('inbox', id)
    return inbox
  }

  inboxes(caller: Who): Inbox[] {
    return this.directory
      .inboxes()
      .filter((inbox) => mayUse(caller, inbox))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** The partitions that the caller's mail is in, in order. */
  partitionsOf(caller: Who): number[] {
    const spaces = this.directory
      .all('space')
      .filter(({ id, account }) => account === caller.account && mayUseSpace(caller, id))
    const ids = [...spaces.map(({ id }) => id), ...this.inboxes(caller).map(({ space }) => space)]
    return [...new Set(ids.map((space) => partitionOf(space, this.partitions)))].sort((a, b) => a - b)
  }

  /** The address under which an inbox gets mail; `null` for one that is no more. */
  addressOf(inbox: InboxId): string | null {
    return this.directory.inbox(inbox)?.address ?? null
  }

  /** A thread by any id that it ever had, with what the caller's inboxes have of it; `null` for one that it may not see. */
  async thread(caller: Who, id: string): Promise<ThreadDetail | null> {
    const thread = await this.views.thread(caller.account, id)
    if (!thread || mayUseSpace(caller, thread.space)) return thread
    const inboxes = thread.inboxes.filter(({ inbox }) => caller.inboxes?.includes(inbox))
    const [first] = inboxes
    if (!first) return null
    return inboxes.length > 1 ? { ...thread, inboxes } : { ...thread, ...countsOf(first), inboxes }
  }

  /** `null` for a message that the caller may not see. */
  async message(caller: Who, id: string): Promise<MessageDetail | null> {
    const message = await this.views.message(caller.account, id)
    return message && this.narrowed(caller, message)
  }

  /** Of messages of the caller's account those that it may see, each with what its inboxes have of it. */
  messages(caller: Who, messages: readonly MessageDetail[]): MessageDetail[] {
    return messages.flatMap((message) => this.narrowed(caller, message) ?? [])
  }

  private narrowed(caller: Who, message: MessageDetail): MessageDetail | null {
    if (mayUseSpace(caller, message.space)) return message
    const isOwn = ({ inbox }: { inbox: InboxId }): boolean => caller.inboxes?.includes(inbox) ?? false
    const deliveries = message.deliveries.filter(isOwn)
    const copies = message.copies.filter(isOwn)
    if (deliveries.length + copies.length === 0) return null
    // the envelope names blind copies: only those who sent it know of them
    const sending = message.sending && isOwn(message.sending) ? message.sending : null
    return { ...message, deliveries, copies, sending }
  }
}

const countsOf = ({ messageCount, unreadCount, lastAt }: ThreadDetail['inboxes'][number]) => ({
  messageCount,
  unreadCount,
  lastAt,
})
