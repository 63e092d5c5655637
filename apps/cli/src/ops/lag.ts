import { readLag, type Lag, type PartitionLag } from './lag-reading.js'
import { duration, lookAt, tableOf, type LookOptions } from './status-watch.js'

const rowOf = (partition: number, reader: string, end: number, lag: Lag, note: string): (string | number)[] => [
  partition,
  reader,
  lag.at,
  end,
  lag.events,
  duration(lag.seconds),
  note,
]

const inWords = (partitions: readonly PartitionLag[]): string =>
  tableOf(
    [
      { name: 'partition' },
      { name: 'reader', isText: true },
      { name: 'at' },
      { name: 'end' },
      { name: 'events' },
      { name: 'age' },
      { name: 'note', isText: true },
    ],
    partitions.flatMap(({ partition, end, views, index, webhooks }) => [
      rowOf(partition, 'views', end, views, ''),
      rowOf(partition, 'index', end, index, ''),
      ...webhooks.map((lag) => {
        const failing = lag.failingSince === null ? '' : `, fails since ${lag.failingSince.slice(0, 19)}`
        const note = lag.due === 0 ? failing.slice(2) : `${lag.due} to be tried again${failing}`
        return rowOf(partition, lag.webhook, end, lag, note)
      }),
    ]),
  )

/** `skein ops lag`: how far views, index and webhooks are behind the log. */
export const showLag = (options: LookOptions): Promise<void> =>
  lookAt(
    options,
    async (eyes) => ({ partitions: await readLag(eyes) }),
    ({ partitions }) => inWords(partitions),
  )
