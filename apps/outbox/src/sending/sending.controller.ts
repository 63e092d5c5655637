import { Controller, Inject } from '@nestjs/common'
import { EventPattern, Payload } from '@nestjs/microservices'
import type { EventBatch } from '@skein/log'
import { Sender } from './sender.js'

/** The pattern of the events that the sender follows. */
export const SENDING_EVENTS = 'events.sending'
export const SENDER = Symbol('SENDER')

/** Takes the events as the log brings them. */
@Controller()
export class SendingController {
  constructor(@Inject(SENDER) private readonly sender: Sender) {}

  @EventPattern(SENDING_EVENTS)
  follow(@Payload() { partition, events }: EventBatch): void {
    this.sender.follow(partition, events)
  }
}
