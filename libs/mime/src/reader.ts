import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'
import { MAX_PARSE_MS, WORKER_HEAP_MIB } from './limits.js'
import type { CutMail } from './head.js'
import { contentHead, cutMail } from './head.js'
import type { Mail, MailBodies } from './parse.js'
import { withinLimits } from './parse.js'
import { readPlain } from './plain.js'

export interface MimeReaderOptions {
  /** Worker threads at most; they start when the first mail needs one. */
  threads?: number
  /** Milliseconds for one mail; see `MAX_PARSE_MS`. */
  parseMs?: number
}

export interface MimeReader {
  /** The bodies and attachments of a mail. Never rejects for any bytes; what was wrong is in `problems`. */
  read(raw: Uint8Array): Promise<MailBodies>
  close(): Promise<void>
}

/** Plain mails up to this many octets are read at once, which costs less than the way to a worker and back. */
const INLINE_BYTES = 128 * 1024
const IDLE_MS = 30_000

const workerFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './worker-from-source.mjs' : './worker.js', import.meta.url),
)

/**
 * Reads mails in worker threads, one mail a thread at a time. A worker that runs over its time or dies is replaced, and its
 * mail is answered with an empty text and the reason.
 */
export const createMimeReader = (options: MimeReaderOptions = {}): MimeReader => {
  const threads = options.threads ?? 1
  const parseMs = options.parseMs ?? MAX_PARSE_MS
  const pool = new Piscina({
    filename: workerFile,
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: WORKER_HEAP_MIB },
  })
  const slots = new Slots(threads)
  return {
    read: async (raw) => {
      const mail = cutMail(raw)
      const plain = raw.length <= INLINE_BYTES ? parsePlain(mail) : null
      return plain ?? slots.run(() => inWorker(pool, mail, parseMs))
    },
    close: () => pool.destroy(),
  }
}

/** A mail that is plain text and nothing else, without a parser; `null` for any other. */
export const parsePlain = (mail: CutMail): MailBodies | null => {
  const text = readPlain(mail)
  return text === null ? null : withinLimits({ text, html: null, attachments: [], problems: [] })
}

const inWorker = async (pool: Piscina, mail: CutMail, parseMs: number): Promise<MailBodies> => {
  const overtime = new AbortController()
  const timer = setTimeout(() => overtime.abort(), parseMs)
  try {
    // a copy of its own: posting a view would copy all of the buffer behind it
    const task: Mail = { head: contentHead(mail), body: new Uint8Array(mail.body) }
    return (await pool.run(task, {
      signal: overtime.signal,
      transferList: [task.body.buffer as ArrayBuffer],
    })) as MailBodies
  } catch (error) {
    return unread(
      overtime.signal.aborted ? `took longer than ${parseMs} ms to read` : `could not be read: ${messageOf(error)}`,
    )
  } finally {
    clearTimeout(timer)
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const unread = (problem: string): MailBodies => ({
  text: '',
  html: null,
  attachments: [],
  problems: [`${problem}; its text is left empty`],
})

/** Lets so many jobs run at once and the others wait their turn, so that the time of a job starts when its work does. */
class Slots {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(count: number) {
    this.#free = count
  }

  async run<T>(job: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await job()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }
}
