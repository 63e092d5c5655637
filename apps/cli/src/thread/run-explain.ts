import type { Writable } from 'node:stream'
import type { Decided, MessageId, ThreadId } from '@skein/events'
import { decide, explain, MemoryLinkIndex, ruleSet, type Explanation, type IncomingMail } from '@skein/threading'
import { readMails, type Complain } from './read-mails.js'

export interface ExplainRun {
  paths: readonly string[]
  /** A Message-ID, with or without its brackets. */
  id: string
  rules: string
  policies: Readonly<Record<string, string>>
  json: boolean
  out: Writable
  complain: Complain
}

/** None of the given mails has this id. */
export class NoSuchMail extends Error {
  constructor(readonly id: string) {
    super(`None of these mails has the Message-ID <${id}>`)
  }
}

const concerns = (event: Decided, message: MessageId): boolean => {
  const { data } = event
  if ('message' in data && data.message === message) return true
  if ('messages' in data) return data.messages.includes(message)
  return 'with' in data && data.with === message
}

/** Decides on every mail, and keeps what was decided on one. */
class Witness {
  readonly index = new MemoryLinkIndex()
  readonly events: Decided[] = []
  readonly #messageIds = new Map<MessageId, string>()
  readonly #subjects = new Map<ThreadId, string>()
  message: MessageId | null = null

  constructor(
    readonly id: string,
    readonly rules: ReturnType<typeof ruleSet>,
  ) {}

  take(mail: IncomingMail): void {
    const { messageId, aliases, subject } = mail.facts
    this.#messageIds.set(mail.message, messageId)
    const isIt = this.message === null && (messageId === this.id || aliases.includes(this.id))
    if (isIt) this.message = mail.message
    for (const event of decide(mail, this.index, this.rules)) {
      this.index.apply(event)
      if (event.type === 'ThreadStarted') this.#subjects.set(event.thread, subject)
      if (isIt || (this.message !== null && concerns(event, this.message))) this.events.push(event)
    }
  }

  explanation(): Explanation {
    return explain(this.events, {
      message: (message) => `<${this.#messageIds.get(message) ?? message}>`,
      thread: (thread) => `the thread “${this.#subjects.get(thread) ?? thread}”`,
    })
  }
}

/** Says why a mail is in its thread: in words for a person, or as JSON. Throws `NoSuchMail`, `NoSuchRuleSet`. */
export const runExplain = async ({ paths, id, rules, policies, json, out, complain }: ExplainRun): Promise<void> => {
  const witness = new Witness(id.replace(/^<|>$/g, ''), ruleSet(rules, policies))
  for await (const { mail } of readMails(paths, complain)) witness.take(mail)
  const { message } = witness
  if (message === null) throw new NoSuchMail(witness.id)
  const threadId = witness.index.threadOf(witness.index.original(message) ?? message) ?? null
  const explanation = witness.explanation()
  out.write(
    json
      ? `${JSON.stringify({ messageId: witness.id, threadId, ...explanation })}\n`
      : `<${witness.id}> is in ${threadId ?? 'no thread'}\n${explanation.words.map((words) => `  ${words}`).join('\n')}\n`,
  )
}
