import type { Type } from '@nestjs/common'
import { DevOutboxController } from './dev/dev-outbox.controller.js'
import { MailController } from './mail.controller.js'

/** The HTTP calls of this service, but health. */
export const controllers: readonly Type[] = [MailController, DevOutboxController]
