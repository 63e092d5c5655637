import { Controller, Get, Query } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { Caller, Describe, type CallerOf } from '@skein/http'
import { quarantineList, suggestionList, type QuarantineList, type SuggestionList } from './answers/reasons.js'
import { ListOffers } from './list-offers.js'
import { messagesQuery, type MessagesQuery } from './params.js'

/** What only a person can say: whether a mail belongs to a thread that it may belong to. */
@Controller('v1')
export class OffersController {
  constructor(private readonly queries: QueryBus) {}

  @Get('suggestions')
  @Describe({
    summary: 'List suggestions',
    detail: 'Mail that may belong to another thread by its subject. Accept or refuse each by its message.',
    tag: 'threads',
    answers: { 200: suggestionList },
  })
  async suggestions(
    @Caller() caller: CallerOf,
    @Query({ schema: messagesQuery }) params: MessagesQuery,
  ): Promise<SuggestionList> {
    const { offers, ...rest } = await this.queries.execute(new ListOffers(caller, 'suggested', params))
    return { suggestions: offers, ...rest }
  }

  @Get('quarantine')
  @Describe({
    summary: 'List mail in quarantine',
    detail:
      'Mail that claims to belong to a thread, and does not show that it may. Accept or refuse each by its message.',
    tag: 'threads',
    answers: { 200: quarantineList },
  })
  async quarantine(
    @Caller() caller: CallerOf,
    @Query({ schema: messagesQuery }) params: MessagesQuery,
  ): Promise<QuarantineList> {
    const { offers, ...rest } = await this.queries.execute(new ListOffers(caller, 'quarantined', params))
    return { quarantine: offers, ...rest }
  }
}
