import { Module } from '@nestjs/common'
import { OUTBOX, type OutboxPart, type OutboxParts } from '../parts.js'

@Module({})
class SendingModule {}

export const sending = (parts: OutboxParts): OutboxPart => ({
  module: { module: SendingModule, providers: [{ provide: OUTBOX, useValue: parts }] },
  streams: [],
  checks: {},
  stop: () => Promise.resolve(),
})
