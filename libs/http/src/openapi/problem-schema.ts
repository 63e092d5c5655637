import { z } from 'zod'

/** The JSON of a problem (RFC 9457 §3); further members by its type. */
export const problemSchema = z
  .looseObject({
    type: z.string().meta({
      description: 'Names the kind of problem for programs, and never changes',
      examples: ['urn:skein:problem:invalid-request'],
    }),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'What was wrong with this request, in words' }),
    field: z.string().optional().meta({ description: 'The parameter, header or body member at fault' }),
    fix: z.string().optional().meta({ description: 'What to send instead' }),
    errors: z.array(z.object({ field: z.string(), detail: z.string(), fix: z.string() })).optional(),
    instance: z.string().meta({ description: 'Names the request, as X-Request-Id does' }),
  })
  .meta({ id: 'Problem' })
