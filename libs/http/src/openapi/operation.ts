import { STATUS_CODES } from 'node:http'
import type { JsonSchema, JsonSchemas } from './json-schemas.js'
import type { Route } from './routes.js'

const DETAIL_OF_HEADER: Readonly<Record<string, string>> = {
  'if-match': 'The `ETag` of what the caller saw: refused, or applied up to there, where it has changed since',
  'last-event-id': 'The `id` of the last event that was seen; goes on after it',
}

/** `ThreadsController.list` → `threadsList`: what generated clients name the call by. It stays when words are changed. */
export const operationIdOf = (handler: string): string => {
  const [controller = '', method = ''] = handler.split('.')
  const subject = controller.replace(/Controller$/, '')
  return `${subject[0]?.toLowerCase()}${subject.slice(1)}${method[0]?.toUpperCase()}${method.slice(1)}`
}

const pathParameters = (path: string): object[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

interface ObjectSchema extends JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
}

const queryParameters = (schema: ObjectSchema): object[] =>
  Object.entries(schema.properties ?? {}).map(([name, { description, ...rest }]) => ({
    name,
    in: 'query',
    required: schema.required?.includes(name) ?? false,
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }))

const headerParameters = (route: Route): object[] => [
  ...route.headers.map((name) => ({
    name: name.replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase()),
    in: 'header',
    required: false,
    ...(DETAIL_OF_HEADER[name] === undefined ? {} : { description: DETAIL_OF_HEADER[name] }),
    schema: { type: 'string' },
  })),
  ...(route.isIdempotent ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
]

/** A form has the JSON as its part `message`, and files beside it. */
const formOf = (message: JsonSchema): JsonSchema => ({
  type: 'object',
  properties: { message },
  required: ['message'],
  additionalProperties: { type: 'string', format: 'binary' },
})

const contentOf = (type: string, json: JsonSchema | undefined): JsonSchema => {
  if (json !== undefined && type === 'application/json') return json
  if (json !== undefined && type === 'multipart/form-data') return formOf(json)
  return { type: 'string', format: 'binary' }
}

const bodyOf = ({ body, description }: Route, schemas: JsonSchemas): object | undefined => {
  const schema = body ?? description?.body
  const types = description?.bodyTypes ?? (schema ? ['application/json'] : [])
  if (types.length === 0) return undefined
  const json = schema && schemas.of(schema, 'input')
  return { required: true, content: Object.fromEntries(types.map((type) => [type, { schema: contentOf(type, json) }])) }
}

const header = (name: string): object => ({ $ref: `#/components/headers/${name}` })

const headersOf = ({ isPublic, headers, description }: Route): object => ({
  'X-Request-Id': header('RequestId'),
  ...(headers.includes('if-match') || description?.etag ? { ETag: header('ETag') } : {}),
  ...(isPublic ? {} : { 'RateLimit-Policy': header('RateLimitPolicy'), RateLimit: header('RateLimit') }),
})

const answersOf = (route: Route, schemas: JsonSchemas): Record<string, object> => {
  const { answers = {}, answerType } = route.description ?? {}
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => {
      const json = schema && { 'application/json': { schema: schemas.of(schema, 'output') } }
      const other = answerType && { [answerType]: { schema: { type: 'string' } } }
      const content = { ...json, ...(other ?? {}) }
      const one = { description: STATUS_CODES[status] ?? status, headers: headersOf(route) }
      return [status, Object.keys(content).length === 0 ? one : { ...one, content }]
    }),
  )
}

const PROBLEMS: readonly [number, (route: Route) => boolean][] = [
  [400, ({ query, body, headers }) => query !== undefined || body !== undefined || headers.length > 0],
  [401, ({ isPublic }) => !isPublic],
  [403, ({ isPublic }) => !isPublic],
  [404, ({ path }) => path.includes('{')],
  [409, ({ method, isIdempotent }) => isIdempotent || method === 'patch'],
  [429, ({ isPublic }) => !isPublic],
]

const problemsOf = (route: Route): Record<string, object> => ({
  ...Object.fromEntries(
    PROBLEMS.filter(([, applies]) => applies(route)).map(([status]) => [
      status,
      { $ref: `#/components/responses/Problem${status}` },
    ]),
  ),
  default: { $ref: '#/components/responses/Problem' },
})

/** A call as an Operation Object. The caller has seen that the route is described. */
export const operationOf = (route: Route, schemas: JsonSchemas): object => {
  const { summary = '', detail, tag = '' } = route.description ?? {}
  const query = route.query === undefined ? [] : queryParameters(schemas.of(route.query, 'input'))
  const parameters = [...pathParameters(route.path), ...query, ...headerParameters(route)]
  const requestBody = bodyOf(route, schemas)
  const scope = route.isPublic ? '' : `Needs the scope \`${route.scope}\`.`
  const description = [detail, scope].filter(Boolean).join('\n\n')
  return {
    operationId: operationIdOf(route.handler),
    summary,
    ...(description === '' ? {} : { description }),
    tags: [tag],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: { ...answersOf(route, schemas), ...problemsOf(route) },
    ...(route.isPublic ? { security: [] } : {}),
    ...(route.isPublic ? {} : { 'x-scope': route.scope }),
  }
}
