import type { MessageId, SpaceId, StoredEvent, ThreadId } from '@skein/events'
import { arrays, insertSql, storableTime, unnest } from '../bulk.js'
import type { Columns } from '../bulk.js'
import type { Run } from '../database.js'

export type OfferKind = 'suggested' | 'quarantined'

/** A thread that a message could belong to, for a person to say. */
export interface OfferRow {
  readonly position: number
  readonly partition: number
  readonly space: SpaceId
  readonly message: MessageId
  readonly kind: OfferKind
  /** As the event names it. */
  readonly candidate: ThreadId
  readonly at: string
}

/** A person said yes to one of a message's offers (`candidate` is null), or no to this one; those of earlier events are closed. */
export interface OfferAnswer {
  readonly position: number
  readonly message: MessageId
  readonly candidate: ThreadId | null
}

export type OfferEvent = StoredEvent & { type: 'JoinSuggested' | 'JoinQuarantined' | 'JoinAccepted' | 'JoinRefused' }

/** What an event offers, or which offers it answers. */
export const offerOf = (event: OfferEvent): OfferRow | OfferAnswer => {
  const { partition, sequence: position, space } = event
  const row = { position, partition, space, message: event.data.message, at: storableTime(event.time) }
  switch (event.type) {
    case 'JoinSuggested':
      return { ...row, kind: 'suggested', candidate: event.data.candidate }
    case 'JoinQuarantined':
      return { ...row, kind: 'quarantined', candidate: event.data.claims }
    case 'JoinAccepted':
      return { position, message: event.data.message, candidate: null }
    case 'JoinRefused':
      return { position, message: event.data.message, candidate: event.data.candidate }
  }
}

const OFFER: Columns = {
  position: 'bigint',
  partition: 'smallint',
  space: 'text',
  message: 'text',
  kind: 'text',
  candidate: 'text',
  at: 'timestamptz',
}
const ANSWER: Columns = { position: 'bigint', message: 'text', candidate: 'text' }
const CLOSE = `update join_offer o set is_open = false from ${unnest(ANSWER, 'given')}
  where o.message = given.message and o.position < given.position and o.is_open
    and (given.candidate is null or o.candidate = given.candidate)`

/** Puts offers in, and then closes those that were answered after them. */
export const putOffers = async (run: Run, given: readonly (OfferRow | OfferAnswer)[]): Promise<void> => {
  const offers = given.filter((one): one is OfferRow => 'kind' in one)
  const answers = given.filter((one): one is OfferAnswer => !('kind' in one))
  if (offers.length > 0) {
    const sql = insertSql('join_offer', OFFER, 'on conflict do nothing')
    await run(
      sql,
      arrays(OFFER, offers, (row) => ({ ...row })),
    )
  }
  if (answers.length > 0)
    await run(
      CLOSE,
      arrays(ANSWER, answers, (row) => ({ ...row })),
    )
}
