import type { AccountId } from '@skein/events'
import { Problem } from '@skein/http'
import type { Inbox } from '@skein/log'
import type { Address, AnsweredRole, MailFacts } from '@skein/mail'
import type { MessageDetail, ThreadDetail } from '@skein/views'
import type { OutboxParts } from '../parts.js'

/** What a mail answers or forwards, as it was recorded, and where it stands. */
export interface Answered {
  readonly message: MessageDetail
  readonly thread: Pick<ThreadDetail, 'id' | 'version' | 'messageCount' | 'participants'>
  readonly facts: MailFacts
  readonly text: string
  readonly raw: { stream: string; sequences: number[] }
  readonly attachments: number
  /** The Message-ID that its receivers saw: a provider may have given it another than we did. */
  readonly wireId: string
  /** The conversation index that its answer goes on with: its own, or that of the nearest mail above it that has one. */
  readonly threadIndex: string | null
  /** How the answering inbox came to have it. */
  readonly role: AnsweredRole
}

const gone = (message: MessageDetail): Problem =>
  new Problem(409, 'message-erased', 'The message was erased', `Nothing is left of ${message.id} to answer.`, {
    fix: 'Answer another message of the thread.',
  })

/** Mails that are looked at upwards from the answered one. */
const MOST_HOPS = 50

/** A mailer that knows nothing of Outlook sends no index; the conversation above its mail still has one. */
export const conversationIndex = async (
  { views }: Pick<OutboxParts, 'views'>,
  account: AccountId,
  message: MessageDetail,
): Promise<string | null> => {
  let at: MessageDetail | null = message
  for (let hop = 0; at !== null && hop < MOST_HOPS; hop++) {
    if (at.threadIndex !== null) return at.threadIndex
    at = at.parent === null ? null : await views.message(account, at.parent)
  }
  return null
}

/** Reads what was recorded of a message, for its answer by an inbox. @throws Problem 409 for one that was erased */
export const readAnswered = async (
  parts: Pick<OutboxParts, 'log' | 'views'>,
  message: MessageDetail,
  thread: Answered['thread'],
  inbox: Inbox,
): Promise<Answered> => {
  const { input, partition } = message
  const record = (await parts.log.recordsAt(partition, [input.sequence])).get(input.sequence)
  if (record === undefined || message.erased) throw gone(message)
  const { facts, text, raw, attachments } = record
  const learned = message.direction === 'out' ? message.aliases.filter((id) => !facts.aliases.includes(id)) : []
  return {
    message,
    thread,
    facts,
    text,
    raw,
    attachments: attachments.length,
    wireId: learned.at(-1) ?? facts.messageId,
    threadIndex: await conversationIndex(parts, inbox.account, message),
    role: message.deliveries.find((one) => one.inbox === inbox.id)?.role ?? 'to',
  }
}

/** Messages of a thread that are looked through for one that somebody has seen. */
const LOOK_THROUGH = 500
const PAGE = 100

const peopleOf = ({ from, to, cc }: Pick<MessageDetail, 'from' | 'to' | 'cc'>): Set<string> =>
  new Set([...from, ...to, ...cc].map(({ address }) => address.toLowerCase()))

/**
 * For each recipient who never saw the answered mail, the last of `chain` that he has seen: these ids stay in References where
 * others are cut, or his mailer could not tell which conversation the reply belongs to.
 */
export const seenByOthers = async (
  { views }: Pick<OutboxParts, 'views'>,
  { thread, message }: Answered,
  recipients: readonly Address[],
  chain: readonly string[],
): Promise<string[]> => {
  const there = peopleOf(message)
  const missing = recipients.map(({ address }) => address.toLowerCase()).filter((address) => !there.has(address))
  if (missing.length === 0) return []
  const place = new Map(chain.map((id, at) => [id, at]))
  const last = new Map<string, number>()
  let cursor: string | undefined
  for (let read = 0; read < LOOK_THROUGH; read += PAGE) {
    const page = await views.messages(thread.id, { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) })
    for (const one of page.messages) {
      const people = peopleOf(one)
      const at = Math.max(...[one.messageId, ...one.aliases].map((id) => place.get(id) ?? -1))
      for (const address of missing)
        if (at >= 0 && people.has(address)) last.set(address, Math.max(at, last.get(address) ?? -1))
    }
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  return [...new Set(last.values())].map((at) => chain[at]).filter((id): id is string => id !== undefined)
}
