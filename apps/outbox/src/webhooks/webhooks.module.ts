import { Module } from '@nestjs/common'
import { OUTBOX, type OutboxPart, type OutboxParts } from '../parts.js'
import { WebhookEventsController } from './events.controller.js'
import { Post } from './post.js'
import { WebhookSender } from './sender.js'
import { WebhooksController } from './webhooks.controller.js'

@Module({})
class WebhooksModule {}

/** Webhooks: the one part of the system that calls the addresses of others. */
export const webhooks = (parts: OutboxParts): OutboxPart => {
  const sender = new WebhookSender(parts, new Post({ allowPrivate: parts.settings.privateWebhooks, now: parts.now }))
  return {
    module: {
      module: WebhooksModule,
      controllers: [WebhooksController, WebhookEventsController],
      providers: [
        { provide: OUTBOX, useValue: parts },
        { provide: WebhookSender, useValue: sender },
      ],
    },
    streams: [
      {
        pattern: 'events.webhooks',
        after: (partition) => sender.takeOn(partition),
        lease: { name: 'webhooks', holder: parts.holder, onLost: (partition) => sender.leave(partition) },
      },
    ],
    checks: { webhooks: () => sender.health() },
    stop: () => sender.stop(),
  }
}
