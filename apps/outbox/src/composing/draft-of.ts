import type { CallerOf } from '@skein/http'
import type { Inbox } from '@skein/log'
import { readAttachment } from '@skein/mime'
import { replyReferences } from '@skein/mail'
import type { OutboxParts } from '../parts.js'
import { answeringInbox, inboxOf, messageOf, threadOf } from './access.js'
import { conversationIndex, readAnswered, seenByOthers, type Answered } from './answered.js'
import type { About, Draft, Words } from './draft.js'
import { checkAutomatic, checkRecipients } from './guards.js'
import { LEAST_FOR_REFERENCES } from './mail-ids.js'
import type { ForwardBody, GivenAttachment, ReplyBody, SendBody } from './mail-request.js'
import type { ChanceOfMail } from './once.js'
import { answerRecipients, givenRecipients, type GivenRecipients, type Recipients } from './recipients.js'
import { Problem } from '@skein/http'

type Parts = Pick<OutboxParts, 'log' | 'views' | 'settings'>

/** What a call asks for; `id` of the inbox, thread or message that it is made on. */
export type Asked =
  | { readonly call: 'send'; readonly id: string; readonly body: SendBody }
  | { readonly call: 'thread-reply' | 'reply' | 'reply-all'; readonly id: string; readonly body: ReplyBody }
  | { readonly call: 'forward'; readonly id: string; readonly body: ForwardBody }

interface Target {
  readonly inbox: Inbox
  readonly about: About
}

const emptyThread = (id: string): Problem =>
  new Problem(409, 'nothing-to-answer', 'Nothing to answer', `The thread ${id} has no message.`, {
    fix: 'Send a mail of its own with POST /v1/inboxes/:id/send.',
  })

/** The last message of a thread, and who answers it. `inbox`: asked for, or found among those that have the message. */
const ofThread = async (parts: Parts, caller: CallerOf, id: string, wanted?: string): Promise<Target> => {
  const thread = await threadOf(parts, caller, id)
  const last = await parts.views.lastMessage(thread.id)
  if (last === null) throw emptyThread(id)
  // a key for inboxes may see the thread, and not the message that a reply would quote
  const message = await messageOf(parts, caller, last.id)
  const inbox = await answeringInbox(parts, caller, message, wanted)
  return {
    inbox,
    about: { kind: 'reply', answered: await readAnswered(parts, message, thread, inbox), ofThread: true },
  }
}

const ofMessage = async (
  parts: Parts,
  caller: CallerOf,
  id: string,
  wanted?: string,
): Promise<{ inbox: Inbox; answered: Answered }> => {
  const message = await messageOf(parts, caller, id)
  const inbox = await answeringInbox(parts, caller, message, wanted)
  const thread = await threadOf(parts, caller, message.thread)
  return { inbox, answered: await readAnswered(parts, message, thread, inbox) }
}

const targetOf = async (parts: Parts, caller: CallerOf, asked: Asked): Promise<Target> => {
  if (asked.call === 'send') {
    const inbox = await inboxOf(parts, caller, asked.id)
    const { thread_id } = asked.body
    return thread_id === undefined
      ? { inbox, about: { kind: 'new', answered: null } }
      : ofThread(parts, caller, thread_id, inbox.id)
  }
  if (asked.call === 'thread-reply') return ofThread(parts, caller, asked.id, asked.body.inbox)
  const { inbox, answered } = await ofMessage(parts, caller, asked.id, asked.body.inbox)
  if (asked.call === 'forward')
    return { inbox, about: { kind: 'forward', answered, asAttachment: asked.body.as_attachment } }
  return { inbox, about: { kind: 'reply', answered, ofThread: false } }
}

const recipientsOf = ({ log: { directory } }: Parts, asked: Asked, { inbox, about }: Target): Recipients => {
  const given: GivenRecipients = asked.body
  const isExact = asked.call === 'send' && given.to.length > 0
  if (about.kind !== 'reply' || isExact) return givenRecipients(given)
  return answerRecipients(directory, inbox, about.answered, { given, toAll: asked.call === 'reply-all' })
}

const fileName = (subject: string): string =>
  `${
    subject
      .replace(/[^\p{L}\p{N} ._-]+/gu, ' ')
      .trim()
      .slice(0, 80) || 'mail'
  }.eml`

/** What goes along with a forward: the mail as a file, or its files. */
const takenAlong = async ({ log }: Parts, about: About): Promise<GivenAttachment[]> => {
  if (about.kind !== 'forward') return []
  const { raw, facts, attachments } = about.answered
  if (!about.asAttachment && attachments === 0) return []
  const octets = await log.readRaw(raw)
  if (about.asAttachment)
    return [{ filename: fileName(facts.subject), content_type: 'message/rfc822', content: octets }]
  const taken: GivenAttachment[] = []
  for (let n = 1; n <= attachments; n++) {
    const { meta, content } = await readAttachment(octets, n)
    const name = meta.filename?.replace(/\p{Cc}+/gu, ' ')
    taken.push({ ...(name !== undefined && { filename: name }), content_type: meta.contentType, content })
  }
  return taken
}

const wordsOf = (asked: Asked): Words => ({
  ...asked.body,
  quote: asked.call === 'forward' ? true : (asked.body.include_quote ?? true),
})

/** The mail that the caller names in `in_reply_to`, where the space has it: the new mail goes on with its conversation. */
const namedMail = async (
  parts: Parts,
  caller: CallerOf,
  { inbox, about }: Target,
  words: Words,
): Promise<Draft['named']> => {
  const id = words.in_reply_to ?? words.references?.at(-1)
  if (about.kind !== 'new' || id === undefined) return null
  const found = await parts.views.messageNamed(inbox.space, id)
  if (found === null) return null
  const message = await messageOf(parts, caller, found.id).catch(() => null)
  const record =
    message && (await parts.log.recordsAt(message.partition, [message.input.sequence])).get(message.input.sequence)
  if (!message || !record) return null
  return { message, facts: record.facts, threadIndex: await conversationIndex(parts, inbox.account, message) }
}

const keptIds = async (parts: Parts, { about }: Target, recipients: Recipients): Promise<string[]> => {
  if (about.kind === 'new') return []
  const { facts, wireId } = about.answered
  const whole = new Set(replyReferences({ ...facts, messageId: wireId }, undefined, [], LEAST_FOR_REFERENCES))
  if (facts.references.every((id) => whole.has(id))) return []
  return seenByOthers(parts, about.answered, [...recipients.to, ...recipients.cc, ...recipients.bcc], facts.references)
}

/** Reads what a mail is composed from, and refuses what may not be sent at all. @throws Problem 400, 404, 409 */
export const draftOf = async (parts: Parts, caller: CallerOf, asked: Asked, chance: ChanceOfMail): Promise<Draft> => {
  const target = await targetOf(parts, caller, asked)
  const words = wordsOf(asked)
  const recipients = recipientsOf(parts, asked, target)
  checkRecipients({ recipients }, parts.settings.maxRecipients)
  const named = await namedMail(parts, caller, target, words)
  checkAutomatic({ about: target.about, named, words })
  const { secrets } = parts.log
  return {
    ...target,
    words,
    recipients,
    taken: await takenAlong(parts, target.about),
    keep: await keptIds(parts, target, recipients),
    named,
    chance,
    instance: secrets.instance,
    keys: { token: secrets.keys('reply-token')[0], messageId: secrets.keys('message-id')[0] },
  }
}
