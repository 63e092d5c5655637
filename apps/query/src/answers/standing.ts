import { z } from 'zod'

/** How far the views were when they answered: the last event of each partition, and how many events are not in yet. */
export const standing = {
  position: z.record(z.string(), z.int().nonnegative()),
  /** `null` where the log could not be asked just then. */
  lag: z.int().nonnegative().nullable(),
}
/** `null` on the last page. */
export const nextCursor = z.string().nullable()
export const time = z.iso.datetime()
/** ISO 8601 UTC, or none. */
export const timeOrNone = time.nullable()
