import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { MailFacts } from '@skein/mail'
import { diagnosis, type Finding } from '@skein/threading'
import { plain } from './draw-threads.js'
import { readAllMails, type Complain, type ReadMail } from './read-mails.js'
import { NoSuchMail } from './run-explain.js'
import { textTable } from './text-table.js'

export interface DiagnoseRun {
  paths: readonly string[]
  /** A Message-ID, with or without its brackets; `null` for every mail. */
  id: string | null
  json: boolean
  out: Writable
  complain: Complain
}

const chosen = (mails: readonly ReadMail[], id: string | null): readonly ReadMail[] => {
  if (id === null) return mails
  const bare = id.replace(/^<|>$/g, '')
  const found = mails.filter(({ mail: { facts } }) => facts.messageId === bare || facts.aliases.includes(bare))
  if (found.length === 0) throw new NoSuchMail(bare)
  return found
}

/** Characters of a sentence: enough for a whole References header that somebody is to copy. */
const LONGEST = 5_000

const table = ({ messageId, synthetic, subject }: MailFacts, file: string, findings: readonly Finding[]): string => {
  const name = `${plain(file)}  ${synthetic ? '(no Message-ID)' : `<${plain(messageId)}>`}  ${plain(subject)}`
  const rows = findings.flatMap(({ check, ok, found, mend }) => [
    [check, ok, plain(found, LONGEST)],
    ...(mend === '' ? [] : [['', '', `→ ${plain(mend, LONGEST)}`]]),
  ])
  return `${name}\n${textTable(['check', 'ok', 'what was found, and how to mend it'], rows)}\n\n`
}

/** The five checks of a broken thread for mails of files, each among all the others. Throws `NoSuchMail`. */
export const runDiagnose = async ({ paths, id, json, out, complain }: DiagnoseRun): Promise<void> => {
  const mails = await readAllMails(paths, complain)
  const diagnose = diagnosis(mails.map(({ mail }) => mail.facts))
  for (const { file, mail } of chosen(mails, id)) {
    const checks = diagnose(mail.facts)
    const line = json
      ? `${JSON.stringify({ messageId: mail.facts.messageId, file, checks })}\n`
      : table(mail.facts, file, checks)
    if (!out.write(line)) await once(out, 'drain')
  }
}
