import { readFacts, type MailFacts } from '@skein/mail'
import type { Mail, MailBodies } from './parse.js'
import { parseMail } from './parse.js'

export type Job = { kind: 'bodies'; mail: Mail } | { kind: 'facts'; raw: Uint8Array }

/** What a worker does. */
export default (job: Job): Promise<MailBodies> | MailFacts =>
  job.kind === 'bodies' ? parseMail(job.mail) : readFacts(job.raw)
