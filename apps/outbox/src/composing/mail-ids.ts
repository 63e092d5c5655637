import {
  displaySubject,
  makeMessageId,
  makeReplyToken,
  replyInReplyTo,
  replyReferences,
  replyThreadIndex,
  startThreadIndex,
  topicConversationId,
  type MailFacts,
} from '@skein/mail'
import type { Draft } from './draft.js'

/** The header fields by which mailers find a mail's place. Ids without brackets. */
export interface MailIds {
  readonly messageId: string
  readonly inReplyTo: string | null
  readonly references: readonly string[]
  readonly threadIndex: string
  /** Empty for a mail without a subject. */
  readonly threadTopic: string
  /** Where answers go instead of From; `null` for the inbox itself. */
  readonly replyTo: { readonly name: string; readonly address: string; readonly isToken: boolean } | null
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

const ownMessageId = ({ words, inbox, chance, instance, keys }: Draft): string => {
  if (words.message_id !== undefined) return words.message_id
  const random = chance.bytes('message-id', 16)
  return makeMessageId({ random, instance, domain: domainOf(inbox.address) }, keys.messageId)
}

type Chain = Pick<MailIds, 'inReplyTo' | 'references'>
const NO_CHAIN: Chain = { inReplyTo: null, references: [] }

/** What the caller says himself: In-Reply-To alone is the chain, and of References the last one is answered. */
const chainOfCaller = ({ words }: Draft): Chain | null => {
  const { in_reply_to: answered, references } = words
  const ids = references ?? (answered === undefined ? [] : [answered])
  const last = ids.at(-1)
  if (last === undefined) return answered === undefined ? null : { inReplyTo: answered, references: [] }
  const parent = { messageId: last, synthetic: false, inReplyTo: [], references: ids.slice(0, -1) }
  return { inReplyTo: answered ?? last, references: replyReferences(parent) }
}

const chainOf = (draft: Draft): Chain => {
  const { about, keep } = draft
  const own = chainOfCaller(draft)
  if (own !== null) return own
  if (about.kind === 'new' || (about.kind === 'forward' && about.asAttachment)) return NO_CHAIN
  const { facts, wireId } = about.answered
  const parent = { ...facts, messageId: wireId }
  return { inReplyTo: replyInReplyTo(parent), references: replyReferences(parent, undefined, keep) }
}

const guidOf = (hex: string): Uint8Array =>
  Uint8Array.from({ length: 16 }, (_, i) => parseInt(hex.slice(2 * i, 2 * i + 2), 16))

/** The topic under which Outlook keeps a mail: what it says itself, else its subject without prefixes. */
export const topicOf = ({ threadTopic, subject }: Pick<MailFacts, 'threadTopic' | 'subject'>): string =>
  threadTopic ?? displaySubject(subject, { carriesIds: true })

/**
 * The conversation of a reply goes on with the answered mail's index. A mail without one is kept by Exchange under the MD5 of its
 * topic: starting anywhere else would split the conversation there.
 */
const indexAfter = (parent: MailFacts, sentAt: string, at: number, random: number): string => {
  const started =
    parent.threadIndex ?? startThreadIndex(Date.parse(sentAt), guidOf(topicConversationId(topicOf(parent))))
  return replyThreadIndex(started, at, random) ?? started
}

const conversationOf = (draft: Draft, subject: string): Pick<MailIds, 'threadIndex' | 'threadTopic'> => {
  const { about, named, chance } = draft
  const at = Date.parse(chance.at)
  const parent = about.kind === 'new' || (about.kind === 'forward' && about.asAttachment) ? named : about.answered
  if (parent === null)
    return { threadIndex: startThreadIndex(at, chance.bytes('thread-index', 16)), threadTopic: displaySubject(subject) }
  const random = chance.bytes('thread-index-block', 1)[0] ?? 0
  const threadIndex = indexAfter(parent.facts, parent.message.sentAt, at, random)
  return { threadIndex, threadTopic: topicOf(parent.facts) }
}

const replyToOf = ({ words, inbox, keys }: Draft, id: string): MailIds['replyTo'] => {
  if (words.reply_to !== undefined) return { ...words.reply_to, isToken: false }
  const address = inbox.plusAddressing ? makeReplyToken({ id, address: inbox.address }, keys) : null
  return address === null ? null : { name: inbox.name, address, isToken: true }
}

/** Ids, conversation index and Reply-To of a mail. */
export const mailIds = (draft: Draft, subject: string): MailIds => {
  const messageId = ownMessageId(draft)
  const { inReplyTo, references } = chainOf(draft)
  return {
    messageId,
    inReplyTo,
    references: references.filter((id) => id !== messageId),
    ...conversationOf(draft, subject),
    replyTo: replyToOf(draft, messageId),
  }
}
