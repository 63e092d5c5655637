import { readFacts, type MailFacts } from '@skein/mail'
import { contentHead, cutMail, type CutMail } from './head.js'
import { MAX_PARSE_MS, WORKER_HEAP_MIB } from './limits.js'
import { withinLimits, type MailBodies } from './parse.js'
import { readPlain } from './plain.js'
import { WorkerPool } from './worker-pool.js'
import type { Job } from './worker.js'

export interface MimeReaderOptions {
  /** Worker threads at most; they start when the first mail needs one. */
  threads?: number
  /** Milliseconds for one mail; see `MAX_PARSE_MS`. */
  parseMs?: number
  /** MiB of heap of a worker; see `WORKER_HEAP_MIB`. */
  heapMib?: number
}

export interface MimeReader {
  /** The bodies and attachments of a mail. Never rejects for any bytes; what was wrong is in `problems`. */
  read(raw: Uint8Array): Promise<MailBodies>
  /** What `readFacts` says of a mail; of a large one without holding up this thread while all of it is gone through. */
  facts(raw: Uint8Array): Promise<MailFacts>
  close(): Promise<void>
}

/** Octets up to which a plain mail, or the facts of any, are read at once: that costs less than the way to a worker and back. */
const INLINE_BYTES = 128 * 1024

/**
 * Reads mails in worker threads, one mail a thread at a time. A worker that runs over its time or dies is replaced, and its
 * mail is answered with an empty text and the reason.
 */
export const createMimeReader = (options: MimeReaderOptions = {}): MimeReader => {
  const pool = new WorkerPool(options.threads ?? 1, options.parseMs ?? MAX_PARSE_MS, options.heapMib ?? WORKER_HEAP_MIB)
  return {
    read: async (raw) => {
      const mail = cutMail(raw)
      const plain = raw.length <= INLINE_BYTES ? parsePlain(mail) : null
      return plain ?? bodiesInWorker(pool, mail)
    },
    facts: async (raw) => (raw.length <= INLINE_BYTES ? readFacts(raw) : factsInWorker(pool, raw)),
    close: () => pool.close(),
  }
}

/** A mail that is plain text and nothing else, without a parser; `null` for any other. */
export const parsePlain = (mail: CutMail): MailBodies | null => {
  const text = readPlain(mail)
  return text === null ? null : withinLimits({ text, html: null, attachments: [], problems: [] })
}

/** Bytes that may be handed over to a worker: a copy, since posting a view would copy all of the buffer behind it. */
const ownBytes = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes)

const bodiesInWorker = async (pool: WorkerPool, mail: CutMail): Promise<MailBodies> => {
  const body = ownBytes(mail.body)
  try {
    return await pool.run<Job, MailBodies>({ kind: 'bodies', mail: { head: contentHead(mail), body } }, body)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return {
      text: '',
      html: null,
      attachments: [],
      problems: [`could not be read (${reason}); its text is left empty`],
    }
  }
}

const factsInWorker = async (pool: WorkerPool, raw: Uint8Array): Promise<MailFacts> => {
  const bytes = ownBytes(raw)
  // a worker that died says nothing of the mail, whose facts can always be read
  return pool.run<Job, MailFacts>({ kind: 'facts', raw: bytes }, bytes).catch(() => readFacts(raw))
}
