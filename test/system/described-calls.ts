/** The part of an OpenAPI document that tells which calls there are, and what they take. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, Schema> }
}
interface Operation {
  security?: unknown[]
  'x-scope'?: string
  parameters?: { name?: string; in?: string; required?: boolean; schema?: Schema }[]
  requestBody?: { content: Record<string, { schema?: Schema }> }
}
export interface Schema {
  $ref?: string
  type?: string
  const?: unknown
  enum?: unknown[]
  default?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  minimum?: number
  pattern?: string
  format?: string
  examples?: unknown[]
}

/** One call of the API, from its document. */
export interface DescribedCall {
  name: string
  method: string
  path: string
  isPublic: boolean
  scope: string
  operation: Operation
}

export const callsOf = ({ paths }: ApiDocument): DescribedCall[] =>
  Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      isPublic: operation.security?.length === 0,
      scope: operation['x-scope'] ?? 'read',
      operation,
    })),
  )

/** Values by the name of the member that they are for, where a schema alone does not say what is valid. */
export type Values = Readonly<Record<string, unknown>>

const stringOf = (schema: Schema, values: Values): string => {
  const prefix = /^\^([a-z]{3})_/.exec(schema.pattern ?? '')?.[1]
  const id = prefix === undefined ? undefined : values[prefix]
  if (typeof id === 'string') return id
  if (schema.format === 'date-time') return '2126-01-01T00:00:00Z'
  return 'Some text'
}

/** A small value that a schema lets through: what is required, and what there are values for by name. */
export const sampleOf = (schema: Schema, document: ApiDocument, values: Values, name = ''): unknown => {
  if (schema.$ref !== undefined) {
    const found = document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? '']
    return found === undefined ? null : sampleOf(found, document, values, name)
  }
  if (Object.hasOwn(values, name)) return values[name]
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum[0]
  const [first] = schema.anyOf ?? schema.oneOf ?? schema.allOf ?? []
  if (first !== undefined) return sampleOf(first, document, values, name)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([member]) => schema.required?.includes(member) || Object.hasOwn(values, member))
          .map(([member, one]) => [member, sampleOf(one, document, values, member)]),
      )
    case 'array':
      return schema.items && (schema.minItems ?? 0) > 0 ? [sampleOf(schema.items, document, values)] : []
    case 'integer':
    case 'number':
      return schema.minimum ?? 1
    case 'boolean':
      return true
    case 'string':
      return stringOf(schema, values)
    case undefined:
    case 'null':
      return null
    default:
      throw new Error(`no sample of ${schema.type}`)
  }
}
