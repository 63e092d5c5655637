import { Controller, Inject } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'
import type { EventBatch } from '@skein/log'
import { WebhookSender } from './sender.js'

/** Takes the events as the log brings them. */
@Controller()
export class WebhookEventsController {
  constructor(@Inject(WebhookSender) private readonly sender: WebhookSender) {}

  @EventPattern('events.webhooks')
  async take(@Payload() batch: EventBatch): Promise<void> {
    await this.sender.take(batch)
  }
}
