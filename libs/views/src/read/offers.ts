import type { AccountId, Confidence, Evidence, MessageId, SpaceId, ThreadId } from '@skein/events'
import type { Address } from '@skein/mail'
import type { Database } from '../database.js'
import type { OfferKind } from '../projection/offers.js'
import type { Cursors } from './cursor.js'
import { isoTime } from './iso-time.js'

/** A thread that a message could belong to, which nobody has answered yet. */
export interface Offer {
  readonly kind: OfferKind
  readonly message: MessageId
  readonly thread: ThreadId
  readonly space: SpaceId
  readonly partition: number
  /** The thread that it may belong to, as it is found today, and what that is about. */
  readonly candidate: ThreadId
  readonly candidateSubject: string
  readonly subject: string
  readonly from: readonly Address[]
  readonly snippet: string
  readonly receivedAt: string
  /** When it was offered, ISO 8601 UTC. */
  readonly at: string
  /** Why it is kept apart, of mail in quarantine. */
  readonly reason: string | null
  readonly rule: string | null
  readonly confidence: Confidence | null
  readonly evidence: readonly Evidence[]
}
export interface OfferPage {
  readonly offers: readonly Offer[]
  readonly nextCursor: string | null
}

const living = (thread: string): string =>
  `coalesce((select survivor from thread_alias where absorbed = ${thread}), ${thread})`

/** Open, not of one thread meanwhile, not offered again, and not refused under an older or newer id of the candidate. */
const OFFERS = `select o.kind, o.message, m.thread, o.space, o.partition, o.candidate as named, c.id as candidate,
    c.subject as "candidateSubject", m.subject, m.from_ as "from", m.snippet, m.received_at as "receivedAt", o.at, n.data
  from join_offer o join message m on m.id = o.message join thread t on t.id = m.thread
    join thread c on c.id = ${living('o.candidate')}
    left join note n on n.partition = o.partition and n.position = o.position
  where o.is_open and o.kind = $1 and t.account = $2 and c.id <> m.thread and not m.erased
    and (select true from join_offer l where l.message = o.message and l.kind = o.kind and l.is_open
      and l.position > o.position and ${living('l.candidate')} = c.id limit 1) is null
    and (select true from note r where r.message = o.message and r.type = 'JoinRefused' and r.position > o.position
      and ${living(`(r.data->>'candidate')`)} = c.id limit 1) is null
    and (o.at, o.message || ' ' || o.candidate) < ($3::timestamptz, $4)
  order by o.at desc, o.message || ' ' || o.candidate desc limit $5`

type Row = Omit<Offer, 'reason' | 'rule' | 'confidence' | 'evidence'> & {
  data: { reason?: string; rule?: string; confidence?: Confidence; evidence?: Evidence[] } | null
}

const offerOf = ({ kind, message, thread, space, partition, candidate, candidateSubject, ...row }: Row): Offer => ({
  ...{ kind, message, thread, space, partition, candidate, candidateSubject },
  subject: row.subject,
  from: row.from,
  snippet: row.snippet,
  receivedAt: isoTime(row.receivedAt),
  at: isoTime(row.at),
  reason: row.data?.reason ?? null,
  rule: row.data?.rule ?? null,
  confidence: row.data?.confidence ?? null,
  evidence: row.data?.evidence ?? [],
})

/** What is offered of one kind and not answered yet, newest first. @throws InvalidCursor */
export const listOffers = async (
  database: Database,
  cursors: Cursors,
  { account, kind }: { account: AccountId; kind: OfferKind },
  { limit, cursor }: { limit: number; cursor?: string },
): Promise<OfferPage> => {
  const list = JSON.stringify(['offers', account, kind])
  const after = cursor === undefined ? { at: 'infinity', id: '' } : cursors.read(cursor, list)
  const parameters = [kind, account, after.at, after.id.replace('/', ' '), limit + 1]
  const rows = await database.run<Row & { named: string }>(OFFERS, parameters)
  const offers = rows.slice(0, limit).map(offerOf)
  const last = rows[limit - 1]
  const next = rows.length > limit && last ? { at: isoTime(last.at), id: `${last.message}/${last.named}` } : null
  return { offers, nextCursor: next && cursors.write(next, list) }
}
