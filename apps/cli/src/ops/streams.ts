import type { StreamState } from '@skein/log'
import { lookAt, megabytes, tableOf, type LookOptions } from './status-watch.js'

const second = (time: string | null): string => time?.slice(0, 19).replace('T', ' ') ?? '-'

const inWords = (streams: readonly StreamState[]): string =>
  tableOf(
    [
      { name: 'stream', isText: true },
      { name: 'messages' },
      { name: 'MB' },
      { name: 'first' },
      { name: 'last' },
      { name: 'from', isText: true },
      { name: 'to', isText: true },
    ],
    streams.map(({ stream, messages, bytes, first, last, firstAt, lastAt }) => [
      stream,
      messages,
      megabytes(bytes),
      first,
      last,
      second(firstAt),
      second(lastAt),
    ]),
  )

/** `skein ops streams`: every stream of the instance, buckets among them. Times are UTC. */
export const showStreams = (options: LookOptions): Promise<void> =>
  lookAt(
    options,
    async ({ log }) => ({ streams: await log.streams() }),
    ({ streams }) => inWords(streams),
  )
