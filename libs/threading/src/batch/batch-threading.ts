import type { Evidence, MessageId } from '@skein/events'
import type { IncomingMail } from '../incoming-mail.js'

/** Where one mail of a set ended up, once all of the set was seen. */
export interface Placement {
  message: MessageId
  messageId: string
  /** The same for all mails of a thread. */
  thread: string
  /** Message-ID of the mail that it answers, whether or not that is in the set; `null` for the root of a thread. */
  parentId: string | null
  rule: string
  evidence: Evidence[]
}

/** Threading of a whole set of mails at once: all go in, in their order, then all places come out, in the same order. */
export interface BatchThreading {
  add(mail: IncomingMail): void
  finish(): Placement[]
}
