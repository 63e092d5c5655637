import { accountId, eventTypes, inboxId, webhookId, type EventType, type WebhookId } from '@skein/events'
import { badRequest, hasWholeAccount, mayUse, notFound, type CallerOf, type Chance } from '@skein/http'
import type { Webhook } from '@skein/log'
import { z } from 'zod'
import { newId } from './new-id.js'
import { nextCursor, pageOf, type PageQuery } from './pages.js'
import type { DirectoryParts } from './parts.js'
import { ofAccount } from './rights.js'
import { title } from './well-formed.js'

const typeNames = Object.keys(eventTypes) as [EventType, ...EventType[]]
const fields = {
  name: title,
  url: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .describe('https, without user and password.'),
  types: z.array(z.enum(typeNames)).min(1).max(typeNames.length).nullable().describe('Which events; all where null.'),
  inboxes: z.array(inboxId).min(1).max(1_000).nullable().describe('Of which inboxes; all of the account where null.'),
}
export const newWebhook = z.strictObject({
  url: fields.url,
  name: fields.name.optional(),
  types: fields.types.default(null),
  inboxes: fields.inboxes.default(null),
})
export type NewWebhook = z.infer<typeof newWebhook>
export const webhookPatch = z
  .strictObject({ ...fields, enabled: z.boolean().describe('Also what turns it on again after it was switched off.') })
  .partial()
export type WebhookPatch = z.infer<typeof webhookPatch>

export const webhookRotation = z.strictObject({
  keep_old: z.boolean().default(true).describe('Whether the secret until now goes on signing beside the new one.'),
})
export type WebhookRotation = z.infer<typeof webhookRotation>

export const webhookJson = z.object({
  id: webhookId,
  account: accountId,
  name: z.string(),
  url: z.string(),
  types: z.array(z.string()).nullable(),
  inboxes: z.array(inboxId).nullable(),
  created_at: z.string(),
  enabled: z.boolean(),
  disabled: z.object({ at: z.string(), reason: z.string() }).nullable(),
})
export type WebhookJson = z.infer<typeof webhookJson>
export const madeWebhookJson = webhookJson.extend({
  secret: z.string().describe('What its signatures are made with (Standard Webhooks): shown now, and never again.'),
})
export type MadeWebhookJson = z.infer<typeof madeWebhookJson>
export const webhookList = z.object({ webhooks: z.array(webhookJson), next_cursor: nextCursor })
export type WebhookList = z.infer<typeof webhookList>

const SECRET_OCTETS = 32
const aboutSecret = (id: WebhookId): string => `webhook ${id} secret`
const secretFrom = (chance: Chance): string =>
  `whsec_${Buffer.from(chance.bytes('webhook secret', SECRET_OCTETS)).toString('base64')}`

const jsonOf = ({ id, account, name, url, types, inboxes, createdAt, disabled }: Webhook): WebhookJson => {
  const plain = { id, account, name, url, types, inboxes }
  return { ...plain, created_at: createdAt, enabled: disabled === null, disabled }
}

/** A restricted key sees the webhooks that are for inboxes of its alone. */
const sees = (
  { directory }: DirectoryParts,
  caller: CallerOf,
  { account, inboxes }: Pick<Webhook, 'account' | 'inboxes'>,
) => {
  if (account !== caller.account) return false
  if (hasWholeAccount(caller)) return true
  return inboxes !== null && inboxes.every((id) => isOwnInbox(directory, caller, id))
}

const isOwnInbox = (directory: DirectoryParts['directory'], caller: CallerOf, id: string): boolean => {
  const inbox = directory.inbox(id)
  return inbox !== undefined && mayUse(caller, inbox)
}

const seen = (parts: DirectoryParts, caller: CallerOf, id: string): Webhook => {
  const webhook = ofAccount(parts.directory.get('webhook', id), caller.account, 'webhook', id)
  if (!sees(parts, caller, webhook)) throw notFound('webhook', id)
  return webhook
}

/** @throws Problem; where the name leads to is looked at again whenever something is sent */
const checkUrl = (text: string, { privateWebhooks }: DirectoryParts): void => {
  const { protocol, username, password } = new URL(text)
  const wrong = (detail: string, fix: string): Error => badRequest(`url: ${detail}`, { field: 'url', fix, in: 'body' })
  if (username !== '' || password !== '') throw wrong('it has a user or a password in it.', 'Leave them out.')
  if (protocol === 'https:' || privateWebhooks) return
  throw wrong('events would cross the network in clear.', 'Send an address that begins with https://.')
}

const checkInboxes = (parts: DirectoryParts, caller: CallerOf, inboxes: Webhook['inboxes']): void => {
  const wrong = (detail: string): Error => {
    const fix = 'Send ids of inboxes that the key may use; GET /v1/inboxes lists them.'
    return badRequest(`inboxes: ${detail}`, { field: 'inboxes', fix, in: 'body' })
  }
  if (inboxes === null && !hasWholeAccount(caller)) throw wrong('the key is for a part of the account.')
  for (const id of inboxes ?? []) if (!isOwnInbox(parts.directory, caller, id)) throw wrong(`there is no inbox ${id}.`)
}

export const listWebhooks = (parts: DirectoryParts, caller: CallerOf, query: PageQuery): WebhookList => {
  const { page, next_cursor } = pageOf(
    parts.directory.all('webhook').filter((webhook) => sees(parts, caller, webhook)),
    query,
  )
  return { webhooks: page.map(jsonOf), next_cursor }
}

export const getWebhook = (parts: DirectoryParts, caller: CallerOf, id: string): WebhookJson =>
  jsonOf(seen(parts, caller, id))

export const makeWebhook = async (
  parts: DirectoryParts,
  caller: CallerOf,
  body: NewWebhook,
  chance: Chance,
): Promise<MadeWebhookJson> => {
  checkUrl(body.url, parts)
  checkInboxes(parts, caller, body.inboxes)
  const id = newId<WebhookId>('whk', chance)
  const secret = secretFrom(chance)
  const { url, types, inboxes, name = new URL(url).hostname } = body
  const secrets = [parts.secrets.seal(secret, aboutSecret(id))]
  const made = { id, account: caller.account, name, url, types, inboxes, secrets, createdAt: chance.at, disabled: null }
  return { ...jsonOf(await parts.directory.put('webhook', made)), secret }
}

const switched = (now: Webhook, enabled: boolean | undefined, at: string): Webhook['disabled'] => {
  if (enabled === undefined) return now.disabled
  return enabled ? null : (now.disabled ?? { at, reason: 'switched off through the API' })
}

export const changeWebhook = async (
  parts: DirectoryParts,
  caller: CallerOf,
  id: string,
  patch: WebhookPatch,
  at: string,
): Promise<WebhookJson> => {
  seen(parts, caller, id)
  if (patch.url !== undefined) checkUrl(patch.url, parts)
  if (patch.inboxes !== undefined) checkInboxes(parts, caller, patch.inboxes)
  const changed = await parts.directory.change('webhook', id, (now) => {
    const { name = now.name, url = now.url, types = now.types, inboxes = now.inboxes } = patch
    return { ...now, name, url, types, inboxes, disabled: switched(now, patch.enabled, at) }
  })
  if (!changed) throw notFound('webhook', id)
  return jsonOf(changed)
}

/**
 * A new secret in front of the one until now. Both sign until the next rotation, so that the receiver can change over; without
 * `keep_old` the old one is gone at once.
 */
export const rotateWebhook = async (
  parts: DirectoryParts,
  caller: CallerOf,
  id: string,
  { keep_old }: WebhookRotation,
  chance: Chance,
): Promise<MadeWebhookJson> => {
  const webhook = seen(parts, caller, id)
  const secret = secretFrom(chance)
  const sealed = parts.secrets.seal(secret, aboutSecret(webhook.id))
  const changed = await parts.directory.change('webhook', id, (now) => {
    const old = now.secrets.filter((one) => parts.secrets.open(one, aboutSecret(webhook.id)) !== secret)
    return { ...now, secrets: keep_old ? [sealed, ...old.slice(0, 1)] : [sealed] }
  })
  if (!changed) throw notFound('webhook', id)
  return { ...jsonOf(changed), secret }
}

export const removeWebhook = async (parts: DirectoryParts, caller: CallerOf, id: string): Promise<void> => {
  const webhook = seen(parts, caller, id)
  await parts.directory.delete('webhook', webhook.id)
}
