import type { ThreadId } from '@skein/events'
import type { Address } from '@skein/mail'
import { threadTree, type TreeMessage } from '@skein/threading'
import { treeJson } from '../tree-json.js'
import type { MessageThenJson, ThreadThenAnswer } from './answers.js'
import type { MessageThen, ThreadThen } from './thread-then.js'

const bracketed = (id: string): string => `<${id}>`

const messageThenJson = ({ event, deliveries, isErased }: MessageThen): MessageThenJson => {
  const { data, partition, sequence } = event
  return {
    id: data.message,
    message_id: bracketed(data.messageId),
    in_reply_to: data.inReplyTo.map(bracketed),
    parent_message_id: data.parent === null ? null : bracketed(data.parent.id),
    subject: data.subject,
    from: data.from,
    header_to: data.to,
    cc: data.cc,
    sent_at: data.sentAt,
    received_at: data.receivedAt,
    snippet: data.snippet,
    direction: data.direction,
    kind: data.kind,
    is_erased: isErased,
    rule: data.rule,
    confidence: data.confidence,
    deliveries: deliveries.map(({ inbox, role, receivedAt }) => ({
      inbox,
      role: role as MessageThenJson['deliveries'][number]['role'],
      received_at: receivedAt,
    })),
    position: `${partition}:${sequence}`,
  }
}

/** Everybody who wrote or was written to, by when they first took part. */
const participantsOf = (messages: readonly MessageThen[]): Address[] => {
  const people = new Map<string, Address>()
  for (const { event } of messages) {
    const { from, replyTo, to, cc } = event.data
    for (const person of [...from, ...replyTo, ...to, ...cc]) {
      const address = person.address.toLowerCase()
      const known = people.get(address)
      if (address !== '' && (known === undefined || known.name === ''))
        people.set(address, { name: person.name, address })
    }
  }
  return [...people.values()]
}

/** That of the first message that answers none, else of the first. */
const subjectOf = (messages: readonly MessageThen[]): string =>
  (messages.find(({ event }) => event.data.parent === null) ?? messages[0])?.event.data.subject ?? ''

const treeMessage = ({ event }: MessageThen): TreeMessage => event.data

/** A thread as it was, with those of its messages that the caller may see. */
export const threadThenJson = (
  asked: ThreadId,
  { id, absorbed, last }: ThreadThen,
  messages: readonly MessageThen[],
  withTree: boolean,
): ThreadThenAnswer => ({
  id,
  asked_id: asked,
  as_of: { position: `${last.partition}:${last.sequence}`, time: last.time },
  space: last.space,
  state: id === asked ? 'own' : 'merged',
  absorbed: [...absorbed],
  subject: subjectOf(messages),
  participants: participantsOf(messages),
  message_count: messages.length,
  first_message_at: messages[0]?.event.data.sentAt ?? null,
  last_message_at: messages.at(-1)?.event.data.sentAt ?? null,
  messages: messages.map(messageThenJson),
  ...(withTree ? { tree: treeJson(threadTree(messages.map(treeMessage))) } : {}),
})
