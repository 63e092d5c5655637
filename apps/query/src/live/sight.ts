import type { InboxId, StoredEvent, ThreadId } from '@skein/events'
import { mayUseSpace, type CallerOf } from '@skein/http'
import type { Directory } from '@skein/log'
import type { Views } from '@skein/views'
import { inboxesOf, messageOf } from './live-event.js'

/** What a reader asked for; nothing is left out where a member is `null`. */
export interface Wanted {
  readonly inboxes: readonly InboxId[] | null
  /** Every id of a thread counts; where it is merged into another, that one follows. */
  readonly thread: ThreadId | null
  readonly types: ReadonlySet<string> | null
}

type SightViews = Pick<Views, 'isDelivered' | 'thread'>

/** Which events one reader gets: those of its account, within its key, and of what it asked for. */
export class Sight {
  private readonly threads: Set<string> | null

  constructor(
    private readonly wanted: Wanted,
    private readonly directory: Pick<Directory, 'space'>,
    private readonly views: SightViews,
  ) {
    this.threads = wanted.thread === null ? null : new Set([wanted.thread])
  }

  async shows(event: StoredEvent, caller: CallerOf): Promise<boolean> {
    if (this.directory.space(event.space)?.account !== caller.account) return false
    if (!this.isOfThread(event)) return false
    if (this.wanted.types !== null && !this.wanted.types.has(event.type)) return false
    if (!mayUseSpace(caller, event.space) && !(await this.concerns(event, caller.inboxes ?? [], caller))) return false
    return this.wanted.inboxes === null || this.concerns(event, this.wanted.inboxes, caller)
  }

  /** A thread that was merged goes on as the one that took it in. */
  private isOfThread(event: StoredEvent): boolean {
    const { threads } = this
    if (threads === null) return true
    if (event.type === 'ThreadsMerged' && event.data.absorbed.some((one) => threads.has(one))) threads.add(event.thread)
    return threads.has(event.thread)
  }

  /** An event that names a message but no inbox is of the inboxes that have the message; one of a thread, of those that have it. */
  private async concerns(event: StoredEvent, inboxes: readonly InboxId[], { account }: CallerOf): Promise<boolean> {
    const named = inboxesOf(event)
    if (named.length > 0) return named.some((inbox) => inboxes.includes(inbox))
    const message = messageOf(event)
    if (message === null) {
      const thread = await this.views.thread(account, event.thread)
      return thread?.inboxes.some(({ inbox }) => inboxes.includes(inbox)) ?? false
    }
    for (const inbox of inboxes) if (await this.views.isDelivered(message, inbox)) return true
    return false
  }
}
