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
 * way, and goes on by the last id that it got whole. It knows nothing of our own client.
 */
export const readWithCuts = async (
  { url, key }: { url: string; key: string },
  options: { from: string; cutAfter: () => number; cuts: number; until: (seen: readonly SeenEvent[]) => boolean },
): Promise<{ seen: SeenEvent[]; cuts: number }> => {
  const seen: SeenEvent[] = []
  let lastId: string | undefined
  for (let cuts = 0; ; cuts++) {
    const left = new AbortController()
    const answer = await fetch(new URL(`/v1/events${lastId === undefined ? options.from : ''}`, url), {
      signal: left.signal,
      headers: {
        authorization: `Bearer ${key}`,
        accept: 'text/event-stream',
        ...(lastId === undefined ? {} : { 'last-event-id': lastId }),
      },
    })
    if (answer.status !== 200 || answer.body === null) throw new Error(`${answer.status}: ${await answer.text()}`)
    lastId ??= answer.headers.get('skein-position') ?? undefined
    let room = cuts < options.cuts ? options.cutAfter() : Infinity
    const parser = createParser({
      onEvent: ({ id, data }) => {
        lastId = id ?? lastId
        seen.push(JSON.parse(data) as SeenEvent)
      },
    })
    const decoder = new TextDecoder()
    for await (const chunk of answer.body) {
      parser.feed(decoder.decode(chunk.subarray(0, room), { stream: true }))
      room -= chunk.byteLength
      if (room <= 0 || options.until(seen)) break
    }
    left.abort()
    if (options.until(seen)) return { seen, cuts }
  }
}
