import { ADDRESS_LIMIT, parseAddressList } from './address.js'
import { readAuthentication } from './authentication-results.js'
import { readSubject, type SubjectReading } from './base-subject.js'
import { calendarParts, calendarUidIn } from './calendar.js'
import { containedIds } from './contained-mail.js'
import { parseDate } from './date.js'
import { readDeliveryReport } from './delivery-outcome.js'
import { originalIdIn } from './delivery-report.js'
import { digestOf } from './digest.js'
import { decodeWords } from './encoded-word.js'
import type { Address, MailFacts } from './facts.js'
import { allTexts, firstText, readHeaderBlock, withoutControls, type HeaderBlock } from './header-block.js'
import { readIds } from './ids.js'
import { readKind } from './kind.js'
import { readListId } from './mailing-list.js'
import { contentTypeOf, readParts } from './parts.js'
import { SUBJECT_LIMIT } from './subject-parts.js'
import { normaliseThreadIndex } from './thread-index.js'

type People = Pick<MailFacts, 'from' | 'replyTo' | 'to' | 'cc' | 'bcc'> & { sender: Address[] }

/** The mailboxes of all fields of this name: mailers repeat To and Cc although RFC 5322 §3.6 forbids it. */
const addressesIn = (block: HeaderBlock, name: string, problems: string[]): Address[] => {
  const lists = allTexts(block, name).map(parseAddressList)
  const total = lists.reduce((sum, list) => sum + list.total, 0)
  if (total > ADDRESS_LIMIT) problems.push(`${name} names ${total} addresses; the first ${ADDRESS_LIMIT} were kept`)
  return lists.flatMap(({ kept }) => kept).slice(0, ADDRESS_LIMIT)
}

/**
 * The authors: of several From fields the first that names an address, since archives leave `From: a@x Thu Aug 29 …` of
 * an mbox before the real one, and since several authors in several fields are a trick (RFC 5322 §3.6 allows one).
 */
const authorsIn = (block: HeaderBlock, problems: string[]): Address[] => {
  const lists = allTexts(block, 'from').map((text) => parseAddressList(text).kept)
  if (lists.length > 1) problems.push('several From lines; the first with an address was taken')
  const authors = lists.find((list) => list.some(({ address }) => address.includes('@'))) ?? lists[0] ?? []
  if (authors.length === 0) problems.push('From names no address')
  return authors
}

const readPeople = (block: HeaderBlock, problems: string[]): People => ({
  from: authorsIn(block, problems),
  sender: addressesIn(block, 'sender', problems),
  replyTo: addressesIn(block, 'reply-to', problems),
  to: addressesIn(block, 'to', problems),
  cc: addressesIn(block, 'cc', problems),
  bcc: addressesIn(block, 'bcc', problems),
})

const subjectText = (block: HeaderBlock): string =>
  withoutControls(
    decodeWords((firstText(block, 'subject', 4 * SUBJECT_LIMIT) ?? '').replaceAll('\t', ' ')).replace(/[\r\n]+/g, ' '),
  ).slice(0, SUBJECT_LIMIT)

const readDate = (block: HeaderBlock, problems: string[]): string | null => {
  const text = firstText(block, 'date', 1_000)
  const date = text === null ? null : parseDate(text)
  if (text === null) problems.push('no Date')
  else if (date === null) problems.push(`Date is no date: ${text.slice(0, 100)}`)
  return date
}

/** What stands behind the last semicolon of the topmost Received line. */
const readLastHop = (block: HeaderBlock): string | null => {
  const text = firstText(block, 'received', 4_000)
  return text === null ? null : parseDate(text.slice(text.lastIndexOf(';') + 1))
}

const readTopic = (block: HeaderBlock): string | null => {
  const text = firstText(block, 'thread-topic', SUBJECT_LIMIT)
  return text === null ? null : withoutControls(decodeWords(text))
}

/** What the headers and parts say beyond ids and people. */
const readNature = (block: HeaderBlock, from: readonly Address[], { kind: subjectKind, isAbsence }: SubjectReading) => {
  const { raw } = block
  const contentType = contentTypeOf(block)
  const parts = readParts(raw, block)
  const listId = readListId(block)
  const hasCalendar = calendarParts(parts).length > 0
  const reportParts = new Set(parts.map((part) => part.contentType.type))
  const nature = readKind({ block, contentType, from, subjectKind, isAbsence, hasCalendar, reportParts, listId })
  const isReport = nature.kind === 'bounce' || nature.kind === 'receipt'
  const contains = isReport ? [] : containedIds(raw, parts)
  const report = nature.kind === 'bounce' ? readDeliveryReport(raw, block, parts) : null
  return {
    ...nature,
    listId,
    originalId: isReport ? originalIdIn(raw, parts) : null,
    ...(report !== null && { report }),
    calendarUid: hasCalendar ? calendarUidIn(raw, parts) : null,
    ...(contains.length > 0 && { contains }),
  }
}

/**
 * The threading facts of a mail, read once from its raw bytes. Never throws, whatever the bytes; linear in their
 * number.
 */
export const readFacts = (raw: Uint8Array): MailFacts => {
  const problems: string[] = []
  const block = readHeaderBlock(raw)
  if (block.strayLines > 0) problems.push(`${block.strayLines} lines before the first empty one are no header fields`)
  if (block.isCut) problems.push('the header block is over the limit; the rest of it was passed over')
  const { sender, ...people } = readPeople(block, problems)
  const subject = subjectText(block)
  const date = readDate(block, problems)
  const authors = people.from.map(({ address }) => address).join(',')
  const digest = digestOf([authors, date ?? '', subject.replace(/\s+/g, '')], raw, block.bodyStart)
  const own = [...people.from, ...sender, ...people.replyTo, ...people.to, ...people.cc]
  const ids = readIds(block, own, digest, problems)
  const carriesIds = ids.inReplyTo.length > 0 || ids.references.length > 0
  const reading = readSubject(subject, { carriesIds })
  const lastHopAt = readLastHop(block)
  return {
    ...ids,
    ...readNature(block, people.from, reading),
    subject,
    baseSubject: reading.base,
    ...(reading.looseBase !== null && { looseBaseSubject: reading.looseBase }),
    subjectKind: reading.kind,
    ...people,
    date,
    ...(lastHopAt !== null && { lastHopAt }),
    threadIndex: normaliseThreadIndex(firstText(block, 'thread-index', 20_000) ?? ''),
    threadTopic: readTopic(block),
    authentication: readAuthentication(block),
    digest,
    problems,
  }
}
