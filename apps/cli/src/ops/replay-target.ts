import { once } from 'node:events'
import { encodeEvent, type StoredEvent } from '@skein/events'
import { eventMessage, type Log } from '@skein/log'

/** Where events are replayed to. */
export interface Target {
  take(event: StoredEvent): Promise<void>
  /** When this resolves, all that was taken has been given. */
  end(): Promise<void>
}

/** A CloudEvent as JSON (CloudEvents 1.0, JSON format): the attributes that the bus has as headers, the place, and the data. */
export const cloudEventJson = (event: StoredEvent): Record<string, unknown> => {
  const { headers } = encodeEvent(event)
  const attributes = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    name.startsWith('ce-') ? [[name.slice('ce-'.length), value]] : [],
  )
  const { partition, sequence, data } = event
  return { ...Object.fromEntries(attributes), datacontenttype: 'application/json', partition, sequence, data }
}

/** One JSON line an event. */
export const toTerminal = (out: NodeJS.WritableStream): Target => ({
  take: async (event) => {
    if (!out.write(`${JSON.stringify(cloudEventJson(event))}\n`)) await once(out, 'drain')
  },
  end: () => Promise.resolve(),
})

const FLUSH_EVERY = 500

/** What others may be sent to: under `skein.` everything else is somebody's live subject. */
const REPLAY_SUBJECT = /^skein\.replay(\.[\w-]+)+$/
const PLAIN_SUBJECT = /^[^\s.*>$]+(\.[^\s.*>]+)*$/

/** @throws Error for a subject that is live here, or none at all */
export const checkedSubject = (subject: string): string => {
  if (subject.startsWith('skein.') || subject === 'skein') {
    if (REPLAY_SUBJECT.test(subject)) return subject
    throw new Error(`--to-subject: ${subject} is live here, or may be one day; take skein.replay.<name>`)
  }
  if (!PLAIN_SUBJECT.test(subject) || subject.startsWith('_'))
    throw new Error(`--to-subject: ${subject} is no subject to publish to; take skein.replay.<name>`)
  return subject
}

/** A message an event, with the headers that it has in the log. Nobody acknowledges: who listens is up to the other side. */
export const toSubject = ({ connection }: Pick<Log, 'connection'>, subject: string): Target => {
  let given = 0
  return {
    take: async (event) => {
      const { headers, body } = eventMessage(event)
      connection.publish(subject, body, { headers })
      if (++given % FLUSH_EVERY === 0) await connection.flush()
    },
    end: () => connection.flush(),
  }
}
