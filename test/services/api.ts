import { expect } from 'vitest'

/** Calls of the HTTP API with one key. A body that is a text is a raw mail; any other is JSON. */
export class Api {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  call(method: string, path: string, body?: unknown, more: Record<string, string> = {}): Promise<Response> {
    const type = typeof body === 'string' ? 'message/rfc822' : 'application/json'
    const headers = { authorization: `Bearer ${this.key}`, ...(body === undefined ? {} : { 'content-type': type }) }
    const content = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
    return fetch(this.url + path, { method, headers: { ...headers, ...more }, ...content })
  }

  /** What an answer says; one of another status than this fails the spec, in the words of the answer. */
  async json<T>(
    status: number,
    method: string,
    path: string,
    body?: unknown,
    more?: Record<string, string>,
  ): Promise<T> {
    const answer = await this.call(method, path, body, more)
    const text = await answer.text()
    expect([method, path, answer.status, answer.status === status ? '' : text]).toEqual([method, path, status, ''])
    return JSON.parse(text) as T
  }
}
