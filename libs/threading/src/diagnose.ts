/** The five things that must hold for a mail to stay in its thread in every client. */
export type ThreadCheck = 'message-id' | 'in-reply-to' | 'references' | 'subject' | 'thread-index'

/** What one check found in a mail, and how to mend it; both are sentences for a person. */
export interface Finding {
  check: ThreadCheck
  ok: 'yes' | 'no' | 'cannot tell'
  found: string
  mend: string
}
