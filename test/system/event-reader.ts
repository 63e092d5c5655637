import { createParser } from 'eventsource-parser'

export interface SeenEvent {
  id: string
  type: string
  position: string
  wait_for: string
  thread_id: string
  message_id: string | null
  inbox: string | null
  data: Record<string, unknown>
}

/**
 * A reader of server-sent events that is cut after a number of octets, as often as it is told, in the middle of whatever is on its
 * way, and goes on by the last id that it got whole, until it has seen `total`. It knows nothing of our own client.
 */
export const readWithCuts = async (
  { url, key }: { url: string; key: string },
  options: { from: string; cutAfter: () => number; cuts: number; total: Promise<number>; onOpen?: () => void },
): Promise<{ seen: SeenEvent[]; cuts: number }> => {
  const seen: SeenEvent[] = []
  let lastId: string | undefined
  let total = Infinity
  let left = new AbortController()
  void options.total.then((known) => {
    total = known
    if (seen.length >= total) left.abort()
  })
  for (let cuts = 0; ; cuts++) {
    left = new AbortController()
    const answer = await fetch(new URL(`/v1/events${lastId === undefined ? options.from : ''}`, url), {
      headers: {
        authorization: `Bearer ${key}`,
        accept: 'text/event-stream',
        ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
      },
    })
    if (answer.status !== 200 || answer.body === null) throw new Error(`${answer.status}: ${await answer.text()}`)
    options.onOpen?.()
    lastId ??= answer.headers.get('skein-position') ?? undefined
    let room = cuts < options.cuts ? options.cutAfter() : Infinity
    const parser = createParser({
      onEvent: ({ id, data }) => {
        lastId = id ?? lastId
        seen.push(JSON.parse(data) as SeenEvent)
      },
    })
    const decoder = new TextDecoder()
    const chunks: ReadableStreamDefaultReader<Uint8Array> = answer.body.getReader()
    left.signal.addEventListener('abort', () => void chunks.cancel())
    while (room > 0 && seen.length < total) {
      const { value, done } = await chunks.read()
      if (done) break
      parser.feed(decoder.decode(value.subarray(0, room), { stream: true }))
      room -= value.byteLength
    }
    await chunks.cancel()
    if (seen.length >= total) return { seen, cuts }
  }
}

type Frame = SeenEvent | { type: 'subscribed' | 'position'; after: string } | { type: 'authorized' | 'problem' }

/** The same over a WebSocket, whose key is its first message; cut after so many events, until it has seen `total`. */
export const readSocketWithCuts = async (
  { url, key }: { url: string; key: string },
  options: { wish: object; cutAfter: number; total: Promise<number> },
): Promise<{ seen: SeenEvent[]; cuts: number }> => {
  const seen: SeenEvent[] = []
  let after: string | undefined
  let total = Infinity
  for (let cuts = 0; ; cuts++) {
    const socket = new WebSocket(new URL('/v1/ws', url.replace('http', 'ws')))
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    socket.onclose = () => resolve()
    let here = 0
    void options.total.then((known) => {
      total = known
      if (seen.length >= total) socket.close()
    })
    socket.onopen = () => {
      socket.send(JSON.stringify({ authorization: `Bearer ${key}` }))
      socket.send(JSON.stringify(after === undefined ? options.wish : { after }))
    }
    socket.onmessage = ({ data }) => {
      if (here >= options.cutAfter || seen.length >= total) return socket.close()
      const frame = JSON.parse(String(data)) as Frame
      if ('after' in frame) after = frame.after
      if (!('position' in frame)) return
      seen.push(frame)
      after = frame.id
      here++
    }
    await closed
    if (seen.length >= total) return { seen, cuts }
  }
}
