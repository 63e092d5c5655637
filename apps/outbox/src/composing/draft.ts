import type { Chance } from '@skein/http'
import type { Inbox } from '@skein/log'
import type { ReplyTokenKeys } from '@skein/mail'
import type { Answered } from './answered.js'
import type { ForwardBody, GivenAttachment } from './mail-request.js'
import type { Recipients } from './recipients.js'

/** What sort of mail is asked for, and which one it is about. */
export type About =
  | { readonly kind: 'new'; readonly answered: null }
  | { readonly kind: 'reply'; readonly answered: Answered; readonly ofThread: boolean }
  | { readonly kind: 'forward'; readonly answered: Answered; readonly asAttachment: boolean }

/** What a caller says of a mail, whatever the call, without who gets it. */
export type Words = Omit<ForwardBody, 'inbox' | 'as_attachment' | 'to' | 'cc' | 'bcc'> & { quote: boolean }

/** Everything that a mail is composed from; nothing else counts, so the same draft makes the same octets. */
export interface Draft {
  readonly about: About
  readonly inbox: Inbox
  readonly words: Words
  readonly recipients: Recipients
  /** Files of the mail that is forwarded. */
  readonly taken: readonly GivenAttachment[]
  /** Ids that stay in References; see `seenByOthers`. */
  readonly keep: readonly string[]
  /** The mail that the caller names in `in_reply_to` or last in `references`, where it is here. */
  readonly named: Pick<Answered, 'facts' | 'message' | 'threadIndex'> | null
  readonly chance: Chance
  readonly instance: string
  readonly keys: ReplyTokenKeys
}

/** Something that a caller should know of a mail. */
export interface Remark {
  readonly code: string
  readonly detail: string
}
