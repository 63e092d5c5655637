import type { Decided, Evidence, MessageId } from '@skein/events'
import { decide } from '../decide.js'
import type { IncomingMail } from '../incoming-mail.js'
import { MemoryLinkIndex } from '../memory-link-index.js'
import type { RuleSet } from '../rule-set.js'
import { sameMail, underSameId } from '../same-mail.js'
import { threadTree, type TreeMessage } from '../thread-tree.js'
import type { BatchThreading, Placement } from './batch-threading.js'

/** What is kept of a decision until the last mail is in. */
interface Kept {
  message: MessageId
  messageId: string
  original: MessageId
  rule: string
  evidence: Evidence[]
}

const sameAs = (event: Extract<Decided, { type: 'MessageDelivered' }>): Evidence[] => [
  { fact: 'message-id', value: event.data.messageId, message: event.data.message, thread: event.thread },
]

/** The rules that decide mail by mail, over a set: the same decisions as in a space, and the places after the last of them. */
export class Incremental implements BatchThreading {
  readonly index = new MemoryLinkIndex()
  readonly #kept: Kept[] = []
  readonly #tree: TreeMessage[] = []
  #order = 0

  constructor(readonly rules: RuleSet) {}

  add(mail: IncomingMail): void {
    this.#order += 1
    const { message } = mail
    const { messageId } = mail.facts
    let kept: Kept = { message, messageId, original: message, rule: 'duplicate', evidence: [] }
    for (const event of decide({ ...mail, order: this.#order }, this.index, this.rules)) {
      this.index.apply(event)
      if (event.type === 'MessageThreaded' && event.data.message === message) {
        kept = { ...kept, rule: event.data.rule, evidence: event.data.evidence }
        const { aliases, parent, references, sentAt, forward, threadIndex } = event.data
        this.#tree.push({ message, messageId, aliases, parent, references, sentAt, forward, threadIndex })
      } else if (event.type === 'MessageDelivered')
        kept = { ...kept, original: event.data.message, rule: event.data.rule, evidence: sameAs(event) }
    }
    this.#kept.push({ ...kept, original: this.index.original(kept.original) ?? this.#sameAs(mail) })
  }

  /** A mail that is there already, and was not even a new delivery. */
  #sameAs(mail: IncomingMail): MessageId {
    const keys = this.rules.keys(mail.facts, mail.replyToken ?? null)
    return sameMail(mail, underSameId(keys, this.index))?.message ?? mail.message
  }

  finish(): Placement[] {
    const threads = Map.groupBy(this.#tree, ({ message }) => this.index.threadOf(message))
    const parents = new Map<MessageId, string | null>()
    for (const messages of threads.values())
      for (const { message, parentId } of threadTree(messages).nodes)
        if (message !== null) parents.set(message, parentId)
    return this.#kept.map(({ message, messageId, original, rule, evidence }) => ({
      message,
      messageId,
      thread: this.index.threadOf(original) ?? original,
      parentId: parents.get(original) ?? null,
      rule,
      evidence,
    }))
  }
}
