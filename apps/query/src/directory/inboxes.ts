import { accountId, inboxId, spaceId, transportId, type InboxId, type TransportId } from '@skein/events'
import { badRequest, mayUse, mayUseSpace, notFound, type CallerOf, type Chance } from '@skein/http'
import type { Directory, Inbox, Space } from '@skein/log'
import { z } from 'zod'
import { newId } from './new-id.js'
import { nextCursor, pageOf, type PageQuery } from './pages.js'
import { conflict, needWholeAccount } from './rights.js'
import { claimNames, leaveNames } from './taken-names.js'
import { address, domain, title, withoutTwins } from './well-formed.js'

const fields = {
  name: title,
  aliases: z.array(address).max(100).transform(withoutTwins).describe('Further addresses that it gets mail of.'),
  plus_addressing: z.boolean().describe('Whether name+anything@domain reaches it too.'),
  catch_all: z
    .array(domain)
    .max(100)
    .transform(withoutTwins)
    .describe('Domains of which it gets what nobody else has.'),
  transport: transportId.nullable().describe('The SMTP server that its mail leaves by.'),
}
export const newInbox = z.strictObject({
  space: spaceId.optional().describe('Needed where the key may use more than one space. It can never change.'),
  address,
  name: fields.name.optional(),
  aliases: fields.aliases.default([]),
  plus_addressing: fields.plus_addressing.default(true),
  catch_all: fields.catch_all.default([]),
  transport: fields.transport.default(null),
})
export type NewInbox = z.infer<typeof newInbox>
export const inboxPatch = z
  .strictObject({ ...fields, address, space: spaceId.describe('Only the space that it is in.') })
  .partial()
export type InboxPatch = z.infer<typeof inboxPatch>

export const inboxJson = z.object({
  id: inboxId,
  account: accountId,
  space: spaceId,
  name: z.string(),
  address: z.string(),
  aliases: z.array(z.string()),
  plus_addressing: z.boolean(),
  catch_all: z.array(z.string()),
  transport: transportId.nullable(),
})
export type InboxJson = z.infer<typeof inboxJson>
export const inboxList = z.object({ inboxes: z.array(inboxJson), next_cursor: nextCursor })
export type InboxList = z.infer<typeof inboxList>

const jsonOf = ({ plusAddressing, catchAll, ...inbox }: Inbox): InboxJson => ({
  ...inbox,
  plus_addressing: plusAddressing,
  catch_all: catchAll,
})

/** By id or address. @throws Problem 404 */
const seen = (directory: Directory, caller: CallerOf, id: string): Inbox => {
  const inbox = directory.inbox(id) ?? directory.inboxByAddress(id)
  if (!inbox || !mayUse(caller, inbox)) throw notFound('inbox', id)
  return inbox
}

/** The space that a new inbox is for. @throws Problem */
const spaceFor = (directory: Directory, caller: CallerOf, named: string | undefined): Space => {
  const all = directory.all('space').filter(({ id, account }) => account === caller.account && mayUseSpace(caller, id))
  const space = named === undefined ? (all.length === 1 ? all[0] : undefined) : all.find(({ id }) => id === named)
  if (space) return space
  if (named !== undefined) throw notFound('space', named)
  const fix = `Name one of the ${all.length} spaces that the key may use; GET /v1/spaces lists them.`
  throw badRequest('space: it is not clear which space the inbox is for.', { field: 'space', fix, in: 'body' })
}

const checkTransport = (directory: Directory, caller: CallerOf, id: TransportId | null | undefined): void => {
  if (id === null || id === undefined || directory.get('transport', id)?.account === caller.account) return
  const fix = 'Send the id of a transport of the account; GET /v1/transports lists them.'
  throw badRequest(`transport: there is no transport ${id}.`, { field: 'transport', fix, in: 'body' })
}

const withoutOwn = (aliases: readonly string[], own: string): string[] =>
  aliases.filter((alias) => alias.toLowerCase() !== own.toLowerCase())

export const listInboxes = (directory: Directory, caller: CallerOf, query: PageQuery): InboxList => {
  const { page, next_cursor } = pageOf(
    directory.all('inbox').filter((inbox) => mayUse(caller, inbox)),
    query,
  )
  return { inboxes: page.map(jsonOf), next_cursor }
}

export const getInbox = (directory: Directory, caller: CallerOf, id: string): InboxJson =>
  jsonOf(seen(directory, caller, id))

export const makeInbox = async (
  directory: Directory,
  caller: CallerOf,
  body: NewInbox,
  chance: Chance,
): Promise<InboxJson> => {
  const space = spaceFor(directory, caller, body.space)
  checkTransport(directory, caller, body.transport)
  const inbox: Inbox = {
    id: newId<InboxId>('inb', chance),
    account: caller.account,
    space: space.id,
    name: body.name ?? body.address,
    address: body.address,
    aliases: withoutOwn(body.aliases, body.address),
    plusAddressing: body.plus_addressing,
    catchAll: body.catch_all,
    transport: body.transport,
  }
  await claimNames(directory, inbox)
  return jsonOf(await directory.put('inbox', inbox))
}

/** Whether it is about what mail the inbox gets and where its mail leaves, which is more than a key for the inbox alone decides. */
const changesReach = ({ address: own, aliases, catch_all, transport }: InboxPatch): boolean =>
  [own, aliases, catch_all, transport].some((one) => one !== undefined)

const patched = (now: Inbox, patch: InboxPatch): Inbox => {
  const own = patch.address ?? now.address
  return {
    ...now,
    name: patch.name ?? now.name,
    address: own,
    aliases: withoutOwn(patch.aliases ?? now.aliases, own),
    plusAddressing: patch.plus_addressing ?? now.plusAddressing,
    catchAll: patch.catch_all ?? now.catchAll,
    transport: patch.transport === undefined ? now.transport : patch.transport,
  }
}

/** @throws Problem 409 for another space: its conversations are in this one, and nothing crosses from one to another */
export const changeInbox = async (
  directory: Directory,
  caller: CallerOf,
  id: string,
  patch: InboxPatch,
): Promise<InboxJson> => {
  const inbox = seen(directory, caller, id)
  if (changesReach(patch) && !mayUseSpace(caller, inbox.space)) needWholeAccount(caller)
  if (patch.space !== undefined && patch.space !== inbox.space) {
    const detail = `${inbox.id} is in ${inbox.space}; its conversations are there, and nothing crosses from space to space.`
    const fix = 'Make an inbox in the other space, and give it the address once this one does not have it any more.'
    throw conflict('inbox-space-fixed', detail, { field: 'space', fix })
  }
  checkTransport(directory, caller, patch.transport)
  await claimNames(directory, patched(inbox, patch))
  const changed = await directory.change('inbox', inbox.id, (now) => patched(now, patch))
  if (!changed) throw notFound('inbox', id)
  await leaveNames(directory, inbox, changed)
  return jsonOf(changed)
}

/** It gets no more mail and its names are free again; its mail stays, for keys of the space or the whole account. */
export const removeInbox = async (directory: Directory, caller: CallerOf, id: string): Promise<void> => {
  const inbox = seen(directory, caller, id)
  if (!mayUseSpace(caller, inbox.space)) needWholeAccount(caller)
  await directory.delete('inbox', inbox.id)
  await leaveNames(directory, inbox)
}
