import { accountId, inboxId, keyId, spaceId, type AccountId, type KeyId } from '@skein/events'
import { badRequest, hasScope, hashOfKey, hasWholeAccount, mayUse, mayUseSpace, notFound } from '@skein/http'
import type { CallerOf, Chance, Scope } from '@skein/http'
import type { ApiKey, Directory } from '@skein/log'
import { z } from 'zod'
import { newId } from './new-id.js'
import { nextCursor, pageOf, pageQuery } from './pages.js'
import { conflict, needInstance } from './rights.js'
import { title } from './well-formed.js'

const scopes = z
  .array(z.enum(['read', 'write', 'send', 'admin']))
  .min(1)
  .max(4)
const moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text).toISOString())

export const newKey = z.strictObject({
  name: title,
  scopes: scopes.default(['read', 'write', 'send']),
  spaces: z.array(spaceId).min(1).max(1_000).nullable().default(null),
  inboxes: z.array(inboxId).min(1).max(1_000).nullable().default(null),
  expires_at: moment.nullable().default(null),
  instance: z.boolean().default(false).describe('An operator key: it makes accounts and gives each its keys.'),
  account: accountId.optional().describe("Another account than the key's own; for operator keys."),
})
export type NewKey = z.infer<typeof newKey>
export const keyPatch = z.strictObject({ name: title.optional(), expires_at: moment.nullable().optional() })
export type KeyPatch = z.infer<typeof keyPatch>

const MONTH_S = 30 * 24 * 60 * 60
export const keyRotation = z.strictObject({
  grace_seconds: z.int().min(0).max(MONTH_S).default(86_400).describe('How long the old key is still good.'),
})
export type KeyRotation = z.infer<typeof keyRotation>
export const keysQuery = pageQuery.extend({ account: accountId.optional() })
export type KeysQuery = z.infer<typeof keysQuery>

export const keyJson = z.object({
  id: keyId,
  account: accountId,
  name: z.string(),
  scopes: z.array(z.string()),
  spaces: z.array(spaceId).nullable(),
  inboxes: z.array(inboxId).nullable(),
  instance: z.boolean(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
})
export type KeyJson = z.infer<typeof keyJson>
export const madeKeyJson = keyJson.extend({ key: z.string().describe('The key itself: shown now, and never again.') })
export type MadeKeyJson = z.infer<typeof madeKeyJson>
export const keyList = z.object({ api_keys: z.array(keyJson), next_cursor: nextCursor })
export type KeyList = z.infer<typeof keyList>

const SECRET_OCTETS = 32

const jsonOf = async (directory: Directory, key: ApiKey): Promise<KeyJson> => ({
  id: key.id,
  account: key.account,
  name: key.name,
  scopes: key.scopes,
  spaces: key.spaces,
  inboxes: key.inboxes,
  instance: key.instance,
  created_at: key.createdAt,
  expires_at: key.expiresAt,
  last_used_at: await directory.lastUsed(key.id),
})

/** What a caller may look after: keys of its account that can do no more than itself; of every account for the operator. */
const looksAfter = (directory: Directory, caller: CallerOf, key: ApiKey): boolean => {
  if (caller.instance) return true
  return key.account === caller.account && !key.instance && isWithin(directory, caller, key)
}

/** Whether spaces and inboxes are all within what the caller is restricted to. */
const isWithin = (directory: Directory, caller: CallerOf, { spaces, inboxes }: Pick<ApiKey, 'spaces' | 'inboxes'>) => {
  if (hasWholeAccount(caller)) return true
  if (spaces === null && inboxes === null) return false
  return (
    (spaces ?? []).every((space) => mayUseSpace(caller, space)) &&
    (inboxes ?? []).every((id) => {
      const inbox = directory.inbox(id)
      return inbox ? mayUse(caller, inbox) : (caller.inboxes?.includes(id) ?? false)
    })
  )
}

const seen = (directory: Directory, caller: CallerOf, id: string): ApiKey => {
  const key = directory.get('key', id)
  if (!key || !looksAfter(directory, caller, key)) throw notFound('API key', id)
  return key
}

const beyond = (field: string, detail: string): Error =>
  badRequest(`${field}: ${detail}`, { field, fix: 'A key can give no more than it has itself.', in: 'body' })

/** @throws Problem for spaces and inboxes that are not there or not the caller's to give */
const checkPlaces = (
  directory: Directory,
  caller: CallerOf,
  account: AccountId,
  key: Pick<ApiKey, 'spaces' | 'inboxes'>,
) => {
  for (const space of key.spaces ?? [])
    if (directory.get('space', space)?.account !== account) throw beyond('spaces', `there is no space ${space}.`)
  for (const inbox of key.inboxes ?? [])
    if (directory.inbox(inbox)?.account !== account) throw beyond('inboxes', `there is no inbox ${inbox}.`)
  if (isWithin(directory, caller, key)) return
  throw beyond(key.spaces ? 'spaces' : 'inboxes', 'it is more than the key that asks is for.')
}

/** The earlier of what is asked for and the end of the key that asks. @throws Problem */
const expiryFor = (directory: Directory, caller: CallerOf, asked: string | null): string | null => {
  const own = directory.get('key', caller.key)?.expiresAt ?? null
  if (asked !== null && Date.parse(asked) <= Date.now()) {
    const fix = 'Send a time that is yet to come, or null for none.'
    throw badRequest('expires_at: that time is over.', { field: 'expires_at', fix, in: 'body' })
  }
  if (own === null || (asked !== null && asked <= own)) return asked
  if (asked === null) return own
  throw beyond('expires_at', `the key that asks ends at ${own}.`)
}

export const listKeys = async (directory: Directory, caller: CallerOf, query: KeysQuery): Promise<KeyList> => {
  const { account = caller.account, ...asked } = query
  if (account !== caller.account) needInstance(caller)
  const all = directory.all('key').filter((key) => key.account === account && looksAfter(directory, caller, key))
  const { page, next_cursor } = pageOf(all, asked)
  return { api_keys: await Promise.all(page.map((key) => jsonOf(directory, key))), next_cursor }
}

export const getKey = (directory: Directory, caller: CallerOf, id: string): Promise<KeyJson> =>
  jsonOf(directory, seen(directory, caller, id))

/** Stores a key by its hash, and shows it. */
const store = async (directory: Directory, key: Omit<ApiKey, 'hash'>, chance: Chance): Promise<MadeKeyJson> => {
  const secret = `sk_${Buffer.from(chance.bytes('API key', SECRET_OCTETS)).toString('base64url')}`
  const stored = await directory.put('key', { ...key, hash: hashOfKey(secret) })
  return { ...(await jsonOf(directory, stored)), key: secret }
}

/** A key gives no more than it has; an operator's key also gives keys of other accounts. @throws Problem */
export const makeKey = async (
  directory: Directory,
  caller: CallerOf,
  body: NewKey,
  chance: Chance,
): Promise<MadeKeyJson> => {
  const { account = caller.account, name, instance, expires_at } = body
  if (account !== caller.account || instance) needInstance(caller)
  if (!directory.account(account)) throw notFound('account', account)
  const isSilent = body.spaces === null && body.inboxes === null && account === caller.account
  const { spaces, inboxes } = isSilent ? caller : body
  const places = { spaces: spaces === null ? null : [...spaces], inboxes: inboxes === null ? null : [...inboxes] }
  checkPlaces(directory, caller, account, places)
  const missing = body.scopes.find((scope: Scope) => !hasScope(caller, scope))
  if (missing !== undefined) throw beyond('scopes', `the key that asks has not got ${missing}.`)
  const expiresAt = expiryFor(directory, caller, expires_at)
  const id = newId<KeyId>('key', chance)
  const key = { id, account, name, scopes: body.scopes, ...places, instance, createdAt: chance.at, expiresAt }
  return store(directory, key, chance)
}

export const changeKey = async (
  directory: Directory,
  caller: CallerOf,
  id: string,
  patch: KeyPatch,
): Promise<KeyJson> => {
  seen(directory, caller, id)
  const asked = patch.expires_at
  const expiresAt = asked === undefined ? undefined : expiryFor(directory, caller, asked)
  const changed = await directory.change('key', id, (now) => ({
    ...now,
    name: patch.name ?? now.name,
    expiresAt: expiresAt === undefined ? now.expiresAt : expiresAt,
  }))
  if (!changed) throw notFound('API key', id)
  return jsonOf(directory, changed)
}

const earlier = (one: string | null, other: string | null): string | null => {
  if (one === null || other === null) return one ?? other
  return one < other ? one : other
}

/** A second key that can do the same, and ends no later than the key that asks; the old one ends after the grace time. So a key is changed without a moment without one. */
export const rotateKey = async (
  directory: Directory,
  caller: CallerOf,
  id: string,
  { grace_seconds }: KeyRotation,
  chance: Chance,
): Promise<MadeKeyJson> => {
  const old = seen(directory, caller, id)
  const own = directory.get('key', caller.key)?.expiresAt ?? null
  const expiresAt = earlier(old.expiresAt, own)
  if (expiresAt !== null && expiresAt <= chance.at) {
    const fix = 'Make a new key, or give this one a later end first.'
    throw conflict('key-expired', `${id} ended at ${expiresAt}.`, { field: 'expires_at', fix })
  }
  const end = new Date(Date.parse(chance.at) + grace_seconds * 1_000).toISOString()
  const made = await store(
    directory,
    { ...old, id: newId<KeyId>('key', chance), createdAt: chance.at, expiresAt },
    chance,
  )
  await directory.change('key', id, (now) => ({
    ...now,
    expiresAt: earlier(now.expiresAt, end),
  }))
  return made
}

/** It is refused at once, everywhere. @throws Problem 409 for the key that asks */
export const removeKey = async (directory: Directory, caller: CallerOf, id: string): Promise<void> => {
  const key = seen(directory, caller, id)
  if (key.id === caller.key) {
    const fix = 'Revoke it with another key, or let it end with PATCH expires_at.'
    throw conflict('key-in-use', `${id} is the key that asks.`, { fix })
  }
  await directory.delete('key', key.id)
}
