import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import type { CallerOf } from '@skein/http'
import { needWholeAccount } from './directory/rights.js'
import { PARTS, type QueryParts } from './parts.js'

/** How many threads the caller's account has. */
export class CountThreads extends Query<{ count: number }> {
  constructor(readonly caller: CallerOf) {
    super()
  }
}

@QueryHandler(CountThreads)
export class CountThreadsHandler implements IQueryHandler<CountThreads> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  async execute({ caller }: CountThreads): Promise<{ count: number }> {
    needWholeAccount(caller)
    return { count: await this.parts.views.countThreads(caller.account) }
  }
}
