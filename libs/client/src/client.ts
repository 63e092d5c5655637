import createFetchClient, { type Client as FetchClient, type Middleware } from 'openapi-fetch'
import { problemOf } from './problem.js'
import type { paths } from './schema.js'

export interface ClientOptions {
  /** Where the API is, for instance `http://localhost:8080`. */
  readonly url: string
  /** `sk_…` */
  readonly key: string
  /** In place of the global one. */
  readonly fetch?: (input: Request) => Promise<Response>
}

/** `GET`, `POST` and so on with the paths, parameters and answers of the API; what is no success is thrown as a `SkeinProblem`. */
export type Client = FetchClient<paths> & { readonly options: ClientOptions }

const throwProblems: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await problemOf(response)
  },
}

export const createClient = (options: ClientOptions): Client => {
  const { url, key, fetch } = options
  const client = createFetchClient<paths>({
    baseUrl: url.replace(/\/$/, ''),
    headers: { authorization: `Bearer ${key}` },
    ...(fetch === undefined ? {} : { fetch }),
  })
  client.use(throwProblems)
  return Object.assign(client, { options })
}

/** What a call answered: `const threads = await answerOf(client.GET('/v1/threads'))`. @throws SkeinProblem */
export const answerOf = async <D>(call: Promise<{ data?: D }>): Promise<NonNullable<D>> => {
  const { data } = await call
  if (data === undefined || data === null) throw new Error('the answer has no body')
  return data
}
