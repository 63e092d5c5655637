import type { MessageId, SpaceId, ThreadId } from '@skein/events'
import type { LinkRow, LinkRows, MessageRow, Needs, ParticipantRow, SubjectNeed, ThreadRow } from '@skein/threading'
import { arrays, digestOf, unnest } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Database } from '../database.js'

type Query = <Row>(name: string, sql: string, ...parameters: unknown[]) => Promise<Row[]>

const unique = <T>(lists: readonly (readonly T[])[]): T[] => [...new Set(lists.flat())]

/** Columns of a `MessageRow`, under its own names. */
const MESSAGE = `m.message, m.thread, m.inbox, m.direction, m.message_id as "messageId", m.digest, m.author,
  m.base_subject as "baseSubject", m.sent_at as "sentAt", m.date, m.keys`
const THREAD = `thread, start_order::int8 as "order", into_ as into, survivor`

const LINKS = `select l.key, l.role, l.slot, l.message
  from unnest($1::bytea[], $2::text[], $3::int[]) as asked(key, role, most)
  cross join lateral (
    select * from link where key = asked.key and role = asked.role order by position, slot limit asked.most) as l`
/** Owners and mentioners of a key that are looked at. */
const MOST_HOLDERS = 100
/** Subjects of a key that are looked at where only one of them will do. */
const MOST_SUBJECTS = 1_000

const links = async (query: Query, space: SpaceId, needs: readonly Needs[]): Promise<LinkRow[]> => {
  const text = new Map<string, string>()
  const keys: Buffer[] = []
  const roles: string[] = []
  const most: (number | null)[] = []
  const ask = (key: string, role: LinkRow['role'], limit: number | null): void => {
    const digest = digestOf(space, key)
    text.set(digest.toString('hex'), key)
    keys.push(digest)
    roles.push(role)
    most.push(limit)
  }
  for (const key of unique(needs.map((one) => one.keys))) {
    for (const role of ['owned', 'mentioned', 'demoted'] as const) ask(key, role, MOST_HOLDERS)
    ask(key, 'same-subject', MOST_SUBJECTS)
  }
  for (const key of unique(needs.map((one) => one.waiting))) ask(key, 'waiting', null)
  const rows = await query<Omit<LinkRow, 'key'> & { key: Buffer }>('links', LINKS, keys, roles, most)
  return rows.map((row) => ({ ...row, key: text.get(row.key.toString('hex')) ?? '' }))
}

const ADDRESSES = `select found.thread, found.address from unnest($1::bytea[]) as asked(key)
  cross join lateral (select thread, address from link_participant where address_key = asked.key limit 1) as found`

/** These threads, all that were merged into them, one way or another, and where they are found today. */
const FAMILIES = `with recursive family as (
    select unnest($1::text[]) collate "C" as thread
    union select t.thread from link_thread t join family on t.into_ = family.thread)
  select ${THREAD} from link_thread where thread in (select thread from family)
    or thread in (select survivor from link_thread where thread in (select thread from family))`

const SUBJECT: Columns = { inbox: 'text', base_subject: 'text', since: 'text', until: 'text' }
const SUBJECTS = `select found.message from ${unnest(SUBJECT, 'asked')}
  cross join lateral (
    select message from link_message m
    where m.inbox = asked.inbox and m.base_subject = asked.base_subject and m.sent_at between asked.since and asked.until
      and m.space = $5
    order by sent_at desc, message desc limit 200) as found`

const subjectCells = ({ inbox, baseSubject, since, until }: SubjectNeed) => ({
  inbox,
  base_subject: baseSubject,
  since,
  until,
})

/** Threads, and where they are found today. */
const threadRows = (query: Query, threads: ThreadId[]): Promise<ThreadRow[]> =>
  query<ThreadRow>(
    'threads',
    `with own as (select * from link_thread where thread = any($1))
     select ${THREAD} from own union select ${THREAD} from link_thread where thread in (select survivor from own)`,
    threads,
  )

/** What stands behind messages: their rows in the order in which they came, copies, deliveries, threads and cuts. */
const behind = async (query: Query, space: SpaceId, messages: MessageId[], families: ThreadId[]): Promise<LinkRows> => {
  const rows = await query<MessageRow>(
    'messages',
    `select ${MESSAGE} from link_message m where (m.message = any($1) or m.thread = any($2)) and m.space = $3 order by m.position`,
    messages,
    families,
    space,
  )
  const ids = rows.map(({ message }) => message)
  const [copies, deliveries, threads] = await Promise.all([
    query<NonNullable<LinkRows['copies']>[number]>(
      'copies',
      'select copy, message, keys from link_copy where message = any($1) order by position',
      ids,
    ),
    query<NonNullable<LinkRows['deliveries']>[number]>(
      'deliveries',
      'select message, inbox from link_delivery where message = any($1)',
      ids,
    ),
    threadRows(query, unique([rows.map(({ thread }) => thread)])),
  ])
  const cuts = await query<NonNullable<LinkRows['cuts']>[number]>(
    'cuts',
    'select thread, other from link_cut where thread = any($1)',
    threads.map(({ thread }) => thread),
  )
  // a cut names a thread as it was then: where that is today has to be known too
  const others = await threadRows(query, unique([cuts.map(({ other }) => other)]))
  return { messages: rows, copies, deliveries, threads: [...threads, ...others], cuts }
}

/** The rows that answer what is needed; more than needed does no harm. Only of this space. */
export const loadLinks = async (database: Database, space: SpaceId, needs: readonly Needs[]): Promise<LinkRows> => {
  const query: Query = (name, sql, ...parameters) => {
    const lists = parameters.filter((one) => Array.isArray(one))
    const asksNothing = lists.length > 0 && lists.every((list) => list.length === 0)
    return asksNothing ? Promise.resolve([]) : database.run(sql, parameters, `links ${name}`)
  }
  const asked = unique(needs.map(({ messages }) => messages))
  const addresses = unique(needs.map((one) => one.addresses)).map((address) => digestOf(space, address))
  const subjects = needs.flatMap((one) => one.subjects)
  const [found, byAddress, families, known, bySubject, copied] = await Promise.all([
    links(query, space, needs),
    query<ParticipantRow>('addresses', ADDRESSES, addresses),
    query<ThreadRow>('families', FAMILIES, unique(needs.map(({ threads }) => threads))),
    query<ThreadRow>('families', FAMILIES, unique(needs.map(({ people }) => people))),
    subjects.length === 0
      ? []
      : query<{ message: MessageId }>('subjects', SUBJECTS, ...arrays(SUBJECT, subjects, subjectCells), space),
    query<{ message: MessageId }>('copied', 'select message from link_copy where copy = any($1)', asked),
  ])
  const messages = unique([
    asked,
    found.flatMap(({ message }) => message ?? []),
    bySubject.map(({ message }) => message),
    copied.map(({ message }) => message),
  ])
  const familyOf = (rows: ThreadRow[], named: ThreadId[]): ThreadId[] =>
    unique([rows.map(({ thread }) => thread), named])
  const [rows, people] = await Promise.all([
    behind(query, space, messages, familyOf(families, unique(needs.map(({ threads }) => threads)))),
    query<ParticipantRow>(
      'people',
      'select thread, address from link_participant where thread = any($1)',
      familyOf(known, unique(needs.map((one) => one.people))),
    ),
  ])
  return {
    ...rows,
    links: found,
    participants: [...byAddress, ...people],
    threads: [...(rows.threads ?? []), ...families, ...known].map((row) => ({ ...row, order: Number(row.order) })),
  }
}
