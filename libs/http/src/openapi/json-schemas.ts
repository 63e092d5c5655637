import { z } from 'zod'

export type JsonSchema = Readonly<Record<string, unknown>>

const DEFS = '#/$defs/'
const COMPONENTS = '#/components/schemas/'

const moved = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(moved)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) =>
      key === '$ref' && typeof one === 'string' ? [key, one.replace(DEFS, COMPONENTS)] : [key, moved(one)],
    ),
  )
}

interface JsonNode {
  format?: string | undefined
  pattern?: string | undefined
  maximum?: number | undefined
  minimum?: number | undefined
  additionalProperties?: unknown
}

/** Leaves out what says nothing more, and lets answers get members later without breaking who checks them. */
const tidy = (schema: JsonNode, io: 'input' | 'output'): void => {
  if (schema.format === 'date-time' || schema.format === 'date') delete schema.pattern
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties
}

/** JSON Schemas (2020-12, the dialect of OpenAPI 3.1) of zod schemas; those with an `id` in their meta become components. */
export class JsonSchemas {
  readonly components: Record<string, JsonSchema> = {}

  /** `io`: whether what is sent to us (defaults may be left out) or what we answer. */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const override = ({ jsonSchema }: { jsonSchema: JsonNode }): void => tidy(jsonSchema, io)
    const made = z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      io,
      unrepresentable: 'any',
      cycles: 'ref',
      override,
    })
    const { $defs = {}, $schema: _, '~standard': __, ...rest } = made as Record<string, unknown>
    for (const [name, definition] of Object.entries($defs as Record<string, object>)) this.add(name, definition)
    return moved(rest) as JsonSchema
  }

  private add(name: string, { id: _, ...definition }: { id?: unknown }): void {
    const found = this.components[name]
    const schema = moved(definition) as JsonSchema
    if (found !== undefined && JSON.stringify(found) !== JSON.stringify(schema))
      throw new Error(`two schemas are called ${name}`)
    this.components[name] = schema
  }
}
