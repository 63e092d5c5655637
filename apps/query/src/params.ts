import { inboxId } from '@skein/events'
import { z } from 'zod'

/** `<partition>:<sequence>` of an event, `MAIL-<partition>:<sequence>` of an accepted mail, or a bare event sequence. */
const waitFor = z
  .string()
  .regex(
    /^(?:MAIL-)?(?:\d{1,4}:)?\d{1,15}$/,
    'is no position: <partition>:<sequence>, MAIL-<partition>:<sequence> or <sequence>',
  )

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const limit = z.coerce.number().int().min(1).max(100).default(50)
const cursor = z.string().min(1).max(400)

const page = { limit, cursor: cursor.optional(), wait_for: waitFor.optional() }
const filters = {
  is_read: flag.optional(),
  unread: flag.optional(),
  search: z.string().trim().min(1).max(200).optional(),
}
const oneReadState = (query: { is_read?: unknown; unread?: unknown }): boolean =>
  query.is_read === undefined || query.unread === undefined
const twoReadStates = { path: ['unread'], message: 'says the same as is_read; send one of the two' }

export const inboxThreadsQuery = z.strictObject({ ...page, ...filters }).refine(oneReadState, twoReadStates)
export const threadsQuery = z
  .strictObject({ ...page, ...filters, inbox: z.string().min(1).optional() })
  .refine(oneReadState, twoReadStates)
export const messagesQuery = z.strictObject(page)
export const threadQuery = z.strictObject({ limit, tree: flag.default(false), wait_for: waitFor.optional() })
export const messageQuery = z.strictObject({ wait_for: waitFor.optional() })
export const noQuery = z.strictObject({})

export type ThreadsQuery = z.infer<typeof threadsQuery>
export type MessagesQuery = z.infer<typeof messagesQuery>
export type ThreadQuery = z.infer<typeof threadQuery>
export type MessageQuery = z.infer<typeof messageQuery>

/** `up_to`: the thread's version when the caller saw it; mail that was recorded later stays unread. */
export const threadPatch = z.strictObject({
  is_read: z.boolean(),
  up_to: z.int().nonnegative().optional(),
  inbox: inboxId.optional(),
})
export type ThreadPatch = z.infer<typeof threadPatch>
