import { mailFiles, type MailFile } from '../mail-files.js'
import { ImportState } from './import-state.js'
import { MailDoor } from './mail-door.js'
import { openSource, type Source } from './sources.js'
import { ThreadCount } from './thread-count.js'

export interface ImportOptions {
  /** mbox files, Maildirs, folders, `.eml` files. */
  paths: readonly string[]
  /** Id or address. */
  inbox: string
  url: string
  key: string
  /** Mails on their way at one time. */
  concurrency?: number
  /** Where it is noted how far the import got; `null` for nowhere. */
  stateFile: string | null
  /** Sends everything, whatever was sent before. */
  restart?: boolean
  /** Milliseconds that the door may be away before the import gives up. */
  patienceMs?: number
  signal?: AbortSignal
}

export interface ImportProblem {
  file: string
  reason: string
}

/** How an import stands. Mails that an earlier run stored count as `before`. */
export interface ImportProgress {
  stored: number
  before: number
  refused: number
  /** Mails per second of this run. */
  rate: number
  /** Octets sent by this run, stored by an earlier one, and in all. */
  bytes: number
  bytesBefore: number
  totalBytes: number
  /** Seconds that are left at this rate; `null` where that cannot be told yet. */
  eta: number | null
  /** Threads of the account by now; `null` where the server does not tell. */
  threads: number | null
  seconds: number
}

export interface ImportResult extends ImportProgress {
  problems: ImportProblem[]
  /** Sequence of the last mail that was stored, for reading one's own writes. */
  lastSequence: string | null
  /** Why the import ended early; `null` when it came to its end. */
  stopped: string | null
}

export const DEFAULT_CONCURRENCY = 64
const DEFAULT_PATIENCE_MS = 60_000
const TICK_MS = 500

/** Sends every mail of the paths to an inbox. Resolves with what came of it, also when it had to stop early. */
export const importMail = async (
  options: ImportOptions,
  onProgress: (progress: ImportProgress) => void = () => undefined,
): Promise<ImportResult> => {
  const run = new ImportRun(options, await ImportState.open(options.stateFile, options.inbox))
  const timer = setInterval(() => void run.tick(onProgress), TICK_MS)
  try {
    await run.all()
  } finally {
    clearInterval(timer)
    await run.end()
  }
  const result = run.result()
  onProgress(result)
  return result
}

class ImportRun {
  readonly #started = performance.now()
  readonly #door: MailDoor
  readonly #threads: ThreadCount
  readonly #stop = new AbortController()
  readonly #problems: ImportProblem[] = []
  #stored = 0
  #before = 0
  #bytes = 0
  #bytesBefore = 0
  #totalBytes = 0
  #lastSequence: string | null = null
  #stopped: string | null = null

  constructor(
    private readonly options: ImportOptions,
    private readonly state: ImportState,
  ) {
    const { url, key, inbox } = options
    const concurrency = options.concurrency ?? DEFAULT_CONCURRENCY
    this.#door = new MailDoor({ url, key, inbox, concurrency, patienceMs: options.patienceMs ?? DEFAULT_PATIENCE_MS })
    this.#threads = new ThreadCount({ url, key })
    options.signal?.addEventListener('abort', () => this.#stopFor('it was interrupted'), { once: true })
  }

  async all(): Promise<void> {
    const sources: Source[] = []
    for (const path of this.options.paths) {
      try {
        sources.push(await openSource(path))
      } catch (error) {
        this.#note(path, error)
      }
    }
    this.#totalBytes = sources.reduce((sum, { bytes }) => sum + bytes, 0)
    for (const source of sources) if (this.#stopped === null) await this.#importSource(source)
  }

  /** Each worker takes the next mail when it is done with the last: so many are on their way, and no more are in memory. */
  async #importSource(source: Source): Promise<void> {
    const done = this.state.doneOf(source, this.options.restart ?? false)
    const mails = mailFiles([source.path], (file, error) => {
      // the mails after it have other numbers when it can be read: the next run sends all of them
      this.state.forget(source)
      this.#note(file, error)
    })
    let position = 0
    const worker = async (): Promise<void> => {
      while (this.#stopped === null) {
        const next = await mails.next()
        if (next.done) return
        const n = position++
        if (done.has(n)) this.#skip(next.value)
        else if (await this.#send(next.value)) done.add(n)
      }
    }
    const workers = Array.from({ length: this.options.concurrency ?? DEFAULT_CONCURRENCY }, worker)
    const ends = await Promise.allSettled(workers)
    await mails.return(undefined)
    const failed = ends.find((end) => end.status === 'rejected')
    if (failed) this.#note(source.path, failed.reason)
  }

  #skip({ raw }: MailFile): void {
    this.#before++
    this.#bytesBefore += raw.length
  }

  async #send({ file, raw }: MailFile): Promise<boolean> {
    try {
      const sent = await this.#door.send(raw, this.#stop.signal)
      this.#bytes += raw.length
      if (sent.stored) {
        this.#stored++
        this.#lastSequence = sent.sequence
      } else this.#note(file, sent.reason)
      return sent.stored
    } catch (error) {
      this.#stopFor(error instanceof Error ? error.message : String(error))
      return false
    }
  }

  #note(file: string, error: unknown): void {
    this.#problems.push({ file, reason: error instanceof Error ? error.message : String(error) })
  }

  #stopFor(reason: string): void {
    this.#stopped ??= reason
    this.#stop.abort()
  }

  async tick(onProgress: (progress: ImportProgress) => void): Promise<void> {
    onProgress(this.progress())
    void this.#threads.refresh()
    await this.#save()
  }

  async end(): Promise<void> {
    await this.#threads.refresh()
    await this.#save()
    await this.#door.close()
  }

  /** An import whose progress cannot be noted ends, rather than starting all over when it is cut off later. */
  #save(): Promise<void> {
    return this.state
      .save()
      .catch((error: unknown) => this.#stopFor(error instanceof Error ? error.message : String(error)))
  }

  progress(): ImportProgress {
    const seconds = (performance.now() - this.#started) / 1000
    const bytesLeft = Math.max(0, this.#totalBytes - this.#bytes - this.#bytesBefore)
    return {
      stored: this.#stored,
      before: this.#before,
      refused: this.#problems.length,
      rate: seconds > 0 ? this.#stored / seconds : 0,
      bytes: this.#bytes,
      bytesBefore: this.#bytesBefore,
      totalBytes: this.#totalBytes,
      eta: this.#bytes > 0 ? (bytesLeft / this.#bytes) * seconds : null,
      threads: this.#threads.count,
      seconds,
    }
  }

  result(): ImportResult {
    return {
      ...this.progress(),
      problems: this.#problems,
      lastSequence: this.#lastSequence,
      stopped: this.#stopped,
    }
  }
}
