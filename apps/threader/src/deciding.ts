import type { ComposedRecord, Decided, DeliveryRecord, LogPosition, MessageId, ReceivedRecord } from '@skein/events'
import type { LogInput } from '@skein/log'
import {
  decide,
  decideBounce,
  decideOutcome,
  incomingMailOf,
  learnWireId,
  linkNeeds,
  noNeeds,
  type Needs,
  type RuleSet,
} from '@skein/threading'
import { Undecidable, type SpaceKnowledge } from './space-knowledge.js'

type MailInput = Extract<LogInput, { kind: 'mail' }>

const isComposed = (record: ReceivedRecord | ComposedRecord): record is ComposedRecord => 'outgoing' in record

/** What a decision on an input looks at first. */
export const needsOf = (input: LogInput, rules: RuleSet): Needs => {
  if (input.kind === 'delivery') return { ...noNeeds(), messages: [input.record.message] }
  const needs = linkNeeds(incomingMailOf(input.record, input.position), rules)
  const seen = isComposed(input.record) ? input.record.outgoing.seenUpTo : null
  return seen === null ? needs : { ...needs, people: [...needs.people, seen.thread] }
}

/** The mails of ours that an input may be about, as far as it says so itself. */
export const outgoingOf = ({ kind, record }: LogInput): MessageId[] =>
  kind === 'delivery' || isComposed(record) ? [record.message] : []

/**
 * What one input changes, step by step: whoever reads the steps has `known` take in each before the next. A mail takes its place;
 * one of ours waits to be sent then, and a report about one of ours marks that one. An outcome of sending is told of its mail.
 * @throws Undecidable
 */
export async function* decideInput(input: LogInput, known: SpaceKnowledge): AsyncGenerator<Decided[]> {
  if (input.kind === 'delivery') yield* decideDelivery(input.record, known)
  else yield* decideMail(input, known)
}

async function* decideMail({ record, position }: MailInput, known: SpaceKnowledge): AsyncGenerator<Decided[]> {
  const mail = incomingMailOf(record, position)
  const placed = await known.ask((index) => decide(mail, index, known.rules))
  yield placed
  yield isComposed(record) ? await queued(record, position, known) : await bounced(record, placed, known)
}

/** A mail of ours that was not there before waits to be sent; and whoever wrote it has read what it had seen. */
const queued = async (record: ComposedRecord, input: LogPosition, known: SpaceKnowledge): Promise<Decided[]> => {
  const { inbox, outgoing } = record
  const { from, to, answers, sendAt, automatic, onUnknown, actor, seenUpTo } = outgoing
  const { message, thread, seen } = await known.ask((index) => {
    const placed = index.original(record.message) ?? record.message
    return {
      message: placed,
      thread: index.threadOf(placed),
      seen: seenUpTo && { thread: index.resolve(seenUpTo.thread), upTo: seenUpTo.sequence },
    }
  })
  await known.learnOutgoing([message])
  const there = known.outgoing(message)
  if (there !== undefined && message !== record.message)
    throw new Undecidable(`another mail was written here under the Message-ID of ${record.message}: ${message}`)
  if (there !== undefined || thread === undefined) return []
  const data = { message, inbox, from, to, answers, sendAt, automatic, onUnknown, actor, input }
  const waits: Decided = { type: 'MessageQueued', thread, data }
  if (seen === null) return [waits]
  return [waits, { type: 'ThreadRead', thread: seen.thread, data: { inboxes: [inbox], upTo: seen.upTo } }]
}

/**
 * A report that is new, is believed, and says of a mail of ours that it did not arrive. One that says nothing readable counts as
 * such.
 */
const bounced = async (
  { facts, message: by }: ReceivedRecord,
  placed: readonly Decided[],
  known: SpaceKnowledge,
): Promise<Decided[]> => {
  const { kind, originalId, report } = facts
  const isNew = placed.some(({ type, data }) => type === 'MessageThreaded' && data.message === by)
  const isForged = placed.some(({ type }) => type === 'JoinQuarantined')
  if (kind !== 'bounce' || originalId === null || !isNew || isForged || (report?.action ?? 'failed') !== 'failed')
    return []
  const about = await known.learnOutgoingUnder(originalId)
  return about.flatMap((message) => {
    const found = known.outgoing(message)
    const bounce = { by, status: report?.status ?? null, recipients: report?.recipients ?? [] }
    return found ? decideBounce(bounce, found) : []
  })
}

/** What came of an attempt; and under which id the other side has the mail, where it says so. */
async function* decideDelivery(record: DeliveryRecord, known: SpaceKnowledge): AsyncGenerator<Decided[]> {
  const found = known.outgoing(record.message)
  yield decideOutcome(record, found)
  if (found === undefined || record.outcome !== 'sent' || record.wireId === null) return
  const { wireId } = record
  const learned = await known.ask((index) => learnWireId(record.message, wireId, index, known.rules))
  if ('events' in learned) yield learned.events
}
