import type { AccountId, InboxId } from '@skein/events'
import { partitionOf } from '@skein/events'
import { notFound } from '@skein/http'
import type { Directory, Inbox } from '@skein/log'

/** What an account has, from the directory. What belongs to another account is answered as what does not exist. */
export class Access {
  constructor(
    private readonly directory: Pick<Directory, 'inbox' | 'inboxes' | 'inboxByAddress'>,
    private readonly partitions: number,
  ) {}

  /** By id or address. @throws Problem 404 */
  inbox(account: AccountId, id: string): Inbox {
    const inbox = this.directory.inbox(id) ?? this.directory.inboxByAddress(id)
    if (inbox?.account !== account) throw notFound('inbox', id)
    return inbox
  }

  inboxes(account: AccountId): Inbox[] {
    return this.directory
      .inboxes()
      .filter((inbox) => inbox.account === account)
      .sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** The partitions that the account's mail is in, in order. */
  partitionsOf(account: AccountId): number[] {
    const partitions = this.inboxes(account).map(({ space }) => partitionOf(space, this.partitions))
    return [...new Set(partitions)].sort((a, b) => a - b)
  }

  /** The address under which an inbox gets mail; `null` for one that is no more. */
  addressOf(inbox: InboxId): string | null {
    return this.directory.inbox(inbox)?.address ?? null
  }
}
