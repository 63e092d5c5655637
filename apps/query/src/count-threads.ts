import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import type { CallerOf } from '@skein/http'
import { needWholeAccount } from './directory/rights.js'
import type { ThreadCount } from './answers/thread.js'
import { PARTS, type QueryParts } from './parts.js'

/** How many threads the caller's account has. */
export class CountThreads extends Query<ThreadCount> {
  constructor(readonly caller: CallerOf) {
    super()
  }
}

@QueryHandler(CountThreads)
export class CountThreadsHandler implements IQueryHandler<CountThreads> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  async execute({ caller }: CountThreads): Promise<ThreadCount> {
    needWholeAccount(caller)
    return { count: await this.parts.views.countThreads(caller.account) }
  }
}
