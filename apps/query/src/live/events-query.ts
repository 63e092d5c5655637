import { z } from 'zod'
import { eventTypeNames, liveEvent } from './live-event.js'

/** Once or several times, or several in one with commas. */
const several = <T extends z.ZodType<string, string>>(one: T, what: string) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((text) => text.split(',')))
    .pipe(z.array(one).min(1).max(100))
    .optional()
    .meta({ description: what })

export const eventsQuery = z
  .strictObject({
    inbox: several(z.string().min(1).max(320), 'Only what concerns these inboxes, by id or address'),
    thread: z.string().min(1).max(80).optional().meta({ description: 'Only what concerns this thread' }),
    type: several(z.enum(eventTypeNames), 'Only events of these types'),
    after: z
      .string()
      .min(1)
      .max(4_000)
      .optional()
      .meta({ description: 'The `id` of the last event that was seen. The header `Last-Event-ID` goes before it' }),
    from: z
      .enum(['now', 'start'])
      .optional()
      .meta({ description: 'Where to begin without `after`; `now` if not said' }),
    limit: z.coerce.number().int().min(1).max(100).default(50).meta({ description: 'Of a list: events at most' }),
  })
  .refine(({ after, from }) => after === undefined || from === undefined, {
    path: ['from'],
    message: 'says the same as after; send one of the two',
  })
export type EventsQuery = z.infer<typeof eventsQuery>

export const eventList = z.object({
  events: z.array(liveEvent),
  next_after: z.string().describe('What `after` of the next call takes'),
  has_more: z.boolean().describe('Whether there is more already'),
})
