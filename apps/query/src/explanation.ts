import type { EventType, Evidence } from '@skein/events'
import type { MessageDetail, NoteDetail } from '@skein/views'

export interface Explanation {
  readonly message_id: string
  readonly thread_id: string
  readonly rule: string
  readonly confidence: string
  /** For a person: what was found, and what followed. */
  readonly words: string[]
  readonly evidence: readonly Evidence[]
  readonly rivals: MessageDetail['rivals']
  readonly notes: { readonly type: string; readonly position: number; readonly time: string; readonly words: string }[]
}

const FACTS: Readonly<Record<string, string>> = {
  'message-id': 'its Message-ID',
  'in-reply-to': 'its In-Reply-To header',
  references: 'its References header',
  alias: 'another id of the same mail',
  'original-id': 'the id of the mail that it reports on',
  'thread-index': 'its Outlook Thread-Index',
  'calendar-uid': 'the UID of its invitation',
  'reply-token': 'our own mark in the address or id that it answers',
  subject: 'its subject',
  person: 'who wrote it',
}
const CONFIDENCE: Readonly<Record<MessageDetail['confidence'], string>> = {
  certain: 'There is no doubt about it.',
  high: 'It is very likely right.',
  low: 'It is a guess; somebody should look.',
}

const factWords = (fact: string): string => FACTS[fact] ?? `its ${fact}`

const evidenceWords = ({ fact, value, message, thread }: Evidence): string => {
  const found = message !== null ? `message ${message}` : 'a mail that never came, which other mails name too'
  const where = thread === null ? '' : ` in thread ${thread}`
  return `${value} stands in ${factWords(fact)}: that leads to ${found}${where}.`
}

const parentWords = ({ parentId, parent, parentFact }: MessageDetail): string => {
  if (parentId === null) return 'It answers no other mail.'
  const by = parentFact === null ? '' : `, by ${factWords(parentFact)}`
  return `It answers <${parentId}>${by}; ${parent === null ? 'that mail never came' : `that is ${parent}`}.`
}

const text = (data: Record<string, unknown>, key: string): string => {
  const value = data[key]
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

type Words = (data: Record<string, unknown>, thread: string) => string

/** What each kind of event says about a message; those that say nothing beside its place are not here. */
const NOTES: Partial<Record<EventType, Words>> = {
  ThreadsMerged: (data, thread) => `It tied threads together: ${text(data, 'absorbed')} went into ${thread}.`,
  ThreadSplit: (data, thread) => `It was taken out of ${thread} into a thread of its own, ${text(data, 'into')}.`,
  MergeUndone: (data, thread) => `Somebody took ${text(data, 'absorbed')} out of ${thread} again; it went along.`,
  MessageMoved: (data, thread) => `Somebody put it from ${thread} into ${text(data, 'to')}.`,
  MessageErased: () => 'Its content and its people were erased.',
  MentionsReplaced: () =>
    'It showed that mentions of some ids, which nobody has received, count no more or count after all.',
  SubjectChanged: (data) =>
    `The subject changed here from “${text(data, 'from')}” to “${text(data, 'to')}”; the thread stays one.`,
  JoinSuggested: (data) => `By its subject it might belong to ${text(data, 'candidate')}. That is only a suggestion.`,
  JoinQuarantined: (data) =>
    `It claims to belong to ${text(data, 'claims')}, but was kept apart: ${text(data, 'reason')}.`,
  JoinAccepted: (data) => `Somebody accepted that it belongs to ${text(data, 'into')}.`,
  JoinRefused: (data) => `Somebody refused that it belongs to ${text(data, 'candidate')}.`,
  MessageIdCollided: (data) =>
    `Another mail, ${text(data, 'with')}, has the same Message-ID; mentions of it go to ${text(data, 'owner')}.`,
}

const noteWords = ({ type, thread, data }: NoteDetail): string => NOTES[type]?.(data, thread) ?? type

/** Why a message is where it is, for programs and for people. A pure function of what the views hold. */
export const explanation = (message: MessageDetail, notes: readonly NoteDetail[]): Explanation => {
  const found = message.evidence.map(evidenceWords)
  const start = found.length === 0 ? ['Nothing in it led to another mail, so it started a thread.'] : []
  const rivals = message.rivals.map(
    ({ thread, fact, value, reason }) =>
      `By ${factWords(fact)} (${value}) it could have gone to ${thread}, but: ${reason}.`,
  )
  return {
    message_id: message.id,
    thread_id: message.thread,
    rule: message.rule,
    confidence: message.confidence,
    words: [
      `It is in thread ${message.thread} by the rule “${message.rule}”. ${CONFIDENCE[message.confidence]}`,
      ...start,
      ...found,
      parentWords(message),
      ...rivals,
      ...notes.map(noteWords),
    ],
    evidence: message.evidence,
    rivals: message.rivals,
    notes: notes.map((note) => ({ type: note.type, position: note.position, time: note.time, words: noteWords(note) })),
  }
}
