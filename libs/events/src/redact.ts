import type { MailFacts } from '@skein/mail'
import type { Evidence, LinkKeys, Rival, SkeinEvent } from './events.js'
import type { MessageId } from './ids.js'
import type { ComposedRecord, DeliveryRecord, ReceivedRecord } from './input.js'

/*
 * What stays of a mail that is erased: its ids and those that it names, times, sizes and its place, so that later answers still
 * find their thread and a replay makes the same threads. What it said, who wrote it and to whom is gone.
 */

/** Facts whose values are ids; of all others the value may be something that somebody wrote. */
const ID_FACTS = new Set(['message-id', 'in-reply-to', 'references', 'alias', 'original-id', 'reply-token'])
/** Keys that are ids alone: those that hold a subject or a sender are not among them. A blank parts an id from a subject. */
const isBareId = (key: string): boolean => key.startsWith('id:') && !key.includes(' ')

const bareKeys = (keys: LinkKeys): LinkKeys => ({
  owned: keys.owned.filter(isBareId),
  named: keys.named.filter(isBareId),
  mentioned: keys.mentioned.filter(isBareId),
  waiting: keys.waiting.filter(isBareId),
  sameSubject: keys.sameSubject.filter(isBareId),
})

const bareEvidence = (evidence: readonly Evidence[]): Evidence[] =>
  evidence.map((one) => (ID_FACTS.has(one.fact) ? one : { ...one, value: '' }))
const bareRivals = (rivals: readonly Rival[]): Rival[] =>
  rivals.map((one) => (ID_FACTS.has(one.fact) ? one : { ...one, value: '' }))

/** Stands where an address has to. */
export const ERASED_ADDRESS = 'erased@erased.invalid'

/** The messages that an event says something about; people who are named beside are told by `authors`. */
export const messagesOf = (event: SkeinEvent): MessageId[] =>
  'message' in event.data && event.data.message !== null ? [event.data.message] : []

/** What is taken out: messages, and addresses of people whose own mail is among them. */
export interface Erasure {
  messages: ReadonlySet<MessageId>
  authors: ReadonlySet<string>
}

const others = (people: readonly string[], { authors }: Erasure): string[] =>
  people.filter((address) => !authors.has(address.toLowerCase()))

/** The event without what is erased; the very same object where nothing in it is. Pure. */
export const redactEvent = (event: SkeinEvent, erasure: Erasure): SkeinEvent => {
  if (event.type === 'ThreadSplit' || event.type === 'MessageMoved' || event.type === 'MergeUndone') {
    const people = others(event.data.people, erasure)
    if (people.length === event.data.people.length) return event
    return { ...event, data: { ...event.data, people } } as SkeinEvent
  }
  if (!messagesOf(event).some((message) => erasure.messages.has(message))) return event
  switch (event.type) {
    case 'ThreadStarted':
      return { ...event, data: { ...event.data, subject: '' } }
    case 'MessageThreaded':
      return {
        ...event,
        data: {
          ...event.data,
          evidence: bareEvidence(event.data.evidence),
          rivals: bareRivals(event.data.rivals),
          keys: bareKeys(event.data.keys),
          subject: '',
          baseSubject: '',
          listId: null,
          from: [],
          replyTo: [],
          to: [],
          cc: [],
          date: null,
          snippet: '',
          attachments: 0,
          digest: '',
          threadIndex: null,
        },
      }
    case 'MessageDelivered':
      return { ...event, data: { ...event.data, keys: bareKeys(event.data.keys), baseSubject: '', digest: '' } }
    case 'MessageRekeyed':
    case 'JoinAccepted':
      return { ...event, data: { ...event.data, keys: bareKeys(event.data.keys), baseSubject: '' } } as SkeinEvent
    case 'SubjectChanged':
      return { ...event, data: { ...event.data, from: '', to: '' } }
    case 'ThreadsMerged':
    case 'JoinSuggested':
    case 'JoinQuarantined':
      return { ...event, data: { ...event.data, evidence: bareEvidence(event.data.evidence) } } as SkeinEvent
    case 'MessageQueued':
      return { ...event, data: { ...event.data, from: ERASED_ADDRESS, to: [ERASED_ADDRESS] } }
    case 'MessageSent':
      return { ...event, data: { ...event.data, response: '', refused: [] } }
    case 'SendFailed':
      return { ...event, data: { ...event.data, reason: '', refused: [] } }
    case 'SendDeferred':
    case 'SendUnknown':
    case 'SendCancelled':
    case 'SendRetried':
    case 'SendSettled':
      return { ...event, data: { ...event.data, reason: '' } } as SkeinEvent
    case 'MessageBounced':
      return { ...event, data: { ...event.data, recipients: [] } }
    case 'MentionsReplaced':
      return {
        ...event,
        data: { ...event.data, mentions: event.data.mentions.map((one) => ({ ...one, baseSubject: '' })) },
      }
    case 'WireIdLearned':
    case 'JoinRefused':
    case 'MessageErased':
    case 'MessageIdCollided':
    case 'SendStarted':
    case 'AnchorDemoted':
    case 'RulesApplied':
    case 'ThreadRead':
    case 'ThreadUnread':
    case 'ThreadClaimed':
    case 'ThreadReleased':
    case 'ThreadHandled':
    case 'ThreadReopened':
    case 'ThreadLabelled':
      return event
  }
}

const bareFacts = (facts: MailFacts): MailFacts => ({
  messageId: facts.messageId,
  synthetic: facts.synthetic,
  aliases: facts.aliases,
  inReplyTo: facts.inReplyTo,
  references: facts.references,
  originalId: facts.originalId,
  subject: '',
  baseSubject: '',
  subjectKind: facts.subjectKind,
  from: [],
  replyTo: [],
  to: [],
  cc: [],
  bcc: [],
  date: null,
  threadIndex: null,
  threadTopic: null,
  kind: facts.kind,
  calendarUid: null,
  listId: null,
  autoSubmitted: facts.autoSubmitted,
  authentication: null,
  digest: '',
  problems: [],
})

/** The input record of an erased mail: ids, times and its place. The raw mail that it names is gone. Pure. */
export const redactRecord = <R extends ReceivedRecord | ComposedRecord>(record: R): R => ({
  ...record,
  envelope: null,
  facts: bareFacts(record.facts),
  text: '',
  html: null,
  attachments: [],
  ...('outgoing' in record ? { outgoing: { ...record.outgoing, from: ERASED_ADDRESS, to: [ERASED_ADDRESS] } } : {}),
})

/** What came of an attempt, without what the server said and about whom. Pure. */
export const redactDelivery = (record: DeliveryRecord): DeliveryRecord => {
  switch (record.outcome) {
    case 'sent':
      return { ...record, response: '', refused: [] }
    case 'failed':
      return { ...record, reason: '', refused: [] }
    case 'deferred':
    case 'unknown':
      return { ...record, reason: '' }
  }
}
