import { createHash } from 'node:crypto'
import type { InboxId, MessageId } from '@skein/events'
import { isMail, readFacts, type MailFacts } from '@skein/mail'
import type { IncomingMail } from '@skein/threading'
import { mailFiles } from '../mail-files.js'

export interface ReadMail {
  file: string
  mail: IncomingMail
}

/** A file that has no mail in it, with what is wrong: said on stderr, and passed over. */
export type Complain = (file: string, reason: string) => void

const ONE_INBOX = 'inb_files' as InboxId
/** Files do not say when they came: then the Date header is all there is. */
const NO_ARRIVAL = '9999-12-31T23:59:59.999Z'

/** The same mail has the same id, in whatever file it is and in whatever order files are read. */
const messageOf = (raw: Uint8Array): MessageId =>
  `msg_${createHash('sha256').update(raw).digest('hex').slice(0, 24)}` as MessageId

/**
 * The same facts in strings of their own. What is cut out of a long string keeps that alive as a whole in V8: the ids of a mail
 * would hold its header block.
 */
const compact = (facts: MailFacts): MailFacts => JSON.parse(JSON.stringify(facts)) as MailFacts

/** Mails of files as a decision sees them, one after another; of each only the facts stay, not the body. */
export async function* readMails(paths: readonly string[], complain: Complain): AsyncGenerator<ReadMail> {
  let order = 0
  for await (const { file, raw } of mailFiles(paths, (file, error) =>
    complain(file, error instanceof Error ? error.message : String(error)),
  )) {
    const looked = isMail(raw)
    if (!looked.ok) {
      complain(file, `is no mail: ${looked.reason}`)
      continue
    }
    order += 1
    yield {
      file,
      mail: {
        message: messageOf(raw),
        facts: compact(readFacts(raw)),
        inbox: ONE_INBOX,
        role: 'to',
        direction: 'in',
        receivedAt: NO_ARRIVAL,
        order,
        snippet: '',
        attachments: 0,
        size: raw.length,
        input: { stream: 'files', sequence: order },
      },
    }
  }
}

/** All of them at once, for what has to compare each with the others. */
export const readAllMails = async (paths: readonly string[], complain: Complain): Promise<ReadMail[]> => {
  const mails: ReadMail[] = []
  for await (const mail of readMails(paths, complain)) mails.push(mail)
  return mails
}
