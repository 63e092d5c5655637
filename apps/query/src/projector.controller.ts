import { Controller, Inject } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'
import type { EventBatch } from '@skein/log'
import { Live } from './live/live.js'
import { PARTS, type QueryParts } from './parts.js'

/** Takes the events as the log brings them: into the views, then to whoever listens. */
@Controller()
export class ProjectorController {
  constructor(
    @Inject(PARTS) private readonly parts: QueryParts,
    @Inject(Live) private readonly live: Live,
  ) {}

  @EventPattern('events')
  async project(@Payload() batch: EventBatch): Promise<void> {
    await this.parts.views.apply(batch, (partition, sequences) => this.parts.log.recordsAt(partition, sequences))
    this.live.take(batch)
  }
}
