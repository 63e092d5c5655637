import type { MessagePort } from 'node:worker_threads'
import { catchUpPartition, Database, type PartitionWork } from '@skein/views'
import { logAt, type Servers } from '../instance-place.js'

/** One partition of some tables, for a thread of its own. */
export interface Filling {
  readonly servers: Servers
  readonly tables: Database['options']
  readonly work: PartitionWork
  /** Is told how many events were applied, as they are. */
  readonly port: MessagePort
}

/** What a thread runs: it opens log and tables for itself, and answers how many events it took until the partition was where it shall be. */
export default async ({ servers, tables, work, port }: Filling): Promise<number> => {
  const log = await logAt(servers, 'skein-rebuild')
  try {
    const database = await Database.open(tables)
    try {
      let all = 0
      const applied = (events: number): void => {
        all += events
        port.postMessage(events)
      }
      // a thread that is not wanted any more is ended from outside
      await catchUpPartition(database, work, { source: log.source(), applied, signal: new AbortController().signal })
      return all
    } finally {
      await database.close()
    }
  } finally {
    port.close()
    await log.close()
  }
}
