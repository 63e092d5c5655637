import { Module } from '@nestjs/common'
import { OUTBOX, type OutboxPart, type OutboxParts } from '../parts.js'
import { Sender } from './sender.js'
import { sendingHealth } from './sending-health.js'
import { SENDER, SENDING_EVENTS, SendingController } from './sending.controller.js'

@Module({})
class SendingModule {}

/** The part that puts mail on the wire: one process for each partition, by lease. */
export const sending = (parts: OutboxParts): OutboxPart => {
  const sender = new Sender(parts)
  const providers = [
    { provide: OUTBOX, useValue: parts },
    { provide: SENDER, useValue: sender },
  ]
  const onLost = (partition: number): Promise<void> => sender.giveUp(partition)
  return {
    module: { module: SendingModule, controllers: [SendingController], providers },
    streams: [
      {
        pattern: SENDING_EVENTS,
        after: (partition) => sender.takeOn(partition),
        lease: { name: 'outbox', holder: parts.holder, onLost },
      },
    ],
    checks: { sending: () => sendingHealth(sender, parts.now().getTime()) },
    stop: () => sender.stop(),
  }
}
