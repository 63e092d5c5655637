import { EventEmitter } from 'node:events'
import type { CallerOf } from '@skein/http'
import type { Views } from '@skein/views'
import type { Response } from 'express'
import { describe, expect, it } from 'vitest'
import { EventStream } from './event-stream.js'
import { eventsQuery } from './events-query.js'
import { Live, type LiveParts, type Receiver } from './live.js'

const caller: CallerOf = {
  ...{ key: 'key_a', account: 'acc_a' as CallerOf['account'], scopes: ['read'], spaces: null, inboxes: null },
  instance: false,
}
/** Live updates of an account with one space, in a log without events. */
const quietLive = (key: () => unknown = () => ({ expiresAt: null, spaces: null, inboxes: null })): Live => {
  const directory = { all: () => [{ id: 'spc_a', account: 'acc_a' }], get: key, space: () => undefined }
  const log = { partitions: 4, directory, endOfEvents: async () => 0, readEvents: async function* () {} }
  const views = { checkpoint: async () => 0 } as Partial<Views>
  return new Live({ log, views, access: {}, heartbeatMs: 5 } as object as LiveParts)
}
const query = eventsQuery.parse({})

/** Takes what comes, and has enough after so many words. */
const receiver = (enough: number): Receiver & { quiets: string[] } => {
  const left = new AbortController()
  const quiets: string[] = []
  const quiet = async (place: string): Promise<void> => void (quiets.push(place) === enough && left.abort())
  return { quiets, quiet, event: async () => undefined, gone: left.signal }
}

describe('a stream of live updates', () => {
  it('says where it is when nothing happens', async () => {
    const live = quietLive()
    const to = receiver(3)
    expect(await live.run(await live.feed(caller, query, undefined), caller, to)).toBe('ended')
    expect(to.quiets).toHaveLength(3)
    expect(new Set(to.quiets)).toEqual(new Set([expect.stringMatching(/^\d:0$/)]))
  })

  it('ends when the server stops', async () => {
    const live = quietLive()
    setTimeout(() => live.close(), 10)
    expect(await live.run(await live.feed(caller, query, undefined), caller, receiver(Infinity))).toBe('ended')
  })

  it.each([
    ['revoked', () => undefined],
    ['past its time', () => ({ expiresAt: '2026-01-01T00:00:00Z', spaces: null, inboxes: null })],
  ])('ends when its key is %s', async (_, key) => {
    const live = quietLive(key)
    expect(await live.run(await live.feed(caller, query, undefined), caller, receiver(Infinity))).toBe('revoked')
  })
})

describe('the writing of a stream', () => {
  /** A response whose reader takes nothing until it is told. */
  class Stuck extends EventEmitter {
    readonly written: string[] = []
    write(text: string): boolean {
      this.written.push(text)
      return false
    }
  }

  it.each(['drain', 'close'])('waits while its reader takes nothing, until %s', async (what) => {
    const response = new Stuck()
    const stream = new EventStream(response as object as Response)
    let isDone = false
    const writing = stream.quiet('0:1').then(() => (isDone = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect([isDone, response.written]).toEqual([false, [': 0:1\nid: 0:1\n\n']])
    response.emit(what)
    await writing
    expect(stream.gone.aborted).toBe(what === 'close')
    expect(response.listenerCount('drain')).toBe(0)
  })
})
