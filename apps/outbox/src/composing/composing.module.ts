import { Module } from '@nestjs/common'
import { OUTBOX, type OutboxPart, type OutboxParts } from '../parts.js'

@Module({})
class ComposingModule {}

export const composing = (parts: OutboxParts): OutboxPart => ({
  module: { module: ComposingModule, providers: [{ provide: OUTBOX, useValue: parts }] },
  streams: [],
  checks: {},
  stop: () => Promise.resolve(),
})
