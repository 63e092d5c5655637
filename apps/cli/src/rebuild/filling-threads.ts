import { fileURLToPath } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { SIDE_BY_SIDE, type Elsewhere } from '@skein/views'
import type { Servers } from '../instance-place.js'
import type { Filling } from './filling.js'

/** Threads that fill tables, a partition each: one alone makes fewer rows than the server takes. */
export class FillingThreads {
  private readonly pool = new Piscina({
    filename: fileURLToPath(new URL('./filling.js', import.meta.url)),
    minThreads: 0,
    maxThreads: SIDE_BY_SIDE,
  })

  /** Partitions that threads have filled. */
  filled = 0

  constructor(private readonly servers: Servers) {
    // a thread that dies while it starts fails its work; without a listener its error would end the process
    this.pool.on('error', () => undefined)
  }

  readonly fill: Elsewhere = async (work, tables, applied, signal) => {
    const { port1: progress, port2: port } = new MessageChannel()
    let told = 0
    const tell = (events: number): void => {
      told += events
      applied(events)
    }
    progress.on('message', tell)
    const { natsUrl, monitorUrl, databaseUrl } = this.servers
    const filling: Filling = { servers: { natsUrl, monitorUrl, databaseUrl }, tables, work, port }
    try {
      const all = (await this.pool.run(filling, { signal, transferList: [port] })) as number
      // what it told last may still be on its way
      progress.off('message', tell)
      tell(all - told)
      this.filled++
    } catch (error) {
      signal.throwIfAborted()
      throw error
    } finally {
      progress.close()
    }
  }

  close(): Promise<void> {
    return this.pool.destroy()
  }
}
