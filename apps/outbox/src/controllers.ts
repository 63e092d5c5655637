import type { Type } from '@nestjs/common'
import { ComposingController } from './composing/composing.controller.js'
import { OutboxController } from './composing/outbox.controller.js'
import { WebhooksController } from './webhooks/webhooks.controller.js'

/** The HTTP calls of this service, but health. */
export const controllers: readonly Type[] = [ComposingController, OutboxController, WebhooksController]
