import type { Decided, MessageId, SpaceId } from '@skein/events'
import {
  answerOrAsk,
  idKey,
  isSendEvent,
  LoadedLinkIndex,
  noNeeds,
  sendingAfter,
  type LinkIndex,
  type Needs,
  type Outgoing,
  type OutgoingRow,
  type RuleSet,
} from '@skein/threading'
import type { LinkStore } from '@skein/views'

/** A decision asks for a thread, then for what was merged into it; more rounds than this mean that it never has enough. */
const MOST_ROUNDS = 20

/** No decision came of an input or command; trying again would end the same. */
export class Undecidable extends Error {}

/** A decision kept asking for more of the index. */
export class NeverEnough extends Undecidable {}

/** What the writer knows of one space while it works on a batch: what it loaded, and what it has decided since. */
export class SpaceKnowledge {
  private readonly index = new LoadedLinkIndex()
  private readonly sending = new Map<MessageId, OutgoingRow | undefined>()

  constructor(
    readonly space: SpaceId,
    readonly rules: RuleSet,
    private readonly links: LinkStore,
  ) {}

  async learn(needs: readonly Needs[]): Promise<void> {
    const rows = await this.links.load(this.space, needs)
    for (const [i, one] of needs.entries()) this.index.answer(one, i === 0 ? rows : {})
  }

  /** Loads what is known of these as mails of ours. */
  async learnOutgoing(messages: readonly MessageId[]): Promise<void> {
    const unknown = messages.filter((message) => !this.sending.has(message))
    const found = await this.links.outgoing(this.space, unknown)
    for (const message of unknown) this.sending.set(message, undefined)
    for (const { row } of found) this.sending.set(row.message, row)
  }

  /** Loads the mails of ours that an id names, by our own Message-ID or one that the other side gave. */
  async learnOutgoingUnder(id: string): Promise<MessageId[]> {
    const owners = await this.ask((index) => [...index.owners(idKey(id))])
    const messages = owners.length > 0 ? owners : await this.links.sentUnder(this.space, id)
    await this.learn([{ ...noNeeds(), messages }])
    await this.learnOutgoing(messages)
    return messages
  }

  /** What a function of the index answers, which is loaded as far as it turns out to need it. @throws Undecidable */
  async ask<T>(question: (index: LinkIndex) => T): Promise<T> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const asked = decidable(() => answerOrAsk(this.index, question))
      if ('answer' in asked) return asked.answer
      await this.learn([asked.needs])
    }
    throw new NeverEnough(`it asked for more of the index ${MOST_ROUNDS} times`)
  }

  /** A mail of ours as it stands, of those that were loaded with their messages. */
  outgoing(message: MessageId): Outgoing | undefined {
    const row = this.sending.get(message)
    const thread = this.index.threadOf(message)
    return row && thread !== undefined ? { row, thread } : undefined
  }

  /** Takes in what was decided, so that the next decision sees it. */
  apply(events: readonly Decided[]): void {
    for (const event of events) {
      this.index.apply(event)
      if (!isSendEvent(event)) continue
      const { message } = event.data
      this.sending.set(message, sendingAfter(this.sending.get(message), event))
    }
  }
}

/** What a rule throws is the fault of the rule or of its input, other than what a server throws that is away for a while. */
const decidable = <T>(work: () => T): T => {
  try {
    return work()
  } catch (cause) {
    throw new Undecidable(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause), { cause })
  }
}
