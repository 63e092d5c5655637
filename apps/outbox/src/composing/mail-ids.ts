import { createHash } from 'node:crypto'
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

/** Octets of a header block that every server and client takes. */
const HEADER_BUDGET = 4_096
/** What References get however much the other fields need. */
export const LEAST_FOR_REFERENCES = 1_024
/** Message-ID, Date, the fields of MIME, and the names of all fields. */
const FIXED_FIELDS = 512

/** Octets of a text in a header: what is not ASCII grows by its encoding (RFC 2047). */
const inHeader = (text: string): number => {
  const size = Buffer.byteLength(text)
  return size === text.length ? size : Math.ceil(size * 1.5) + 16
}

/** What the other fields of a mail leave of the budget. */
const roomForReferences = ({ about, inbox, recipients, words }: Draft, subject: string): number => {
  const people = [inbox, ...recipients.to, ...recipients.cc]
  const named = people.map(({ name, address }) => inHeader(name) + inHeader(address) + 6)
  const own = Object.entries(words.headers).map(([name, value]) => name.length + inHeader(value) + 4)
  const { threadIndex, wireId = '' } = about.answered ?? {}
  const single = [2 * inHeader(subject), 2 * inbox.address.length, wireId.length, threadIndex?.length ?? 0]
  const others = [...named, ...own, ...single].reduce((sum, size) => sum + size, FIXED_FIELDS)
  return Math.max(LEAST_FOR_REFERENCES, HEADER_BUDGET - others)
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase()

const ownMessageId = ({ words, inbox, chance, instance, keys }: Draft): string => {
  if (words.message_id !== undefined) return words.message_id
  const random = chance.bytes('message-id', 16)
  return makeMessageId({ random, instance, domain: domainOf(inbox.address) }, keys.messageId)
}

type Parent = NonNullable<Draft['named']>
type Chain = Pick<MailIds, 'inReplyTo' | 'references'>
const NO_CHAIN: Chain = { inReplyTo: null, references: [] }

/** What the caller says himself: In-Reply-To alone is the chain, and of References the last one is answered. */
const chainOfCaller = ({ words }: Draft, room: number): Chain | null => {
  const { in_reply_to: answered, references } = words
  const ids = references ?? (answered === undefined ? [] : [answered])
  const last = ids.at(-1)
  if (last === undefined) return answered === undefined ? null : { inReplyTo: answered, references: [] }
  const parent = { messageId: last, synthetic: false, inReplyTo: [], references: ids.slice(0, -1) }
  return { inReplyTo: answered ?? last, references: replyReferences(parent, undefined, [], room) }
}

const chainOf = (draft: Draft, subject: string): Chain => {
  const { about, keep } = draft
  const room = roomForReferences(draft, subject)
  const own = chainOfCaller(draft, room)
  if (own !== null) return own
  if (about.kind === 'new' || (about.kind === 'forward' && about.asAttachment)) return NO_CHAIN
  const { facts, wireId } = about.answered
  const parent = { ...facts, messageId: wireId }
  return { inReplyTo: replyInReplyTo(parent), references: replyReferences(parent, undefined, keep, room) }
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
const indexAfter = ({ threadIndex, facts, message }: Parent, at: number, random: number): string => {
  const started =
    threadIndex ?? startThreadIndex(Date.parse(message.sentAt), guidOf(topicConversationId(topicOf(facts))))
  return replyThreadIndex(started, at, random) ?? started
}

/**
 * A conversation that starts here. Its GUID follows from the id of its first mail, so that a follow-up which names that id goes into
 * the same one, though the first mail may not be known here yet.
 */
const freshIndex = (
  { chance }: Draft,
  { messageId, inReplyTo, references }: Chain & { messageId: string },
  random: number,
): string => {
  const root = references[0] ?? inReplyTo
  const guid = createHash('sha256')
    .update(`thread-index ${root ?? messageId}`)
    .digest()
  const started = startThreadIndex(Date.parse(chance.at), guid)
  return root === null ? started : (replyThreadIndex(started, Date.parse(chance.at), random) ?? started)
}

const conversationOf = (
  draft: Draft,
  ids: Chain & { messageId: string },
  subject: string,
): Pick<MailIds, 'threadIndex' | 'threadTopic'> => {
  const { about, named, chance } = draft
  const parent = about.kind === 'new' || (about.kind === 'forward' && about.asAttachment) ? named : about.answered
  const random = chance.bytes('thread-index-block', 1)[0] ?? 0
  if (parent === null)
    return { threadIndex: freshIndex(draft, ids, random), threadTopic: displaySubject(subject, { carriesIds: true }) }
  return { threadIndex: indexAfter(parent, Date.parse(chance.at), random), threadTopic: topicOf(parent.facts) }
}

const replyToOf = ({ words, inbox, keys }: Draft, id: string): MailIds['replyTo'] => {
  if (words.reply_to !== undefined) return { ...words.reply_to, isToken: false }
  const address = inbox.plusAddressing ? makeReplyToken({ id, address: inbox.address }, keys) : null
  return address === null ? null : { name: inbox.name, address, isToken: true }
}

/** Ids, conversation index and Reply-To of a mail. */
export const mailIds = (draft: Draft, subject: string): MailIds => {
  const messageId = ownMessageId(draft)
  const { inReplyTo, references } = chainOf(draft, subject)
  return {
    messageId,
    inReplyTo,
    references: references.filter((id) => id !== messageId),
    ...conversationOf(draft, { messageId, inReplyTo, references }, subject),
    replyTo: replyToOf(draft, messageId),
  }
}
