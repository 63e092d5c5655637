import { STATUS_CODES } from 'node:http'
import type { Type } from '@nestjs/common'
import { JsonSchemas } from './json-schemas.js'
import { operationIdOf, operationOf } from './operation.js'
import { problemSchema } from './problem-schema.js'
import { routesOf, type Route } from './routes.js'

export interface DocumentOptions {
  readonly title: string
  readonly version: string
  readonly description: string
  /** What each tag is about, in the order in which they stand. */
  readonly tags: Readonly<Record<string, string>>
}

const problem = (description: string): object => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
})

const headers = {
  RequestId: { description: 'Names the request, in our log too', schema: { type: 'string' } },
  ETag: { description: 'The version, for `If-Match` and `up_to`', schema: { type: 'string' } },
  RateLimitPolicy: { description: 'How many requests a key has in what time', schema: { type: 'string' } },
  RateLimit: { description: 'How many of them are left, and seconds until there are more', schema: { type: 'string' } },
  RetryAfter: { description: 'Seconds to wait', schema: { type: 'integer', minimum: 0 } },
}

const parameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description: 'The same key with the same request gets the same answer for a day, and does nothing twice',
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  },
}

const componentsOf = (schemas: JsonSchemas): object => {
  schemas.of(problemSchema.array(), 'output')
  const named = [400, 401, 403, 404, 409, 429].map((status) => {
    const wait = status === 429 ? { headers: { 'Retry-After': { $ref: '#/components/headers/RetryAfter' } } } : {}
    return [`Problem${status}`, { ...problem(STATUS_CODES[status] ?? ''), ...wait }]
  })
  return {
    schemas: Object.fromEntries(Object.entries(schemas.components).sort(([a], [b]) => (a < b ? -1 : 1))),
    responses: { Problem: problem('Any other problem'), ...(Object.fromEntries(named) as object) },
    headers,
    parameters,
    securitySchemes: { key: { type: 'http', scheme: 'bearer', bearerFormat: 'sk_…' } },
  }
}

/** @throws Error for a call that nobody described, or not as it answers, or two that have one name */
const checked = (routes: readonly Route[]): void => {
  const bare = routes.filter(({ description }) => description === undefined).map(({ handler }) => handler)
  if (bare.length > 0) throw new Error(`without @Describe: ${bare.join(', ')}`)
  const other = routes.filter(({ status, description }) => !(status in (description?.answers ?? {})))
  if (other.length > 0)
    throw new Error(`answer otherwise than described: ${other.map(({ handler }) => handler).join(', ')}`)
  const ids = routes.map(({ handler }) => operationIdOf(handler))
  const twice = ids.filter((id, i) => ids.indexOf(id) !== i)
  if (twice.length > 0) throw new Error(`several calls are called ${twice.join(', ')}`)
}

/** The API of these controllers as an OpenAPI 3.1 document, made of what decorates and checks the calls. */
export const openApiOf = (controllers: readonly Type[], { title, version, description, tags }: DocumentOptions) => {
  const routes = routesOf(controllers).sort((a, b) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1))
  checked(routes)
  const schemas = new JsonSchemas()
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operationOf(route, schemas)
  const used = new Set(routes.map((route) => route.description?.tag ?? ''))
  const known = Object.keys(tags).filter((tag) => used.has(tag))
  const further = [...used].filter((tag) => !known.includes(tag)).sort()
  return {
    openapi: '3.1.0',
    info: { title, version, description, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{ key: [] }],
    tags: [...known, ...further].map((name) => ({ name, ...(tags[name] ? { description: tags[name] } : {}) })),
    paths,
    components: componentsOf(schemas),
  }
}
