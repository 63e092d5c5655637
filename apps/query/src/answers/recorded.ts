import { z } from 'zod'

/** What came of a command: given to a read, `wait_for` lets it see this write. */
export const recorded = z.object({
  partition: z.int().nonnegative(),
  sequence: z.int().nonnegative(),
  wait_for: z.string(),
  events: z.array(z.object({ type: z.string(), thread: z.string() })),
})
export type Recorded = z.infer<typeof recorded>

/** What came of a change to a thread: of several, where the last one was recorded. */
export const patched = recorded.extend({
  id: z.string(),
  /** The event up to which the caller's word counts. */
  up_to: z.int().nonnegative(),
  is_read: z.boolean().optional(),
  /** The inboxes for which it is read or unread. */
  inboxes: z.array(z.string()).optional(),
})
export type Patched = z.infer<typeof patched>
