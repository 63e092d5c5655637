import { Module } from '@nestjs/common'
import { OUTBOX, type OutboxPart, type OutboxParts } from '../parts.js'
import { ComposingController } from './composing.controller.js'
import { OutboxController } from './outbox.controller.js'

@Module({})
class ComposingModule {}

/** The part that composes mail and stores it; what leaves is up to `sending`. */
export const composing = (parts: OutboxParts): OutboxPart => ({
  module: {
    module: ComposingModule,
    controllers: [ComposingController, OutboxController],
    providers: [{ provide: OUTBOX, useValue: parts }],
  },
  streams: [],
  checks: {},
  stop: () => Promise.resolve(),
})
