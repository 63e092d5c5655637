import { createHash } from 'node:crypto'
import { createParamDecorator, Injectable, SetMetadata } from '@nestjs/common'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import type { AccountId, InboxId, SpaceId } from '@skein/events'
import type { Request } from 'express'
import { Problem } from './problem.js'

export type Scope = 'read' | 'write' | 'send' | 'admin'

/** What is known of a key. What is left out restricts nothing, and gives nothing. */
export interface KnownKey {
  readonly id: string
  readonly account: AccountId
  readonly scopes: readonly Scope[]
  readonly spaces?: readonly SpaceId[] | null
  readonly inboxes?: readonly InboxId[] | null
  readonly instance?: boolean
  /** ISO 8601 UTC; it is refused from then on. */
  readonly expiresAt?: string | null
}

/** Where keys are looked up. An app binds this token to the directory. */
export const KEYS = Symbol('KEYS')
export interface KeyLookup {
  /** The key whose SHA-256 in hex this is. */
  keyByHash(hash: string): KnownKey | undefined
  /** Hears of each use of a key; must not take time. */
  used?(key: string): void
}

/** Who calls: the key's id, the account that it belongs to and sees, and what it may do. */
export interface CallerOf {
  readonly key: string
  readonly account: AccountId
  readonly scopes: readonly Scope[]
  /** Spaces and inboxes that it is restricted to; the whole account where both are `null`. */
  readonly spaces: readonly SpaceId[] | null
  readonly inboxes: readonly InboxId[] | null
  /** Whether it is the operator's key. */
  readonly instance: boolean
}

/** Whether a caller has all of its account. */
export const hasWholeAccount = ({ spaces, inboxes }: Pick<CallerOf, 'spaces' | 'inboxes'>): boolean =>
  spaces === null && inboxes === null

/** Whether a caller may see a space whole, with every inbox in it. The space is of its account. */
export const mayUseSpace = (caller: Pick<CallerOf, 'spaces' | 'inboxes'>, space: SpaceId): boolean =>
  hasWholeAccount(caller) || (caller.spaces?.includes(space) ?? false)

/** Whether an inbox is the caller's: of its account, and within what its key is restricted to. */
export const mayUse = (
  caller: Pick<CallerOf, 'account' | 'spaces' | 'inboxes'>,
  inbox: { readonly id: InboxId; readonly account: AccountId; readonly space: SpaceId },
): boolean =>
  inbox.account === caller.account &&
  (mayUseSpace(caller, inbox.space) || (caller.inboxes?.includes(inbox.id) ?? false))

/** Whether a caller has a scope: `admin` has every one. */
export const hasScope = ({ scopes }: Pick<CallerOf, 'scopes'>, scope: Scope): boolean =>
  scopes.includes(scope) || scopes.includes('admin')

export const PUBLIC = 'skein:public'
export const SCOPE = 'skein:scope'
/** The call needs no key. */
export const Public = () => SetMetadata(PUBLIC, true)
/** The scope that the call needs; without this, `read` for GET and HEAD and `write` for the rest. `admin` has every scope. */
export const Needs = (scope: Scope) => SetMetadata(SCOPE, scope)

const callers = new WeakMap<Request, CallerOf>()

/** The caller of a request; `undefined` where the call needs no key. */
export const callerIn = (request: Request): CallerOf | undefined => callers.get(request)

/** The caller of a request that the guard let through. */
export const callerOf = (request: Request): CallerOf => {
  const caller = callerIn(request)
  if (!caller) throw new Error('a call without the key guard has no caller')
  return caller
}

/** The caller that the guard let through. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext): CallerOf =>
  callerOf(context.switchToHttp().getRequest<Request>()),
)

export const hashOfKey = (key: string): string => createHash('sha256').update(key).digest('hex')

const TITLE = 'An API key is needed'
const FIX = 'Send the header Authorization: Bearer sk_….'

const keyIn = (header: string | undefined): string => {
  if (header === undefined) {
    throw new Problem(401, 'key-needed', TITLE, 'The request has no Authorization header.', {
      field: 'Authorization',
      fix: FIX,
    })
  }
  const key = /^Bearer +(sk_[\w-]{8,200})$/i.exec(header.trim())?.[1]
  if (key === undefined) {
    const detail = 'The Authorization header is not a bearer key of the form sk_….'
    throw new Problem(401, 'key-needed', TITLE, detail, { field: 'Authorization', fix: FIX })
  }
  return key
}

/** Lets a request in by its key, and refuses what the key's scopes do not cover. */
@Injectable()
export class ApiKeyGuard implements CanActivate {
  constructor(
    private readonly keys: KeyLookup,
    private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const targets = [context.getHandler(), context.getClass()]
    if (context.getType() !== 'http' || this.reflector.getAllAndOverride<boolean | undefined>(PUBLIC, targets))
      return true
    const request = context.switchToHttp().getRequest<Request>()
    const caller = callerWith(this.keys, request.headers.authorization)
    const byMethod: Scope = request.method === 'GET' || request.method === 'HEAD' ? 'read' : 'write'
    const needed = this.reflector.getAllAndOverride<Scope | undefined>(SCOPE, targets) ?? byMethod
    if (!hasScope(caller, needed)) {
      const fix = `Use a key with the scope ${needed}.`
      const detail = `This call needs the scope ${needed}; the key has: ${caller.scopes.join(', ') || 'none'}.`
      throw new Problem(403, 'scope-missing', 'The key may not do this', detail, { field: 'Authorization', fix })
    }
    callers.set(request, caller)
    return true
  }
}

/** Who calls with this `Authorization` header. @throws Problem 401 */
export const callerWith = (keys: KeyLookup, authorization: string | undefined): CallerOf => {
  const found = keys.keyByHash(hashOfKey(keyIn(authorization)))
  if (!found) throw refused('No key is like the one that was sent.')
  const { id, account, scopes, spaces = null, inboxes = null, instance = false, expiresAt = null } = found
  if (expiresAt !== null && Date.parse(expiresAt) <= Date.now()) throw refused(`The key expired at ${expiresAt}.`)
  keys.used?.(id)
  return { key: id, account, scopes, spaces, inboxes, instance }
}

const refused = (detail: string): Problem =>
  new Problem(401, 'key-unknown', 'The API key is not known', detail, {
    field: 'Authorization',
    fix: 'Use a key that exists, was not revoked and has not expired.',
  })
