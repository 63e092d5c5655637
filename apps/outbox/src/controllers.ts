import type { Type } from '@nestjs/common'
import { named } from '@skein/http'
import { planAnswer, sendAnswer } from './composing/answers.js'
import { attachment, forwardBody, mailbox, replyBody, sendBody } from './composing/mail-request.js'
import { ComposingController } from './composing/composing.controller.js'
import { OutboxController } from './composing/outbox.controller.js'
import { WebhooksController } from './webhooks/webhooks.controller.js'

named({
  ...{ Mailbox: mailbox, Attachment: attachment, Mail: sendBody, Reply: replyBody, Forward: forwardBody },
  ...{ MailPlan: planAnswer, MailQueued: sendAnswer },
})

/** The HTTP calls of this service, but health. */
export const controllers: readonly Type[] = [ComposingController, OutboxController, WebhooksController]
