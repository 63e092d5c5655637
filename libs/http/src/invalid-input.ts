import { Injectable, StandardSchemaValidationPipe } from '@nestjs/common'
import type { ArgumentMetadata } from '@nestjs/common'
import { badRequest } from './problem.js'
import type { Problem } from './problem.js'

/** One finding of a schema, with the members of a zod issue where it has them. */
interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
  readonly code?: string
  readonly keys?: readonly string[]
  readonly values?: readonly unknown[]
  readonly expected?: string
  readonly minimum?: number | bigint
  readonly maximum?: number | bigint
}

const WHERE: Readonly<Record<ArgumentMetadata['type'], string>> = {
  body: 'body',
  query: 'query',
  param: 'path',
  custom: 'request',
}

const fieldOf = (issue: Issue, where: string): string => {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
  return [...path, ...(issue.keys?.slice(0, 1) ?? [])].join('.') || where
}

const fixOf = (issue: Issue, field: string): string => {
  if (issue.code === 'unrecognized_keys') return `Leave ${field} out, or check its spelling.`
  if (issue.code === 'invalid_value') return `Send one of: ${(issue.values ?? []).join(', ')}.`
  if (issue.code === 'too_big') return `Send at most ${issue.maximum}.`
  if (issue.code === 'too_small') return `Send at least ${issue.minimum}.`
  if (issue.code === 'invalid_type') return `Send ${field} as ${issue.expected}.`
  return `Change ${field} accordingly, or leave it out where it is optional.`
}

/** The 400 for input that a schema refused: the first finding as `field` and `fix`, all of them (at most 20) in `errors`. */
export const invalidInput = (issues: readonly Issue[], where: string): Problem => {
  const errors = issues.slice(0, 20).map((issue) => {
    const field = fieldOf(issue, where)
    return { field, detail: issue.message, fix: fixOf(issue, field) }
  })
  const first = errors[0] ?? { field: where, detail: 'not valid', fix: 'See the documentation of this call.' }
  const { field, fix } = first
  return badRequest(`${field}: ${first.detail}`, { field, fix, in: where, ...(errors.length > 1 ? { errors } : {}) })
}

/** Checks what a route decorator has a schema for (`@Query({ schema })`), and answers a refusal as a problem. */
@Injectable()
export class SchemaPipe extends StandardSchemaValidationPipe {
  constructor() {
    super({ exceptionFactory: (issues) => new Refused(issues) })
  }

  override async transform<T>(value: T, metadata: ArgumentMetadata): Promise<T> {
    try {
      return await super.transform(value, metadata)
    } catch (error) {
      throw error instanceof Refused ? invalidInput(error.issues, WHERE[metadata.type]) : error
    }
  }
}

class Refused extends Error {
  constructor(readonly issues: readonly Issue[]) {
    super('refused by its schema')
  }
}
