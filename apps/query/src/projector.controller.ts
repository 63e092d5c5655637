import { Controller, Inject } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'
import type { EventBatch } from '@skein/log'
import { PARTS, type QueryParts } from './parts.js'

/** Takes the events as the log brings them. */
@Controller()
export class ProjectorController {
  constructor(@Inject(PARTS) private readonly parts: QueryParts) {}

  @EventPattern('events')
  async project(@Payload() batch: EventBatch): Promise<void> {
    await this.parts.views.apply(batch, (partition, sequences) => this.parts.log.recordsAt(partition, sequences))
  }
}
