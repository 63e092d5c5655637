import { fileURLToPath } from 'node:url'
import { Piscina } from 'piscina'

/**
 * A worker that reaches its limit is given 16 MiB to end in. What survives a collection of the young objects moves over at once: if
 * that were more, not the worker would die but the process.
 */
const YOUNG_MIB = 8
const IDLE_MS = 30_000

const workerFile = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? './worker-from-source.mjs' : './worker.js', import.meta.url),
)

/** A worker did not finish its job in time; it was replaced. */
export class TookTooLong extends Error {
  override readonly name = 'TookTooLong'
}

/**
 * Worker threads, each with one job at a time. Jobs wait for a free thread here and not in the pool's own queue, so that the
 * time of a job starts when its work does.
 */
export class WorkerPool {
  readonly #pool: Piscina
  readonly #waiting: (() => void)[] = []
  #free: number

  constructor(
    threads: number,
    private readonly jobMs: number,
    heapMib: number,
  ) {
    this.#free = threads
    this.#pool = new Piscina({
      filename: workerFile,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: IDLE_MS,
      resourceLimits: { maxOldGenerationSizeMb: heapMib, maxYoungGenerationSizeMb: YOUNG_MIB },
    })
    // a worker that dies while it starts or idles is replaced, too; without a listener its error would end the process
    this.#pool.on('error', () => undefined)
  }

  /**
   * What the worker makes of the job, whose bytes are handed over and gone here.
   * @throws TookTooLong, and what the worker threw or died of; either way the next job has a worker
   */
  async run<Job, Result>(job: Job, bytes: Uint8Array<ArrayBuffer>): Promise<Result> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await this.#runNow<Job, Result>(job, bytes)
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }

  async #runNow<Job, Result>(job: Job, bytes: Uint8Array<ArrayBuffer>): Promise<Result> {
    const overtime = new AbortController()
    const timer = setTimeout(() => overtime.abort(), this.jobMs)
    try {
      return (await this.#pool.run(job, { signal: overtime.signal, transferList: [bytes.buffer] })) as Result
    } catch (cause) {
      throw overtime.signal.aborted ? new TookTooLong(`took longer than ${this.jobMs} ms to read`, { cause }) : cause
    } finally {
      clearTimeout(timer)
    }
  }

  close(): Promise<void> {
    return this.#pool.destroy()
  }
}
