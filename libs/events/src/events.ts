import { address, mailKind, subjectKind } from '@skein/mail'
import { z } from 'zod'
import { inboxId, messageId, spaceId, threadId } from './ids.js'
import { deliveryRole, inputReference, logPosition, refusedRecipient, unknownPolicy } from './input.js'

/** Why a mail is where it is: the header (or other fact) that was looked at, what it said, and the mail or thread that it led to. */
export const evidence = z.object({
  /** `message-id`, `in-reply-to`, `references`, `alias`, `original-id`, `thread-index`, `calendar-uid`, `reply-token`, `subject`, `person`. */
  fact: z.string(),
  /** What that fact says: an id, a subject … as the mail wrote it after clean-up. */
  value: z.string(),
  /** The message that was found by it; `null` where only others' mentions of it are known (a ghost). */
  message: messageId.nullable(),
  thread: threadId.nullable(),
})
export type Evidence = z.infer<typeof evidence>

export const confidence = z.enum(['certain', 'high', 'low'])
export type Confidence = z.infer<typeof confidence>

/** A thread that the mail could have gone to, and why it did not. */
export const rival = z.object({ thread: threadId, fact: z.string(), value: z.string(), reason: z.string() })
export type Rival = z.infer<typeof rival>

const decision = {
  /** Name of the rule that decided, for instance `link`, `start`, `thread-index`, `guarded-subject`. */
  rule: z.string(),
  evidence: z.array(evidence),
  confidence,
}

/** Another thread that this one comes from or points at, without being one conversation with it. */
export const relation = z.object({
  kind: z.enum(['related_to', 'continued_from', 'claims', 'contains']),
  /** The ids that lead there, best first. */
  ids: z.array(z.string()),
  thread: threadId.nullable(),
})
export type Relation = z.infer<typeof relation>

const threadStarted = z.object({
  message: messageId,
  /** Place in the order of starts within the partition: of two threads that merge, the lower one survives. */
  order: z.int().nonnegative(),
  subject: z.string(),
  relation: relation.nullable(),
})

/**
 * The keys that tie one mail to others (libs/threading: `LinkKey`); long ones are digests. `owned`: what later mail finds it
 * by. `named`: all that it names, strongest first. The other lists are those of the named that get a place of their own in the
 * index. `mentioned`: nobody had received them, and they link by themselves. `waiting`: they link only with a mail received
 * under them. `sameSubject`: they link only with mail of the same base subject.
 */
export const linkKeys = z.object({
  owned: z.array(z.string()),
  named: z.array(z.string()),
  mentioned: z.array(z.string()),
  waiting: z.array(z.string()),
  sameSubject: z.array(z.string()),
})
export type LinkKeys = z.infer<typeof linkKeys>

const messageThreaded = z.object({
  ...decision,
  rivals: z.array(rival),
  message: messageId,
  inbox: inboxId,
  role: deliveryRole,
  direction: z.enum(['in', 'out']),
  keys: linkKeys,
  messageId: z.string(),
  aliases: z.array(z.string()),
  inReplyTo: z.array(z.string()),
  references: z.array(z.string()),
  /** The id that this mail answers, received or not, and the fact that says so. */
  parent: z.object({ id: z.string(), fact: z.string() }).nullable(),
  subject: z.string(),
  baseSubject: z.string(),
  subjectKind,
  kind: mailKind,
  listId: z.string().nullable(),
  /** A forward by header: a branch of the thread. */
  forward: z.boolean(),
  from: z.array(address),
  replyTo: z.array(address),
  to: z.array(address),
  cc: z.array(address),
  /** When it was written, as far as can be known: its Date, but not later than its last server or we got it. Orders the reading. */
  sentAt: z.iso.datetime(),
  /** The Date header as it was; copies of one mail agree in it. */
  date: z.string().nullable(),
  receivedAt: z.iso.datetime(),
  snippet: z.string(),
  attachments: z.int().nonnegative(),
  size: z.int().nonnegative(),
  digest: z.string(),
  threadIndex: z.string().nullable(),
  /** Whether this delivery counts as read from the start (our own mail, bounces and other automatic mail). */
  read: z.boolean(),
  input: inputReference,
})

const messageDelivered = z.object({
  /** The message as first received. */
  message: messageId,
  /** This copy's own id where its bytes differ (a list's footer); `null` for the same content. */
  copy: messageId.nullable(),
  messageId: z.string(),
  /** Keys of this copy that the message did not have yet: a gateway's new id, for instance. */
  keys: linkKeys,
  baseSubject: z.string(),
  rule: z.string(),
  inbox: inboxId,
  role: deliveryRole,
  receivedAt: z.iso.datetime(),
  digest: z.string(),
  read: z.boolean(),
  input: inputReference,
})

const threadsMerged = z.object({
  ...decision,
  absorbed: z.array(threadId).min(1),
  /** The mail that ties them together; `null` where a person did. */
  message: messageId.nullable(),
  /** Threads that some absorbed one is kept apart from, and so the survivor is too. */
  cuts: z.array(threadId),
})

/** Some messages of a thread go on in a thread of their own; the event belongs to the thread that they leave. */
const threadSplit = z.object({
  ...decision,
  /** The thread that they make, and its place in the order of starts. */
  into: threadId,
  order: z.int().nonnegative(),
  messages: z.array(messageId).min(1),
  /** The authors of those messages: they take part in the new thread. */
  people: z.array(z.string()),
  /** The mail that made it clear; `null` where a person decided. */
  message: messageId.nullable(),
})

/**
 * A mail showed that some mentions of ids, which nobody has received, count no more, or count after all. For each key and base
 * subject: a message whose mention counts, or `null` where none does.
 */
const mentionsReplaced = z.object({
  message: messageId,
  mentions: z.array(z.object({ key: z.string(), baseSubject: z.string(), by: messageId.nullable() })).min(1),
})

/** A person took a merge back: the absorbed thread (the event's `absorbed`) goes on by itself. The event belongs to the survivor. */
const mergeUndone = z.object({
  absorbed: threadId,
  /** Messages that came after the merge and go with it; those that it had before go anyhow. */
  messages: z.array(messageId),
  people: z.array(z.string()),
  /** The threads that had been merged into it before, each with the one that took it in: they lead to it again. */
  threads: z.array(z.object({ thread: threadId, into: threadId })),
})
/** A person put messages into another thread. */
const messageMoved = z.object({
  messages: z.array(messageId).min(1),
  to: threadId,
  people: z.array(z.string()),
  /**
   * Whether links do not cross between the two from now on; `false` where messages came back to where they had been, and `null`
   * where rules moved them, which says nothing about that.
   */
  apart: z.boolean().nullable(),
})
/** A person let a mail into the thread that it was suggested for, or that it claims to be in; a merge follows. */
const joinAccepted = z.object({
  message: messageId,
  into: threadId,
  /** Keys of the mail that count from now on: those of a quarantined mail did not. */
  keys: linkKeys,
  baseSubject: z.string(),
})
const joinRefused = z.object({ message: messageId, candidate: threadId })
/** Under which id the receiving side saw a mail of ours. */
const wireIdLearned = z.object({ message: messageId, wireId: z.string(), keys: linkKeys })
/** Content and people of a mail are gone; its ids stay, so that a later answer still finds its thread. */
const messageErased = z.object({ message: messageId })

/** Other rules were applied to what is stored of a space; what they changed follows. `thread` is the first one that it concerns. */
const rulesApplied = z.object({
  /** Names the application, for the one who takes it back. */
  application: z.string(),
  rules: z.string(),
  policies: z.record(z.string(), z.string()),
  before: z.object({ rules: z.string(), policies: z.record(z.string(), z.string()) }),
})
/** Keys that a mail has under the rules that were applied, so that later mail finds it by them. */
const messageRekeyed = z.object({ message: messageId, keys: linkKeys, baseSubject: z.string() })

const subjectChanged = z.object({ message: messageId, from: z.string(), to: z.string() })
const joinSuggested = z.object({ ...decision, message: messageId, candidate: threadId })
const joinQuarantined = z.object({ ...decision, message: messageId, claims: threadId, reason: z.string() })
const messageIdCollided = z.object({
  message: messageId,
  messageId: z.string(),
  with: messageId,
  /** Whom mentions of the id go to when nothing else tells the two apart. */
  owner: messageId,
})
const anchorDemoted = z.object({ key: z.string(), subjects: z.int().positive() })
const threadRead = z.object({
  inboxes: z.array(inboxId).min(1),
  /** Deliveries recorded at or before this sequence of the event stream are read; later ones stay as they are. */
  upTo: z.int().nonnegative(),
})
const threadUnread = z.object({ inboxes: z.array(inboxId).min(1) })

/** A mail of ours waits to be sent. Its thread and its text are told by the MessageThreaded before it. */
const messageQueued = z.object({
  message: messageId,
  inbox: inboxId,
  from: z.string(),
  to: z.array(z.string()).min(1),
  answers: messageId.nullable(),
  sendAt: z.iso.datetime().nullable(),
  automatic: z.boolean(),
  onUnknown: unknownPolicy,
  actor: z.string(),
  input: inputReference,
})
/**
 * The server asked for the mail itself (its 354): from here on it may have it. Recorded before the first octet leaves, and by the
 * writer alone, so that no two processes send one mail.
 */
const sendStarted = z.object({ message: messageId, attempt: z.int().positive() })
const messageSent = z.object({
  message: messageId,
  attempt: z.int().positive(),
  response: z.string(),
  refused: z.array(refusedRecipient),
})
const sendDeferred = z.object({
  message: messageId,
  attempt: z.int().positive(),
  reason: z.string(),
  nextAt: z.iso.datetime(),
})
const sendFailed = z.object({
  message: messageId,
  attempt: z.int().nonnegative(),
  reason: z.string(),
  refused: z.array(refusedRecipient),
})
const sendUnknown = z.object({ message: messageId, attempt: z.int().positive(), reason: z.string() })
/** A person called it back before it left. */
const sendCancelled = z.object({ message: messageId, reason: z.string() })
/** A person decided on a mail of unknown outcome, or wants one that failed sent after all: it waits to be sent again, under its id. */
const sendRetried = z.object({ message: messageId, reason: z.string() })
/** A person says what became of a mail of unknown outcome. */
const sendSettled = z.object({ message: messageId, as: z.enum(['sent', 'failed']), reason: z.string() })
/** A report came back that says that it did not arrive (RFC 3464). */
const messageBounced = z.object({
  message: messageId,
  /** The report. */
  by: messageId,
  /** Enhanced status, as `5.1.1` (RFC 3463), and the recipients, where the report says them. */
  status: z.string().nullable(),
  recipients: z.array(z.string()),
})

/** Somebody takes a thread on, and others keep off it until then. `by`: whoever the API key says that it is. */
const threadClaimed = z.object({ by: z.string(), until: z.iso.datetime() })
const threadReleased = z.object({ by: z.string() })
/** Nothing is left to do, up to that event; mail that comes later opens the thread again. */
const threadHandled = z.object({ by: z.string(), upTo: z.int().nonnegative() })
const threadReopened = z.object({ by: z.string() })
const threadLabelled = z.object({ add: z.array(z.string()), remove: z.array(z.string()) })

/** Every event type with the schema of its newest version. Names and versions are stored data: added to, never renamed. */
export const eventTypes = {
  ThreadStarted: { v: 1, data: threadStarted },
  MessageThreaded: { v: 1, data: messageThreaded },
  MessageDelivered: { v: 1, data: messageDelivered },
  ThreadsMerged: { v: 1, data: threadsMerged },
  ThreadSplit: { v: 1, data: threadSplit },
  MergeUndone: { v: 1, data: mergeUndone },
  MessageMoved: { v: 1, data: messageMoved },
  JoinAccepted: { v: 1, data: joinAccepted },
  JoinRefused: { v: 1, data: joinRefused },
  WireIdLearned: { v: 1, data: wireIdLearned },
  MessageErased: { v: 1, data: messageErased },
  RulesApplied: { v: 1, data: rulesApplied },
  MessageRekeyed: { v: 1, data: messageRekeyed },
  MentionsReplaced: { v: 1, data: mentionsReplaced },
  SubjectChanged: { v: 1, data: subjectChanged },
  JoinSuggested: { v: 1, data: joinSuggested },
  JoinQuarantined: { v: 1, data: joinQuarantined },
  MessageIdCollided: { v: 1, data: messageIdCollided },
  AnchorDemoted: { v: 1, data: anchorDemoted },
  ThreadRead: { v: 1, data: threadRead },
  ThreadUnread: { v: 1, data: threadUnread },
  ThreadClaimed: { v: 1, data: threadClaimed },
  ThreadReleased: { v: 1, data: threadReleased },
  ThreadHandled: { v: 1, data: threadHandled },
  ThreadReopened: { v: 1, data: threadReopened },
  ThreadLabelled: { v: 1, data: threadLabelled },
  MessageQueued: { v: 1, data: messageQueued },
  SendStarted: { v: 1, data: sendStarted },
  MessageSent: { v: 1, data: messageSent },
  SendDeferred: { v: 1, data: sendDeferred },
  SendFailed: { v: 1, data: sendFailed },
  SendUnknown: { v: 1, data: sendUnknown },
  SendCancelled: { v: 1, data: sendCancelled },
  SendRetried: { v: 1, data: sendRetried },
  SendSettled: { v: 1, data: sendSettled },
  MessageBounced: { v: 1, data: messageBounced },
} as const
export type EventType = keyof typeof eventTypes

export const cause = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('input'), ...logPosition.shape }),
  z.object({ kind: z.literal('command'), id: z.string(), name: z.string(), actor: z.string() }),
])
export type Cause = z.infer<typeof cause>

/** What a decision says happened, before the threader gives it an id, a time and a cause. */
export type Decided = {
  [T in EventType]: { type: T; thread: z.infer<typeof threadId>; data: z.infer<(typeof eventTypes)[T]['data']> }
}[EventType]

/** The envelope of every event: what CloudEvents calls its attributes. */
const envelope = {
  id: z.string(),
  time: z.iso.datetime(),
  space: spaceId,
  thread: threadId,
  cause,
}
const envelopeSchema = z.object(envelope)
export type SkeinEvent = Decided & z.infer<typeof envelopeSchema>
/** An event as read from the log: with the sequence that it was stored under. */
export type StoredEvent = SkeinEvent & { sequence: number; partition: number }

export const eventEnvelope = envelopeSchema
