import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { answerOf, createClient, events, pages, SkeinProblem, type Client } from './index.js'

type Answering = (request: IncomingMessage, response: ServerResponse, n: number) => void

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A client of a server that answers as it is told; `n` counts its requests from 0. */
const clientOf = async (answering: Answering): Promise<Client> => {
  let n = 0
  const server = createServer((request, response) => answering(request, response, n++))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return createClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, key: 'sk_spec_key' })
}
const json = (response: ServerResponse, status: number, body: unknown, type = 'application/json'): void => {
  response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body))
}
const frame = (id: string): string =>
  `id: ${id}\nevent: ThreadRead\ndata: ${JSON.stringify({ id, type: 'ThreadRead' })}\n\n`
const stream = (response: ServerResponse, position = '0:0'): void =>
  void response.writeHead(200, { 'content-type': 'text/event-stream', 'skein-position': position })

describe('a call', () => {
  it('has the key, and gives what was answered', async () => {
    const client = await clientOf((request, response) =>
      json(response, 200, { count: request.headers.authorization === 'Bearer sk_spec_key' ? 7 : 0 }),
    )
    expect(await answerOf(client.GET('/v1/threads/count'))).toEqual({ count: 7 })
  })

  it('throws a problem in its own words', async () => {
    const problem = {
      ...{ type: 'urn:skein:problem:not-found', title: 'Not found', status: 404, detail: 'There is no thread thr_x.' },
      ...{ field: 'id', fix: 'Send another.', retry_after: 3 },
    }
    const client = await clientOf((_, response) => json(response, 404, problem, 'application/problem+json'))
    const call = client.GET('/v1/threads/{id}', { params: { path: { id: 'thr_x' } } })
    const thrown = await call.catch((error: unknown) => error as SkeinProblem)
    expect(thrown).toMatchObject({
      name: 'SkeinProblem',
      status: 404,
      field: 'id',
      fix: 'Send another.',
      body: problem,
    })
    expect(thrown).toHaveProperty('retryAfter', 3)
  })

  it('makes a problem of an answer that is none', async () => {
    const client = await clientOf((_, response) => void response.writeHead(502).end('<h1>Bad gateway</h1>'))
    await expect(client.GET('/v1/me')).rejects.toMatchObject({ status: 502, type: 'about:blank' })
  })
})

describe('pages of a list', () => {
  it('go on by the cursor to the last, with the same filters', async () => {
    const asked: string[] = []
    const client = await clientOf((request, response, n) => {
      asked.push(request.url ?? '')
      json(response, 200, { threads: [], next_cursor: n < 2 ? `c${n}` : null })
    })
    const found = []
    const params = { path: { inbox: 'a b@x.example' }, query: { limit: 2, search: 'x&y' } }
    for await (const page of pages(client, '/v1/inboxes/{inbox}/threads', params)) found.push(page.next_cursor)
    expect(found).toEqual(['c0', 'c1', null])
    const first = '/v1/inboxes/a%20b%40x.example/threads?limit=2&search=x%26y'
    expect(asked).toEqual([first, `${first}&cursor=c0`, `${first}&cursor=c1`])
  })

  it('throw what the server says', async () => {
    const client = await clientOf((_, response) =>
      json(response, 400, { title: 'The request is not valid', field: 'q' }),
    )
    await expect(pages(client, '/v1/threads').next()).rejects.toBeInstanceOf(SkeinProblem)
  })
})

describe('events', () => {
  const take = async (client: Client, count: number, options = {}): Promise<string[]> => {
    const ids: string[] = []
    for await (const { id } of events(client, options)) if (ids.push(id) === count) break
    return ids
  }

  it('go on after a cut where they were, through a server that is away', async () => {
    const after: (string | undefined)[] = []
    const client = await clientOf((request, response, n) => {
      after.push(request.headers['last-event-id']?.toString())
      if (n === 1) return void response.writeHead(503).end()
      stream(response, '0:4')
      if (n === 0)
        return void response.write(frame('0:5') + frame('0:6') + 'id: 0:7\ndata: {"id"', () => response.destroy())
      response.write(frame('0:7'))
    })
    const cuts: unknown[] = []
    expect(await take(client, 3, { onCut: (why: unknown) => cuts.push(why) })).toEqual(['0:5', '0:6', '0:7'])
    expect(after).toEqual([undefined, '0:6', '0:6'])
    expect(cuts).toHaveLength(2)
  })

  it('miss nothing when the cut comes before the first one', async () => {
    const after: unknown[] = []
    const client = await clientOf((request, response, n) => {
      after.push(request.headers['last-event-id'])
      stream(response, '2:9')
      if (n === 0) return void response.end()
      response.write(frame('2:10'))
    })
    await take(client, 1)
    expect(after).toEqual([undefined, '2:9'])
  })

  it('go on from where the server said that it was, though no event was for this reader', async () => {
    const after: unknown[] = []
    const client = await clientOf((request, response, n) => {
      after.push(request.headers['last-event-id'])
      stream(response, '0:1')
      if (n === 0) return void response.end(': 0:90\nid: 0:90\n\n')
      response.write(frame('0:91'))
    })
    await take(client, 1)
    expect(after).toEqual([undefined, '0:90'])
  })

  it('are asked for by what is wanted', async () => {
    const asked: string[] = []
    const client = await clientOf((request, response) => {
      asked.push(request.url ?? '')
      stream(response)
      response.write(frame('0:1'))
    })
    await take(client, 1, { inbox: ['inb_a', 'inb_b'], type: 'ThreadRead', thread: 'thr_a', from: 'start' })
    expect(asked).toEqual(['/v1/events?inbox=inb_a%2Cinb_b&type=ThreadRead&thread=thr_a&from=start'])
  })

  it('end with the problem when trying again is no use', async () => {
    const client = await clientOf((_, response) => json(response, 401, { title: 'An API key is needed' }))
    await expect(take(client, 1)).rejects.toMatchObject({ status: 401 })
  })

  it('end when it is asked', async () => {
    const stop = new AbortController()
    const client = await clientOf((_, response) => {
      stream(response)
      response.write(frame('0:1'))
    })
    const ids: string[] = []
    for await (const { id } of events(client, { signal: stop.signal })) {
      ids.push(id)
      stop.abort()
    }
    expect(ids).toEqual(['0:1'])
  })
})
