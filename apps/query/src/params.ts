import { inboxId } from '@skein/events'
import { z } from 'zod'
import { asOf } from './history/as-of.js'

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

const label = z
  .string()
  .trim()
  .regex(/^\P{C}{1,100}$/u, 'is no label: 1 to 100 characters, none of them a control')
/** ISO 8601 with its offset, or a day, which begins in UTC. */
const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()], 'is no time: 2026-01-31 or 2026-01-31T12:00:00Z')
  .transform((text) => new Date(text).toISOString())

const page = { limit, cursor: cursor.optional(), wait_for: waitFor.optional() }
const filters = {
  is_read: flag.optional(),
  unread: flag.optional(),
  search: z.string().trim().min(1).max(200).optional(),
  q: z
    .string()
    .trim()
    .min(1)
    .max(500)
    .refine((text) => !text.includes('\0'), 'holds U+0000')
    .optional(),
  domain: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^@?[^@\s]{1,253}$/, 'is no domain: example.com, with or without @ before it')
    .transform((text) => text.replace('@', ''))
    .optional(),
  address: z.string().trim().toLowerCase().min(1).max(320).optional(),
  label: label.optional(),
  handled: flag.optional(),
  has_attachment: flag.optional(),
  before: moment.optional(),
  after: moment.optional(),
}
const oneReadState = (query: { is_read?: unknown; unread?: unknown }): boolean =>
  query.is_read === undefined || query.unread === undefined
const twoReadStates = { path: ['unread'], message: 'says the same as is_read; send one of the two' }

export const inboxThreadsQuery = z.strictObject({ ...page, ...filters }).refine(oneReadState, twoReadStates)
export const threadsQuery = z
  .strictObject({ ...page, ...filters, inbox: z.string().min(1).optional() })
  .refine(oneReadState, twoReadStates)
export const messagesQuery = z.strictObject(page)
export const threadQuery = z.strictObject({
  limit,
  tree: flag.default(false),
  wait_for: waitFor.optional(),
  as_of: asOf.optional(),
})
export const messageQuery = z.strictObject({ wait_for: waitFor.optional() })
export const noQuery = z.strictObject({})

export type ThreadsQuery = z.infer<typeof threadsQuery>
export type MessagesQuery = z.infer<typeof messagesQuery>
export type ThreadQuery = z.infer<typeof threadQuery>
export type MessageQuery = z.infer<typeof messageQuery>

/** How long a claim may run at a time: a day. */
const LONGEST_CLAIM_SECONDS = 86_400
const who = z.string().trim().min(1).max(200)
const labels = z.array(label).max(100).default([])

/**
 * `up_to`: the thread's version when the caller saw it; mail that was recorded later stays unread, and opens a thread that was
 * handled. `claim`: for so many seconds; `null` gives it back. `by`: who claims, gives back, handles; else the key.
 */
export const threadPatch = z
  .strictObject({
    is_read: z.boolean().optional(),
    up_to: z.int().nonnegative().optional(),
    inbox: inboxId.optional(),
    labels: z.strictObject({ add: labels, remove: labels }).optional(),
    claim: z
      .strictObject({ for: z.int().min(1).max(LONGEST_CLAIM_SECONDS), by: who.optional() })
      .nullable()
      .optional(),
    handled: z.boolean().optional(),
    by: who.optional(),
  })
  .refine(({ is_read, labels, claim, handled }) => [is_read, labels, claim, handled].some((one) => one !== undefined), {
    path: ['is_read'],
    message: 'is missing, and so are labels, claim and handled: there is nothing to change',
  })
export type ThreadPatch = z.infer<typeof threadPatch>
