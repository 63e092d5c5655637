import type {
  AccountId,
  Decided,
  InboxId,
  LogPosition,
  MessageId,
  ReceivedRecord,
  SkeinEvent,
  SpaceId,
  ThreadId,
} from '@skein/events'
import { mailStream, partitionOf } from '@skein/events'

export const account = 'acc_bench' as AccountId
export const space = 'spc_bench' as SpaceId
export const INBOXES = ['inb_one', 'inb_two', 'inb_three'] as InboxId[]
/** Every so many threads one has this many messages. */
export const LONG_EVERY = 5_000
export const LONG = 50

const DOMAINS = 400
const PEOPLE = 20_000
const WORDS = 30_000
const WORDS_OF_A_MAIL = 160
/** A hundredth of the threads names this in its subject; the others name it nowhere. */
export const SOME = 'quarterly'

/** Numbers from 0 to 1, the same each time (mulberry32). */
const random = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
}

const SYLLABLES = [
  'ba',
  'den',
  'fi',
  'gor',
  'hul',
  'ka',
  'lem',
  'mi',
  'nos',
  'pra',
  'ret',
  'sa',
  'tun',
  'vel',
  'wo',
  'zi',
]
/** A word of the vocabulary, 0 for the most common. */
export const word = (n: number): string => {
  let text = ''
  for (let rest = n + 16; rest > 0; rest = Math.floor(rest / 16)) text += SYLLABLES[rest % 16]
  return text
}
/** As in a language: few words make most of a text, and most words are rare. */
const someWord = (next: () => number): string => word(Math.floor(WORDS ** next()) - 1)
const words = (next: () => number, count: number): string =>
  Array.from({ length: count }, () => someWord(next)).join(' ')

export const personOf = (n: number) => {
  const who = n % PEOPLE
  return { name: `${word(who)} ${word(who * 7)}`, address: `${word(who)}.${who}@${word(who % DOMAINS)}.test` }
}

const at = (seconds: number): string => new Date(Date.UTC(2015, 0, 1) + seconds * 1000).toISOString()
const noKeys = { owned: [], named: [], mentioned: [], waiting: [], sameSubject: [] }

/** One mail as ingest would have stored it, and what a threader would have decided. */
export interface MadeMail {
  readonly record: ReceivedRecord
  readonly decided: (input: LogPosition) => Decided[]
}

/** How many mails a thread has: most have one, every fifth two, and a few are long. */
export const mailsOf = (thread: number): number =>
  thread % LONG_EVERY === LONG_EVERY - 1 ? LONG : thread % 5 === 0 ? 2 : 1

export const threadName = (thread: number): ThreadId => `thr_b${thread}` as ThreadId

const makeMail = (thread: number, n: number, place: number, partitions: number): MadeMail => {
  const next = random(thread * 64 + n)
  const topic = `${words(next, 3)}${thread % 100 === 0 ? ` ${SOME}` : ''} ${thread}`
  const [message, sentAt] = [`msg_b${thread}n${n}` as MessageId, at(place * 30 + n)]
  const parent = n === 0 ? null : { id: `b${thread}n${n - 1}@bench.test`, fact: 'in-reply-to' }
  const text = words(next, WORDS_OF_A_MAIL)
  const inbox = INBOXES[thread % INBOXES.length] as InboxId
  const facts = {
    messageId: `b${thread}n${n}@bench.test`,
    synthetic: false,
    aliases: [],
    inReplyTo: parent === null ? [] : [parent.id],
    references: parent === null ? [] : [parent.id],
    originalId: null,
    subject: n === 0 ? topic : `Re: ${topic}`,
    baseSubject: topic,
    subjectKind: n === 0 ? ('plain' as const) : ('reply' as const),
    from: [personOf(Math.floor(next() * PEOPLE))],
    replyTo: [],
    to: [{ name: '', address: `${inbox}@desk.test` }],
    cc: next() < 0.3 ? [personOf(Math.floor(next() * PEOPLE))] : [],
    bcc: [],
    date: sentAt,
    threadIndex: null,
    threadTopic: null,
    kind: 'normal' as const,
    calendarUid: null,
    listId: null,
    autoSubmitted: false,
    authentication: null,
    digest: '0'.repeat(32),
    problems: [],
  }
  const about = { message, inbox, role: 'to' as const, direction: 'in' as const }
  const record: ReceivedRecord = {
    v: 1,
    ...about,
    account,
    space,
    door: 'import',
    receivedAt: sentAt,
    envelope: null,
    size: text.length + 500,
    raw: { stream: mailStream(partitionOf(space, partitions)), sequences: [1] },
    facts,
    text,
    html: null,
    attachments: [],
    parserVersion: 'bench',
  }
  const decided = (input: LogPosition): Decided[] => {
    const start = { message, order: input.sequence, subject: topic, relation: null }
    const { messageId, aliases, inReplyTo, references, subject, baseSubject, subjectKind, kind, listId } = facts
    const { from, replyTo, to, cc, date, digest, threadIndex } = facts
    const data = {
      ...{
        rule: n === 0 ? 'start' : 'link',
        evidence: [],
        confidence: 'certain' as const,
        rivals: [],
        ...about,
        keys: noKeys,
      },
      ...{ messageId, aliases, inReplyTo, references, parent, subject, baseSubject, subjectKind, kind, listId },
      ...{ forward: false, from, replyTo, to, cc, sentAt, date, receivedAt: sentAt, snippet: text.slice(0, 140) },
      ...{
        attachments: thread % 7 === 0 ? 1 : 0,
        size: record.size,
        digest,
        threadIndex,
        read: thread % 10 !== 0,
        input,
      },
    }
    const id = threadName(thread)
    return [
      ...(n === 0 ? [{ type: 'ThreadStarted' as const, thread: id, data: start }] : []),
      { type: 'MessageThreaded' as const, thread: id, data },
    ]
  }
  return { record, decided }
}

/** The mails of so many threads, one thread after the other. */
export function* madeMails(threads: number, partitions: number): Generator<MadeMail> {
  for (let thread = 0; thread < threads; thread++) {
    const count = mailsOf(thread)
    for (let n = 0; n < count; n++) yield makeMail(thread, n, thread, partitions)
  }
}

/** The events of a mail that was stored at that place. */
export const eventsOf = ({ record, decided }: MadeMail, input: LogPosition): SkeinEvent[] =>
  decided(input).map((one, i) => ({
    ...one,
    id: `${input.stream}.${input.sequence}.${i}`,
    time: record.receivedAt,
    space,
    cause: { kind: 'input', ...input },
  }))
