import { Inject } from '@nestjs/common'
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs'
import type { CallerOf } from '@skein/http'
import { withinOf } from './access.js'
import type { ThreadCount } from './answers/thread.js'
import { PARTS, type QueryParts } from './parts.js'

/** How many threads the caller may see. */
export class CountThreads extends Query<ThreadCount> {
  constructor(readonly caller: CallerOf) {
    super()
  }
}

@QueryHandler(CountThreads)
export class CountThreadsHandler implements IQueryHandler<CountThreads> {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  async execute({ caller }: CountThreads): Promise<ThreadCount> {
    return { count: await this.parts.views.countThreads(caller.account, withinOf(caller)) }
  }
}
