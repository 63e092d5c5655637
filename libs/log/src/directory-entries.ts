import { accountId, inboxId, keyId, spaceId, transportId, webhookId } from '@skein/events'
import { z } from 'zod'

export const account = z.object({ id: accountId, name: z.string() })
export const space = z.object({
  id: spaceId,
  account: accountId,
  name: z.string(),
  /** Name of the rule set that threads this space. */
  rules: z.string(),
  policies: z.record(z.string(), z.string()),
})
export const inbox = z.object({
  id: inboxId,
  account: accountId,
  space: spaceId,
  name: z.string(),
  address: z.string(),
  aliases: z.array(z.string()),
  /** Whether mail to `local+anything@domain` reaches it: then replies to its mail can carry a token in the address. */
  plusAddressing: z.boolean().default(true),
  /** Domains of which it gets all mail that no other inbox has the address of. */
  catchAll: z.array(z.string()).default([]),
  /** By what its mail leaves; without one, by the transport of its domain, else by the instance's own. */
  transport: transportId.nullable().default(null),
})
export const scope = z.enum(['read', 'write', 'send', 'admin'])
export const apiKey = z.object({
  id: keyId,
  account: accountId,
  name: z.string(),
  /** SHA-256 of the key, hex: the key itself is nowhere. */
  hash: z.string(),
  scopes: z.array(scope),
  /** Whether it is the operator's: with `admin` it makes and removes accounts, and gives each its keys. */
  instance: z.boolean().default(false),
  /** Where it may look and act: these spaces and inboxes of the account; all of the account where both are `null`. */
  spaces: z.array(spaceId).nullable().default(null),
  inboxes: z.array(inboxId).nullable().default(null),
  createdAt: z.iso.datetime(),
  /** It is refused from then on. */
  expiresAt: z.iso.datetime().nullable().default(null),
})
/** An SMTP server that mail leaves by. */
export const transport = z.object({
  id: transportId,
  account: accountId,
  name: z.string(),
  /** Mail of addresses at these domains leaves by it, unless the inbox has another. */
  domains: z.array(z.string()),
  host: z.string(),
  port: z.int().min(1).max(65_535),
  /** `tls` from the first octet (port 465), `starttls` or nothing at all, `none` for a server on the same machine. */
  security: z.enum(['tls', 'starttls', 'none']),
  user: z.string().nullable(),
  /** Sealed (`Secrets.seal`) for `transport <id> password`. */
  password: z.string().nullable(),
  dkim: z
    .object({
      domain: z.string(),
      selector: z.string(),
      /** PEM, sealed for `transport <id> dkim`. */
      privateKey: z.string(),
    })
    .nullable(),
  /** Whether the server rewrites Message-ID, and says the new one in its answer (Amazon SES does). */
  rewritesMessageId: z.boolean().default(false),
})
/** Where events of an account are sent to. */
export const webhook = z.object({
  id: webhookId,
  account: accountId,
  name: z.string(),
  url: z.string(),
  /** Sealed for `webhook <id> secret`; the first signs, all of them may be given out for a rotation. `whsec_…` inside. */
  secrets: z.array(z.string()).min(1),
  /** Event types (`MessageThreaded` …); all where `null`. */
  types: z.array(z.string()).nullable(),
  inboxes: z.array(inboxId).nullable(),
  createdAt: z.iso.datetime(),
  /** Why nothing is sent to it any more; `null` while it is on. */
  disabled: z.object({ at: z.iso.datetime(), reason: z.string() }).nullable().default(null),
})
export type Account = z.infer<typeof account>
export type Space = z.infer<typeof space>
export type Inbox = z.infer<typeof inbox>
export type Scope = z.infer<typeof scope>
export type ApiKey = z.infer<typeof apiKey>
export type Transport = z.infer<typeof transport>
export type Webhook = z.infer<typeof webhook>

/** What the directory holds, by the kind that the key in the bucket begins with. */
export const directoryKinds = { account, space, inbox, key: apiKey, transport, webhook } as const
export type DirectoryKind = keyof typeof directoryKinds
export type Entry<K extends DirectoryKind> = z.infer<(typeof directoryKinds)[K]>
/** An entry as it is put: what has a default may be left out. */
export type NewEntry<K extends DirectoryKind> = z.input<(typeof directoryKinds)[K]>
