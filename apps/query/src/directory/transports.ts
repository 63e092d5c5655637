import { createPrivateKey, createPublicKey } from 'node:crypto'
import { isIP } from 'node:net'
import { accountId, transportId, type TransportId } from '@skein/events'
import { badRequest, notFound, type CallerOf, type Chance } from '@skein/http'
import { CannotOpen, type Transport } from '@skein/log'
import { z } from 'zod'
import { newId } from './new-id.js'
import { nextCursor, pageOf, type PageQuery } from './pages.js'
import type { DirectoryParts } from './parts.js'
import { conflict, needWholeAccount, ofAccount } from './rights.js'
import { domain, isDomain, title, withoutTwins } from './well-formed.js'

const hostName = z
  .string()
  .trim()
  .toLowerCase()
  .refine((text) => isIP(text) !== 0 || isDomain(text), 'is neither a host name nor an IP address')
const login = z
  .string()
  .min(1)
  .max(320)
  .regex(/^\P{Cc}+$/u, 'has control characters')
const SELECTOR = /^[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?)*$/i

const SHORTEST_RSA = 1_024
/** RFC 8301 §3.2: RSA keys have 1024 bits at least. */
const isDkimKey = (pem: string): boolean => {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= SHORTEST_RSA
  } catch {
    return false
  }
}
const dkim = z.strictObject({
  domain,
  selector: z.string().trim().max(100).regex(SELECTOR, 'is not a DKIM selector'),
  private_key: z
    .string()
    .max(20_000)
    .refine(isDkimKey, `is not an RSA private key of ${SHORTEST_RSA} bits or more in PEM, without a passphrase`),
})
const fields = {
  name: title,
  domains: z.array(domain).max(100).transform(withoutTwins).describe('Whose mail leaves by it without further word.'),
  host: hostName,
  port: z.int().min(1).max(65_535),
  security: z.enum(['tls', 'starttls', 'none']),
  user: login.nullable(),
  password: login.nullable().describe('Kept sealed, and never shown.'),
  dkim: dkim.nullable(),
  rewrites_message_id: z.boolean().describe('Whether the server puts in a Message-ID of its own, as Amazon SES does.'),
}
export const newTransport = z.strictObject({
  name: fields.name.optional(),
  host: hostName,
  domains: fields.domains.default([]),
  port: fields.port.optional(),
  security: fields.security.default('starttls'),
  user: fields.user.default(null),
  password: fields.password.default(null),
  dkim: fields.dkim.default(null),
  rewrites_message_id: fields.rewrites_message_id.default(false),
})
export type NewTransport = z.infer<typeof newTransport>
export const transportPatch = z.strictObject(fields).partial()
export type TransportPatch = z.infer<typeof transportPatch>

const dkimJson = z.object({
  domain: z.string(),
  selector: z.string(),
  record: z
    .object({ name: z.string(), value: z.string() })
    .nullable()
    .describe('The TXT record that the domain needs; null where the key cannot be opened.'),
})
export const transportJson = z.object({
  id: transportId,
  account: accountId,
  name: z.string(),
  domains: z.array(z.string()),
  host: z.string(),
  port: z.int(),
  security: z.enum(['tls', 'starttls', 'none']),
  user: z.string().nullable(),
  has_password: z.boolean(),
  dkim: dkimJson.nullable(),
  rewrites_message_id: z.boolean(),
})
export type TransportJson = z.infer<typeof transportJson>
export const transportList = z.object({ transports: z.array(transportJson), next_cursor: nextCursor })
export type TransportList = z.infer<typeof transportList>

const PORTS = { tls: 465, starttls: 587, none: 25 } as const
const aboutPassword = (id: TransportId): string => `transport ${id} password`
const aboutDkim = (id: TransportId): string => `transport ${id} dkim`

/** RFC 6376 §3.6.1. */
const recordOf = (selector: string, name: string, pem: string) => {
  const key = createPublicKey(pem).export({ type: 'spki', format: 'der' }).toString('base64')
  return { name: `${selector}._domainkey.${name}`, value: `v=DKIM1; k=rsa; p=${key}` }
}

const dkimOf = (secrets: DirectoryParts['secrets'], { id, dkim: stored }: Transport): TransportJson['dkim'] => {
  if (stored === null) return null
  const { domain: name, selector, privateKey } = stored
  try {
    return { domain: name, selector, record: recordOf(selector, name, secrets.open(privateKey, aboutDkim(id))) }
  } catch (error) {
    if (!(error instanceof CannotOpen)) throw error
    return { domain: name, selector, record: null }
  }
}

const jsonOf = (secrets: DirectoryParts['secrets'], transport: Transport): TransportJson => {
  const { id, account, name, domains, host, port, security, user, password, rewritesMessageId } = transport
  const plain = { id, account, name, domains, host, port, security, user, rewrites_message_id: rewritesMessageId }
  return { ...plain, has_password: password !== null, dkim: dkimOf(secrets, transport) }
}

const isThisMachine = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.')

/** @throws Problem for a password without a user, and for one that would go over the network in clear */
const checkLogin = ({ user, password, security, host }: Transport): void => {
  if (password !== null && user === null)
    throw badRequest('password: it is of no use without user.', {
      field: 'user',
      fix: 'Send user as well.',
      in: 'body',
    })
  if (password === null || security !== 'none' || isThisMachine(host)) return
  const fix = 'Send security: starttls or tls, or leave the password out.'
  throw badRequest('security: the password would cross the network in clear.', { field: 'security', fix, in: 'body' })
}

/** Of two transports of an account with one domain nobody could say which is meant. @throws Problem 409 */
const checkDomains = ({ directory }: DirectoryParts, { id, account, domains }: Transport): void => {
  const others = directory.all('transport').filter((other) => other.account === account && other.id !== id)
  for (const name of domains) {
    const other = others.find((one) => one.domains.includes(name))
    if (!other) continue
    const fix = `Take ${name} out of ${other.id} first.`
    throw conflict('domain-taken', `${name} leaves by ${other.id}.`, { field: 'domains', fix })
  }
}

const seen = ({ directory }: DirectoryParts, caller: CallerOf, id: string): Transport => {
  needWholeAccount(caller)
  return ofAccount(directory.get('transport', id), caller.account, 'transport', id)
}

export const listTransports = (parts: DirectoryParts, caller: CallerOf, query: PageQuery): TransportList => {
  needWholeAccount(caller)
  const all = parts.directory.all('transport').filter(({ account }) => account === caller.account)
  const { page, next_cursor } = pageOf(all, query)
  return { transports: page.map((one) => jsonOf(parts.secrets, one)), next_cursor }
}

export const getTransport = (parts: DirectoryParts, caller: CallerOf, id: string): TransportJson =>
  jsonOf(parts.secrets, seen(parts, caller, id))

/** What a change makes of a transport, its secrets sealed. */
const patched = ({ secrets }: DirectoryParts, now: Transport, patch: TransportPatch): Transport => {
  const { password, dkim: key, rewrites_message_id = now.rewritesMessageId, ...plain } = patch
  const { name = now.name, domains = now.domains, host = now.host, port = now.port, security = now.security } = plain
  const { user = now.user } = plain
  const sealedDkim = (given: z.infer<typeof dkim>): Transport['dkim'] => {
    const { domain: of, selector, private_key } = given
    return { domain: of, selector, privateKey: secrets.seal(private_key, aboutDkim(now.id)) }
  }
  return {
    ...{ ...now, name, domains, host, port, security, user, rewritesMessageId: rewrites_message_id },
    password: password === undefined ? now.password : password && secrets.seal(password, aboutPassword(now.id)),
    dkim: key === undefined ? now.dkim : key && sealedDkim(key),
  }
}

export const makeTransport = async (
  parts: DirectoryParts,
  caller: CallerOf,
  body: NewTransport,
  chance: Chance,
): Promise<TransportJson> => {
  needWholeAccount(caller)
  const { host, security, user } = body
  const id = newId<TransportId>('trp', chance)
  const bare: Transport = {
    ...{ id, account: caller.account, name: host, domains: [], host, port: PORTS[security], security, user },
    ...{ password: null, dkim: null, rewritesMessageId: false },
  }
  const transport = patched(parts, bare, { ...body, name: body.name ?? host, port: body.port ?? PORTS[security] })
  checkLogin(transport)
  checkDomains(parts, transport)
  return jsonOf(parts.secrets, await parts.directory.put('transport', transport))
}

export const changeTransport = async (
  parts: DirectoryParts,
  caller: CallerOf,
  id: string,
  patch: TransportPatch,
): Promise<TransportJson> => {
  seen(parts, caller, id)
  const changed = await parts.directory.change('transport', id, (now) => {
    const next = patched(parts, now, patch)
    checkLogin(next)
    checkDomains(parts, next)
    return next
  })
  if (!changed) throw notFound('transport', id)
  return jsonOf(parts.secrets, changed)
}

/** @throws Problem 409 while an inbox sends by it */
export const removeTransport = async (parts: DirectoryParts, caller: CallerOf, id: string): Promise<void> => {
  const transport = seen(parts, caller, id)
  const user = parts.directory.inboxes().find((inbox) => inbox.transport === transport.id)
  if (user) {
    const fix = `Give ${user.id} another transport first, or null.`
    throw conflict('transport-in-use', `${user.id} sends by it.`, { fix })
  }
  await parts.directory.delete('transport', transport.id)
}
