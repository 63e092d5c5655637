import { partitionOf } from '@skein/events'
import type { Log, Webhook } from '@skein/log'
import { LinkStore, Projection } from '@skein/views'
import type { Eyes } from './status-watch.js'

/** How far a reader of a partition is behind its end. */
export interface Lag {
  /** The last event that it has. */
  at: number
  events: number
  /** Age of the oldest event that it does not have; 0 where it has all. */
  seconds: number
}

export interface WebhookLag extends Lag {
  webhook: string
  /** Events that failed and wait to be tried again. */
  due: number
  failingSince: string | null
}

export interface PartitionLag {
  partition: number
  /** The last event of the partition. */
  end: number
  views: Lag
  index: Lag
  /** Webhooks that are on. What none of them wants may be counted too: their places are noted now and then. */
  webhooks: WebhookLag[]
}

/** `end` is asked before `at`, so that a reader which keeps up is not behind by what came in between. */
const behind = async (log: Log, partition: number, end: number, at: number): Promise<Lag> => {
  if (at >= end) return { at, events: 0, seconds: 0 }
  const oldest = await log.events.timeAfter(partition, at)
  const seconds = oldest === null ? 0 : Math.max(0, (Date.now() - oldest.getTime()) / 1_000)
  return { at, events: end - at, seconds: Math.round(seconds * 10) / 10 }
}

const webhookLag = async (log: Log, partition: number, end: number, id: Webhook['id']): Promise<WebhookLag | null> => {
  const lane = await log.webhooks.lane(partition, id)
  const live = lane?.runs.find(({ replay }) => replay === null)
  if (!lane || !live) return null
  const { due, failingSince } = lane
  return { webhook: id, due: due.length, failingSince, ...(await behind(log, partition, end, live.place)) }
}

const webhooksOf = (log: Log, partition: number): Webhook['id'][] => {
  const spaces = log.directory.all('space').filter(({ id }) => partitionOf(id, log.partitions) === partition)
  const accounts = new Set(spaces.map(({ account }) => account))
  const on = log.directory.all('webhook').filter(({ disabled, account }) => disabled === null && accounts.has(account))
  return on.map(({ id }) => id)
}

/** How far views, index and webhooks are behind the log, partition by partition. */
export const readLag = ({ log, database }: Pick<Eyes, 'log' | 'database'>): Promise<PartitionLag[]> => {
  const [projection, index] = [new Projection(database), new LinkStore(database)]
  const ofPartition = async (partition: number): Promise<PartitionLag> => {
    const end = await log.endOfEvents(partition)
    const [views, links] = [await projection.checkpoint(partition), (await index.checkpoint(partition)).sequence]
    const webhooks = webhooksOf(log, partition).map((id) => webhookLag(log, partition, end, id))
    return {
      partition,
      end,
      views: await behind(log, partition, end, views),
      index: await behind(log, partition, end, links),
      webhooks: (await Promise.all(webhooks)).filter((lag) => lag !== null),
    }
  }
  return Promise.all(Array.from({ length: log.partitions }, (_, partition) => ofPartition(partition)))
}
