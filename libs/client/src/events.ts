import { createParser } from 'eventsource-parser'
import type { Client } from './client.js'
import { problemOf, SkeinProblem } from './problem.js'
import type { LiveEvent } from './types.js'

export interface EventsOptions {
  /** The `id` of the last event that was handled; without it, from now on. */
  readonly after?: string
  /** `start`: from the first event that there ever was. */
  readonly from?: 'now' | 'start'
  readonly inbox?: string | readonly string[]
  readonly thread?: string
  readonly type?: string | readonly string[]
  /** Ends it. */
  readonly signal?: AbortSignal
  /** Hears why a connection ended that is tried again. */
  readonly onCut?: (reason: unknown) => void
}

const FIRST_WAIT_MS = 250
const LONGEST_WAIT_MS = 30_000
/** The server says something every 15 s; after so long without a word the connection is dead. */
const SILENCE_MS = 45_000

/** A place to go on from, which a connection moves on. */
interface Reader {
  after: string | undefined
  failures: number
}

/**
 * Events as they happen, for as long as it is asked. A connection that is cut is made again and goes on where it was, so each
 * event comes once. Keep the `id` of what you handled to go on from there another day.
 * @throws SkeinProblem where trying again cannot help: a key that is no good, a filter that is none
 */
export async function* events(client: Client, options: EventsOptions = {}): AsyncGenerator<LiveEvent> {
  const reader: Reader = { after: options.after, failures: 0 }
  const isOver = (): boolean => options.signal?.aborted ?? false
  while (!isOver()) {
    try {
      for await (const event of connection(client, options, reader)) {
        yield event
        if (isOver()) return
      }
    } catch (error) {
      if (isOver()) return
      if (error instanceof SkeinProblem && !isPassing(error)) throw error
      options.onCut?.(error)
      await pause(waitOf(error, reader.failures++), options.signal)
    }
  }
}

const isPassing = ({ status }: SkeinProblem): boolean => status >= 500 || status === 408 || status === 429

/** Twice as long each time, and never all readers at one moment. */
const waitOf = (error: unknown, failures: number): number => {
  const told = error instanceof SkeinProblem ? error.retryAfter : undefined
  if (told !== undefined) return told * 1_000
  return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures, 10)) * (0.5 + Math.random() / 2)
}

const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done, { once: true })
  })

const addressOf = (client: Client, { inbox, thread, type, from }: EventsOptions, { after }: Reader): URL => {
  const url = new URL(`${client.options.url.replace(/\/$/, '')}/v1/events`)
  const query = { inbox, type, thread, from: after === undefined ? from : undefined }
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, [value].flat().join(','))
  return url
}

/** One connection, to its end; moves the reader's place on. A server that ends it is like a cut. */
async function* connection(client: Client, options: EventsOptions, reader: Reader): AsyncGenerator<LiveEvent> {
  const { key, fetch = globalThis.fetch } = client.options
  const dead = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, dead.signal]) : dead.signal
  let timer = setTimeout(() => dead.abort(new Error('no word from the server')), SILENCE_MS)
  try {
    const answer = await fetch(
      new Request(addressOf(client, options, reader), {
        signal,
        headers: {
          authorization: `Bearer ${key}`,
          accept: 'text/event-stream',
          ...(reader.after === undefined ? {} : { 'last-event-id': reader.after }),
        },
      }),
    )
    if (!answer.ok || answer.body === null) throw await problemOf(answer)
    reader.after ??= answer.headers.get('skein-position') ?? undefined
    const waiting: LiveEvent[] = []
    const parser = createParser({
      onId: (id) => (reader.after = id),
      onEvent: ({ data }) => waiting.push(JSON.parse(data) as LiveEvent),
    })
    const decoder = new TextDecoder()
    const chunks: AsyncIterable<Uint8Array> = answer.body
    for await (const chunk of chunks) {
      clearTimeout(timer)
      timer = setTimeout(() => dead.abort(new Error('no word from the server')), SILENCE_MS)
      parser.feed(decoder.decode(chunk, { stream: true }))
      reader.failures = 0
      yield* waiting.splice(0)
    }
    throw new Error('the server ended the stream')
  } finally {
    clearTimeout(timer)
    dead.abort()
  }
}
