import { problemOf } from './problem.js'
import type { Client } from './client.js'
import type { paths } from './schema.js'
import type { Answer, QueryOf } from './types.js'

/** Paths whose answer goes on by a cursor. */
export type ListPath = {
  [P in keyof paths]: Answer<P> extends { next_cursor: string | null } ? P : never
}[keyof paths]

interface ListParams<P extends ListPath> {
  /** What stands in the path in braces. */
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Omit<QueryOf<P>, 'cursor'>
}

const addressOf = (
  client: Client,
  path: string,
  { path: names = {}, query = {} }: { path?: object; query?: object },
) => {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = (names as Record<string, string>)[name]
    if (value === undefined) throw new Error(`${path} needs ${name}`)
    return encodeURIComponent(value)
  })
  const url = new URL(client.options.url.replace(/\/$/, '') + filled)
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) for (const one of [value].flat()) url.searchParams.append(name, String(one))
  return url
}

/** The pages of a list, one after the other, to the last. @throws SkeinProblem */
export async function* pages<P extends ListPath>(
  client: Client,
  path: P,
  params: ListParams<P> = {},
): AsyncGenerator<Awaited<Answer<P>>> {
  const { key, fetch = globalThis.fetch } = client.options
  const url = addressOf(client, path, params)
  for (;;) {
    const answer = await fetch(new Request(url, { headers: { authorization: `Bearer ${key}` } }))
    if (!answer.ok) throw await problemOf(answer)
    const page = (await answer.json()) as Awaited<Answer<P>> & { next_cursor: string | null }
    yield page
    if (page.next_cursor === null) return
    url.searchParams.set('cursor', page.next_cursor)
  }
}
