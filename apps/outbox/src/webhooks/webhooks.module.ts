import { Module } from '@nestjs/common'
import { OUTBOX, type OutboxPart, type OutboxParts } from '../parts.js'

@Module({})
class WebhooksModule {}

export const webhooks = (parts: OutboxParts): OutboxPart => ({
  module: { module: WebhooksModule, providers: [{ provide: OUTBOX, useValue: parts }] },
  streams: [],
  checks: {},
  stop: () => Promise.resolve(),
})
