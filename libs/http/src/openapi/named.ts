import { z } from 'zod'

/** Gives schemas the names under which the description has them once, for all calls that use them. */
export const named = (schemas: Readonly<Record<string, z.ZodType>>): void => {
  for (const [id, schema] of Object.entries(schemas)) z.globalRegistry.add(schema, { ...schema.meta(), id })
}
