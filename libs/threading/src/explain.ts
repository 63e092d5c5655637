import { isBeside } from './beside.js'
import type { Decided, Evidence, MessageId, Rival, ThreadId } from '@skein/events'

export interface Explanation {
  rule: string
  confidence: string
  /** Sentences for a person, the most important first. */
  words: string[]
  evidence: Evidence[]
  rivals: Rival[]
}

/** What messages and threads are called in the words: a Message-ID, a subject. */
export interface Names {
  message(message: MessageId): string
  thread(thread: ThreadId): string
}

const FACTS: Record<string, string> = {
  'message-id': 'its own Message-ID',
  alias: 'another id of the same mail',
  'in-reply-to': 'In-Reply-To',
  references: 'References',
  'original-id': 'the mail that it reports on',
  'thread-index': "Outlook's Thread-Index",
  'calendar-uid': 'the UID of the invitation',
  'reply-token': 'our own mark in the reply address',
  subject: 'the subject',
}
const factName = (fact: string): string => FACTS[fact] ?? fact

const RULES: Record<string, string> = {
  start: 'Nothing in it leads to a mail that is here, so it starts a thread.',
  recycled:
    'It names older mails but has a new subject and no “Re:”: somebody wrote a new mail into an old one. So it starts a thread.',
  link: 'Its ids lead to this thread.',
  'thread-index': 'It names no other mail, but its Thread-Index and subject lead to this thread.',
  'calendar-uid': 'It belongs to the same appointment as this thread.',
  'reply-token': 'It was sent to a reply address of ours that is bound to this thread.',
  'original-id': 'It reports on a mail of this thread.',
  'group-by-sender': 'Mail of this sender is put together by its subject here.',
  'guarded-subject': 'It names no other mail, but its subject and sender fit exactly one thread of the last week.',
  stranger:
    'It names mail of a thread, but its sender takes no part there and may be forged: so it is kept apart until somebody looks.',
  duplicate: 'The same mail was here already.',
  copy: 'It is another copy of a mail that is here: same id, author, date and subject.',
  'own-echo': 'It is a mail of ours that came back.',
}
const SURE: Record<string, string> = {
  certain: 'That is certain.',
  high: 'That is very likely.',
  low: 'That is a guess, and can be undone.',
}

const evidenceWords = ({ fact, value, message }: Evidence, names: Names): string => {
  if (message === null)
    return `${factName(fact)} names ${value}: nobody has received it, but other mail of the thread names it too.`
  if (fact === 'message-id' || fact === 'alias')
    return `${names.message(message)} came before and names this mail by ${value}.`
  return `${factName(fact)} says ${value}: that is ${names.message(message)}.`
}

/** A person decided where no mail made it clear. */
const whoSays = (message: MessageId | null): string => (message === null ? 'Somebody decided' : 'Mail that came showed')
const mails = (list: readonly MessageId[]): string => (list.length === 1 ? 'one mail' : `${list.length} mails`)

/** What an event noted beside the place of a mail, in words; `null` for one that says nothing of that. */
export const noteWords = (event: Decided, names: Names): string | null => {
  if (isBeside(event)) return null
  switch (event.type) {
    case 'ThreadStarted':
      return event.data.relation?.thread
        ? `The thread that it ${event.data.relation.kind === 'contains' ? 'has mail of attached' : 'comes from'} is ${names.thread(event.data.relation.thread)}.`
        : null
    case 'ThreadsMerged':
      return `${whoSays(event.data.message)} that ${event.data.absorbed.map((thread) => names.thread(thread)).join(', ')} and ${names.thread(event.thread)} are one conversation.`
    case 'ThreadSplit':
      return `${whoSays(event.data.message)} that ${mails(event.data.messages)} of ${names.thread(event.thread)} should go on as a conversation of their own: ${names.thread(event.data.into)}.`
    case 'SubjectChanged':
      return `It answers under another subject: “${event.data.to}”.`
    case 'JoinSuggested':
      return `By its subject it could belong to ${names.thread(event.data.candidate)}; that is only a suggestion.`
    case 'JoinQuarantined':
      return `It claims to belong to ${names.thread(event.data.claims)}.`
    case 'MessageIdCollided':
      return `Another mail, ${names.message(event.data.with)}, has the same Message-ID.`
    case 'AnchorDemoted':
      return `An id under which ${event.data.subjects} subjects come does not tie mail together any more.`
    case 'MentionsReplaced':
      return 'It shows that some ids count no more, or count after all.'
    case 'MessageMoved':
      return `Somebody moved it to ${names.thread(event.data.to)}.`
    case 'MergeUndone':
      return `Somebody took the merge of ${names.thread(event.data.absorbed)} back.`
    case 'JoinAccepted':
      return `Somebody let it into ${names.thread(event.data.into)}.`
    case 'JoinRefused':
      return `Somebody said that it does not belong to ${names.thread(event.data.candidate)}.`
    case 'WireIdLearned':
      return `The receiving side knows it as ${event.data.wireId}.`
    case 'MessageErased':
      return 'Its content was erased; its ids stay.'
    case 'MessageDelivered':
      return `The mail that was here first is ${names.message(event.data.message)}.`
    case 'MessageThreaded':
    case 'MessageRekeyed':
    case 'RulesApplied':
      return null
  }
}

/** What was decided about the place of a mail. */
export type PlacementReason = Pick<Explanation, 'rule' | 'confidence' | 'evidence' | 'rivals'>

/** Why a mail is where it is: what decided its place, and what was noted about it then and later, oldest first. */
export const explainPlacement = (placement: PlacementReason, notes: readonly Decided[], names: Names): Explanation => {
  const { rule, confidence, evidence, rivals } = placement
  const rivalWords = rivals.map(
    ({ thread, fact, value, reason }) =>
      `${factName(fact)} (${value}) would lead to ${names.thread(thread)}; but ${reason}.`,
  )
  return {
    rule,
    confidence,
    words: [
      `${RULES[rule] ?? `The rule is ${rule}.`} ${SURE[confidence] ?? ''}`.trim(),
      ...evidence.map((one) => evidenceWords(one, names)),
      ...notes.flatMap((event) => noteWords(event, names) ?? []),
      ...rivalWords,
    ],
    evidence,
    rivals,
  }
}

/** The same from all events that were decided about a mail. */
export const explain = (events: readonly Decided[], names: Names): Explanation => {
  const threaded = events.find((event) => event.type === 'MessageThreaded')
  const delivered = events.find((event) => event.type === 'MessageDelivered')
  const placement: PlacementReason = {
    rule: threaded?.data.rule ?? delivered?.data.rule ?? 'duplicate',
    confidence: threaded?.data.confidence ?? 'certain',
    evidence: threaded?.data.evidence ?? [],
    rivals: threaded?.data.rivals ?? [],
  }
  return explainPlacement(placement, events, names)
}
