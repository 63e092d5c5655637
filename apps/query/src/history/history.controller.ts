import { Controller, Get, Param, Query } from '@nestjs/common'
import { QueryBus } from '@nestjs/cqrs'
import { Caller, Describe, type CallerOf } from '@skein/http'
import { threadHistory, type ThreadHistory } from './answers.js'
import { historyQuery, ListHistory, type HistoryQuery } from './list-history.js'

@Controller('v1/threads')
export class HistoryController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':id/history')
  @Describe({
    summary: 'List what was decided about a thread',
    detail:
      'Oldest first, by any id that the thread ever had, merges and all: what, why, and by which mail or by whom. What people read, claimed, labelled and sent is not in it.',
    tag: 'threads',
    answers: { 200: threadHistory },
  })
  history(
    @Caller() caller: CallerOf,
    @Param('id') id: string,
    @Query({ schema: historyQuery }) params: HistoryQuery,
  ): Promise<ThreadHistory> {
    return this.queries.execute(new ListHistory(caller, id, params))
  }
}
