import type { AccountId, MessageId, ThreadId } from '@skein/events'
import type { MailFacts } from '@skein/mail'
import type { MessageDetail } from '@skein/views'
import type { QueryParts } from './parts.js'

const PAGE = 100

/** The messages of a thread in reading order, at most so many. */
export const messagesOf = async (
  thread: ThreadId,
  most: number,
  { views }: Pick<QueryParts, 'views'>,
): Promise<MessageDetail[]> => {
  const messages: MessageDetail[] = []
  for (let cursor: string | null | undefined; cursor !== null && messages.length < most;) {
    const limit = Math.min(PAGE, most - messages.length)
    const page = await views.messages(thread, { limit, ...(cursor === undefined ? {} : { cursor }) })
    messages.push(...page.messages)
    cursor = page.nextCursor
  }
  return messages
}

/** The messages of these ids that the account has, each once. */
export const messagesById = async (
  account: AccountId,
  ids: readonly string[],
  { views }: Pick<QueryParts, 'views'>,
): Promise<MessageDetail[]> => {
  const found = await Promise.all([...new Set(ids)].map((id) => views.message(account, id)))
  return found.filter((message) => message !== null)
}

/** The facts of mails as their input records have them, with ids that were learned later; of erased mails nothing is told. */
export const factsOf = async (
  messages: readonly MessageDetail[],
  { log }: Pick<QueryParts, 'log'>,
): Promise<Map<MessageId, MailFacts>> => {
  const facts = new Map<MessageId, MailFacts>()
  const living = messages.filter(({ erased }) => !erased)
  for (const [partition, some] of Map.groupBy(living, (message) => message.partition)) {
    const sequences = some.map(({ input }) => input.sequence)
    const records = await log.recordsAt(partition, sequences)
    for (const { id, input, aliases } of some) {
      const known = records.get(input.sequence)?.facts
      if (known) facts.set(id, { ...known, aliases: [...new Set([...known.aliases, ...aliases])] })
    }
  }
  return facts
}
