import { eventStream, mailStream } from '@skein/events'
import type { StreamState } from '@skein/log'
import { openSendCounts } from '@skein/views'
import { readLag, type PartitionLag } from './lag-reading.js'
import { connectedServices, type Service } from './status-services.js'
import { duration, lookAt, megabytes, tableOf, type Eyes, type LookOptions } from './status-watch.js'

type Held = Pick<StreamState, 'messages' | 'bytes' | 'last'>

interface PartitionStatus {
  partition: number
  mail: Held
  events: Held
  /** Which process writes it, sends its mail, and sends its webhooks; `null` for nobody. */
  writer: string | null
  sender: string | null
  webhooks: string | null
  /** Last event in the views, and in the threader's index. */
  views: number
  index: number
  /** Events that the views do not have yet, and the age of the oldest of them. */
  lag: number
  lag_seconds: number
}

interface Status {
  /** `null` where the monitor of the server cannot be asked. */
  services: Service[] | null
  partitions: PartitionStatus[]
  /** Mails of ours that are not through, by state. */
  sends: Partial<Record<string, number>>
  parked: number
}

const EMPTY: Held = { messages: 0, bytes: 0, last: 0 }

const partitionStatus = async (
  { log }: Eyes,
  { partition, end, views, index }: PartitionLag,
  streams: ReadonlyMap<string, StreamState>,
): Promise<PartitionStatus> => {
  const [writer = null, sender = null, webhooks = null] = await Promise.all(
    ['threader', 'outbox', 'webhooks'].map((work) => log.holderOf(`${work}.${partition}`)),
  )
  const heldIn = (stream: string): Held => {
    const { messages, bytes, last } = streams.get(stream) ?? EMPTY
    return { messages, bytes, last }
  }
  return {
    partition,
    mail: heldIn(mailStream(partition)),
    events: { ...heldIn(eventStream(partition)), last: end },
    writer,
    sender,
    webhooks,
    views: views.at,
    index: index.at,
    lag: views.events,
    lag_seconds: views.seconds,
  }
}

/** Where the monitor of a server is that nobody named. */
const usualMonitor = (natsUrl: string): string => {
  const [first = ''] = natsUrl.split(',')
  return `http://${new URL(first.includes('://') ? first : `nats://${first}`).hostname}:8222`
}

const statusOf = async (eyes: Eyes): Promise<Status> => {
  const { log, database, place } = eyes
  const [services, lags, states, sends, parked] = await Promise.all([
    connectedServices(place.monitorUrl ?? usualMonitor(place.natsUrl)),
    readLag(eyes),
    log.streams(),
    openSendCounts(database),
    log.parked.list(),
  ])
  const streams = new Map(states.map((state) => [state.stream, state]))
  const partitions = await Promise.all(lags.map((lag) => partitionStatus(eyes, lag, streams)))
  return { services, partitions, sends, parked: parked.length }
}

const servicesInWords = (services: readonly Service[] | null): string => {
  if (services === null) return 'Which services run is not known: the monitor of nats-server does not answer.'
  if (services.length === 0) return 'No service is connected.'
  const rows = services.map(({ name, from, since }) => [name, from, since.replace('T', ' ').replace('Z', '')])
  const head = ['service', 'from', 'since'].map((name) => ({ name, isText: true }))
  return tableOf(head, rows)
}

const partitionsInWords = (partitions: readonly PartitionStatus[]): string =>
  tableOf(
    [
      { name: 'partition' },
      { name: 'writer', isText: true },
      { name: 'sender', isText: true },
      { name: 'webhooks', isText: true },
      { name: 'mail' },
      { name: 'MB' },
      { name: 'events' },
      { name: 'MB' },
      { name: 'views at' },
      { name: 'index at' },
      { name: 'lag' },
      { name: 'age' },
    ],
    partitions.map(({ partition, writer, sender, webhooks, mail, events, views, index, lag, lag_seconds }) => [
      partition,
      writer ?? 'nobody',
      sender ?? 'nobody',
      webhooks ?? 'nobody',
      mail.messages,
      megabytes(mail.bytes),
      events.messages,
      megabytes(events.bytes),
      views,
      index,
      lag,
      duration(lag_seconds),
    ]),
  )

const inWords = ({ services, partitions, sends, parked }: Status): string => {
  const open = Object.entries(sends).map(([state, count]) => `${count} ${state}`)
  return [
    servicesInWords(services),
    partitionsInWords(partitions),
    open.length === 0 ? 'No mail waits to be sent.' : `Mail to be sent: ${open.join(', ')}.`,
    parked === 0 ? 'Nothing is parked.' : `${parked} parked: skein ops parked list`,
  ].join('\n')
}

/** `skein ops status`: how an instance stands, once or again and again. */
export const showStatus = (options: LookOptions): Promise<void> => lookAt(options, statusOf, inWords)
