import 'reflect-metadata'
import { RequestMethod, type Type } from '@nestjs/common'
import type { z } from 'zod'
import { PUBLIC, SCOPE, type Scope } from '../api-key.js'
import { DESCRIPTION, type Description } from '../describe.js'
import { IDEMPOTENT } from '../idempotent.js'

/** A parameter of a handler, as its decorator left it (`RouteParamtypes` of Nest: 3 body, 4 query, 5 path, 6 header). */
interface RouteArgument {
  readonly data?: unknown
  readonly schema?: z.ZodType
}

/** One HTTP call, as its decorators say. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** With `{name}` for what varies. */
  readonly path: string
  readonly handler: string
  readonly description: Description | undefined
  readonly status: number
  readonly isPublic: boolean
  readonly scope: Scope
  readonly isIdempotent: boolean
  readonly query: z.ZodType | undefined
  readonly body: z.ZodType | undefined
  readonly headers: readonly string[]
}

const METHODS: Readonly<Partial<Record<RequestMethod, Route['method']>>> = {
  [RequestMethod.GET]: 'get',
  [RequestMethod.POST]: 'post',
  [RequestMethod.PUT]: 'put',
  [RequestMethod.PATCH]: 'patch',
  [RequestMethod.DELETE]: 'delete',
}

/** `__routeArguments__` and the rest are names of Nest's own metadata. */
const metadata = <T>(key: string, target: object, property?: string): T | undefined =>
  (property === undefined ? Reflect.getMetadata(key, target) : Reflect.getMetadata(key, target, property)) as
    T | undefined

const pathOf = (...parts: readonly string[]): string => {
  const joined = parts.flatMap((part) => part.split('/')).filter((part) => part !== '')
  return `/${joined.map((part) => part.replace(/^:(\w+)$/, '{$1}')).join('/')}`
}

const argumentsOf = (controller: Type, name: string, kind: number): RouteArgument[] =>
  Object.entries(metadata<Record<string, RouteArgument>>('__routeArguments__', controller, name) ?? {})
    .filter(([key]) => key.startsWith(`${kind}:`))
    .map(([, argument]) => argument)

const routeOf = (controller: Type, name: string, handler: object): Route[] => {
  const method = METHODS[metadata<RequestMethod>('method', handler) ?? RequestMethod.ALL]
  if (method === undefined) return []
  const schemaOf = (kind: number) => argumentsOf(controller, name, kind).find(({ schema }) => schema)?.schema
  const description = metadata<Description>(DESCRIPTION, handler)
  const marked = <T>(key: string) => metadata<T>(key, handler) ?? metadata<T>(key, controller)
  return [
    {
      method,
      path: pathOf(metadata<string>('path', controller) ?? '', metadata<string>('path', handler) ?? ''),
      handler: `${controller.name}.${name}`,
      description,
      status: metadata<number>('__httpCode__', handler) ?? (method === 'post' ? 201 : 200),
      isPublic: marked<boolean>(PUBLIC) ?? false,
      scope: marked<Scope>(SCOPE) ?? (method === 'get' ? 'read' : 'write'),
      isIdempotent: marked<boolean>(IDEMPOTENT) ?? description?.idempotent ?? false,
      query: schemaOf(4),
      body: schemaOf(3),
      headers: argumentsOf(controller, name, 6).flatMap(({ data }) => (typeof data === 'string' ? [data] : [])),
    },
  ]
}

/** The HTTP calls of Nest controllers; handlers of messages and events are none. */
export const routesOf = (controllers: readonly Type[]): Route[] =>
  controllers.flatMap((controller) => {
    const prototype = controller.prototype as Record<string, unknown>
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = name === 'constructor' ? undefined : prototype[name]
      return typeof handler === 'function' ? routeOf(controller, name, handler) : []
    })
  })
