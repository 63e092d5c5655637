import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import { mayUseSpace, type CallerOf } from '@skein/http'
import type { Offer, OfferKind } from '@skein/views'
import type { OfferJson } from './answers/reasons.js'
import { withCursorProblem } from './list-threads.js'
import type { MessagesQuery } from './params.js'
import { PARTS, type QueryParts } from './parts.js'
import { readAwaited, type Standing } from './positions.js'

export interface OfferList extends Standing {
  readonly offers: OfferJson[]
  readonly next_cursor: string | null
}

/** Threads that messages could belong to, and that nobody has accepted or refused yet, newest first. */
export class ListOffers extends Query<OfferList> {
  constructor(
    readonly caller: CallerOf,
    readonly kind: OfferKind,
    readonly params: MessagesQuery,
  ) {
    super()
  }
}

const offerJson = (offer: Offer): OfferJson => ({
  message_id: offer.message,
  thread_id: offer.thread,
  space: offer.space,
  subject: offer.subject,
  from: [...offer.from],
  snippet: offer.snippet,
  received_at: offer.receivedAt,
  candidate: { thread_id: offer.candidate, subject: offer.candidateSubject },
  offered_at: offer.at,
  rule: offer.rule,
  reason: offer.reason,
  evidence: [...offer.evidence],
})

/** Both threads are shown, so a key that may not use the whole space sees none of it. */
export const listOffers = async (
  { caller, kind, params }: ListOffers,
  { log, views, access, positions }: QueryParts,
): Promise<OfferList> => {
  const partitions = access.partitionsOf(caller)
  if (params.wait_for !== undefined) await positions.wait(readAwaited(params.wait_for, partitions, log.partitions))
  const standing = await positions.standing(partitions)
  const { limit, cursor } = params
  const asked = { limit, ...(cursor === undefined ? {} : { cursor }) }
  const page = await withCursorProblem(views.listOffers(caller.account, kind, asked))
  const seen = page.offers.filter(({ space }) => mayUseSpace(caller, space))
  return { offers: seen.map(offerJson), next_cursor: page.nextCursor, ...standing }
}

@QueryHandler(ListOffers)
export class ListOffersHandler implements IQueryHandler<ListOffers> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  execute(query: ListOffers): Promise<OfferList> {
    return listOffers(query, this.parts)
  }
}
