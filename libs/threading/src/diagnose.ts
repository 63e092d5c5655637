import type { MailFacts } from '@skein/mail'
import { checkThreadIndex } from './diagnose-index.js'
import { KnownMails } from './diagnose-ids.js'
import { checkInReplyTo, checkMessageId, checkReferences, checkSubject } from './diagnose-headers.js'
import type { Finding } from './diagnose-finding.js'

export type { Finding, ThreadCheck } from './diagnose-finding.js'

/**
 * Why a mail does not thread, if it does not: the five checks that hold a thread together in every client, each with what was
 * found and how its sender mends it.
 * 1. Message-ID: it has one, and no other mail has the same (RFC 5322 §3.6.4).
 * 2. In-Reply-To: it names the answered mail to the letter.
 * 3. References: the answered mail's, and then that mail's id.
 * 4. The subject is that of the answered mail.
 * 5. Thread-Index: that of the answered mail and one block more ([MS-OXOMSG] §2.2.1.3).
 *
 * `known` are the other mails that are there; the mail itself may be among them.
 */
export const diagnose = (mail: MailFacts, known: readonly MailFacts[]): Finding[] => diagnosis(known)(mail)

/** `diagnose` for many mails among the same known ones, which are looked through once. */
export const diagnosis = (known: readonly MailFacts[]): ((mail: MailFacts) => Finding[]) => {
  const mails = new KnownMails(known)
  return (mail) => {
    const answered = mails.answeredBy(mail)
    return [
      checkMessageId(mail, mails),
      checkInReplyTo(mail, mails),
      checkReferences(mail, answered),
      checkSubject(mail, answered),
      checkThreadIndex(mail, answered),
    ]
  }
}
